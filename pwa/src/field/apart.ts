// The screens off a walk's usual path, in one file that is read when the first of them is opened.
export { AboutScreen } from "./about/view";
export { AddScreen } from "./add/view";
export { InstallScreen } from "./install/view";
export { LookScreen } from "./scan/look";
export { SyncScreen } from "./sync/view";
