/** The list: first the tablets that are not back, then record by record, the first told first. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Lost } from "../../domain/generated/recovery";
import { href, place, setQuery } from "../route";
import { t } from "../say";
import { idOf, lineOf, titleOf, topicOf } from "./model";
import { DEVICES } from "./page";

export function Queue(props: {
  items: readonly Lost[];
  devices: number;
  chosen: string | undefined;
}): JSX.Element {
  return (
    <ul>
      {props.devices === 0 ? null : (
        <Row id={DEVICES} isChosen={props.chosen === DEVICES}>
          <span class="name">{t("restored.devices", { n: props.devices })}</span>
          <small>{t("restored.devices.short")}</small>
        </Row>
      )}
      {props.items.map((item) => (
        <Row key={idOf(item)} id={idOf(item)} isChosen={props.chosen === idOf(item)}>
          <span class="name">{titleOf(item)}</span>
          <span class="why">{topicOf(item)}</span>
          <small>{lineOf(item)}</small>
        </Row>
      ))}
    </ul>
  );
}

function Row(props: { id: string; isChosen: boolean; children: ComponentChildren }): JSX.Element {
  const { id, isChosen } = props;
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (isChosen) link.current?.scrollIntoView({ block: "nearest" });
  }, [isChosen]);
  const query = new URLSearchParams(place.value.query);
  query.set("item", id);
  return (
    <li>
      <a
        ref={link}
        href={`${href("/restored")}?${query.toString()}`}
        aria-current={isChosen ? "true" : undefined}
        data-row=""
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          setQuery({ item: id });
        }}
      >
        {props.children}
      </a>
    </li>
  );
}
