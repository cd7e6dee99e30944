// A screen that a start does not need: its code is on the tablet all the same, and is read when asked for.
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../../app/words";
import { Empty } from "../../ui/message";
import { HOME } from "../paths";
import { Pane, Shell } from "../shell";

export type Later<P> = ComponentType<P> & {
  /** Read it now, so that opening it waits for nothing. */
  ahead(): void;
};

export function later<P extends object>(read: () => Promise<ComponentType<P>>): Later<P> {
  const ready = signal<ComponentType<P> | undefined>(undefined);
  const failed = signal(false);
  const ahead = (): void => {
    if (ready.value) return;
    read().then(
      (screen) => {
        ready.value = screen;
      },
      () => {
        failed.value = true;
      },
    );
  };
  const Screen: ComponentType<P> = (props) => {
    useEffect(ahead, []);
    const Ready = ready.value;
    if (Ready) return <Ready {...props} />;
    return failed.value ? <NotRead /> : null;
  };
  return Object.assign(Screen, { ahead });
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
