/** The rating badge: letter and shape, always beside a word or a number. */
import type { JSX } from "preact";
import type { Rag } from "../../domain/generated/ratings";
import { t, word } from "../say";

const SYMBOL: Readonly<Record<Rag, string>> = { red: "r", amber: "a", green: "g", grey: "x" };

/** `outline` draws green as a ring, in matrices only, so that exceptions stand out. */
export function Badge(props: {
  rag: Rag;
  size?: "s" | "l";
  outline?: boolean;
  said?: boolean;
}): JSX.Element {
  const symbol = props.outline === true && props.rag === "green" ? "q" : SYMBOL[props.rag];
  const name = props.size === undefined ? "rag" : `rag ${props.size}`;
  return props.said === true ? (
    <svg class={name} role="img" aria-label={ragWord(props.rag)}>
      <use href={`#rag-${symbol}`} />
    </svg>
  ) : (
    <svg class={name} aria-hidden="true">
      <use href={`#rag-${symbol}`} />
    </svg>
  );
}

export function BadgeWord(props: { rag: Rag }): JSX.Element {
  return (
    <span class="rag-word">
      <Badge rag={props.rag} />
      {ragWord(props.rag)}
    </span>
  );
}

export function ragWord(rag: Rag): string {
  return word("rag", rag);
}

/** The four badges explained, under every matrix. */
export function RagLegend(): JSX.Element {
  const all: Rag[] = ["red", "amber", "green", "grey"];
  return (
    <>
      {all.map((rag) => (
        <span key={rag} class="rag-word">
          <Badge rag={rag} size="s" outline={true} />
          {rag === "grey" ? t("rag.grey.legend") : ragWord(rag).toLowerCase()}
        </span>
      ))}
    </>
  );
}

/** The symbols, drawn once in the shell. */
export function Sprite(): JSX.Element {
  return (
    <svg class="sprite" width="0" height="0" aria-hidden="true" focusable="false">
      <symbol id="rag-r" viewBox="0 0 20 20">
        <path class="k-red" d="M6.2 1h7.6L19 6.2v7.6L13.8 19H6.2L1 13.8V6.2z" />
        <text class="k-on-red" x="10" y="14.3" text-anchor="middle">
          R
        </text>
      </symbol>
      <symbol id="rag-a" viewBox="0 0 20 20">
        <path class="k-amber" d="M10 2 19 18H1z" />
        <text class="k-on-amber" x="10" y="16.4" text-anchor="middle">
          A
        </text>
      </symbol>
      <symbol id="rag-g" viewBox="0 0 20 20">
        <circle class="k-green" cx="10" cy="10" r="9" />
        <text class="k-on-green" x="10" y="14.2" text-anchor="middle">
          G
        </text>
      </symbol>
      <symbol id="rag-q" viewBox="0 0 20 20">
        <circle class="k-ring" cx="10" cy="10" r="8.2" />
        <text class="k-in-ring" x="10" y="14.2" text-anchor="middle">
          G
        </text>
      </symbol>
      <symbol id="rag-x" viewBox="0 0 20 20">
        <rect class="k-grey" x="2" y="2" width="16" height="16" rx="3" />
        <path class="k-dash" d="M6.5 10h7" />
      </symbol>
    </svg>
  );
}
