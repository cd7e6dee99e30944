// Set up this tablet: put it on the Home Screen, keep its storage, test the camera, download a visit.
import { useEffect, useState } from "preact/hooks";
import { t } from "../../app/words/later";
import { Icon } from "../../ui/icon";
import { useField } from "../deps";
import { HOME } from "../paths";
import { useCameraState } from "../scan/camera";
import { tone, unlockSound } from "../scan/tones";
import { Pane, Shell } from "../shell";
import { type StepState, type Steps, stepsOf } from "./model";
import { HowApple, HowOther } from "./pictures";

/** Chromium offers its own installation; kept until the person asks for it. */
interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}
let offered: InstallPrompt | undefined;
if (typeof addEventListener === "function") {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offered = event as InstallPrompt;
  });
}

export function InstallScreen() {
  const { store, ports } = useField();
  const camera = useCameraState();
  const [installed, setInstalled] = useState(ports.storage.isInstalled());
  const [tested, setTested] = useState(false);
  useEffect(() => {
    const now = (): void => setInstalled(true);
    addEventListener("appinstalled", now);
    return () => removeEventListener("appinstalled", now);
  }, []);
  const appleTab = ports.storage.isUninstalledAppleTab();
  const steps = stepsOf({
    installed,
    appleTab,
    persisted: store.sync.value.persisted,
    camera: tested || camera === "on",
    downloaded: store.downloaded.value.length > 0,
  });
  const done = Object.values(steps).filter((step) => step === "done").length;
  return (
    <Shell
      title={t("install.title")}
      line={t("install.progress", { n: done })}
      bare
      back={{ href: HOME, label: t("back.visits") }}
      dock={
        <>
          <p class="dock-mid dock-left">{t("install.minutes")}</p>
          {appleTab ? (
            <p class="dock-mid dock-only">{t("install.open_there")}</p>
          ) : (
            <a class="btn btn-main" href={HOME}>
              {t("install.go_on")}
            </a>
          )}
        </>
      }
    >
      <Pane as="main" name="install" class="install">
        <ol class="steps">
          <Step n={1} state={steps.install} title={t("install.home")} text={t("install.home_text")}>
            {steps.install !== "done" && (appleTab ? <HowApple /> : <HowOther />)}
            {steps.install !== "done" && <Offer />}
          </Step>
          <Rest steps={steps} setTested={setTested} />
        </ol>
      </Pane>
    </Shell>
  );
}

function Rest({ steps, setTested }: { steps: Steps; setTested: (tested: boolean) => void }) {
  const { ports, saver } = useField();
  async function test(): Promise<void> {
    unlockSound();
    tone("found");
    const video = document.createElement("video");
    const state = await ports.camera.start(video);
    ports.camera.pause();
    setTested(state === "on");
    saver.say(state === "on" ? t("install.camera_works") : t("camera.none"));
  }
  return (
    <>
      <Step n={2} state={steps.keep} title={t("install.keep")} text={t("install.keep_text")}>
        {steps.keep === "now" && (
          <button class="btn btn-s" type="button" onClick={() => void ports.storage.persist()}>
            {t("install.keep_ask")}
          </button>
        )}
      </Step>
      <Step n={3} state={steps.camera} title={t("install.camera")} text={t("install.camera_text")}>
        {steps.camera !== "done" && steps.install !== "now" && (
          <button class="btn btn-s" type="button" onClick={() => void test()}>
            {t("install.camera_test")}
          </button>
        )}
      </Step>
      <Step
        n={4}
        state={steps.download}
        title={t("install.download")}
        text={t("install.download_text")}
      />
    </>
  );
}

function Offer() {
  const [ready, setReady] = useState(offered !== undefined);
  useEffect(() => {
    const now = (): void => setReady(true);
    addEventListener("beforeinstallprompt", now);
    return () => removeEventListener("beforeinstallprompt", now);
  }, []);
  if (!ready) return null;
  return (
    <button
      class="btn btn-main btn-s step-act"
      type="button"
      onClick={() => void offered?.prompt()}
    >
      {t("install.offer")}
    </button>
  );
}

interface StepProps {
  n: number;
  state: StepState;
  title: string;
  text: string;
  children?: preact.ComponentChildren;
}

function Step({ n, state, title, text, children }: StepProps) {
  return (
    <li class={`step step-${state}`} aria-current={state === "now" ? "step" : undefined}>
      <span class="step-n">{state === "done" ? <Icon name="check" small /> : n}</span>
      <div>
        <h2>{title}</h2>
        <p class="sub">{text}</p>
        {children}
      </div>
      <span class="step-s">{t(`install.${state}`)}</span>
    </li>
  );
}
