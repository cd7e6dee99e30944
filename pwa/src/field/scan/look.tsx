// Scanning from the list of rooms: a label opens its room or its thing; nothing is recorded here.
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../app/words/later";
import { Icon } from "../../ui/icon";
import { useField } from "../deps";
import { text } from "../fields";
import { findingPath, roomPath, visitPath } from "../paths";
import { RoomsScreen } from "../rooms/view";
import { indexVisit, type VisitIndex } from "../visit-index";
import { outcomeWords } from "./actions";
import { Camera } from "./camera";
import { createMute, outcomeOf } from "./model";
import { Sheet } from "./sheet";
import { tone, unlockSound } from "./tones";

export function LookScreen({ visit }: { visit: string }) {
  const { store } = useField();
  const index = indexVisit(store, visit);
  return <RoomsScreen visit={visit} sheet={index && <LookSheet index={index} />} />;
}

function LookSheet({ index }: { index: VisitIndex }) {
  const { router, store, saver, now } = useField();
  const [said, setSaid] = useState(t("look.first"));
  const close = useRef<HTMLAnchorElement>(null);
  const [muted] = useState(createMute);
  const visit = index.visit.id;
  useEffect(() => {
    unlockSound();
    close.current?.focus();
  }, []);
  function found(scanned: string): void {
    if (muted(scanned, now())) return;
    const outcome = outcomeOf(index, store.codeOwner, "", scanned);
    tone(outcome.kind);
    if (outcome.kind === "room") {
      router.go(roomPath(visit, outcome.room), { replace: true });
    } else if ("asset" in outcome) {
      const room = text(outcome.asset, "room_id") ?? "";
      router.go(findingPath(visit, room, "asset", outcome.asset.id), { replace: true });
    } else {
      const words = outcome.kind === "not_ours" ? t("look.not_ours") : outcomeWords(index, outcome);
      setSaid(words);
      saver.say(words);
    }
  }
  return (
    <Sheet under={visitPath(visit)} label={t("look.title")}>
      <div class="look-head">
        <a ref={close} class="btn btn-icon" href={visitPath(visit)} aria-label={t("scan.close")}>
          <Icon name="close" />
        </a>
        <h2>{t("look.title")}</h2>
      </div>
      <Camera frame onScan={(scan) => found(scan.text)} />
      <p class="in look-say">{said}</p>
    </Sheet>
  );
}
