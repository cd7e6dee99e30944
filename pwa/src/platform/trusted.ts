// The one trusted-types policy: script addresses of our own origin, for workers and the service worker.

interface Policy {
  createScriptURL(url: string): unknown;
}
interface Factory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy;
}

let policy: Policy | undefined;

function ownAddress(url: string): string {
  const full = new URL(url, location.href);
  if (full.origin !== location.origin)
    throw new TypeError("a script must come from our own address");
  return full.href;
}

/** Return an address that `new Worker` and `register` accept under trusted types. */
export function trustedScript(url: string): string {
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
  if (!factory) return ownAddress(url);
  policy ??= factory.createPolicy("walkround", { createScriptURL: ownAddress });
  // TypeScript knows no TrustedScriptURL parameter; the browser wants exactly this object.
  return policy.createScriptURL(url) as string;
}
