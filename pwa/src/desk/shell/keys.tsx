/** The list of keys that `?` shows. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type DeskWord, t } from "../say";

const KEYS: readonly (readonly [keys: readonly string[], words: DeskWord])[] = [
  [["?"], "keys.help"],
  [["/"], "keys.help.find"],
  [["Esc"], "keys.help.close"],
  [["←", "↑", "↓", "→"], "keys.help.move"],
  [["Enter"], "keys.help.open"],
  [["j", "k"], "keys.help.step"],
  [["[", "]"], "keys.help.schools"],
  [["n"], "keys.help.new"],
  [["e"], "keys.help.edit"],
  [["s"], "keys.help.solve"],
  [["1", "2"], "keys.help.pick"],
  [["a", "r", "m"], "keys.help.review"],
  [["p", "l"], "keys.help.restored"],
  [["z"], "keys.help.zoom"],
];

export function KeysHelp(props: { close: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="keys-title" onClose={props.close}>
      <h2 id="keys-title">{t("keys.title")}</h2>
      <dl class="facts key-list">
        {KEYS.map(([keys, words]) => (
          <div key={words}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(words)}</dd>
          </div>
        ))}
      </dl>
      <p class="small quiet">{t("keys.where")}</p>
      <div class="acts">
        <button type="button" class="btn main-act" onClick={() => dialog.current?.close()}>
          {t("act.close")}
        </button>
      </div>
    </dialog>
  );
}
