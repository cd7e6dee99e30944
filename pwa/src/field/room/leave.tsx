// Leaving a room: what was not seen is listed, nothing is called missing; or why nobody could go in.
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../app/words";
import { Icon, RagSign } from "../../ui/icon";
import { useField } from "../deps";
import { PlainRow, Rows } from "../parts/rows";
import { callName, kindName } from "../subject";
import type { VisitIndex } from "../visit-index";
import { type Close, closeRoom } from "./actions";
import { isToSee, type Subject } from "./model";

interface LeaveProps {
  index: VisitIndex;
  room: string;
  subjects: readonly Subject[];
  /** Closed, and the room is left. */
  onLeft: () => void;
  onStay: () => void;
}

const LISTED = 12;

export function LeaveSheet(props: LeaveProps) {
  const { index, room, subjects, onLeft, onStay } = props;
  const notSeen = subjects.filter(isToSee);
  const anySeen = subjects.some((subject) => subject.seen);
  const waiting = subjects.filter((subject) => subject.finding?.waiting).length;
  const field = useField();
  const ref = useRef<HTMLDialogElement>(null);
  const [why, setWhy] = useState(false);
  useEffect(() => ref.current?.showModal(), []);
  async function close(state: Close, reason?: string): Promise<void> {
    if (await closeRoom(field, index, room, state, reason)) onLeft();
  }
  return (
    <dialog class="ask" ref={ref} aria-labelledby="leave" onCancel={onStay}>
      <h2 id="leave">
        <Icon name="unanswered" />
        {t("leave.title", { n: notSeen.length })}
      </h2>
      <p class="sub">{waiting > 0 ? t("leave.waiting", { n: waiting }) : t("leave.text")}</p>
      <NotSeen index={index} notSeen={notSeen} />
      {why ? (
        <NoAccess save={(reason) => void close("no_access", reason)} back={() => setWhy(false)} />
      ) : (
        <div class="btns">
          <button class="btn btn-main" type="button" onClick={onStay}>
            {t("leave.look")}
          </button>
          <button class="btn" type="button" onClick={() => void close("done")}>
            {t("leave.close", { n: notSeen.length })}
          </button>
          {!anySeen && (
            <button class="btn" type="button" onClick={() => void close("empty")}>
              {t("room.close_empty")}
            </button>
          )}
          <button class="btn" type="button" onClick={() => setWhy(true)}>
            {t("leave.no_access")}
          </button>
        </div>
      )}
    </dialog>
  );
}

function NotSeen({ index, notSeen }: { index: VisitIndex; notSeen: readonly Subject[] }) {
  return (
    <>
      <Rows>
        {notSeen.slice(0, LISTED).map((subject) => (
          <PlainRow
            key={subject.rec.id}
            sign={<RagSign colour="none" />}
            title={callName(index, subject.rec)}
            note={kindName(index, subject.rec)}
          />
        ))}
      </Rows>
      {notSeen.length > LISTED && (
        <p class="sub">{t("leave.more", { n: notSeen.length - LISTED })}</p>
      )}
    </>
  );
}

function NoAccess({ save, back }: { save: (reason: string) => void; back: () => void }) {
  const [why, setWhy] = useState("");
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        if (why.trim()) save(why.trim());
      }}
    >
      <label for="leave-why">{t("leave.why")}</label>
      <input
        id="leave-why"
        class="input"
        value={why}
        required
        maxLength={400}
        onInput={(event) => setWhy(event.currentTarget.value)}
      />
      <div class="btns">
        <button class="btn btn-main" type="submit">
          {t("leave.no_access_save")}
        </button>
        <button class="btn" type="button" onClick={back}>
          {t("back")}
        </button>
      </div>
    </form>
  );
}
