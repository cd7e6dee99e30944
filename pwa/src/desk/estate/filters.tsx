/** What the register is narrowed to: words typed, kind, school, category, one room. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Kind } from "../../domain/generated/ratings";
import { useSchools } from "../matrix/home";
import { Choice } from "../parts/page";
import { place, setQuery } from "../route";
import { t, word } from "../say";
import { CATEGORIES } from "./categories";

const KINDS: readonly Kind[] = ["asset", "lot", "system"];

export function kindOf(text: string | null): Kind {
  return KINDS.find((kind) => kind === text) ?? "asset";
}

export function Filters(props: { kind: Kind; school: boolean }): JSX.Element {
  const { query } = place.value;
  const set = (name: string) => (value: string) => setQuery({ [name]: value, after: null });
  return (
    <search class="filters">
      <Find />
      <Choice
        label={t("estate.show")}
        value={props.kind}
        options={KINDS.map((kind) => [kind, word("kind.plural", kind)] as const)}
        choose={(kind) => setQuery({ kind: kind === "asset" ? null : kind, after: null })}
      />
      {props.school ? <SchoolChoice /> : null}
      <Choice
        label={t("estate.category")}
        value={query.get("category") ?? ""}
        options={[
          ["", t("filter.all")],
          ...CATEGORIES.map((key) => [key, word("category", key)] as const),
        ]}
        choose={set("category")}
      />
      {query.get("room_id") === null ? null : (
        <button
          type="button"
          class="btn mini"
          onClick={() => setQuery({ room_id: null, after: null })}
        >
          {t("estate.one_room")} <span aria-hidden="true">×</span>
          <span class="sr">{t("filter.clear_one")}</span>
        </button>
      )}
    </search>
  );
}

function SchoolChoice(): JSX.Element {
  const schools = useSchools().data ?? [];
  const { query } = place.value;
  return (
    <Choice
      label={t("matrix.school")}
      value={query.get("school_id") ?? ""}
      options={[
        ["", t("filter.all_schools", { n: schools.length })],
        ...schools.map((school) => [school.id, school.name] as const),
      ]}
      choose={(id) => setQuery({ school_id: id, room_id: null, after: null })}
    />
  );
}

const TYPING_MS = 250;

/** Searches while a person types; a new letter cancels the search before it. */
function Find(): JSX.Element {
  const asked = place.value.query.get("q") ?? "";
  const [text, setText] = useState(asked);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setText(asked), [asked]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <label class="find">
      <span class="sr">{t("estate.find")}</span>
      <input
        id="find"
        type="search"
        placeholder={t("estate.find")}
        value={text}
        onInput={(event) => {
          const value = event.currentTarget.value;
          setText(value);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => setQuery({ q: value.trim(), after: null }), TYPING_MS);
        }}
      />
      <span class="key" aria-hidden="true">
        /
      </span>
    </label>
  );
}
