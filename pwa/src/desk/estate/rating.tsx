/** Why a thing is rated as it is: every dimension with its reason and the date of its evidence. */
import type { JSX } from "preact";
import type { Rag, Rating, Reason } from "../../domain/generated/ratings";
import { longDay, shortDay } from "../dates";
import { Heads } from "../parts/heads";
import { Pounds } from "../parts/pounds";
import { BadgeWord } from "../parts/rag";
import { t, word } from "../say";

export function RatingReasons(props: { rating: Rating | null }): JSX.Element {
  const { rating } = props;
  if (rating === null) {
    return (
      <section>
        <h2>{t("rating.title")}</h2>
        <p class="quiet">{t("rating.not_yet")}</p>
      </section>
    );
  }
  return (
    <section>
      <div class="row apart">
        <h2>{t("rating.title")}</h2>
        <span class="small quiet">{ratedOn(rating)}</span>
      </div>
      <div class="scroll">
        <table class="table mid">
          <Heads
            of={[
              t("rating.dimension"),
              t("rating.rating"),
              t("rating.reason"),
              [t("rating.on"), "num"],
            ]}
          />
          <tbody>
            {[...rating.reasons].sort(byWeight).map((reason) => (
              <Dimension key={reason.dimension} reason={reason} />
            ))}
          </tbody>
        </table>
      </div>
      <Foot rating={rating} />
    </section>
  );
}

function Dimension(props: { reason: Reason }): JSX.Element {
  const { reason } = props;
  return (
    <tr>
      <th scope="row">{word("dimension", reason.dimension)}</th>
      <td>
        <BadgeWord rag={reason.rag} />
      </td>
      <td>{reason.words}</td>
      <td class="num">{reason.on === null ? "–" : shortDay(reason.on)}</td>
    </tr>
  );
}

const WEIGHT: Readonly<Record<Rag, number>> = { red: 0, amber: 1, green: 2, grey: 3 };

/** What decides stands first; what nobody knows stands last. */
function byWeight(a: Reason, b: Reason): number {
  return WEIGHT[a.rag] - WEIGHT[b.rag];
}

function ratedOn(rating: Rating): string {
  return t("rating.rated", { on: longDay(rating.rated_at), version: rating.version });
}

function Foot(props: { rating: Rating }): JSX.Element {
  const { turns_on: on, turns_to: to, value_pence: value } = props.rating;
  return (
    <p class="tfoot">
      <span>
        {value === 0 ? (
          t("rating.no_price")
        ) : (
          <>
            {t("rating.value")} <Pounds pence={value} />
          </>
        )}
      </span>
      {on === null || to === null ? null : (
        <span>{t("rating.turns", { rag: word("rag", to).toLowerCase(), on: longDay(on) })}</span>
      )}
    </p>
  );
}
