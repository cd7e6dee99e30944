// The field app: which screen an address shows, inside the one set of things all screens are given.
import { useEffect, useMemo } from "preact/hooks";
import type { FieldProps } from "../app/field-props";
import { matchRoute } from "../app/router";
import { t } from "../app/words";
import "../ui/parts.css";
import "../ui/choices.css";
import "../ui/answers.css";
import "../ui/messages.css";
import "./css/shell.css";
import "./css/sheet.css";
import "./css/rows.css";
import "./css/screens.css";
import "./css/finding.css";
import "./css/camera.css";
import "./css/scan.css";
import "./css/setup.css";
import "./css/door.css";
import { FieldProvider, fieldOf, useField } from "./deps";
import { later } from "./parts/later";
import { Missing } from "./parts/missing";
import { HOME, ROUTES } from "./paths";
import { lookNow, setLook } from "./place";
import { RoomsScreen } from "./rooms/view";
import { VisitsScreen } from "./visits/view";

const walk = () => import("./walk");
const FindingScreen = later(async () => (await walk()).FindingScreen);
const PhotoScreen = later(async () => (await walk()).PhotoScreen);
const RoomScreen = later(async () => (await walk()).RoomScreen);
const ScanScreen = later(async () => (await walk()).ScanScreen);
const apart = () => import("./apart");
const AboutScreen = later(async () => (await apart()).AboutScreen);
const AddScreen = later(async () => (await apart()).AddScreen);
const InstallScreen = later(async () => (await apart()).InstallScreen);
const LookScreen = later(async () => (await apart()).LookScreen);
const SyncScreen = later(async () => (await apart()).SyncScreen);

export default function FieldApp(props: FieldProps) {
  const field = useMemo(() => {
    setLook(lookNow());
    return fieldOf(props);
  }, [props.store]);
  useEffect(() => {
    // Painted: what the next tap will open is read now, not when a finger waits for it.
    for (const screen of [RoomScreen, FindingScreen, ScanScreen, PhotoScreen]) screen.ahead();
  }, []);
  return (
    <FieldProvider value={field}>
      <Screen />
    </FieldProvider>
  );
}

function Screen() {
  const { router } = useField();
  const { path } = router.place.value;
  const match = matchRoute(ROUTES, path);
  const { visit = "", room = "", kind = "", id = "" } = match?.params ?? {};
  switch (match?.screen) {
    case "visits":
      return <VisitsScreen />;
    case "install":
      return <InstallScreen />;
    case "sync":
      return <SyncScreen />;
    case "rooms":
      return <RoomsScreen key={visit} visit={visit} />;
    case "look":
      return <LookScreen visit={visit} />;
    case "room":
      return <RoomScreen key={room} visit={visit} room={room} />;
    case "scan":
      return <ScanScreen key={room} visit={visit} room={room} />;
    case "add":
      return <AddScreen visit={visit} room={room} />;
    case "about":
      return <AboutScreen visit={visit} room={room} />;
    case "finding":
      return <FindingScreen key={`${kind} ${id}`} visit={visit} room={room} kind={kind} id={id} />;
    case "photo":
      return <PhotoScreen visit={visit} room={room} kind={kind} id={id} />;
    default:
      return <Missing what={t("missing.page")} back={{ href: HOME, label: t("back.visits") }} />;
  }
}
