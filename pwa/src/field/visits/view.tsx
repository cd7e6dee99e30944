// My visits: go on where you were, download what comes next, see what is finished.
import { useEffect, useState } from "preact/hooks";
import { t } from "../../app/words";
import type { VisitItem } from "../../domain/generated/audits";
import { Icon, Meter, Ring } from "../../ui/icon";
import { Banner, Empty } from "../../ui/message";
import { useField } from "../deps";
import { text } from "../fields";
import { Head, PlainRow, Rows, Share } from "../parts/rows";
import { INSTALL, roomPath, visitPath } from "../paths";
import { lastPlace } from "../place";
import { progressOf, subjectsIn } from "../room/model";
import { Pane, Shell } from "../shell";
import { roomName } from "../subject";
import { indexVisit } from "../visit-index";
import { longDayOf, sizeOf, today } from "../when";
import { downloadState, downloadVisit } from "./actions";
import { isFinished, noteOf, sectionsOf, sumsOf } from "./model";

export function VisitsScreen() {
  const { store, now, ports } = useField();
  const sections = sectionsOf(store.visits.value, today(now()));
  const last = lastPlace();
  const current = last ? indexVisit(store, last.visit) : undefined;
  const roomId = current && last && current.room(last.room) ? last.room : undefined;
  const none = store.visits.value.length === 0;
  return (
    <Shell title={t("visits.title")} banners="home" dock={<Dock roomId={roomId} />}>
      <Pane as="main" name="visits" class="visits">
        {ports.storage.isUninstalledAppleTab() && <InstallBanner />}
        {none && <Empty icon="list" title={t("visits.none")} text={t("visits.none_text")} />}
        {current && roomId && <Now roomId={roomId} visitId={current.visit.id} />}
        <div class="visits-lists">
          <Section title={t("visits.now")} aside={longDayOf(now())} cards={sections.now} />
          <Section title={t("visits.next")} cards={sections.next} />
          <Section title={t("visits.finished")} cards={sections.finished} />
        </div>
        <Storage />
      </Pane>
    </Shell>
  );
}

function Dock({ roomId }: { roomId: string | undefined }) {
  const { store } = useField();
  const last = lastPlace();
  const index = last ? indexVisit(store, last.visit) : undefined;
  if (!index || !last || !roomId) return <p class="dock-mid dock-only">{t("visits.offline")}</p>;
  return (
    <>
      <a class="btn" href={visitPath(last.visit)}>
        {t("visits.all_rooms")}
      </a>
      <p class="dock-mid">{t("visits.offline")}</p>
      <a class="btn btn-main" href={roomPath(last.visit, roomId)}>
        <span class="btn-text">
          {t("visits.continue")}
          <span class="wide"> {t("visits.continue_in", { room: roomName(index, roomId) })}</span>
        </span>
        <Icon name="chevron-right" />
      </a>
    </>
  );
}

function InstallBanner() {
  return (
    <Banner tone="amber" icon="alert" title={t("install.first")} text={t("install.first_text")}>
      <a class="btn btn-s btn-main" href={INSTALL}>
        {t("install.show")}
      </a>
    </Banner>
  );
}

function Now({ visitId, roomId }: { visitId: string; roomId: string }) {
  const { store } = useField();
  const index = indexVisit(store, visitId);
  if (!index) return null;
  const room = progressOf(index, subjectsIn(index, store.rating, roomId), roomId);
  const sums = sumsOf(index, store.rating);
  const school = text(index.school, "name") ?? "";
  return (
    <section class="in visits-now">
      <div class="card">
        <div class="now-top">
          <div>
            <p class="sub">{t("visits.you_were_in")}</p>
            <h2>{roomName(index, roomId)}</h2>
            <p class="sub">{school}</p>
          </div>
          <Ring
            value={room.found}
            max={room.expected}
            of={t("ring.of", { n: room.expected })}
            label={t("ring.label", { n: room.found, of: room.expected })}
          />
        </div>
        <div class="now-bars">
          <p>
            <span>{t("visits.rooms")}</span>
            <b>{t("count.of", { n: sums.roomsDone, of: sums.rooms })}</b>
          </p>
          <Meter value={sums.roomsDone} max={sums.rooms} label={t("visits.rooms_done")} />
          <p>
            <span>{t("visits.assets")}</span>
            <b>{t("count.of", { n: sums.found, of: sums.assets })}</b>
          </p>
          <Meter value={sums.found} max={sums.assets} label={t("visits.assets_seen")} />
        </div>
        <a class="card-go" href={visitPath(visitId)}>
          <span>{t("visits.rooms_in", { school })}</span>
          <Icon name="chevron-right" small />
        </a>
      </div>
    </section>
  );
}

function Section(props: { title: string; aside?: string; cards: readonly VisitItem[] }) {
  if (props.cards.length === 0) return null;
  return (
    <section>
      <Head title={props.title} aside={props.aside} />
      <Rows>
        {props.cards.map((card) => (
          <Visit key={card.id} card={card} />
        ))}
      </Rows>
    </section>
  );
}

function Visit({ card }: { card: VisitItem }) {
  const field = useField();
  const ready = field.store.downloaded.value.includes(card.id);
  const state = downloadState(card.id);
  const note = noteOf(card, state, ready);
  if (ready && state.kind === "none") {
    return (
      <PlainRow
        class="row-visit"
        href={visitPath(card.id)}
        sign={<Icon name="check" />}
        title={card.school_name}
        note={note}
        end={<Share value={card.rooms_done} max={card.rooms} bar={false} />}
      />
    );
  }
  const blocked = field.ports.storage.isUninstalledAppleTab();
  if (isFinished(card) && state.kind === "none") {
    const end = <span class="row-end">{t("visit.rooms", { n: card.rooms })}</span>;
    return (
      <PlainRow sign={<Icon name="cloud-check" />} title={card.school_name} note={note} end={end} />
    );
  }
  const end =
    state.kind === "running" ? (
      <Meter value={state.done} max={state.total || 1} label={note} />
    ) : blocked ? (
      <a class="btn btn-s" href={INSTALL}>
        {t("visit.install")}
      </a>
    ) : (
      <button class="btn btn-s" type="button" onClick={() => void downloadVisit(field, card.id)}>
        {state.kind === "failed" ? t("again") : t("visit.download")}
        <span class="hush"> {card.school_name}</span>
      </button>
    );
  const sign = <Icon name={state.kind === "failed" ? "alert" : "download"} />;
  return <PlainRow sign={sign} title={card.school_name} note={note} end={end} />;
}

/** How full the tablet is: seen before it is full, not after. */
export function Storage() {
  const { ports } = useField();
  const [share, setShare] = useState<{ used: number; quota: number } | undefined>();
  useEffect(() => {
    void ports.storage.now().then(({ usage, quota }) => {
      if (usage !== undefined && quota) setShare({ used: usage, quota });
    });
  }, [ports.storage]);
  if (!share) return null;
  const percent = Math.ceil((share.used / share.quota) * 100);
  return (
    <section class="in store">
      <p>
        <span>{t("storage.title")}</span>
        <span>{t("storage.used", { percent, size: sizeOf(share.quota) })}</span>
      </p>
      <Meter value={percent} max={100} label={t("storage.label")} />
    </section>
  );
}
