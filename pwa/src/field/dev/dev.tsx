// The dev page: the field app over sample data, ?path=/field/... chooses the screen. Not in the build.
import { signal } from "@preact/signals";
import { render } from "preact";
import type { FieldProps, Ports } from "../../app/field-props";
import { startRouter } from "../../app/router";
import type { CameraState } from "../../platform/ports";
import "../../ui/tokens.css";
import "../../ui/base.css";
import FieldApp from "../index";
import { rememberPlace } from "../place";
import { sampleSchool, VISIT } from "../sample";

const query = new URLSearchParams(location.search);
const { store, rooms, codes } = sampleSchool();
rememberPlace({ visit: VISIT, room: rooms.ICT2 ?? "" });
const state = signal<CameraState>("off");
let scanned: ((scan: { text: string; format: string }) => void) | undefined;

const ports: Ports = {
  camera: {
    state,
    async start() {
      state.value = query.has("nocamera") ? "refused" : "on";
      return state.value;
    },
    pause: () => undefined,
    restart: async () => state.value,
    close: () => undefined,
    lenses: async () => [
      { id: "a", label: "Back" },
      { id: "b", label: "Front" },
    ],
    useLens: async () => state.value,
    can: () => ({ torch: true, zoom: undefined }),
    setTorch: async () => true,
    setZoom: async () => true,
    still: async () => createImageBitmap(new ImageData(64, 48)),
  },
  barcode: {
    watch(_video, found) {
      scanned = found;
      return () => {
        scanned = undefined;
      };
    },
    ready: async () => true,
    read: async () => [],
  },
  image: {
    async shrink() {
      const canvas = new OffscreenCanvas(320, 240);
      const pen = canvas.getContext("2d");
      if (pen) {
        pen.fillStyle = "#5a6472";
        pen.fillRect(0, 0, 320, 240);
      }
      const bytes = await (await canvas.convertToBlob({ type: "image/jpeg" })).arrayBuffer();
      const sha256 = crypto.randomUUID().replaceAll("-", "").repeat(2);
      return { bytes, thumb: bytes, sha256, width: 320, height: 240 };
    },
  },
  storage: {
    persist: async () => true,
    now: async () => ({ usage: 4.8e9, quota: 40e9, persisted: true }),
    isUninstalledAppleTab: () => query.has("apple"),
    isInstalled: () => !query.has("apple"),
  },
};

const path = (query.get("path") ?? "/field/").replace(/\{(.+?)\}/g, (_whole, name: string) => {
  if (name === "visit") return VISIT;
  return rooms[name] ?? store.list(name)[0]?.id ?? name;
});
history.replaceState(null, "", path);
const props: FieldProps = {
  store,
  ports,
  session: {
    user: { id: "u1", name: "Sam Carter", email: "sam@demo.example" },
    organisation: { id: store.me.organisation_id, name: "Tidewell Learning Trust", kind: "trust" },
    organisations: [],
    roles: ["consultant"],
    schools: [],
  },
  router: startRouter("/field/"),
  updates: {
    waiting: signal(query.has("update")),
    take: async () => undefined,
    build: signal("1.8"),
  },
  others: {
    list: signal([]),
    refresh: async () => undefined,
    handIn: async () => undefined,
    enter: async () => "no_signal",
  },
  signOut: async () => undefined,
};
const root = document.getElementById("app");
if (root) render(<FieldApp {...props} />, root);

// For the browser's console and the screenshots: walkround.scan("K7M42QXZ").
Object.assign(globalThis, {
  walkround: { store, rooms, codes, scan: (text: string) => scanned?.({ text, format: "QRCode" }) },
});
