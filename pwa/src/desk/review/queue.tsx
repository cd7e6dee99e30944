/** The list of what waits, oldest first. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Waiting } from "../../domain/generated/audits";
import { href, place, setQuery } from "../route";
import { t } from "../say";
import { heldShortly, idOf, lineOf, titleOf, topicOf } from "./model";

export function Queue(props: {
  items: readonly Waiting[];
  chosen: Waiting | undefined;
}): JSX.Element {
  return (
    <ul>
      {props.items.map((item) => (
        <Row key={idOf(item)} item={item} isChosen={item === props.chosen} />
      ))}
    </ul>
  );
}

function Row(props: { item: Waiting; isChosen: boolean }): JSX.Element {
  const { item, isChosen } = props;
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (isChosen) link.current?.scrollIntoView({ block: "nearest" });
  }, [isChosen]);
  const query = new URLSearchParams(place.value.query);
  query.set("item", idOf(item));
  return (
    <li>
      <a
        ref={link}
        href={`${href("/review")}?${query.toString()}`}
        aria-current={isChosen ? "true" : undefined}
        data-row=""
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          setQuery({ item: idOf(item) });
        }}
      >
        <span class="name">{titleOf(item)}</span>
        <span class="why">
          {item.held === null ? t("review.two_values") : heldShortly(item.held)}
        </span>
        <small>{topicOf(item)}</small>
        <small>{lineOf(item)}</small>
      </a>
    </li>
  );
}

/** The rest of a list that is longer than a page. */
export function Next(props: { after: string }): JSX.Element {
  return (
    <p class="tfoot">
      <button
        type="button"
        class="btn mini"
        onClick={() => setQuery({ after: props.after, item: null })}
      >
        {t("review.next_page")}
      </button>
    </p>
  );
}
