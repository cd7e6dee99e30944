// The Sync centre: what is on the server, what is on this tablet only, and what needs a person.
import { useState } from "preact/hooks";
import { t } from "../../app/words/later";
import { Seg, Switch } from "../../ui/choice";
import { Icon } from "../../ui/icon";
import { useField } from "../deps";
import { Head, PlainRow, Rows } from "../parts/rows";
import { HOME, roomPath } from "../paths";
import { type Look, lastPlace, lookNow, setLook } from "../place";
import { Pane, Shell } from "../shell";
import { Storage } from "../visits/view";
import { sizeOf, timeOf } from "../when";
import { downloadExport, keepMine, keepTheirs } from "./actions";
import { type Need, needWords, waitingByKind } from "./model";
import { OtherOrganisations } from "./others";
import { Resend } from "./resend";
import { mayResend } from "./resend.model";

export function SyncScreen() {
  const { store } = useField();
  const sync = store.sync.value;
  const last = lastPlace();
  const here = sync.outbox + sync.photos;
  const back = last ? roomPath(last.visit, last.room) : HOME;
  return (
    <Shell
      title={t("sync.title")}
      back={{ href: back, label: last ? t("back.room") : t("back.visits") }}
      banners="rooms"
      dock={<Dock />}
    >
      <Pane as="main" name="sync" class="sync">
        <div class="sync-a">
          <Facts />
          <p class="in sub">
            {sync.at ? t("sync.contact", { time: timeOf(sync.at) }) : t("sync.kept")}
          </p>
          {sync.restored && (
            <p class="in sub" role="status">
              {t(`sync.restored.${sync.restored}`)}
            </p>
          )}
          {sync.needs.length > 0 && (
            <Head title={t("sync.needs_title")} aside={String(sync.needs.length)} />
          )}
          {sync.needs.map((need) => (
            <NeedCard key={`${need.mid} ${need.what} ${need.id}`} need={needWords(need, store)} />
          ))}
        </div>
        <div class="sync-b">
          {here > 0 && <Waiting />}
          <ThisTablet />
          <OtherOrganisations />
          <LookChoice />
          <Storage />
        </div>
      </Pane>
    </Shell>
  );
}

function Facts() {
  const { store } = useField();
  const sync = store.sync.value;
  const visit = lastPlace()?.visit;
  const findings = visit ? store.list("finding", visit) : store.list("finding");
  const facts = [
    ["sync.on_server", findings.filter((finding) => !finding.waiting).length],
    ["sync.on_tablet", sync.outbox + sync.photos],
    ["sync.need_you", sync.needs.length],
  ] as const;
  return (
    <dl class="facts in">
      {facts.map(([key, count]) => (
        <div key={key}>
          <dt>{t(key)}</dt>
          <dd>{count}</dd>
        </div>
      ))}
    </dl>
  );
}

function NeedCard({ need }: { need: Need }) {
  const { store, saver } = useField();
  const [editing, setEditing] = useState(false);
  const { mine, theirs } = need;
  if (editing) return <Resend need={need} done={() => setEditing(false)} />;
  return (
    <section class="need in">
      <h3>
        <Icon name={need.icon} />
        {need.title}
      </h3>
      <p class="sub">{need.text}</p>
      {mine && theirs ? (
        <div class="two">
          <button class="pick" type="button" onClick={() => void keepMine(store, saver, need.need)}>
            <span class="small">{mine.from}</span>
            <b>{mine.value}</b>
          </button>
          <button class="pick" type="button" onClick={() => void keepTheirs(store, need.need)}>
            <span class="small">{theirs.from}</span>
            <b>{theirs.value}</b>
          </button>
        </div>
      ) : (
        <NeedButtons need={need} edit={() => setEditing(true)} />
      )}
    </section>
  );
}

