/** People of the organisation, and a typed code that signs a tablet in as one of them. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Code, Person } from "../../domain/generated/accounts";
import { call, callAll } from "../api";
import { clockTime } from "../dates";
import { Heads } from "../parts/heads";
import { tell } from "../parts/notice";
import { Head } from "../parts/page";
import { Shown } from "../parts/states";
import { inWords } from "../problems";
import { useResource } from "../resource";
import { t, word } from "../say";

type CodeFor = Code & { readonly person: Person };

export function PeoplePage(): JSX.Element {
  const people = useResource("people", (signal) => callAll("GET /api/people", {}, signal));
  const [code, setCode] = useState<CodeFor | null>(null);
  const make = async (person: Person): Promise<void> => {
    try {
      const made = await call("POST /api/sign-in-codes", { user_id: person.id });
      setCode({ person, ...made });
    } catch (problem) {
      const said = inWords(problem);
      tell(`${said.title}. ${said.detail}`);
    }
  };
  return (
    <main id="main" class="main">
      <div class="body">
        <Head title={t("people.title")} facts={t("people.facts")} />
        {code === null ? null : <CodeShown code={code} close={() => setCode(null)} />}
        <Shown of={people}>
          {(all) => <Rows people={all} make={(person) => void make(person)} />}
        </Shown>
      </div>
    </main>
  );
}

function CodeShown(props: { code: CodeFor; close: () => void }): JSX.Element {
  const { code } = props;
  return (
    <div class="notice code" role="status">
      <p>{t("people.code_for", { name: code.person.name })}</p>
      <p class="the-code">{code.code}</p>
      <p class="small">{t("people.code_until", { time: clockTime(code.expires_at) })}</p>
      <button type="button" class="btn" onClick={props.close}>
        {t("act.close")}
      </button>
    </div>
  );
}

function Rows(props: { people: readonly Person[]; make: (person: Person) => void }): JSX.Element {
  return (
    <div class="scroll">
      <table class="table mid rows-stack">
        <caption class="sr">{t("people.title")}</caption>
        <Heads
          of={[t("people.name"), t("people.email"), t("people.role"), [t("people.tablet"), "sr"]]}
        />
        <tbody>
          {props.people.map((person) => (
            <tr key={person.id}>
              <th scope="row">{person.name}</th>
              <td class="quiet">{person.email ?? "–"}</td>
              <td>{person.roles.map((role) => word("role", role)).join(", ")}</td>
              <td class="num">
                <button type="button" class="btn mini" onClick={() => props.make(person)}>
                  {t("people.make_code")}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
