// A tag typed by hand: checked as it is typed, with what it could have meant and what ends like it.
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../app/words";
import type { Rec } from "../../data/types";
import { showTag } from "../../domain/tag";
import { useField } from "../deps";
import { text } from "../fields";
import { callName, kindName, roomName } from "../subject";
import type { VisitIndex } from "../visit-index";
import { scanAsset, scanText } from "./actions";
import { fold, readCode, type Suspect, suspects } from "./code";
import type { Suggestion } from "./model";
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
      <TypeLine input={input} typed={typed} setTyped={setTyped} ready={ready} />
      <p
        id="type-say"
        class={reading.kind === "mistyped" ? "field-say field-wrong" : "field-say"}
        role="status"
      >
        {sayOf(typed, reading.kind, wrong[0])}
      </p>
      <Corrections suspects={wrong} send={(code) => void send(code)} />
      <Likely
        index={index}
        hits={suggest(index, room, typed)}
        pick={(asset) => void scanAsset(field, visit, room, asset).then(done)}
      />
    </form>
  );
}

interface TypeLineProps {
  input: RefObject<HTMLInputElement | null>;
  typed: string;
  setTyped: (typed: string) => void;
  ready: boolean;
}

function TypeLine({ input, typed, setTyped, ready }: TypeLineProps) {
  return (
    <>
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
    </>
  );
}

function Corrections(props: { suspects: readonly Suspect[]; send: (code: string) => void }) {
  if (props.suspects.length === 0) return null;
  return (
    <div class="btns">
      {props.suspects.map(({ code }) => (
        <button key={code} class="btn btn-s" type="button" onClick={() => props.send(code)}>
          {showTag(code)}
        </button>
      ))}
    </div>
  );
}

interface LikelyProps {
  index: VisitIndex;
  hits: readonly Suggestion[];
  pick: (asset: Rec) => void;
}

function Likely({ index, hits, pick }: LikelyProps) {
  if (hits.length === 0) return null;
  return (
    <ul class="type-list" aria-label={t("type.likely")}>
      {hits.map(({ asset, why }) => (
        <li key={asset.id}>
          <button class="type-hit" type="button" onClick={() => pick(asset)}>
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