function NeedButtons({ need, edit }: { need: Need; edit: () => void }) {
  const { store } = useField();
  return (
    <div class="btns">
      {mayResend(need.need) ? (
        <button class="btn btn-s" type="button" onClick={edit}>
          <Icon name="undo" small />
          {t("need.edit")}
        </button>
      ) : (
        <button class="btn btn-s" type="button" onClick={() => store.syncNow()}>
          <Icon name="refresh" small />
          {t("again")}
        </button>
      )}
      {need.need.mid > 0 && need.need.what !== "held" && (
        <button class="btn btn-s" type="button" onClick={() => void store.dismiss(need.need.mid)}>
          {t("need.read")}
        </button>
      )}
    </div>
  );
}

function Waiting() {
  const { store } = useField();
  const sync = store.sync.value;
  return (
    <>
      <Head title={t("sync.waiting")} aside={String(sync.outbox + sync.photos)} />
      <Rows>
        {waitingByKind(store).map(({ kind, count }) => (
          <PlainRow
            key={kind}
            sign={<Icon name="list" />}
            title={t(`kinds.${kind}`, { n: count })}
          />
        ))}
        {sync.photos > 0 && (
          <PlainRow
            sign={<Icon name="camera" />}
            title={t("sync.waiting_photos", { n: sync.photos })}
            note={t("sync.photos_after")}
            end={<span class="row-end">{sizeOf(sync.photoBytes)}</span>}
          />
        )}
      </Rows>
    </>
  );
}

function ThisTablet() {
  const { store, updates, session, signOut, ports } = useField();
  const sync = store.sync.value;
  const ready = store.downloaded.value.length;
  const kept =
    sync.persisted === false
      ? t("persist.no")
      : sync.persisted
        ? t("persist.yes")
        : t("persist.unknown");
  return (
    <>
      <Head title={t("tablet.title")} />
      <Rows>
        <PlainRow
          sign={<Icon name={ready > 0 ? "check" : "download"} />}
          title={ready > 0 ? t("tablet.ready", { n: ready }) : t("tablet.not_ready")}
          note={t("tablet.ready_note")}
        />
        <PlainRow
          sign={<Icon name={sync.persisted ? "check" : "alert"} />}
          title={kept}
          note={t(sync.persisted ? "persist.yes_note" : "persist.no_note")}
          end={
            sync.persisted ? undefined : (
              <button class="btn btn-s" type="button" onClick={() => void ports.storage.persist()}>
                {t("refused.ask")}
              </button>
            )
          }
        />
        <PlainRow
          sign={<Icon name="package" />}
          title={t("tablet.version", {
            version: updates.build.value?.slice(0, 7) ?? t("tablet.version_unknown"),
          })}
          note={updates.waiting.value ? t("update.text") : t("tablet.newest")}
          end={
            updates.waiting.value && (
              <button class="btn btn-s" type="button" onClick={() => void updates.take()}>
                {t("update.now")}
              </button>
            )
          }
        />
        <PlainRow
          sign={<Icon name="lock" />}
          title={session.user.name}
          note={session.organisation.name}
          end={
            <button class="btn btn-s" type="button" onClick={() => void signOut()}>
              {t("sign_out")}
            </button>
          }
        />
      </Rows>
    </>
  );
}

function LookChoice() {
  const [look, setNow] = useState<Look>(lookNow);
  function change(part: Partial<Look>): void {
    const next = { ...look, ...part };
    setLook(next);
    setNow(next);
  }
  return (
    <div class="in look">
      <Switch
        label={t("look.large")}
        on={look.targets === "large"}
        onChange={(on) => change({ targets: on ? "large" : "usual" })}
      />
      <Seg
        label={t("look.theme")}
        value={look.theme}
        onChange={(theme) => change({ theme })}
        options={[
          { value: "system", label: t("look.system") },
          { value: "light", label: t("look.light") },
          { value: "dark", label: t("look.dark") },
        ]}
      />
    </div>
  );
}

function Dock() {
  const { store } = useField();
  return (
    <>
      <button class="btn" type="button" onClick={() => void downloadExport(store)}>
        <Icon name="file-down" />
        {t("sync.export")}
      </button>
      <p class="dock-mid">{t("sync.while_open")}</p>
      <button class="btn btn-main" type="button" onClick={() => store.syncNow()}>
        <Icon name="cloud-upload" />
        {t("sync.now")}
      </button>
    </>
  );
}
