// The camera: one stream for the whole session, opened by a tap, watched for the ways it dies.
import { signal } from "@preact/signals";
import type { CameraLens, CameraPort, CameraState } from "./ports";

/** Torch and zoom stand in browsers before they stand in TypeScript's DOM types. */
interface MoreCapabilities extends MediaTrackCapabilities {
  torch?: boolean;
  zoom?: { min: number; max: number };
}
type MoreConstraints = MediaTrackConstraintSet & { torch?: boolean; zoom?: number };

const LENS_KEY = "walkround.lens";
const WANTED = { width: { ideal: 1920 }, height: { ideal: 1080 } };

export class Camera implements CameraPort {
  readonly state = signal<CameraState>("off");
  #stream: MediaStream | undefined;
  #video: HTMLVideoElement | undefined;
  #opening: Promise<CameraState> | undefined;

  constructor() {
    // No event tells that a stream went black while the app slept: look whenever we are seen again.
    const look = (): void => void this.#revive();
    document.addEventListener("visibilitychange", look);
    for (const name of ["pageshow", "focus"]) addEventListener(name, look);
  }

  async start(video: HTMLVideoElement): Promise<CameraState> {
    this.#video = video;
    if (this.#alive()) return this.#attach();
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  pause(): void {
    if (this.#video) this.#video.srcObject = null;
    this.#video = undefined;
  }

  async restart(): Promise<CameraState> {
    this.#end();
    return this.#video ? this.start(this.#video) : this.state.value;
  }

  close(): void {
    this.pause();
    this.#end();
    this.state.value = "off";
  }

  async lenses(): Promise<CameraLens[]> {
    const devices = await navigator.mediaDevices.enumerateDevices();
    const cameras = devices.filter((device) => device.kind === "videoinput");
    return cameras.map(({ deviceId, label }) => ({ id: deviceId, label }));
  }

  useLens(id: string): Promise<CameraState> {
    remember(id);
    return this.restart();
  }

  can(): { torch: boolean; zoom: { min: number; max: number } | undefined } {
    const caps = this.#track()?.getCapabilities?.() as MoreCapabilities | undefined;
    const zoom = caps?.zoom && caps.zoom.max > caps.zoom.min ? caps.zoom : undefined;
    return { torch: caps?.torch === true, zoom: zoom && { min: zoom.min, max: zoom.max } };
  }
  setTorch(on: boolean): Promise<boolean> {
    return this.#apply({ torch: on });
  }
  setZoom(times: number): Promise<boolean> {
    return this.#apply({ zoom: times });
  }

  async still(): Promise<ImageBitmap | undefined> {
    const video = this.#video;
    if (!video || !(await hasPicture(video))) return undefined;
    try {
      return await createImageBitmap(video);
    } catch {
      return undefined;
    }
  }

  async #open(): Promise<CameraState> {
    if (!navigator.mediaDevices?.getUserMedia) return this.#become("missing");
    this.#become("starting");
    try {
      this.#stream = await openStream(remembered());
    } catch (error) {
      const name = error instanceof Error ? error.name : "";
      return this.#become(name === "NotAllowedError" ? "refused" : "missing");
    }
    const track = this.#track();
    track?.addEventListener("ended", () => this.#become("lost"));
    track?.addEventListener("mute", () => this.#become("lost"));
    track?.addEventListener("unmute", () => this.#become("on"));
    return this.#attach();
  }

  async #attach(): Promise<CameraState> {
    const video = this.#video;
    if (video && this.#stream) {
      if (video.srcObject !== this.#stream) video.srcObject = this.#stream;
      video.muted = true;
      video.playsInline = true;
      await video.play().catch(() => undefined);
    }
    return this.#become("on");
  }

  async #revive(): Promise<void> {
    if (document.visibilityState !== "visible" || !this.#video || !this.#stream) return;
    if (!this.#alive()) await this.restart();
    else if (this.#video.paused) await this.#attach();
  }

  async #apply(constraint: MoreConstraints): Promise<boolean> {
    try {
      await this.#track()?.applyConstraints({ advanced: [constraint] });
      return this.#track() !== undefined;
    } catch {
      return false;
    }
  }

  #track(): MediaStreamTrack | undefined {
    return this.#stream?.getVideoTracks()[0];
  }
  #alive(): boolean {
    const track = this.#track();
    return track !== undefined && track.readyState === "live" && !track.muted;
  }
  #become(state: CameraState): CameraState {
    this.state.value = state;
    return state;
  }
  #end(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
  }
}

/** The lens the person chose last; if it is gone, the one that looks away from them. */
async function openStream(lens: string | null): Promise<MediaStream> {
  const away: MediaTrackConstraints = { facingMode: { ideal: "environment" }, ...WANTED };
  if (lens === null) return navigator.mediaDevices.getUserMedia({ video: away, audio: false });
  const chosen: MediaTrackConstraints = { deviceId: { exact: lens }, ...WANTED };
  try {
    return await navigator.mediaDevices.getUserMedia({ video: chosen, audio: false });
  } catch (error) {
    if (error instanceof Error && error.name === "NotAllowedError") throw error;
    return navigator.mediaDevices.getUserMedia({ video: away, audio: false });
  }
}

function remember(lens: string): void {
  try {
    localStorage.setItem(LENS_KEY, lens);
  } catch {
    // Private windows may refuse: the lens is then chosen again next time.
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(LENS_KEY);
  } catch {
    return null;
  }
}

/** A camera that was just switched on has no picture yet: a tap in that moment waits for the first. */
function hasPicture(video: HTMLVideoElement, patience = 3000): Promise<boolean> {
  if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) return Promise.resolve(true);
  return new Promise((done) => {
    const settle = (found: boolean) => () => {
      clearTimeout(timer);
      video.removeEventListener("loadeddata", came);
      done(found);
    };
    const came = settle(true);
    const timer = setTimeout(settle(false), patience);
    video.addEventListener("loadeddata", came);
  });
}
