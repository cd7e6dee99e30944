// The desk's door: styles, then the desk itself. Lazy chunks of an older build reload the page once.
import { render } from "preact";
import Desk from "../desk/index";
import "../ui/tokens.css";
import "../ui/base.css";
import { reloadOnStaleChunk } from "./stale-chunk";
import { startUpdates } from "./updates";

reloadOnStaleChunk();
startUpdates();
const root = document.getElementById("app");
if (root) render(<Desk />, root);
