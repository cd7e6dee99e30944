// Signs of a network. `online` is a hint only: a dead server in a live network looks online.
import type { NetworkPort } from "./ports";

export class BrowserNetwork implements NetworkPort {
  online(): boolean {
    return navigator.onLine;
  }
  visible(): boolean {
    return document.visibilityState === "visible";
  }
  onWake(run: () => void): () => void {
    const seen = (): void => {
      if (this.visible()) run();
    };
    addEventListener("online", run);
    addEventListener("pageshow", run);
    document.addEventListener("visibilitychange", seen);
    return () => {
      removeEventListener("online", run);
      removeEventListener("pageshow", run);
      document.removeEventListener("visibilitychange", seen);
    };
  }
}
