/** The heading row of a data table: words, and a class where figures stand. */
import type { JSX } from "preact";

/** Words alone, or words with the column's class; null is a column that is not shown. */
export type Heading = string | readonly [words: string, name: string] | null;

export function Heads(props: { of: readonly Heading[] }): JSX.Element {
  return (
    <thead>
      <tr>
        {props.of.map((heading) => {
          if (heading === null) return null;
          const [words, name] = typeof heading === "string" ? [heading, undefined] : heading;
          return (
            <th key={words} scope="col" class={name === "sr" ? undefined : name}>
              {name === "sr" ? <span class="sr">{words}</span> : words}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
