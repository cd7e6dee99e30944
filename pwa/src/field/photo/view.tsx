// The photo screen: tap, tap, tap; each picture is on this tablet before it is shown below.
import { useState } from "preact/hooks";
import { t } from "../../app/words";
import { isFilled } from "../../data/level";
import type { Rec } from "../../data/types";
import { Icon } from "../../ui/icon";
import { Empty } from "../../ui/message";
import { useField } from "../deps";
import { number, text } from "../fields";
import { useAutosave } from "../parts/autosave";
import { Missing } from "../parts/missing";
import { Head } from "../parts/rows";
import { aboutPath, findingPath, HOME } from "../paths";
import type { RoomAddress } from "../room/view";
import { Camera, useCameraState } from "../scan/camera";
import { Pane, Shell } from "../shell";
import { callName, roomName } from "../subject";
import { indexVisit, type SubjectKind } from "../visit-index";
import { timeOf } from "../when";
import { captionEdit, type PhotoOf, photosOf, takePhoto } from "./actions";
import { MOST_PHOTOS, Thumb } from "./strip";

export function PhotoScreen({ visit, room, kind, id }: RoomAddress & { kind: string; id: string }) {
  const { store } = useField();
  const index = indexVisit(store, visit);
  if (!index)
    return <Missing what={t("missing.visit")} back={{ href: HOME, label: t("back.visits") }} />;
  const of: PhotoOf = { index, room, kind: kind as SubjectKind | "room", id };
  return <Photos of={of} />;
}

function Photos({ of }: { of: PhotoOf }) {
  const field = useField();
  const [busy, setBusy] = useState(false);
  const [why, setWhy] = useState<string>();
  const { index, room, kind, id } = of;
  const photos = photosOf(of);
  const full = photos.length >= MOST_PHOTOS;
  const rec = kind === "room" ? undefined : index.subject(kind, id);
  const name = rec ? callName(index, rec) : roomName(index, room);
  const visit = index.visit.id;
  const href = kind === "room" ? aboutPath(visit, room) : findingPath(visit, room, kind, id);
  const { storage } = field.store.sync.value;
  const noRoom = isFilled(storage);

  async function take(source: Blob | ImageBitmap | undefined): Promise<void> {
    if (busy) return;
    if (!source) return setWhy(t("photo.no_picture"));
    setBusy(true);
    const taken = await takePhoto(field, of, source);
    setWhy(taken.ok ? undefined : taken.why);
    setBusy(false);
  }
  return (
    <Shell
      title={t("photo.title", { n: photos.length, of: MOST_PHOTOS })}
      line={rec ? t("photo.line", { name, room: roomName(index, room) }) : name}
      back={{ href, label: t("back.to", { where: name }) }}
      dockClass="dock-3"
      dock={<Dock busy={busy || full || noRoom} take={take} href={href} />}
    >
      <Pane as="main" name="photo" class="shoot">
        <Camera />
        <div class="shoot-side">
          <p class="in shoot-say sub" role="status">
            {why ??
              (noRoom
                ? t(storage === "no_room" ? "no_room.text" : "full.text")
                : full
                  ? t("photo.full", { n: MOST_PHOTOS })
                  : t("photo.pupils"))}
          </p>
          {photos.length > 0 && (
            <Head title={t("photos.title")} aside={t("photos.of", { n: photos.length })} />
          )}
          {photos.length === 0 && (
            <Empty icon="image" title={t("photo.none")} text={t("photo.none_text")} />
          )}
          <ul class="taken in">
            {[...photos].reverse().map((photo) => (
              <TakenPhoto key={photo.id} photo={photo} visit={visit} />
            ))}
          </ul>
        </div>
      </Pane>
    </Shell>
  );
}

function TakenPhoto({ photo, visit }: { photo: Rec; visit: string }) {
  const field = useField();
  const auto = useAutosave(text(photo, "caption") ?? "", (caption) =>
    captionEdit(field, visit, photo, caption),
  );
  return (
    <li class="photo">
      <Thumb photo={photo} />
      <label class="field">
        <span class="sub">
          {timeOf(number(photo, "taken_at") ?? 0)},{" "}
          {photo.waiting ? t("photo.on_tablet") : t("photo.on_server")}
        </span>
        <input
          class="input"
          placeholder={t("photo.what")}
          aria-label={t("photo.what")}
          maxLength={500}
          {...auto}
        />
      </label>
    </li>
  );
}

interface DockProps {
  busy: boolean;
  take: (source: Blob | ImageBitmap | undefined) => Promise<void>;
  href: string;
}

function Dock({ busy, take, href }: DockProps) {
  const { camera } = useField().ports;
  const on = useCameraState() === "on";
  return (
    <>
      <label class={busy ? "btn file file-off" : "btn file"}>
        <Icon name="image" />
        {t("photo.file")}
        <input
          type="file"
          accept="image/*"
          capture="environment"
          disabled={busy}
          onChange={(event) => {
            const input = event.currentTarget;
            const file = input.files?.[0];
            if (!file) return;
            void take(file).then(() => {
              input.value = "";
            });
          }}
        />
      </label>
      <button
        class="btn btn-main"
        type="button"
        disabled={busy || !on}
        onClick={() => void camera.still().then(take)}
      >
        <Icon name="camera" />
        {t("photo.take")}
      </button>
      <a class="btn" href={href}>
        {t("done")}
      </a>
    </>
  );
}
