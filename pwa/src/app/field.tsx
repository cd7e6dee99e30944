// The field app's door: opens what the tablet holds first, and asks the network afterwards.
import { render } from "preact";
import Field from "../field/index";
import "../ui/tokens.css";
import "../ui/base.css";
import { Barcode } from "../platform/barcode";
import { Camera } from "../platform/camera";
import { ImageShrinker } from "../platform/image";
import { BrowserStorage } from "../platform/storage";
import type { Ports, Session } from "./field-props";
import { openStore } from "./open-store";
import { startRouter } from "./router";
import { askSession, keepSession, keptSession, samePerson, signOut } from "./session";
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

async function open(session: Session): Promise<void> {
  const ports: Ports = {
    camera: new Camera(),
    barcode: new Barcode(),
    image: new ImageShrinker(),
    storage: new BrowserStorage(),
  };
  const { barcode, storage } = ports;
  const store = await openStore({ session, barcode, storage, outdated: () => location.reload() });
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

async function begin(): Promise<void> {
  const kept = await keptSession();
  if (kept && !kept.locked) {
    await open(kept.session);
    const asked = await askSession();
    // Signed out never blocks reading: the sync chip says so, and asks when there is work to send.
    if (asked.state !== "in") return;
    await keepSession(asked.session);
    if (!samePerson(asked.session, kept.session)) location.reload();
    return;
  }
  const asked = await askSession();
  if (asked.state === "in") {
    await keepSession(asked.session);
    await open(asked.session);
  } else if (asked.state === "out") toSignIn();
  else if (kept) toSignIn();
  else showNoSignal();
}

void begin();
