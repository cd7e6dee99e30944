/** Tablets that worked before the restore and have not handed everything in again. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { AwaitedList } from "../../domain/generated/recovery";
import { call, PAGE } from "../api";
import { moment } from "../dates";
import { Heads } from "../parts/heads";
import { Shown } from "../parts/states";
import { useResource } from "../resource";
import { setQuery } from "../route";
import { t } from "../say";
import { stateWords } from "./model";

export function Devices(props: { n: number }): JSX.Element {
  const [after, setAfter] = useState<string | null>(null);
  const list = useResource(`lost awaited ${after}`, (signal) =>
    call("GET /api/lost/awaited", { after, limit: PAGE }, signal),
  );
  return (
    <article class="matter">
      <button type="button" class="btn bare to-list" onClick={() => setQuery({ item: null })}>
        {t("review.back")}
      </button>
      <h2>{t("restored.devices", { n: props.n })}</h2>
      <p>{t("restored.devices.words")}</p>
      <Shown of={list}>{(page) => <Rows page={page} next={setAfter} />}</Shown>
    </article>
  );
}

function Rows(props: { page: AwaitedList; next: (after: string) => void }): JSX.Element {
  const { items, next } = props.page;
  return (
    <>
      <table class="table mid rows-stack">
        <caption class="sr">{t("restored.devices.list")}</caption>
        <Heads
          of={[
            t("unsent.person"),
            t("unsent.device"),
            t("visits.state"),
            [t("unsent.last_seen"), "num"],
          ]}
        />
        <tbody>
          {items.map((one, at) => (
            <tr key={`${one.device} ${at}`}>
              <th scope="row">{one.person ?? t("review.by.nobody")}</th>
              <td class="nowrap" data-label={t("unsent.device")}>
                {t("unsent.tablet", { device: one.device })}
              </td>
              <td data-label={t("visits.state")}>{stateWords(one)}</td>
              <td class="num" data-label={t("unsent.last_seen")}>
                {moment(one.last_seen)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {next === null ? null : (
        <p>
          <button type="button" class="btn mini" onClick={() => props.next(next)}>
            {t("review.next_page")}
          </button>
        </p>
      )}
    </>
  );
}
