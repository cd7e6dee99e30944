// The frame of every field screen: bar, banners, panes, dock, toast and the live region.
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../app/words";
import { Icon } from "../ui/icon";
import { type BannerPlace, FailedBanner, StateBanners } from "./banners";
import { useField } from "./deps";
import { SYNC } from "./paths";
import { chipOf } from "./sync/chip";

const wide = signal(false);
if (typeof matchMedia === "function") {
  const query = matchMedia("(min-width: 900px)");
  wide.value = query.matches;
  query.addEventListener("change", (event) => {
    wide.value = event.matches;
  });
}

/** True when rooms, room and finding stand side by side. */
export const useWide = (): boolean => wide.value;

export interface Back {
  href: string;
  label: string;
}

interface ShellProps {
  title: string;
  /** Tag codes get their own letter spacing. */
  tag?: boolean;
  line?: string | undefined;
  /** Left out on a phone. */
  lineFirst?: string | undefined;
  back?: Back;
  /** Before there is anything to sync: no chip. */
  bare?: boolean;
  banners?: BannerPlace;
  panes?: 1 | 2 | 3;
  dock: ComponentChildren;
  dockClass?: string;
  /** A sheet over the panes; what is under it is inert. */
  sheet?: ComponentChildren;
  children: ComponentChildren;
}

export function Shell(props: ShellProps) {
  const { router, saver } = useField();
  const path = router.place.value.path;
  useEffect(() => router.arrived(t("app.title", { page: props.title })), [path]);
  const inert = props.sheet !== undefined;
  return (
    <div class="app">
      <Bar {...props} inert={inert} />
      <div class="under" inert={inert}>
        <FailedBanner />
        <StateBanners place={props.banners ?? "work"} />
        <div class={props.panes && props.panes > 1 ? `panes panes-${props.panes}` : "panes"}>
          {props.children}
        </div>
      </div>
      {!inert && <footer class={`dock ${props.dockClass ?? ""}`}>{props.dock}</footer>}
      {props.sheet}
      <ToastLine />
      <p class="hush" role="status" aria-live="polite">
        {saver.spoken.value}
      </p>
    </div>
  );
}

function Bar({ title, tag, line, lineFirst, back, bare, inert }: ShellProps & { inert: boolean }) {
  return (
    <header class={back ? "bar" : "bar bar-home"} inert={inert}>
      {back && (
        <a class="bar-back" href={back.href} aria-label={back.label}>
          <Icon name="chevron-left" />
        </a>
      )}
      <div class="bar-title">
        <h1 class={tag ? "tag" : undefined}>{title}</h1>
        {line && (
          <p>
            {lineFirst && <span class="wide">{lineFirst}, </span>}
            {line}
          </p>
        )}
      </div>
      {!bare && <Chip />}
    </header>
  );
}

function Chip() {
  const { store } = useField();
  const chip = chipOf(store.sync.value);
  return (
    <a class={chip.you ? "chip chip-you" : "chip"} href={SYNC}>
      <span>
        <Icon name={chip.icon} />
        {chip.words}
      </span>
    </a>
  );
}

function ToastLine() {
  const { saver } = useField();
  const toast = saver.toast.value;
  if (!toast) return null;
  return (
    <div class="toast">
      <span>{toast.words}</span>
      {toast.undo && (
        <button class="btn btn-s" type="button" onClick={toast.undo}>
          {t("undo")}
        </button>
      )}
    </div>
  );
}

interface PaneProps {
  /** The pane of the address is the page's main part, the others stand beside it. */
  as: "main" | "nav" | "section" | "aside";
  label?: string;
  /** Where its scroll is kept. */
  name: string;
  class?: string;
  children: ComponentChildren;
}

const scrolls = new Map<string, number>();

/** One column; it comes back to where it was scrolled to. */
export function Pane({ as: Tag, label, name, class: extra, children }: PaneProps) {
  const ref = useRef<HTMLElement>(null);
  const shown = useRef(name);
  useLayoutEffect(() => {
    const pane = ref.current;
    if (!pane) return undefined;
    const at = scrolls.get(name) ?? 0;
    // A fresh pane is at its top: to say so would lay the whole page out before its first paint.
    if (at > 0 || shown.current !== name) pane.scrollTop = at;
    shown.current = name;
    const keep = () => scrolls.set(name, pane.scrollTop);
    pane.addEventListener("scroll", keep, { passive: true });
    return () => pane.removeEventListener("scroll", keep);
  }, [name]);
  return (
    <Tag ref={ref as never} class={`pane ${extra ?? ""}`} aria-label={label}>
      {children}
    </Tag>
  );
}
