/** School names as a narrow column can hold them: without the endings that many share. */

const ENDINGS =
  /\s+(?:academy|college|community|high|infant|infants|junior|primary|school|secondary|sixth form|special)$/i;

/** Shorten every name, but never so far that two of them become the same. */
export function shortNames(names: Iterable<string>): ReadonlyMap<string, string> {
  const all = [...new Set(names)];
  const cut = new Map(all.map((name) => [name, shorten(name)] as const));
  const seen = new Map<string, number>();
  for (const short of cut.values()) seen.set(short, (seen.get(short) ?? 0) + 1);
  return new Map([...cut].map(([name, short]) => [name, seen.get(short) === 1 ? short : name]));
}

function shorten(name: string): string {
  let short = name.trim();
  while (ENDINGS.test(short)) short = short.replace(ENDINGS, "");
  return short.includes(" ") || short.length > 3 ? short : name;
}
