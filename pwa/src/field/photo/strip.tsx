// The photos of a finding or a room: thumbnails from this tablet, "Add a photo" last in the same size.
import { useEffect, useState } from "preact/hooks";
import { t } from "../../app/words";
import type { Rec } from "../../data/types";
import { Icon } from "../../ui/icon";
import { useField } from "../deps";
import { number, text } from "../fields";
import { timeOf } from "../when";

export const MOST_PHOTOS = 6;

export function PhotoStrip({ photos, href }: { photos: readonly Rec[]; href: string }) {
  return (
    <ul class="strip">
      {photos.map((photo) => (
        <li key={photo.id}>
          <a class="photo" href={href}>
            <Thumb photo={photo} />
            <span>
              {text(photo, "caption") ?? timeOf(number(photo, "taken_at") ?? 0)}{" "}
              {photo.waiting && <small>{t("photo.waiting")}</small>}
            </span>
          </a>
        </li>
      ))}
      {photos.length < MOST_PHOTOS && (
        <li>
          <a class="photo" href={href}>
            <span class="photo-new">
              <Icon name="camera" />
            </span>
            <span>{t("photo.add")}</span>
          </a>
        </li>
      )}
    </ul>
  );
}

export function Thumb({ photo }: { photo: Rec }) {
  const { store } = useField();
  const sha = text(photo, "sha256");
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    let made: string | undefined;
    let gone = false;
    if (sha) {
      void store.thumb(sha).then((bytes) => {
        if (!bytes || gone) return;
        made = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
        setUrl(made);
      });
    }
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [store, sha]);
  const alt =
    text(photo, "caption") ?? t("photo.alt", { time: timeOf(number(photo, "taken_at") ?? 0) });
  if (url) return <img src={url} alt={alt} />;
  return (
    <span class="photo-none" role="img" aria-label={alt}>
      <Icon name="image" />
    </span>
  );
}
