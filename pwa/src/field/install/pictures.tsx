// Three small drawings of how the app gets onto a Home Screen; the words beside them say the same.
import type { ComponentChildren } from "preact";
import { t } from "../../app/words/later";

function Picture({
  title,
  text,
  children,
}: {
  title: string;
  text: string;
  children: ComponentChildren;
}) {
  return (
    <li>
      <svg viewBox="0 0 200 130" aria-hidden="true">
        {children}
      </svg>
      <p>
        <b>{title}</b>
        <span class="sub">{text}</span>
      </p>
    </li>
  );
}

function HomeScreen() {
  return (
    <>
      <rect x="24" y="-20" width="152" height="172" rx="12" />
      <path class="pale" d="M44 12h28v28H44zM86 12h28v28H86zM128 12h28v28h-28zM44 58h28v28H44z" />
      <rect class="hot" x="84" y="54" width="36" height="36" rx="9" />
      <path class="on-hot" d="M93 65l4.5 14 4.5-12 4.5 12 4.5-14" />
      <path class="words" d="M88 104h28" />
    </>
  );
}

export function HowApple() {
  return (
    <ol class="how">
      <Picture title={t("how.share")} text={t("how.share_text")}>
        <rect x="24" y="12" width="152" height="140" rx="12" />
        <path d="M24 42h152" />
        <path class="words" d="M46 27h70M42 64h116M42 82h92M42 100h104" />
        <circle class="hot" cx="148" cy="27" r="21" />
        <path class="on-hot" d="M148 19v13M143 23l5-5 5 5M141 27v9h14v-9" />
      </Picture>
      <Picture title={t("how.add")} text={t("how.add_text")}>
        <rect x="24" y="-20" width="152" height="172" rx="12" />
        <path class="words" d="M42 24h60M42 106h72" />
        <rect class="hot-line" x="36" y="46" width="128" height="36" rx="8" />
        <path class="ink" d="M48 64h62M136 57h14v14h-14zM143 60.500v7M139.500 64h7" />
      </Picture>
      <Picture title={t("how.open")} text={t("how.open_text")}>
        <HomeScreen />
      </Picture>
    </ol>
  );
}

export function HowOther() {
  return (
    <ol class="how">
      <Picture title={t("how.menu")} text={t("how.menu_text")}>
        <rect x="24" y="12" width="152" height="140" rx="12" />
        <path d="M24 42h152" />
        <path class="words" d="M46 27h70M42 64h116M42 82h92M42 100h104" />
        <circle class="hot" cx="148" cy="27" r="21" />
        <path class="on-hot" d="M148 19v.1M148 27v.1M148 35v.1" />
      </Picture>
      <Picture title={t("how.install")} text={t("how.install_text")}>
        <rect x="24" y="-20" width="152" height="172" rx="12" />
        <path class="words" d="M42 24h60M42 106h72" />
        <rect class="hot-line" x="36" y="46" width="128" height="36" rx="8" />
        <path class="ink" d="M48 64h62M143 56v13M138 64l5 5 5-5M136 73h14" />
      </Picture>
      <Picture title={t("how.open")} text={t("how.open_text")}>
        <HomeScreen />
      </Picture>
    </ol>
  );
}
