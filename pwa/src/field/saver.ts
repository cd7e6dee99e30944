// The one way a screen writes: save, then say so; a failure stays on the screen until it is saved.
import { type Signal, signal } from "@preact/signals";
import { t } from "../app/words";
import type { Edit, PhotoBytes, Store } from "../data/types";
import { undoOf } from "./edits";

export interface Toast {
  words: string;
  undo: (() => void) | undefined;
}

export interface Change {
  at: number;
  words: string;
  back: readonly Edit[];
}

export interface Save {
  edits: readonly Edit[];
  /** What was done, in words: for the toast and for those who listen. None = quietly. */
  words?: string | undefined;
  photos?: PhotoBytes[];
  /** The record whose own changes this belongs to, for its history. */
  about?: string;
  /** Adding a record has no undo here. */
  noUndo?: boolean;
}

export interface Saver {
  /** True once it is on this tablet. */
  save(save: Save): Promise<boolean>;
  /** Speak without a toast: scans have their own list. */
  say(words: string): void;
  dismiss(): void;
  changesOf(about: string): readonly Change[];
  undo(change: Change, about: string): Promise<void>;
  readonly toast: Signal<Toast | undefined>;
  readonly spoken: Signal<string>;
  readonly failed: Signal<Save | undefined>;
}

const TOAST_MS = 6000;
const KEPT_CHANGES = 20;

export function createSaver(store: Store, wall: () => number): Saver {
  const failed = signal<Save | undefined>(undefined);
  const voice = createVoice();
  const history = createHistory(wall);

  async function undo(back: readonly Edit[], about: string | undefined): Promise<void> {
    voice.dismiss();
    const result = await store.undo([...back]);
    if (result !== "saved") {
      failed.value = { edits: back };
      return;
    }
    voice.say(t("undo.done"));
    history.forget(about, back);
  }
  async function save(request: Save): Promise<boolean> {
    const { edits, words, photos, about, noUndo } = request;
    const back = noUndo ? [] : undoOf(edits, store.get.bind(store));
    const result = await store.edit([...edits], photos);
    if (result !== "saved") {
      failed.value = request;
      return false;
    }
    failed.value = undefined;
    if (words) {
      history.remember(about, words, back);
      voice.say(words);
      voice.show(words, back.length ? () => void undo(back, about) : undefined);
    }
    return true;
  }
  const { say, dismiss, toast, spoken } = voice;
  const changesOf = history.of;
  return {
    save,
    say,
    dismiss,
    toast,
    spoken,
    failed,
    changesOf,
    undo: (change, about) => undo(change.back, about),
  };
}

/** What is said: aloud, and in a toast that goes by itself. */
function createVoice() {
  const toast = signal<Toast | undefined>(undefined);
  const spoken = signal("");
  let timer: ReturnType<typeof setTimeout> | undefined;

  function say(words: string): void {
    // The same words twice are not read aloud again; a space makes them new.
    spoken.value = spoken.value === words ? `${words} ` : words;
  }
  function dismiss(): void {
    clearTimeout(timer);
    toast.value = undefined;
  }
  function show(words: string, undo: (() => void) | undefined): void {
    dismiss();
    toast.value = { words, undo };
    timer = setTimeout(dismiss, TOAST_MS);
  }
  return { toast, spoken, say, dismiss, show };
}

/** What was changed of each record since the start, newest first, and what would take it back. */
function createHistory(wall: () => number) {
  const changes = signal<ReadonlyMap<string, readonly Change[]>>(new Map());
  const of = (about: string): readonly Change[] => changes.value.get(about) ?? [];

  function put(about: string, own: readonly Change[]): void {
    changes.value = new Map(changes.value).set(about, own);
  }
  function remember(about: string | undefined, words: string, back: readonly Edit[]): void {
    if (about === undefined || back.length === 0) return;
    put(about, [{ at: wall(), words, back }, ...of(about)].slice(0, KEPT_CHANGES));
  }
  function forget(about: string | undefined, back: readonly Edit[]): void {
    if (about === undefined) return;
    put(
      about,
      of(about).filter((change) => change.back !== back),
    );
  }
  return { of, remember, forget };
}
