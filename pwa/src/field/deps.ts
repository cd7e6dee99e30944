// What every field screen is given: the shell's props, ids, and the one way to save.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { FieldProps } from "../app/field-props";
import { naturalId, newId } from "../sync/ids";
import { createSaver, type Saver } from "./saver";

/** Record ids: natural ones follow from their keys, fresh ones are UUIDv7. */
export interface Ids {
  natural(kind: string, ...keys: string[]): string;
  fresh(): string;
}

export interface Field extends FieldProps {
  ids: Ids;
  saver: Saver;
  now(): number;
}

export function fieldOf(props: FieldProps, now: () => number = Date.now): Field {
  const organisation = props.store.me.organisation_id;
  const ids: Ids = {
    natural: (kind, ...keys) => naturalId(kind, organisation, ...keys),
    fresh: newId,
  };
  return { ...props, ids, now, saver: createSaver(props.store, now) };
}

const Context = createContext<Field | undefined>(undefined);
export const FieldProvider = Context.Provider;

export function useField(): Field {
  const field = useContext(Context);
  if (!field) throw new Error("a field screen stands outside FieldProvider");
  return field;
}
