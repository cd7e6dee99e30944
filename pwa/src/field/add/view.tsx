// Adding a thing that no list knows: what it is, its serial, then its photo; the tag is bound with it.
import { useState } from "preact/hooks";
import { t } from "../../app/words/later";
import { parseTag, showTag } from "../../domain/tag";
import { Icon } from "../../ui/icon";
import { Banner } from "../../ui/message";
import { useField } from "../deps";
import { text } from "../fields";
import { Missing } from "../parts/missing";
import { findingPath, HOME, photoPath, roomPath, scanPath } from "../paths";
import type { RoomAddress } from "../room/view";
import { Pane, Shell } from "../shell";
import { callName, roomName } from "../subject";
import { indexVisit, type VisitIndex } from "../visit-index";
import { addAsset } from "./actions";
import { type Draft, findProducts, sameSerial, typeGroups } from "./model";

export function AddScreen({ visit, room }: RoomAddress) {
  const { store, router } = useField();
  const index = indexVisit(store, visit);
  if (!index)
    return <Missing what={t("missing.visit")} back={{ href: HOME, label: t("back.visits") }} />;
  const code = parseTag(router.place.value.query.get("code") ?? "");
  return <Add key={code ?? ""} index={index} room={room} code={code} />;
}

const EMPTY: Draft = { type: "", product: "", serial: "", name: "" };

interface AddProps {
  index: VisitIndex;
  room: string;
  code: string | undefined;
}

function Add({ index, room, code }: AddProps) {
  const field = useField();
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [asked, setAsked] = useState(false);
  const visit = index.visit.id;
  const back = code ? scanPath(visit, room) : roomPath(visit, room);
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });

  async function add(then: "back" | "photo"): Promise<void> {
    setAsked(true);
    if (!draft.type) {
      document.getElementById("add-type")?.focus();
      return;
    }
    const asset = await addAsset(field, index, room, draft, code);
    if (asset === undefined) return;
    const thing = code ? back : findingPath(visit, room, "asset", asset);
    const next = then === "photo" ? photoPath(visit, room, "asset", asset) : thing;
    field.router.go(next, { replace: true });
  }
  return (
    <Shell
      title={t("add.title")}
      line={
        code
          ? t("add.line", { tag: showTag(code), room: roomName(index, room) })
          : roomName(index, room)
      }
      back={{
        href: back,
        label: t("back.to", { where: code ? t("scan") : roomName(index, room) }),
      }}
      dock={
        <>
          <button class="btn" type="button" onClick={() => void add("photo")}>
            <Icon name="camera" />
            <span class="btn-text">{t("add.with_photo")}</span>
          </button>
          <button class="btn btn-main" type="submit" form="add">
            {t("add.save")}
          </button>
        </>
      }
    >
      <Pane as="main" name="add" class="narrow">
        <form
          id="add"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void add("back");
          }}
        >
          <TypeField index={index} draft={draft} change={change} missing={asked && !draft.type} />
          <ProductField index={index} draft={draft} change={change} />
          <SerialField index={index} room={room} draft={draft} change={change} />
          <NameField draft={draft} change={change} />
        </form>
      </Pane>
    </Shell>
  );
}

function NameField({ draft, change }: Omit<PartProps, "index">) {
  return (
    <div class="group">
      <label for="add-name">
        <b>{t("add.name")}</b>
      </label>
      <input
        id="add-name"
        class="input"
        maxLength={200}
        value={draft.name}
        onInput={(event) => change({ name: event.currentTarget.value })}
      />
    </div>
  );
}

interface PartProps {
  index: VisitIndex;
  draft: Draft;
  change: (part: Partial<Draft>) => void;
}

function TypeField({ index, draft, change, missing }: PartProps & { missing: boolean }) {
  return (
    <div class="group">
      <label for="add-type">
        <b>{t("add.type")}</b>
      </label>
      <select
        id="add-type"
        class="input"
        required
        value={draft.type}
        aria-invalid={missing}
        aria-describedby="add-type-say"
        onChange={(event) => change({ type: event.currentTarget.value, product: "" })}
      >
        <option value="">{t("add.choose")}</option>
        {typeGroups(index).map((group) => (
          <optgroup key={group.category} label={group.category}>
            {group.types.map((type) => (
              <option key={type.id} value={type.id}>
                {type.name}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <p id="add-type-say" class={missing ? "field-say field-wrong" : "field-say"}>
        {missing ? t("add.type_missing") : t("add.type_help")}
      </p>
    </div>
  );
}

function ProductField({ index, draft, change }: PartProps) {
  const [typed, setTyped] = useState("");
  const hits = findProducts(index, draft.type, typed);
  const chosen = index.product(draft.product);
  const name = chosen ? `${text(chosen, "maker") ?? ""} ${text(chosen, "model") ?? ""}`.trim() : "";
  return (
    <div class="group">
      <label for="add-product">
        <b>{t("add.product")}</b>
      </label>
      {chosen ? (
        <p class="chosen">
          <Icon name="check" small />
          <b>{name}</b>
          <button class="btn btn-s" type="button" onClick={() => change({ product: "" })}>
            {t("add.change")}
          </button>
        </p>
      ) : (
        <>
          <div class="input-with">
            <Icon name="search" />
            <input
              id="add-product"
              class="input"
              type="search"
              autoComplete="off"
              placeholder={t("add.product_help")}
              value={typed}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          </div>
          {(typed || draft.type) && (
            <div class="btns" aria-live="polite">
              {hits.map((hit) => (
                <button
                  key={hit.id}
                  class="btn btn-s"
                  type="button"
                  onClick={() => change({ product: hit.id, type: draft.type || hit.type })}
                >
                  {hit.name}
                </button>
              ))}
              {hits.length === 0 && <p class="field-say">{t("add.no_product")}</p>}
            </div>
          )}
        </>
      )}
    </div>
  );
}

function SerialField({ index, room, draft, change }: PartProps & { room: string }) {
  const twin = sameSerial(index, draft.serial);
  const visit = index.visit.id;
  return (
    <div class="group">
      <label for="add-serial">
        <b>{t("add.serial")}</b>
      </label>
      <input
        id="add-serial"
        class="input tag"
        maxLength={80}
        autoCapitalize="characters"
        autoComplete="off"
        spellcheck={false}
        value={draft.serial}
        onInput={(event) => change({ serial: event.currentTarget.value })}
      />
      {twin && (
        <Banner
          tone="amber"
          icon="alert"
          title={t("add.twin", { name: callName(index, twin) })}
          text={t("add.twin_text", { room: roomName(index, text(twin, "room_id")) })}
        >
          <a class="btn btn-s" href={findingPath(visit, room, "asset", twin.id)}>
            {t("add.twin_open")}
          </a>
        </Banner>
      )}
    </div>
  );
}
