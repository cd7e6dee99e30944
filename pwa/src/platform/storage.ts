// How much room the browser gives, and whether it promises to keep what we store.
import type { StorageNow, StoragePort } from "./ports";

/** iPads say they are Macs; only their touch screens give them away. */
export function isApple(userAgent: string, touchPoints: number): boolean {
  return /iPad|iPhone|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1);
}

export class BrowserStorage implements StoragePort {
  async persist(): Promise<boolean | undefined> {
    try {
      return await navigator.storage.persist();
    } catch {
      return undefined;
    }
  }

  async now(): Promise<StorageNow> {
    try {
      const { usage, quota } = await navigator.storage.estimate();
      return { usage, quota, persisted: await navigator.storage.persisted() };
    } catch {
      return { usage: undefined, quota: undefined, persisted: undefined };
    }
  }

  isUninstalledAppleTab(): boolean {
    return isApple(navigator.userAgent, navigator.maxTouchPoints) && !this.isInstalled();
  }

  isInstalled(): boolean {
    const apple = (navigator as Navigator & { standalone?: boolean }).standalone === true;
    return apple || matchMedia("(display-mode: standalone)").matches;
  }
}
