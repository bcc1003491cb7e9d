// The guided first minute: things to try, a click each, that happen in the workspace itself.
import { keep, kept } from "./begun.js";
import { moveTo, nextHour } from "./clock.js";
import { act, ask, become, eyes, go, here } from "./here.js";
import { element } from "./mrkdwn.js";
import { lines, makeRoom, show } from "./drawer.js";
import { speak } from "./words.js";

const WORDS = {
  en: {
    title: "Your first minute", lead: "Five things to try, each a click. Each is done as somebody of this workspace, in their language.",
    working: "At work …", done: "Done. Click to do it again.", failed: "That did not work; the workspace says why.",
    all: "That is all five. From here on it is yours: write / in the field for a message to see every command. At the upper left you can be somebody else.",
  },
  fr: {
    title: "Votre première minute", lead: "Cinq choses à essayer, un clic chacune. Chacune se fait à la place d’une personne de cet espace, dans sa langue.",
    working: "En cours …", done: "Fait. Cliquez pour recommencer.", failed: "Cela n’a pas marché ; l’espace de travail dit pourquoi.",
    all: "Voilà les cinq. La suite est à vous : tapez / dans le champ des messages pour voir toutes les commandes. En haut à gauche, vous pouvez changer de personne.",
  },
  es: {
    title: "Su primer minuto", lead: "Cinco cosas que probar, un clic cada una. Cada una se hace como una persona de este espacio, en su idioma.",
    working: "En marcha …", done: "Hecho. Haga clic para repetirlo.", failed: "No funcionó; el espacio de trabajo dice por qué.",
    all: "Esas son las cinco. Lo demás es suyo: escriba / en el campo de mensajes para ver todos los comandos. Arriba a la izquierda puede cambiar de persona.",
  },
};
const KEPT = "tools-done";
const state = {}; // by a step's key: "working", "done" or "failed"
const arrived = {}; // by a step's key: what came of moving the clock
let guide = null;
let shown = null;

for (const key of kept(KEPT).split(" ")) if (key) state[key] = "done";

// Whether there is anything to try here.
export async function hasGuide() {
  guide ??= (await ask("guide")).guide;
  return Boolean(guide);
}

// The guide in the viewer's language.
export function guideFor(locale) {
  return guide?.[locale.slice(0, 2)] ?? guide?.en ?? null;
}

export function draw(panel) {
  const { locale } = eyes();
  const say = speak(WORDS, locale);
  const { about, steps } = guideFor(locale);
  const now = JSON.stringify([locale, state, Object.keys(arrived)]);
  if (panel.firstChild && now === shown) return;
  shown = now;
  const held = document.activeElement?.dataset?.step;
  panel.replaceChildren(
    element("h2", {}, say("title")),
    about ? element("p", { className: "lead" }, about) : "",
    element("p", { className: "lead" }, say("lead")),
    element("ol", { className: "steps" }, ...steps.map((one, index) => drawStep(one, index, say, panel))),
    element("p", { className: "all", role: "status" }, steps.every((one) => state[one.key] === "done") ? say("all") : ""));
  if (held) panel.querySelector(`[data-step="${held}"]`)?.focus();
}

function drawStep(step, index, say, panel) {
  const its = state[step.key];
  const badge = its === "done" ? lines("m4.5 10.5 4 4 7-9") : element("span", {}, its === "working" ? "" : String(index + 1));
  return element("li", { className: its },
    element("button", {
      type: "button", className: "step", "data-step": step.key, disabled: Object.values(state).includes("working") && its !== "working",
      "aria-busy": its === "working" ? "true" : undefined, onclick: () => run(step, panel),
    },
    element("span", { className: "badge", "aria-hidden": "true" }, badge),
    element("span", { className: "what" },
      element("b", {}, step.title),
      element("span", {}, step.text),
      its ? element("span", { className: "its" }, say(its)) : null)),
    its === "done" && arrived[step.key] ? arrived[step.key](false) : null,
    its === "done" && step.then.length ? element("p", { className: "then" }, ...step.then.map(further)) : null);
}

function further(link) {
  return link.tool ? element("button", { type: "button", className: "press", onclick: () => show(link.tool) }, link.text)
    : element("a", { className: "press", href: link.href, target: "_blank", rel: "noopener" }, link.text);
}

async function run(step, panel) {
  if (Object.values(state).includes("working")) return;
  state[step.key] = "working";
  draw(panel);
  makeRoom();
  try {
    if (here.me !== step.user) await become(step.user);
    await go(step.place);
    const outcome = await done(step);
    state[step.key] = outcome?.failed ? "failed" : "done";
  } catch {
    state[step.key] = "failed";
  }
  keep(KEPT, Object.keys(state).filter((key) => state[key] === "done").join(" "));
  draw(panel);
  panel.querySelector(`[data-step="${step.key}"]`).parentElement.scrollIntoView({ block: "nearest" });
}

async function done(step) {
  if (step.do.command) return act("command", { channel: step.place, text: step.do.command });
  if (step.do.clock) arrived[step.key] = await moveTo(nextHour(step.do.clock));
  return null;
}
