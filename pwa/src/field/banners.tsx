// Banners over the panes: not saved, no signal, signed out, storage, update; each says what to do.
import { signal } from "@preact/signals";
import { t } from "../app/words";
import { isFilled, isStale } from "../data/level";
import { Banner, LineBanner } from "../ui/message";
import { useField } from "./deps";
import { SYNC, signInPath } from "./paths";
import { downloadExport } from "./sync/actions";

/** Home and the Sync centre tell everything, the rooms what passes; a room only what holds work back. */
export type BannerPlace = "home" | "rooms" | "work";

const later = signal(false);

/** The last answer was not written: it stays on the screen, and so does this. */
export function FailedBanner() {
  const { saver } = useField();
  const failed = saver.failed.value;
  if (!failed) return null;
  const words = failed.edits
    .flatMap((edit) => Object.values(edit.set))
    .filter((v) => typeof v === "string");
  const copy = (): void => void navigator.clipboard?.writeText(words.join("\n"));
  return (
    <Banner tone="red" icon="stop" title={t("failed.title")} text={t("failed.text")}>
      <button class="btn btn-s btn-main" type="button" onClick={() => void saver.save(failed)}>
        {t("again")}
      </button>
      {words.length > 0 && (
        <button class="btn btn-s" type="button" onClick={copy}>
          {t("failed.copy")}
        </button>
      )}
      <button class="btn btn-s" type="button" onClick={() => location.reload()}>
        {t("failed.reload")}
      </button>
    </Banner>
  );
}

export function StateBanners({ place }: { place: BannerPlace }) {
  const { store } = useField();
  const sync = store.sync.value;
  const passing = place !== "work";
  return (
    <>
      {isFilled(sync.storage) && <FullBanner />}
      {passing && sync.storage === "high" && (
        <LineBanner icon="tablet" title={t("high.title")} text={t("high.text")} />
      )}
      {passing && isStale(sync.oldestUnsentAt, Date.now()) && <StaleBanner />}
      {place === "home" && sync.persisted === false && <RefusedBanner />}
      {sync.phase === "signed_out" && !later.value && <SignedOutBanner line={!passing} />}
      {place === "home" && <OthersBanner />}
      {passing && sync.phase === "no_signal" && (
        <LineBanner icon="no-signal" title={t("signal.title")} text={t("signal.text")} />
      )}
      {passing && <UpdateBanner />}
    </>
  );
}

function FullBanner() {
  const { store } = useField();
  const { photos, storage } = store.sync.value;
  const none = storage === "no_room";
  return (
    <Banner
      tone={none ? "red" : "amber"}
      icon={none ? "stop" : "alert"}
      title={t(none ? "no_room.title" : "full.title")}
      text={t(none ? "no_room.text" : "full.text")}
    >
      <button class="btn btn-s btn-main" type="button" onClick={() => store.syncNow()}>
        {photos > 0 ? t("full.send", { n: photos }) : t("sync.now")}
      </button>
      <a class="btn btn-s" href={SYNC}>
        {t("full.what")}
      </a>
    </Banner>
  );
}

/** Five days without a way to the server: the work should not stand in one place only. */
function StaleBanner() {
  const { store } = useField();
  return (
    <Banner tone="red" icon="stop" title={t("stale.title")} text={t("stale.text")}>
      <ExportButton />
      <button class="btn btn-s" type="button" onClick={() => store.syncNow()}>
        {t("sync.now")}
      </button>
    </Banner>
  );
}

function ExportButton() {
  const { store } = useField();
  return (
    <button class="btn btn-s" type="button" onClick={() => void downloadExport(store)}>
      {t("refused.export")}
    </button>
  );
}

function RefusedBanner() {
  const { ports } = useField();
  return (
    <Banner tone="red" icon="stop" title={t("refused.title")} text={t("refused.text")}>
      <button class="btn btn-s btn-main" type="button" onClick={() => void ports.storage.persist()}>
        {t("refused.ask")}
      </button>
      <ExportButton />
    </Banner>
  );
}

/** In a room it takes one line, and none while there is nothing to send. */
function SignedOutBanner({ line }: { line: boolean }) {
  const { store, session, router, others } = useField();
  const next = router.place.value.path;
  const names = { who: session.user.name, where: session.organisation.name };
  const waiting = store.sync.value.outbox + store.sync.value.photos;
  if (line && waiting === 0) return null;
  const As = line ? LineBanner : Banner;
  return (
    <As
      icon="lock"
      title={t("signed_out.title")}
      text={t("signed_out.text", { n: waiting, ...names })}
    >
      <a
        class="btn btn-s btn-main"
        href={signInPath(next, session.organisation.id)}
        onClick={(event) => {
          event.preventDefault();
          // Signed in to another organisation meanwhile: that sign-in is enough.
          void others.enter(session.organisation.id, next).then((came) => {
            if (came === "no_signal") store.syncNow(); // and the banner says so
          });
        }}
      >
        {t("sign_in")}
      </a>
      <button
        class="btn btn-s"
        type="button"
        onClick={() => {
          later.value = true;
        }}
      >
        {t("later")}
      </button>
    </As>
  );
}

/** Work of the same person for another organisation waits here: it is sent when they go there. */
function OthersBanner() {
  const { others } = useField();
  const waiting = others.list.value.filter((one) => one.changes + one.photos > 0);
  const [first] = waiting;
  if (!first) return null;
  const n = waiting.reduce((sum, one) => sum + one.changes + one.photos, 0);
  return (
    <LineBanner
      icon="tablet"
      title={t("others.banner", { n })}
      text={waiting.length === 1 && first.name ? first.name : t("others.banner_text")}
    >
      <a class="btn btn-s" href={SYNC}>
        {t("others.see")}
      </a>
    </LineBanner>
  );
}

function UpdateBanner() {
  const { updates } = useField();
  if (!updates.waiting.value) return null;
  return (
    <LineBanner icon="package" title={t("update.title")} text={t("update.text")}>
      <button class="btn btn-s" type="button" onClick={() => void updates.take()}>
        {t("update.now")}
      </button>
    </LineBanner>
  );
}
