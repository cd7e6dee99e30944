// One plain request of the shell: same origin, the header that marks our own pages, undefined offline.

const TIMEOUT_MS = 15_000;

export async function trustedFetch(
  method: string,
  path: string,
  said: Readonly<Record<string, unknown>> = {},
): Promise<Response | undefined> {
  const headers = {
    "X-Walkround": "1",
    "Content-Type": "application/json",
    Accept: "application/json",
  };
  const body = method === "GET" ? {} : { body: JSON.stringify(said) };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(path, {
      method,
      headers,
      signal,
      cache: "no-store",
      credentials: "same-origin",
      ...body,
    });
  } catch {
    return undefined;
  }
}
