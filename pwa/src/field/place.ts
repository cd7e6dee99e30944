// Where the person was: the last visit and room, and how this tablet is set; kept beside the data.

const LAST = "walkround.last";
const LOOK = "walkround.look";

export interface Last {
  visit: string;
  room: string;
}

function read<T>(key: string): Partial<T> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    return typeof kept === "object" && kept !== null ? (kept as Partial<T>) : {};
  } catch {
    return {};
  }
}

function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden store only loses the shortcut, never the work.
  }
}

export function lastPlace(): Last | undefined {
  const { visit, room } = read<Last>(LAST);
  return visit && room ? { visit, room } : undefined;
}

export const rememberPlace = (last: Last): void => write(LAST, last);

export interface Look {
  targets: "usual" | "large";
  theme: "system" | "light" | "dark";
}

export function lookNow(): Look {
  return { targets: "usual", theme: "system", ...read<Look>(LOOK) };
}

/** Apply and keep: 64 px targets for gloves, light or dark against the tablet's own wish. */
export function setLook(look: Look): void {
  write(LOOK, look);
  const { dataset } = document.documentElement;
  if (look.targets === "large") dataset.targets = "large";
  else delete dataset.targets;
  if (look.theme === "system") delete dataset.theme;
  else dataset.theme = look.theme;
}
