// The drawer beside the workspace: what there is to try, the clock, the weather, the exchanges, the mailbox.
import { draw as drawClock } from "./clock.js";
import { beginDrawer, choose, close, drawer, lines, show } from "./drawer.js";
import { draw as drawGuide, hasGuide } from "./guide.js";
import { eyes, here, onLook } from "./here.js";
import { draw as drawHood } from "./hood.js";
import { draw as drawLetters } from "./letters.js";
import { element } from "./mrkdwn.js";
import { speak } from "./words.js";
import { draw as drawWeather } from "./weather.js";

const WORDS = {
  en: { tools: "Beside the workspace", close: "Close the tools", guide: "Try it", clock: "Clock", weather: "Weather", hood: "Inside", mailbox: "Mailbox" },
  fr: { tools: "À côté de l’espace", close: "Fermer les outils", guide: "Essayer", clock: "Horloge", weather: "Météo", hood: "Coulisses", mailbox: "Courrier" },
  es: { tools: "Junto al espacio", close: "Cerrar las herramientas", guide: "Probar", clock: "Reloj", weather: "Clima", hood: "Dentro", mailbox: "Buzón" },
};
// A tab is drawn anew after each look while it is shown; `draw` builds what an empty panel lacks.
const TOOLS = {
  guide: { draw: drawGuide, icon: "M5 3.5v13l11-6.5z" },
  clock: { draw: drawClock, icon: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15M10 6v4.2l3 2" },
  weather: { draw: drawWeather, icon: "M6 12.5a3.5 3.5 0 1 1 .6-6.95A4.5 4.5 0 0 1 15 7.5a2.5 2.5 0 0 1 .5 5M8.5 10.5 7 14h3l-1.5 3.5" },
  hood: { draw: drawHood, icon: "m7 6-4 4 4 4M13 6l4 4-4 4M11.5 4l-3 12" },
  mailbox: { draw: drawLetters, icon: "M2.5 5h15v10.5h-15zM2.5 5.5 10 11l7.5-5.5" },
};
const at = (id) => document.getElementById(id);
let panels = []; // they stay the same all along, so that a tool at work finds its own again in another language
let spoken = "";

// Once, after the first look: fills the drawer and keeps it in step.
export async function setUpTools() {
  const guided = await hasGuide();
  beginDrawer(Object.keys(TOOLS).filter((key) => guided || key !== "guide"));
  panels = drawer.tabs.map((key) => element("section", { id: `tool-${key}`, className: "tool", role: "tabpanel", tabIndex: 0, "aria-labelledby": `tab-${key}`, hidden: true }));
  // The button stands in a part of the page that is drawn anew now and then.
  document.addEventListener("click", (event) => { if (event.target.closest("#tools-open")) (drawer.open ? close() : show(drawer.tab)); });
  at("tools").addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  onLook(draw);
}

function draw() {
  at("tools").hidden = !drawer.open;
  at("tools-open")?.setAttribute("aria-expanded", String(drawer.open));
  const { locale } = eyes();
  if (!drawer.open) return;
  if (spoken !== locale) build(speak(WORDS, locale));
  spoken = locale;
  for (const key of drawer.tabs) {
    const chosen = key === drawer.tab;
    at(`tab-${key}`).setAttribute("aria-selected", String(chosen));
    at(`tab-${key}`).tabIndex = chosen ? 0 : -1;
    at(`tool-${key}`).hidden = !chosen;
  }
  at("count-mailbox").textContent = here.look.letters || "";
  TOOLS[drawer.tab].draw(at(`tool-${drawer.tab}`));
}

function build(say) {
  at("tools").setAttribute("aria-label", say("tools"));
  const { id, dataset } = document.activeElement ?? {};
  for (const panel of panels) panel.replaceChildren();
  at("tools").replaceChildren(
    element("div", { className: "tools-head" },
      element("div", { className: "tabs", role: "tablist", "aria-label": say("tools"), onkeydown: step }, ...drawer.tabs.map((key) => element("button", {
        type: "button", role: "tab", id: `tab-${key}`, "aria-controls": `tool-${key}`, onclick: () => choose({ tab: key }),
      }, lines(TOOLS[key].icon), element("span", {}, say(key)), element("span", { className: "count", id: `count-${key}` })))),
      element("button", { type: "button", className: "tools-close", "aria-label": say("close"), onclick: close }, lines("m5 5 10 10M15 5 5 15"))),
    ...panels);
  TOOLS[drawer.tab].draw(at(`tool-${drawer.tab}`));
  (at(id) ?? (dataset?.step && document.querySelector(`[data-step="${dataset.step}"]`)))?.focus();
}

function step(event) {
  const moves = { ArrowRight: 1, ArrowLeft: -1, Home: -drawer.tabs.indexOf(drawer.tab), End: drawer.tabs.length - 1 - drawer.tabs.indexOf(drawer.tab) };
  if (!(event.key in moves)) return;
  event.preventDefault();
  show(drawer.tabs[(drawer.tabs.indexOf(drawer.tab) + moves[event.key] + drawer.tabs.length) % drawer.tabs.length]);
}
