// The person's other organisations: what of theirs is on this tablet only, and the way there.
import { useEffect, useState } from "preact/hooks";
import type { Other } from "../../app/field-props";
import { t } from "../../app/words/later";
import { Icon } from "../../ui/icon";
import { useField } from "../deps";
import { Head, PlainRow, Rows } from "../parts/rows";

export function OtherOrganisations() {
  const { others } = useField();
  const [failed, setFailed] = useState<"others.no_signal" | "others.not_all">();
  useEffect(() => void others.refresh(), [others]);
  if (others.list.value.length === 0) return null;
  const go = async (other: Other): Promise<void> => {
    setFailed(undefined);
    if (other.mayEnter) {
      if ((await others.enter(other.id)) === "no_signal") setFailed("others.no_signal");
      return;
    }
    await others.handIn();
    if (others.list.value.some(({ id }) => id === other.id)) setFailed("others.not_all");
  };
  return (
    <>
      <Head title={t("others.title")} />
      <Rows>
        {others.list.value.map((other) => (
          <OtherRow key={other.id} other={other} go={() => void go(other)} />
        ))}
      </Rows>
      {failed && (
        <p class="in sub" role="alert">
          {t(failed)}
        </p>
      )}
    </>
  );
}

function OtherRow({ other, go }: { other: Other; go: () => void }) {
  const name = other.name ?? t("others.unnamed");
  const n = other.changes + other.photos;
  const action = other.mayEnter ? "others.enter" : "others.send";
  return (
    <PlainRow
      sign={<Icon name={n > 0 ? "tablet" : "check"} />}
      title={name}
      note={noteOf(other, n)}
      end={
        <button
          class="btn btn-s"
          type="button"
          aria-label={t(`${action}_to`, { name })}
          onClick={go}
        >
          {t(action)}
        </button>
      }
    />
  );
}

function noteOf(other: Other, n: number): string {
  if (!other.mayEnter) return t("others.left", { n });
  return n > 0 ? t("others.waiting", { n }) : t("others.nothing");
}
