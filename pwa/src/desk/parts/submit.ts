/** Sending a form: its own faults first, then the server's, then one sentence for anything else. */
import { useState } from "preact/hooks";
import { fieldFaults, inWords } from "../problems";
import type { Faults } from "./form";

export interface Submit {
  readonly faults: Faults;
  /** What failed as a whole, when no field is to blame. */
  readonly failed: string | undefined;
  readonly busy: boolean;
  /** Check, then send; a second press while the first is under way does nothing. */
  readonly run: (event: Event, check: () => Faults, send: () => Promise<void>) => Promise<void>;
}

export function useSubmit(order: readonly string[]): Submit {
  const [faults, setFaults] = useState<Faults>([]);
  const [failed, setFailed] = useState<string | undefined>();
  const [busy, setBusy] = useState(false);
  const run: Submit["run"] = async (event, check, send) => {
    event.preventDefault();
    if (busy) return;
    const found = check();
    setFaults(found);
    setFailed(undefined);
    if (found.length > 0) return;
    setBusy(true);
    try {
      await send();
    } catch (problem) {
      const fields = fieldFaults(problem, order);
      const said = inWords(problem);
      setFaults(fields);
      setFailed(fields.length > 0 ? undefined : `${said.title}. ${said.detail}`);
    }
    setBusy(false);
  };
  return { faults, failed, busy, run };
}
