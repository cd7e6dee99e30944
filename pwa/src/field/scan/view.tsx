// The scan sheet: half camera, half list, newest first; every scan is kept the moment it is made.
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../app/words";
import type { Scan } from "../../platform/ports";
import { Seg } from "../../ui/choice";
import { Icon, Ring } from "../../ui/icon";
import { useField } from "../deps";
import { roomPath, scanPath } from "../paths";
import { progressOf, subjectsIn } from "../room/model";
import { type RoomAddress, RoomScreen } from "../room/view";
import { roomName } from "../subject";
import { indexVisit, type VisitIndex } from "../visit-index";
import { hitsIn, scanSerial, scanText, undoLast } from "./actions";
import { Camera } from "./camera";
import { HitRow } from "./hit";
import { Sheet } from "./sheet";
import { lastFlash, unlockSound } from "./tones";
import { TypeTag } from "./type";
import { useWedge } from "./use-wedge";

export function ScanScreen({ visit, room }: RoomAddress) {
  const { store } = useField();
  const index = indexVisit(store, visit);
  const known = index?.room(room) !== undefined;
  return (
    <RoomScreen
      visit={visit}
      room={room}
      sheet={index && known ? <ScanSheet index={index} room={room} /> : undefined}
    />
  );
}

type Mode = "tag" | "serial";

function ScanSheet({ index, room }: { index: VisitIndex; room: string }) {
  const [mode, setMode] = useState<Mode>("tag");
  const [typing, setTyping] = useState(false);
  const close = useRef<HTMLAnchorElement>(null);
  const onScan = useScanner(index, room, mode);
  useWedge(index, room, false);
  useEffect(keepAwake, []);
  useEffect(() => {
    unlockSound();
    close.current?.focus();
  }, []);
  return (
    <Sheet
      under={roomPath(index.visit.id, room)}
      label={t("scan.title", { room: roomName(index, room) })}
    >
      <Head index={index} room={room} mode={mode} setMode={setMode} closeRef={close} />
      <div class={typing ? "scan-body scan-typing" : "scan-body"}>
        {typing ? (
          <TypeTag index={index} room={room} />
        ) : (
          <Camera frame serial={mode === "serial"} onScan={onScan} onType={() => setTyping(true)}>
            <Say />
          </Camera>
        )}
        <Hits index={index} />
      </div>
      <ScanDock visit={index.visit.id} typing={typing} setTyping={setTyping} />
    </Sheet>
  );
}

/** A tag or a room's label, or in the other mode the serial number on a plate. */
function useScanner(index: VisitIndex, room: string, mode: Mode): (scan: Scan) => void {
  const field = useField();
  const visit = index.visit.id;
  async function read(text: string): Promise<void> {
    if (mode === "serial") {
      await scanSerial(field, visit, room, text);
      return;
    }
    const outcome = await scanText(field, visit, room, text, "camera");
    if (outcome?.kind === "room" && outcome.room !== room) {
      field.router.go(scanPath(visit, outcome.room), { replace: true });
    }
  }
  return (scan) => void read(scan.text);
}

interface ScanDockProps {
  visit: string;
  typing: boolean;
  setTyping: (typing: boolean) => void;
}

function ScanDock({ visit, typing, setTyping }: ScanDockProps) {
  const field = useField();
  return (
    <footer class="dock">
      <button class="btn" type="button" onClick={() => setTyping(!typing)}>
        <Icon name={typing ? "camera" : "keyboard"} />
        {typing ? t("scan.camera") : t("scan.type")}
      </button>
      <p class="dock-mid">{t("scan.kept")}</p>
      <button
        class="btn"
        type="button"
        disabled={hitsIn(visit).length === 0}
        onClick={() => void undoLast(field)}
      >
        <Icon name="undo" />
        {t("scan.undo")}
      </button>
    </footer>
  );
}

interface HeadProps {
  index: VisitIndex;
  room: string;
  mode: Mode;
  setMode: (mode: Mode) => void;
  closeRef: preact.RefObject<HTMLAnchorElement | null>;
}

function Head({ index, room, mode, setMode, closeRef }: HeadProps) {
  const { store } = useField();
  const progress = progressOf(index, subjectsIn(index, store.rating, room), room);
  return (
    <div class="scan-head">
      <a
        ref={closeRef}
        class="btn btn-icon"
        href={roomPath(index.visit.id, room)}
        aria-label={t("scan.close")}
      >
        <Icon name="close" />
      </a>
      <Ring
        value={progress.found}
        max={progress.expected}
        of=""
        label={t("ring.label", { n: progress.found, of: progress.expected })}
      />
      <div class="scan-at">
        <b>{t("count.of", { n: progress.found, of: progress.expected })}</b>
        <h2 class="sub">{roomName(index, room)}</h2>
      </div>
      <Seg
        label={t("scan.look_for")}
        value={mode}
        onChange={setMode}
        options={[
          { value: "tag", label: t("scan.mode_tag") },
          { value: "serial", label: t("scan.mode_serial") },
        ]}
      />
    </div>
  );
}

/** The screen stays on while the scanner is open, and only then. */
function keepAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let closed = false;
  // Refused on a low battery: the scanner works all the same.
  void navigator.wakeLock?.request("screen").then(
    (got) => {
      lock = got;
      if (closed) void got.release();
    },
    () => undefined,
  );
  return () => {
    closed = true;
    void lock?.release();
  };
}

/** What the last scan came to: over the picture, where the eyes are. */
function Say() {
  const last = lastFlash.value;
  if (!last) return null;
  const good = last.kind === "found";
  return (
    <p
      key={last.n}
      class={`cam-say cam-${good ? "good" : last.kind === "wrong_room" ? "ask" : "other"}`}
    >
      <Icon name={good ? "check" : last.kind === "again" ? "check-check" : "alert"} small />
      {t(`flash.${last.kind}`)}
    </p>
  );
}

function Hits({ index }: { index: VisitIndex }) {
  const hits = hitsIn(index.visit.id);
  if (hits.length === 0) return <p class="hits hits-none in sub">{t("scan.first")}</p>;
  return (
    <ol class="hits" aria-label={t("scan.list")}>
      {hits.map((hit, i) => (
        <HitRow key={hit.key} index={index} hit={hit} newest={i === 0} />
      ))}
    </ol>
  );
}
