/** Where a thing of either list is: its school, its visit, its room. */
import type { ComponentChild, JSX } from "preact";
import type { Waiting } from "../../domain/generated/audits";
import { href } from "../route";

type Place = Pick<Waiting, "school_id" | "school_name" | "visit_id" | "visit_name" | "room_name">;

/** `instead`: what is said where no school is known. */
export function Where(props: { of: Place; instead?: string }): JSX.Element {
  const { of, instead } = props;
  const parts: ComponentChild[] = [];
  if (of.school_id !== null)
    parts.push(<a href={href(`/schools/${of.school_id}`)}>{of.school_name}</a>);
  else if (instead !== undefined) parts.push(instead);
  if (of.visit_id !== null)
    parts.push(<a href={href(`/visits/${of.visit_id}`)}>{of.visit_name}</a>);
  if (of.room_name !== null) parts.push(of.room_name);
  return (
    <p class="crumbs">
      {parts.map((part, at) => (
        <span key={at}>
          {at > 0 ? <span aria-hidden="true"> › </span> : null}
          {part}
        </span>
      ))}
    </p>
  );
}
