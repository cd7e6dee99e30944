// A screen that few open: its code is on the tablet from the start, and is read when it is asked for.
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../../app/words";
import { Empty } from "../../ui/message";
import { HOME } from "../paths";
import { Pane, Shell } from "../shell";

export function later<P extends object>(read: () => Promise<ComponentType<P>>): ComponentType<P> {
  const ready = signal<ComponentType<P> | undefined>(undefined);
  const failed = signal(false);
  return (props) => {
    useEffect(() => {
      if (ready.value) return;
      read().then(
        (screen) => {
          ready.value = screen;
        },
        () => {
          failed.value = true;
        },
      );
    }, []);
    const Ready = ready.value;
    if (Ready) return <Ready {...props} />;
    return failed.value ? <NotRead /> : null;
  };
}

function NotRead() {
  const again = (
    <button class="btn btn-main" type="button" onClick={() => location.reload()}>
      {t("failed.reload")}
    </button>
  );
  return (
    <Shell title={t("later.title")} back={{ href: HOME, label: t("back.visits") }} dock={again}>
      <Pane as="main" name="later">
        <Empty icon="refresh" title={t("later.title")} text={t("later.text")} />
      </Pane>
    </Shell>
  );
}
