/** Words of what follows a restore: tablets that are not back, values that only they still show. */
export const deskRestored = {
  "keys.help.restored": "Put back, leave out after a restore",
  "nav.restored": "After a restore",
  "restored.after": "This cannot be undone here.",
  "restored.all_back": "Every tablet is back",
  "restored.all_back.words":
    "Each has said what it holds since the restore. What only they still showed is in the list.",
  "restored.by": "By {person}",
  "restored.deleted": "It was removed",
  "restored.deleted.now": "It stands again since the restore",
  "restored.devices": { one: "1 tablet is not back", other: "{n} tablets are not back" },
  "restored.devices.list": "Tablets that are not back",
  "restored.devices.short": "list not whole yet",
  "restored.devices.words":
    "Until they are, something may be missing from the list. Open Walkround on them where there is signal: they offer their own work again by themselves.",
  "restored.done.applied": "Put back. Tablets see it at their next contact.",
  "restored.done.ignored": "Left out. It is gone from the list.",
  "restored.done.merged": {
    one: "Put back. 1 field has two values now, and needs a person.",
    other: "Put back. {n} fields have two values now, and need a person.",
  },
  "restored.empty": "Nothing is missing",
  "restored.empty.words":
    "After a restore, tablets offer their own work again by themselves. What others wrote and only a tablet still shows waits here.",
  "restored.facts": "The data are of a backup, brought back on {at}",
  "restored.from": "Still on {person}’s tablet {device}",
  "restored.from.nobody": "Still on a tablet",
  "restored.how":
    "A tablet fetched this before the restore, and the server has it no more. Nothing is written until you decide.",
  "restored.leave": "Leave it out",
  "restored.leave.words": "Nothing is written. It leaves this list, and your reason is kept.",
  "restored.list": "What the restore took back",
  "restored.new":
    "This is not on the server any more. Put back, it is made anew from what is ticked.",
  "restored.none": "No backup was brought back here",
  "restored.now": "Stands now: {value}",
  "restored.put_back": "Put it back",
  "restored.put_back.words":
    "What is ticked is written as your own change. Where something else stands, both values wait for a choice.",
  "restored.reason.fault": "Say why it is left out.",
  "restored.reason.hint": "It is kept with your name",
  "restored.save.applied": { one: "Put back 1 value", other: "Put back {n} values" },
  "restored.save.deleted": "Remove it again",
  "restored.save.ignored": "Leave it out",
  "restored.settled": "Somebody settled this meanwhile. Nothing of yours was written.",
  "restored.state.offering": {
    one: "Holds 1 change the server lacks",
    other: "Holds {n} changes the server lacks",
  },
  "restored.state.silent": "Not heard of since",
  "restored.still": "It cannot be put back like this: {why} It stays in the list.",
  "restored.title": "After a restore",
  "restored.values": "What is missing",
  "restored.values.count": { one: "1 value", other: "{n} values" },
  "restored.why.deleted": "it was removed since.",
  "restored.why.missing_parent": "something that it needs is not there.",
  "restored.why.other": "a value does not fit any more.",
} as const;
