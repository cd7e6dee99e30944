// The sheet over a room or a list of rooms: what is under it stays in sight and closes it.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../../app/words";
import { useField } from "../deps";

interface SheetProps {
  /** Where closing leads. */
  under: string;
  label: string;
  children: ComponentChildren;
}

export function Sheet({ under, label, children }: SheetProps) {
  const { router } = useField();
  useEffect(() => {
    const leave = (event: KeyboardEvent): void => {
      if (event.key === "Escape") router.go(under);
    };
    addEventListener("keydown", leave);
    return () => removeEventListener("keydown", leave);
  }, [router, under]);
  return (
    <>
      <button
        class="scrim"
        type="button"
        tabIndex={-1}
        aria-label={t("scan.close")}
        onClick={() => router.go(under)}
      />
      <div class="sheet scan" role="dialog" aria-modal="true" aria-label={label}>
        {children}
      </div>
    </>
  );
}
