/** One finding: the photos large, what the auditor said, what it is about. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Finding, Photo } from "../../domain/generated/audits";
import { ApiProblem, callAll } from "../api";
import { moment } from "../dates";
import { PhotoStrip, photosOf } from "../matrix/evidence";
import { subjectPath } from "../matrix/worst";
import { Facts, Head } from "../parts/page";
import { Empty, Shown } from "../parts/states";
import { useResource } from "../resource";
import { href, place } from "../route";
import { t, word } from "../say";
import { findingWords } from "./history";
import { PhotoViewer, photoAddress } from "./photos";

export function FindingPage(props: { id: string }): JSX.Element {
  const { query } = place.value;
  const asked = { visit_id: query.get("visit"), subject_id: query.get("subject") };
  const finding = useResource(`finding ${props.id}`, async (signal) => {
    const list = await callAll("GET /api/findings", asked, signal);
    const found = list.find((one) => one.id === props.id);
    if (found === undefined) throw new ApiProblem("not_found", "");
    return found;
  });
  return (
    <main id="main" class="main">
      <div class="body">
        <Shown of={finding} title={t("findings.one")}>
          {(data) => <Body finding={data} />}
        </Shown>
      </div>
    </main>
  );
}

function Body(props: { finding: Finding }): JSX.Element {
  const { finding } = props;
  const name = finding.subject_name ?? finding.code ?? word("kind", finding.subject_kind);
  const photos = photosOf([finding]);
  const about =
    finding.subject_kind === "tag"
      ? undefined
      : subjectPath(finding.subject_kind, finding.subject_id);
  return (
    <>
      <Head
        title={t("findings.of", { name })}
        crumbs={[
          { words: finding.visit_name ?? t("visits.one"), path: `/visits/${finding.visit_id}` },
          ...(about === undefined ? [] : [{ words: name, path: about }]),
          { words: t("findings.one") },
        ]}
        facts={finding.seen_at === null ? undefined : moment(finding.seen_at)}
      />
      <div class="cols two">
        <Stage photos={photos} />
        <Said finding={finding} about={about} name={name} />
      </div>
    </>
  );
}

/** The chosen photo, large; the others below it; a click opens the viewer. */
function Stage(props: { photos: readonly Photo[] }): JSX.Element {
  const { photos } = props;
  const [at, setAt] = useState(0);
  const [large, setLarge] = useState(false);
  const chosen = photos[at];
  if (chosen === undefined) return <Empty title={t("photo.none")} words={t("photo.none.words")} />;
  return (
    <div class="stack">
      <button type="button" class="photo stage" onClick={() => setLarge(true)}>
        <Large photo={chosen} />
        <span>
          {chosen.caption ?? ""} {t("photo.of", { at: at + 1, n: photos.length })}
        </span>
      </button>
      {photos.length > 1 ? <PhotoStrip photos={photos} open={setAt} /> : null}
      {large ? (
        <PhotoViewer photos={photos} at={at} go={setAt} close={() => setLarge(false)} />
      ) : null}
    </div>
  );
}

function Large(props: { photo: Photo }): JSX.Element {
  const { photo } = props;
  if (photo.state !== "stored") return <span class="no-photo">{t(`photo.${photo.state}`)}</span>;
  return <img src={photoAddress(photo.id, "full")} alt={photo.caption ?? t("photo.no_caption")} />;
}

function Said(props: { finding: Finding; about: string | undefined; name: string }): JSX.Element {
  const { finding, about } = props;
  return (
    <section>
      <h2>{t("findings.said")}</h2>
      <Facts
        pairs={[
          [
            t("findings.what"),
            about === undefined ? props.name : <a href={href(about)}>{props.name}</a>,
          ],
          [t("findings.seen_as"), findingWords(finding)],
          [t("findings.note"), finding.note],
          [t("school.room"), finding.room_name ?? null],
          [t("findings.by"), finding.author],
          [t("findings.on"), finding.seen_at === null ? null : moment(finding.seen_at)],
        ]}
      />
      {finding.void === true ? <p class="notice">{t("findings.void.words")}</p> : null}
    </section>
  );
}
