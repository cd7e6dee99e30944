// About this room: the room's questions of this visit, a note, and photos of the room itself.
import { t } from "../../app/words/later";
import type { Value } from "../../data/types";
import { useField } from "../deps";
import { walkEdit } from "../edits";
import { text } from "../fields";
import { useAutosave } from "../parts/autosave";
import { Missing } from "../parts/missing";
import { HOME, photoPath, roomPath } from "../paths";
import { PhotoStrip } from "../photo/strip";
import { enterRoom } from "../room/actions";
import type { RoomAddress } from "../room/view";
import { Pane, Shell } from "../shell";
import { roomName } from "../subject";
import { indexVisit, type VisitIndex } from "../visit-index";
import { answerField, answerTo, questionsAbout } from "./model";
import { FieldRenderer } from "./question";

export function AboutScreen({ visit, room }: RoomAddress) {
  const { store } = useField();
  const index = indexVisit(store, visit);
  if (!index)
    return <Missing what={t("missing.visit")} back={{ href: HOME, label: t("back.visits") }} />;
  const name = roomName(index, room);
  const building = text(index.building(text(index.room(room), "building_id")), "name");
  return (
    <Shell
      title={t("about.of", { room: name })}
      line={building}
      back={{ href: roomPath(visit, room), label: t("back.to", { where: name }) }}
      dock={
        <a class="btn btn-main dock-one" href={roomPath(visit, room)}>
          {t("about.done", { room: name })}
        </a>
      }
    >
      <Pane as="main" name={`about ${room}`} class="narrow">
        <Questions index={index} room={room} />
      </Pane>
    </Shell>
  );
}

function Questions({ index, room }: { index: VisitIndex; room: string }) {
  const field = useField();
  const walk = index.walk(room);
  const photos = walk ? index.photosOf("room_walk", walk.id) : [];
  const photoHref = photoPath(index.visit.id, room, "room", room);
  async function save(set: Record<string, Value>): Promise<boolean> {
    await enterRoom(field, index, room);
    return field.saver.save({ edits: [walkEdit(index, field.ids, room, set)] });
  }
  return (
    <>
      <div class="group">
        {questionsAbout(index, "room").map((question) => (
          <FieldRenderer
            key={question.key}
            question={question}
            value={answerTo(walk, question)}
            photos={photos.length}
            photoHref={photoHref}
            save={(value) => save({ [answerField(question)]: value })}
          />
        ))}
      </div>
      <div class="group">
        <div class="group-head">
          <h2>{t("photos.title")}</h2>
          <span class="was">{t("photos.of", { n: photos.length })}</span>
        </div>
        <PhotoStrip photos={photos} href={photoHref} />
      </div>
      <RoomNote
        key={room}
        saved={text(walk, "note") ?? ""}
        save={(note) => save({ note: note || null })}
      />
    </>
  );
}

function RoomNote({ saved, save }: { saved: string; save: (note: string) => Promise<boolean> }) {
  const auto = useAutosave(saved, save);
  return (
    <div class="group">
      <h2>
        <label for="room-note">{t("note")}</label>
      </h2>
      <textarea id="room-note" class="input" rows={3} maxLength={4000} {...auto} />
    </div>
  );
}
