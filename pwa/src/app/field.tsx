// The field app's door: opens what the tablet holds first, and asks the network afterwards.
import { render } from "preact";
import Field from "../field/index";
import { signInPath } from "../field/paths";
import "../ui/tokens.css";
import "../ui/base.css";
import type { TabletStore } from "../data/store";
import type { Session } from "../domain/generated/accounts";
import { Barcode } from "../platform/barcode";
import { Camera } from "../platform/camera";
import { ImageShrinker } from "../platform/image";
import { BrowserStorage } from "../platform/storage";
import type { Others, Ports } from "./field-props";
import { openStore } from "./open-store";
import { othersOf } from "./others";
import { startRouter } from "./router";
import { type Asked, askSession, keepSession, keptSession, samePerson, signOut } from "./session";
import { startUpdates } from "./updates";
import { t } from "./words";

const updates = startUpdates();
const root = document.getElementById("app");

/** Back to the organisation that was last open here, if there was one. */
function toSignIn(organisation = ""): void {
  location.replace(signInPath(location.pathname + location.search, organisation));
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

function show(session: Session, store: TabletStore): Others {
  store.start();
  const router = startRouter("/field");
  const others = othersOf(session);
  const props = { store, session, router, ports, updates, others, signOut: leave };
  if (root) render(<Field {...props} />, root);
  void others.refresh().then(others.handIn);
  return others;
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
  const isStill = asked?.state !== "in" || samePerson(asked.session, session);
  const others = isStill ? show(session, store) : undefined;
  await asking;
  // Signed out never blocks reading: the sync chip says so, and asks when there is work to send.
  if (asked?.state !== "in") return;
  await keepSession(asked.session);
  if (!samePerson(asked.session, session)) location.reload();
  // Where the person belongs may have changed since it was kept.
  await others?.refresh();
  await others?.handIn();
}

async function begin(): Promise<void> {
  const kept = await keptSession();
  if (kept && !kept.locked) return beginKept(kept.session);
  const asked = await askSession();
  if (asked.state === "in") {
    await keepSession(asked.session);
    show(asked.session, await openFor(asked.session));
  } else if (asked.state === "out") toSignIn(kept?.session.organisation.id);
  else showNoSignal();
}

void begin();
