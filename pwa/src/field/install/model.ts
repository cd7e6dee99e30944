// The four steps that make a tablet ready: where each stands, and which one is now.

export interface TabletState {
  installed: boolean;
  /** An iPad or iPhone tab: it must be put on the Home Screen first. */
  appleTab: boolean;
  persisted: boolean | undefined;
  camera: boolean;
  downloaded: boolean;
}

export type StepState = "done" | "now" | "open";

export interface Steps {
  install: StepState;
  keep: StepState;
  camera: StepState;
  download: StepState;
}

/** The first step that is not done is now; outside Apple's tabs, installing is advice and not a gate. */
export function stepsOf(state: TabletState): Steps {
  const done = {
    install: state.installed,
    keep: state.persisted === true,
    camera: state.camera,
    download: state.downloaded,
  };
  const order = ["install", "keep", "camera", "download"] as const;
  const now = state.appleTab ? "install" : order.find((step) => !done[step]);
  const of = (step: (typeof order)[number]): StepState =>
    done[step] ? "done" : step === now ? "now" : "open";
  return {
    install: of("install"),
    keep: of("keep"),
    camera: of("camera"),
    download: of("download"),
  };
}
