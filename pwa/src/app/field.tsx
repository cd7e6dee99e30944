// The field app's door: opens what the tablet holds first, and asks the network afterwards.
import { render } from "preact";
import Field from "../field/index";
import "../ui/tokens.css";
import "../ui/base.css";
import type { TabletStore } from "../data/store";
import type { Session } from "../domain/generated/accounts";
import { Barcode } from "../platform/barcode";
import { Camera } from "../platform/camera";
import { ImageShrinker } from "../platform/image";
import { BrowserStorage } from "../platform/storage";
import type { Ports } from "./field-props";
import { openStore } from "./open-store";
import { startRouter } from "./router";
import { type Asked, askSession, keepSession, keptSession, samePerson, signOut } from "./session";
import { startUpdates } from "./updates";
import { t } from "./words";

const updates = startUpdates();
const root = document.getElementById("app");

function toSignIn(): void {
  const next = encodeURIComponent(location.pathname + location.search);
  location.replace(`/sign-in?next=${next}`);
}

async function leave(): Promise<void> {
  await signOut();
  location.replace("/sign-in?next=/field/");
}

const ports: Ports = {
  camera: new Camera(),
  barcode: new Barcode(),
  image: new ImageShrinker(),
  storage: new BrowserStorage(),
};

function openFor(session: Session): Promise<TabletStore> {
  const { barcode, storage } = ports;
  return openStore({ session, barcode, storage, outdated: () => location.reload() });
}

function show(session: Session, store: TabletStore): void {
  store.start();
  const router = startRouter("/field");
  const props = { store, session, router, ports, updates, signOut: leave };
  if (root) render(<Field {...props} />, root);
}

/** Nobody is known here and nobody answers: the one screen that needs the network. */
function showNoSignal(): void {
  if (!root) return;
  const again = (): void => location.reload();
  addEventListener("online", again, { once: true });
  render(
    <main class="door">
      <h1>{t("door.title")}</h1>
      <p>{t("door.first_sign_in")}</p>
      <button type="button" class="btn btn-main" onClick={again}>
        {t("again")}
      </button>
    </main>,
    root,
  );
}

/** The last person's work opens without waiting for an answer, unless somebody else is signed in by then. */
async function beginKept(session: Session): Promise<void> {
  let asked: Asked | undefined;
  const asking = askSession().then((answer) => {
    asked = answer;
  });
  const store = await openFor(session);
  if (asked?.state !== "in" || samePerson(asked.session, session)) show(session, store);
  await asking;
  // Signed out never blocks reading: the sync chip says so, and asks when there is work to send.
  if (asked?.state !== "in") return;
  await keepSession(asked.session);
  if (!samePerson(asked.session, session)) location.reload();
}

async function begin(): Promise<void> {
  const kept = await keptSession();
  if (kept && !kept.locked) return beginKept(kept.session);
  const asked = await askSession();
  if (asked.state === "in") {
    await keepSession(asked.session);
    show(asked.session, await openFor(asked.session));
  } else if (asked.state === "out") toSignIn();
  else showNoSignal();
}

void begin();
