// Seeded faults: switches that only tests turn on, to prove that the tests can fail.

export type Mutant =
  /** The outbox is emptied when a batch is sent, not when its results are stored. */
  | "clear_outbox_on_send"
  /** A batch that the server refused as a whole is thrown away. */
  | "drop_on_4xx"
  /** A photo counts as sent once its last byte has gone, whatever the server says of its hash. */
  | "blob_before_hash_check"
  /** The cursor jumps to the head while there is more to come. */
  | "cursor_to_head"
  /** A write is promised before it is on the disk. */
  | "relaxed_durability"
  /** What the server took is not kept for the day that it is restored. */
  | "no_history"
  /** A group is cut where the batch is full. */
  | "group_split";

export type Mutants = ReadonlySet<Mutant>;
export const NO_MUTANTS: Mutants = new Set();
