// A tag typed by hand: checked as it is typed, with what it could have meant and what ends like it.
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../app/words";
import { showTag } from "../../domain/tag";
import { useField } from "../deps";
import { text } from "../fields";
import { callName, kindName, roomName } from "../subject";
import type { VisitIndex } from "../visit-index";
import { scanAsset, scanText } from "./actions";
import { fold, readCode, suspects } from "./code";
import { suggest } from "./suggest";

interface TypeProps {
  index: VisitIndex;
  room: string;
}

export function TypeTag({ index, room }: TypeProps) {
  const field = useField();
  const [typed, setTyped] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const visit = index.visit.id;
  useEffect(() => input.current?.focus(), []);
  const reading = readCode(typed);
  const ready =
    reading.kind === "tag" || (reading.kind === "other" && isAlias(index, reading.alias));
  function done(): void {
    setTyped("");
    input.current?.focus();
  }
  async function send(code: string): Promise<void> {
    await scanText(field, visit, room, code, "hand");
    done();
  }
  const likely = suggest(index, room, typed);
  const wrong =
    reading.kind === "mistyped" ? couldBe(index, field.store.codeOwner, reading.code) : [];
  return (
    <form
      class="type in"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim()) void send(typed);
      }}
    >
      <label for="type-tag">{t("type.label")}</label>
      <div class="type-line">
        <input
          ref={input}
          id="type-tag"
          class="input tag"
          value={typed}
          maxLength={120}
          autoComplete="off"
          autoCapitalize="characters"
          spellcheck={false}
          aria-describedby="type-say"
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <button class="btn btn-main" type="submit" disabled={!ready}>
          {t("type.record")}
        </button>
      </div>
      <p
        id="type-say"
        class={reading.kind === "mistyped" ? "field-say field-wrong" : "field-say"}
        role="status"
      >
        {sayOf(typed, reading.kind, wrong[0])}
      </p>
      {wrong.length > 0 && (
        <div class="btns">
          {wrong.map((suspect) => (
            <button
              key={suspect.code}
              class="btn btn-s"
              type="button"
              onClick={() => void send(suspect.code)}
            >
              {showTag(suspect.code)}
            </button>
          ))}
        </div>
      )}
      {likely.length > 0 && (
        <ul class="type-list" aria-label={t("type.likely")}>
          {likely.map(({ asset, why }) => (
            <li key={asset.id}>
              <button
                class="type-hit"
                type="button"
                onClick={() => void scanAsset(field, visit, room, asset).then(done)}
              >
                <b class="tag">{callName(index, asset)}</b>
                <span class="sub">
                  {why === "serial"
                    ? t("type.serial", { serial: text(asset, "serial") ?? "" })
                    : kindName(index, asset)}
                </span>
                <span class="sub">{roomName(index, text(asset, "room_id"))}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}

function isAlias(index: VisitIndex, alias: string | undefined): boolean {
  return alias !== undefined && index.tag(alias) !== undefined;
}

function couldBe(index: VisitIndex, owner: (code: string) => string, code: string) {
  return suspects(code, (other) => index.tag(other) !== undefined || owner(other) === "ours");
}

function sayOf(
  typed: string,
  kind: string,
  first: { at: number; maybe: string } | undefined,
): string {
  const length = fold(typed).length;
  if (kind === "tag") return t("type.right");
  if (kind === "mistyped") {
    return first ? t("type.wrong_at", { n: first.at + 1, maybe: first.maybe }) : t("type.wrong");
  }
  return length > 0 && length < 8 ? t("type.more", { n: 8 - length }) : t("type.help");
}
