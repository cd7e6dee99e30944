// Choices: a segment (one of a few), grade tiles A to D, fault plates, a switch.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "./icon";

export interface Option<V extends string = string> {
  value: V;
  label: string;
  /** A count behind the label. */
  count?: number;
  /** The last visit's answer, with the words for those who cannot see the dot. */
  before?: string;
}

interface SegProps<V extends string> {
  label: string;
  options: readonly Option<V>[];
  value: V | undefined;
  onChange: (value: V) => void;
}

export function Seg<V extends string>({ label, options, value, onChange }: SegProps<V>) {
  const name = useId();
  return (
    <div class="seg" role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>
            {option.label} {option.count !== undefined && <b>{option.count}</b>}
          </span>
          <Dot words={option.before} />
        </label>
      ))}
    </div>
  );
}

/** Where the last visit's answer was given. */
export function Dot({ words }: { words: string | undefined }) {
  if (!words) return null;
  return (
    <i class="dot">
      <span class="hush"> ({words})</span>
    </i>
  );
}

export function Was({ children }: { children: ComponentChildren }) {
  return (
    <span class="was">
      <i class="dot" />
      {children}
    </span>
  );
}

interface GradeProps {
  labelledBy: string;
  options: readonly Option[];
  value: string | undefined;
  onChange: (value: string) => void;
}

export function Grade({ labelledBy, options, value, onChange }: GradeProps) {
  const name = useId();
  return (
    <div class="grade" role="radiogroup" aria-labelledby={labelledBy}>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <b>{option.value}</b>
          <span>{option.label}</span>
          <Dot words={option.before} />
        </label>
      ))}
    </div>
  );
}

interface ToggleProps {
  label: string;
  on: boolean;
  before?: string | undefined;
  onChange: (on: boolean) => void;
}

export function Toggle({ label, on, before, onChange }: ToggleProps) {
  return (
    <label class="toggle">
      <input
        type="checkbox"
        checked={on}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span class="box">
        <Icon name="check" />
      </span>
      <span>{label}</span>
      <Dot words={before} />
    </label>
  );
}

export function Switch({ label, on, onChange }: ToggleProps) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={on}
        aria-checked={on}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>{label}</span>
      <span class="switch-b" />
    </label>
  );
}
