/** The photos behind a cell, each one click from the panel. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Finding, Photo } from "../../domain/generated/audits";
import type { Contributor } from "../../domain/generated/ratings";
import { callAll } from "../api";
import { shortDay } from "../dates";
import { PhotoViewer, photoAddress } from "../findings/photos";
import { useResource } from "../resource";
import { t } from "../say";

const SUBJECTS_READ = 6;
const SHOWN = 6;

export function Evidence(props: {
  roomId: string | undefined;
  contributors: readonly Contributor[];
}): JSX.Element | null {
  const subjects = props.contributors.slice(0, SUBJECTS_READ).map((one) => one.subject_id);
  const key = subjects.length === 0 ? null : `evidence ${subjects.join()}`;
  const findings = useResource(key, (signal) => readFindings(subjects, signal));
  const [open, setOpen] = useState<number | null>(null);
  const photos = photosOf(findings.data ?? []);
  if (photos.length === 0) return null;
  return (
    <section>
      <h3>
        {t("panel.evidence")} <span class="quiet">{t("panel.photos", { n: photos.length })}</span>
      </h3>
      <PhotoStrip photos={photos.slice(0, SHOWN)} open={setOpen} />
      {open === null ? null : (
        <PhotoViewer photos={photos} at={open} go={setOpen} close={() => setOpen(null)} />
      )}
    </section>
  );
}

async function readFindings(subjects: readonly string[], signal: AbortSignal): Promise<Finding[]> {
  const lists = await Promise.all(
    subjects.map((id) => callAll("GET /api/findings", { subject_id: id }, signal, 200)),
  );
  return lists.flat();
}

/** What can be looked at first, then newest; a void finding counts for nothing, its photos neither. */
export function photosOf(findings: readonly Finding[]): Photo[] {
  return findings
    .filter((finding) => finding.void !== true)
    .flatMap((finding) => finding.photos)
    .sort(
      (a, b) =>
        Number(b.state === "stored") - Number(a.state === "stored") || b.taken_at - a.taken_at,
    );
}

export function PhotoStrip(props: {
  photos: readonly Photo[];
  open: (at: number) => void;
}): JSX.Element {
  return (
    <ul class="photos">
      {props.photos.map((photo, at) => (
        <li key={photo.id}>
          <button type="button" class="photo" onClick={() => props.open(at)}>
            <Thumb photo={photo} />
            <span>{photo.caption ?? shortDay(photo.taken_at)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Thumb(props: { photo: Photo }): JSX.Element {
  const { photo } = props;
  if (photo.state !== "stored") {
    return <span class="no-photo">{t(`photo.${photo.state}`)}</span>;
  }
  return (
    <img
      src={photoAddress(photo.id, "thumb")}
      alt={t("photo.taken", { on: shortDay(photo.taken_at) })}
      loading="lazy"
      width={320}
      height={240}
    />
  );
}
