/** The photo viewer: one photo large, the arrows for the others, Escape to leave. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { addressOf } from "../../domain/call";
import type { Photo } from "../../domain/generated/audits";
import { moment } from "../dates";
import { t } from "../say";

export function photoAddress(id: string, size: "thumb" | "full"): string {
  return addressOf("GET /api/photos/{photo_id}/image", { photo_id: id, size });
}

export function PhotoViewer(props: {
  photos: readonly Photo[];
  at: number;
  go: (at: number) => void;
  close: () => void;
}): JSX.Element | null {
  const dialog = useRef<HTMLDialogElement>(null);
  const [zoomed, setZoomed] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const photo = props.photos[props.at];
  if (photo === undefined) return null;
  const step = (by: number): void => {
    const next = props.at + by;
    if (next >= 0 && next < props.photos.length) props.go(next);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === "ArrowLeft") step(-1);
    else if (event.key === "ArrowRight") step(1);
    else if (event.key === "z") setZoomed(!zoomed);
  };
  return (
    <dialog
      ref={dialog}
      class={zoomed ? "viewer zoomed" : "viewer"}
      aria-label={t("photo.viewer")}
      onKeyDown={press}
      onClose={props.close}
    >
      <Large photo={photo} />
      <footer>
        <Caption photo={photo} at={props.at} of={props.photos.length} />
        <Buttons
          first={props.at === 0}
          last={props.at === props.photos.length - 1}
          step={step}
          zoom={() => setZoomed(!zoomed)}
          close={() => dialog.current?.close()}
        />
      </footer>
    </dialog>
  );
}

function Caption(props: { photo: Photo; at: number; of: number }): JSX.Element {
  const { photo } = props;
  return (
    <p>
      <strong>{photo.caption ?? t("photo.no_caption")}</strong>{" "}
      <span>
        {t("photo.of", { at: props.at + 1, n: props.of })} · {moment(photo.taken_at)}
      </span>
    </p>
  );
}

function Large(props: { photo: Photo }): JSX.Element {
  const { photo } = props;
  if (photo.state !== "stored") return <p class="no-photo">{t(`photo.${photo.state}`)}</p>;
  return (
    <div class="large">
      <img src={photoAddress(photo.id, "full")} alt={photo.caption ?? t("photo.no_caption")} />
    </div>
  );
}

function Buttons(props: {
  first: boolean;
  last: boolean;
  step: (by: number) => void;
  zoom: () => void;
  close: () => void;
}): JSX.Element {
  return (
    <div class="row">
      <button type="button" class="btn" aria-disabled={props.first} onClick={() => props.step(-1)}>
        <kbd>←</kbd> {t("photo.previous")}
      </button>
      <button type="button" class="btn" aria-disabled={props.last} onClick={() => props.step(1)}>
        {t("photo.next")} <kbd>→</kbd>
      </button>
      <button type="button" class="btn" onClick={props.zoom}>
        {t("photo.zoom")} <kbd>z</kbd>
      </button>
      <button type="button" class="btn main-act" onClick={props.close}>
        {t("act.close")}
      </button>
    </div>
  );
}
