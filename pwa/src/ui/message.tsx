// Messages: a banner (what happened, is my work safe, what to do) and an empty place with its next step.
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon";

/** Grey tells, amber asks, red warns; the icon has the same shape as the rating. */
export type Tone = "grey" | "amber" | "red";

interface BannerProps {
  tone?: Tone;
  icon: IconName;
  title: string;
  text?: string;
  children?: ComponentChildren;
}

export function Banner({ tone = "grey", icon, title, text, children }: BannerProps) {
  return (
    <div class={`banner banner-${tone}`} role={tone === "red" ? "alert" : "status"}>
      <Icon name={icon} />
      <div>
        <b>{title}</b>
        {text && <p>{text}</p>}
      </div>
      {children && <div class="btns">{children}</div>}
    </div>
  );
}

/** One line, for what passes by itself. */
export function LineBanner({ icon, title, text, children }: BannerProps) {
  return (
    <div class="banner banner-line" role="status">
      <Icon name={icon} />
      <p>
        <b>{title}</b> {text}
      </p>
      {children && <div class="btns">{children}</div>}
    </div>
  );
}

interface EmptyProps {
  icon: IconName;
  title: string;
  text: string;
  children?: ComponentChildren;
}

export function Empty({ icon, title, text, children }: EmptyProps) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      <p>{text}</p>
      {children && <div class="btns">{children}</div>}
    </div>
  );
}
