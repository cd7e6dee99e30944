/** The dev page: the desk over invented data. Open page.html?role=leader&mood=empty#/desk/plans. */
import { render } from "preact";
import "../../ui/tokens.css";
import "../../ui/base.css";
import { serveSample, type Wishes } from "./serve";

const wishes = new URLSearchParams(location.search);
globalThis.fetch = serveSample({
  role: wishes.get("role") ?? "trust_it",
  // Typed by hand into the address of the dev page; an unknown mood behaves as "well".
  mood: (wishes.get("mood") ?? "well") as Wishes["mood"],
});
history.replaceState(null, "", location.hash.slice(1) || "/desk/");
const { default: Desk } = await import("../index");
const root = document.getElementById("app");
if (root !== null) render(<Desk />, root);
