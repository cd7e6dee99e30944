// The picture of the camera with its frame, tools and refusals; it only reports what it reads.
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../app/words";
import type { CameraLens, CameraState, Scan } from "../../platform/ports";
import { Icon } from "../../ui/icon";
import { Empty } from "../../ui/message";
import { useField } from "../deps";

export function useCameraState(): CameraState {
  const { camera } = useField().ports;
  const [state, setState] = useState<CameraState>(camera.state.value);
  useEffect(() => camera.state.subscribe(setState), [camera]);
  return state;
}

interface CameraProps {
  /** Codes in the picture; left out where only a photo is wanted. */
  onScan?: (scan: Scan) => void;
  serial?: boolean;
  /** What the last scan came to, over the picture. */
  children?: preact.ComponentChildren;
  onType?: () => void;
  frame?: boolean;
}

export function Camera({ onScan, serial, children, onType, frame }: CameraProps) {
  const { camera, barcode } = useField().ports;
  const video = useRef<HTMLVideoElement>(null);
  const found = useRef(onScan);
  found.current = onScan;
  const state = useCameraState();
  useEffect(() => {
    const picture = video.current;
    if (picture) void camera.start(picture);
    return () => camera.pause();
  }, [camera]);
  const watches = onScan !== undefined && state === "on";
  useEffect(() => {
    const picture = video.current;
    if (!picture || !watches) return undefined;
    return barcode.watch(picture, (scan) => found.current?.(scan), { serial: serial ?? false });
  }, [barcode, watches, serial]);
  const dead = state === "refused" || state === "missing";
  return (
    <div class={dead ? "cam cam-dead" : "cam"}>
      <video ref={video} playsInline muted hidden={dead} aria-label={t("camera.label")} />
      {dead && <NoCamera state={state} onType={onType} />}
      {!dead && frame && <span class="cam-frame" />}
      {!dead && state !== "on" && state !== "starting" && <Restart video={video.current} />}
      {!dead && <Tools />}
      {children}
    </div>
  );
}

function NoCamera({ state, onType }: { state: CameraState; onType?: (() => void) | undefined }) {
  const { camera } = useField().ports;
  const words = state === "refused" ? t("camera.refused_text") : t("camera.missing_text");
  return (
    <Empty icon="camera-off" title={t("camera.none")} text={words}>
      {onType && (
        <button class="btn btn-main" type="button" onClick={onType}>
          {t("scan.type")}
        </button>
      )}
      <button class="btn" type="button" onClick={() => void camera.restart()}>
        {t("again")}
      </button>
    </Empty>
  );
}

function Restart({ video }: { video: HTMLVideoElement | null }) {
  const { camera } = useField().ports;
  const start = (): void => void (video ? camera.start(video) : camera.restart());
  return (
    <button class="btn btn-s cam-restart" type="button" onClick={start}>
      <Icon name="refresh" />
      {t("camera.restart")}
    </button>
  );
}

function Tools() {
  const { camera } = useField().ports;
  const state = useCameraState();
  const [lenses, setLenses] = useState<CameraLens[]>([]);
  const [lens, setLens] = useState(0);
  const [torch, setTorch] = useState(false);
  useEffect(() => {
    if (state === "on") void camera.lenses().then(setLenses);
  }, [camera, state]);
  if (state !== "on") return null;
  async function nextLens(): Promise<void> {
    const next = (lens + 1) % lenses.length;
    const chosen = lenses[next];
    if (!chosen) return;
    setLens(next);
    setTorch(false);
    await camera.useLens(chosen.id);
  }
  return (
    <div class="cam-tools">
      {lenses.length > 1 && (
        <button
          class="cam-btn"
          type="button"
          aria-label={t("camera.lens")}
          onClick={() => void nextLens()}
        >
          <Icon name="lens" />
        </button>
      )}
      {camera.can().torch && (
        <button
          class="cam-btn"
          type="button"
          aria-label={t("camera.light")}
          aria-pressed={torch}
          onClick={() =>
            void camera.setTorch(!torch).then((worked) => setTorch(worked ? !torch : torch))
          }
        >
          <Icon name="light" />
        </button>
      )}
      <button
        class="cam-btn"
        type="button"
        aria-label={t("camera.restart")}
        onClick={() => void camera.restart()}
      >
        <Icon name="refresh" />
      </button>
    </div>
  );
}
