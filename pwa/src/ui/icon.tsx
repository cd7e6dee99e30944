// Icons, ratings, ring and meter: what is drawn, each with its words beside it.
import { ICONS, type IconName } from "./icons";

export type { IconName };

export function Icon({ name, small }: { name: IconName; small?: boolean }) {
  return (
    <svg class={small ? "i i-s" : "i"} viewBox="0 0 24 24" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  );
}

/** red octagon R, amber triangle A, green circle G; none = a dashed circle, not seen or not rated. */
export type RagColour = "red" | "amber" | "green" | "none";

const LETTER = { red: "R", amber: "A", green: "G", none: "" } as const;

export function RagSign({ colour }: { colour: RagColour }) {
  return (
    <svg
      class={`rag-i rag-${(LETTER[colour] || "n").toLowerCase()}`}
      viewBox="0 0 32 32"
      aria-hidden="true"
    >
      {colour === "red" && <path d="M10.2 2h11.6L30 10.2v11.6L21.8 30H10.2L2 21.8V10.2Z" />}
      {colour === "amber" && <path d="M16 2.6 31 28.6H1Z" />}
      {colour === "green" && <circle cx="16" cy="16" r="14.5" />}
      {colour === "none" && (
        <>
          <circle cx="16" cy="16" r="13.4" />
          <path d="M11.5 16h9" />
        </>
      )}
      {colour !== "none" && (
        <text x="16" y={colour === "amber" ? 26 : 22}>
          {LETTER[colour]}
        </text>
      )}
    </svg>
  );
}

export function Meter({ value, max, label }: { value: number; max: number; label?: string }) {
  return (
    <progress
      class={label ? "meter" : "meter row-meter"}
      value={value}
      max={Math.max(max, 1)}
      aria-label={label}
      aria-hidden={label ? undefined : "true"}
    />
  );
}

const ROUND = 2 * Math.PI * 32;

/** How much of this room is seen; the figure stands in it, `of` in words below. */
export function Ring({ value, max, of, label }: RingProps) {
  const share = max > 0 ? Math.min(value / max, 1) : 0;
  return (
    <svg class="ring" viewBox="0 0 72 72" role="img" aria-label={label}>
      <circle cx="36" cy="36" r="32" />
      {share > 0 && (
        <circle
          class="ring-on"
          cx="36"
          cy="36"
          r="32"
          stroke-dasharray={ROUND}
          stroke-dashoffset={ROUND * (1 - share)}
        />
      )}
      <text x="36" y="38">
        {value}
      </text>
      <text class="ring-of" x="36" y="54">
        {of}
      </text>
    </svg>
  );
}

interface RingProps {
  value: number;
  max: number;
  of: string;
  label: string;
}
