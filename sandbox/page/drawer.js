// The drawer of tools beside the workspace: whether it is open, and on which. A tool may open another, or make
// room for what is to be seen in the page.
import { keep, keptObject } from "./begun.js";
import { draw } from "./here.js";

const KEPT = "tools";
const narrow = matchMedia("(max-width: 1000px)");
const at = (id) => document.getElementById(id);

export const drawer = { open: !narrow.matches, tab: "guide", tabs: [] };

// Once: `tabs` are those there are here.
export function beginDrawer(tabs) {
  Object.assign(drawer, keptObject(KEPT), { tabs });
  if (!tabs.includes(drawer.tab)) drawer.tab = tabs[0];
}

export const hasTool = (tab) => drawer.tabs.includes(tab);

// Open it, close it, or turn to another tool; what is chosen outlives a reload.
export function choose({ open = drawer.open, tab = drawer.tab }) {
  Object.assign(drawer, { open, tab: hasTool(tab) ? tab : drawer.tabs[0] });
  keep(KEPT, JSON.stringify({ open: drawer.open, tab: drawer.tab }));
  draw();
}

export function show(tab) {
  choose({ open: true, tab });
  at(`tab-${drawer.tab}`).focus();
}

export function close() {
  choose({ open: false });
  at("tools-open")?.focus();
}

// On a phone the drawer covers the workspace, and so it does on what is hardly wider. Gives whether it had to go.
export function makeRoom() {
  if (narrow.matches && drawer.open) close();
  return narrow.matches;
}

// A picture of lines on a ground of 20 x 20, of the colour around it.
export function lines(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "path");
  for (const [name, value] of Object.entries({ viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true" })) svg.setAttribute(name, value);
  drawn.setAttribute("d", path);
  svg.append(drawn);
  return svg;
}
