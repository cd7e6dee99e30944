// Escape closes a sheet and goes back to what lies under it.
import { useEffect } from "preact/hooks";
import { useField } from "../deps";

export function useEscape(under: string): void {
  const { router } = useField();
  useEffect(() => {
    const leave = (event: KeyboardEvent): void => {
      if (event.key === "Escape") router.go(under);
    };
    addEventListener("keydown", leave);
    return () => removeEventListener("keydown", leave);
  }, [router, under]);
}
