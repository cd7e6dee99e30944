/** The worst items of the schools shown travel with every summary. */
import type { JSX } from "preact";
import type { Contributor, MatrixRow } from "../../domain/generated/ratings";
import { showTag } from "../../domain/tag";
import { call } from "../api";
import { Heads } from "../parts/heads";
import { Pounds } from "../parts/pounds";
import { Badge } from "../parts/rag";
import { useResource } from "../resource";
import { href } from "../route";
import { t } from "../say";
import { worstFirst } from "./model";

const SCHOOLS_READ = 5;
const SHOWN = 5;

interface WorstItem {
  readonly school: MatrixRow;
  readonly item: Contributor;
}

/** Ask the five worst schools for their worst items and show the worst five of those. */
export function Worst(props: { rows: readonly MatrixRow[] }): JSX.Element | null {
  const schools = worstFirst(props.rows.filter((row) => row.overall.red > 0)).slice(
    0,
    SCHOOLS_READ,
  );
  const key = schools.length === 0 ? null : `worst ${schools.map((row) => row.id).join()}`;
  const worst = useResource(key, (signal) => readWorst(schools, signal));
  if (worst.data === undefined || worst.data.length === 0) return null;
  return (
    <section class="below">
      <h2>{t("worst.title")}</h2>
      <div class="scroll">
        <table class="table mid rows-stack">
          <Heads
            of={[t("worst.item"), t("worst.where"), t("worst.why"), [t("worst.value"), "num"]]}
          />
          <tbody>
            {worst.data.map(({ school, item }) => (
              <tr key={item.subject_id}>
                <th scope="row">
                  <SubjectLink of={item} />
                </th>
                <td>
                  <a class="plain" href={href(`/schools/${school.id}`)}>
                    {school.name}
                  </a>
                  {item.room_name === null ? "" : `, ${item.room_name}`}
                </td>
                <td>{worstReason(item)}</td>
                <td class="num">
                  <Pounds pence={item.value_pence} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

async function readWorst(schools: readonly MatrixRow[], signal: AbortSignal): Promise<WorstItem[]> {
  const answers = await Promise.all(
    schools.map((row) => call("GET /api/matrices/cell", { school_id: row.id }, signal)),
  );
  const all = answers.flatMap((answer, index) =>
    answer.contributors.flatMap((item) => {
      const school = schools[index];
      return school === undefined || item.rag !== "red" ? [] : [{ school, item }];
    }),
  );
  return interleave(all, schools);
}

/** The first of each school, then the second of each: one school never fills the list alone. */
function interleave(all: readonly WorstItem[], schools: readonly MatrixRow[]): WorstItem[] {
  const bySchool = schools.map((row) => all.filter((one) => one.school === row));
  const found: WorstItem[] = [];
  for (let turn = 0; found.length < SHOWN; turn += 1) {
    const round = bySchool.flatMap((list) => list[turn] ?? []);
    if (round.length === 0) break;
    found.push(...round);
  }
  return found.slice(0, SHOWN);
}

export function SubjectLink(props: { of: Contributor; size?: "s" }): JSX.Element {
  const { of } = props;
  return (
    <span class="subject">
      <Badge rag={of.rag} said={true} />
      <a href={href(subjectPath(of.subject_kind, of.subject_id))}>
        {of.name}
        {of.tag === null ? "" : ` ${showTag(of.tag)}`}
      </a>
    </span>
  );
}

export function subjectPath(kind: string, id: string): string {
  return `/${kind}s/${id}`;
}

/** The words of the reason that makes this item as bad as it is. */
export function worstReason(of: Contributor): string {
  const reason = of.reasons.find((one) => one.rag === of.rag) ?? of.reasons[0];
  return reason?.words ?? t("rating.no_evidence");
}
