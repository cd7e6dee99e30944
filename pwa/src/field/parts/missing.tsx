// What stands where a visit, room or asset is not on this tablet.
import { t } from "../../app/words";
import { Empty } from "../../ui/message";
import { type Back, Pane, Shell } from "../shell";

export function Missing({ what, back }: { what: string; back: Back }) {
  const home = (
    <a class="btn btn-main" href={back.href}>
      {back.label}
    </a>
  );
  return (
    <Shell title={what} back={back} dock={home}>
      <Pane as="main" name="missing">
        <Empty icon="search" title={what} text={t("missing.text")} />
      </Pane>
    </Shell>
  );
}
