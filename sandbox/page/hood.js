// Under the hood: what Slack and the bot said to each other, newest first, and the blocks of a message.
import { ask, eyes, here } from "./here.js";
import { element } from "./mrkdwn.js";
import { speak } from "./words.js";

const WORDS = {
  en: {
    title: "Under the hood", lead: "What Slack and the bot say to each other, as it happens. Open a line to read it.",
    kind: "Show", every: "Everything", to_bot: "Slack to the bot", from_bot: "The bot to Slack", none: "Nothing has been said yet.",
    request: "Asked", response: "Answered", copy: "Copy", copied: "Copied", not_copied: "Could not copy", all: "Show all ({n} KB)",
    no_answer: "no answer", seconds: "{n} ms", fault: "made to fail: {what}", blocks: "The blocks of this message", builder: "Open in Block Kit Builder", close: "Close",
  },
  fr: {
    title: "En coulisses", lead: "Ce que Slack et le bot se disent, au fur et à mesure. Ouvrez une ligne pour la lire.",
    kind: "Montrer", every: "Tout", to_bot: "De Slack au bot", from_bot: "Du bot à Slack", none: "Rien n’a encore été dit.",
    request: "Demandé", response: "Répondu", copy: "Copier", copied: "Copié", not_copied: "Copie impossible", all: "Tout montrer ({n} Ko)",
    no_answer: "sans réponse", seconds: "{n} ms", fault: "panne voulue : {what}", blocks: "Les blocs de ce message", builder: "Ouvrir dans Block Kit Builder", close: "Fermer",
  },
  es: {
    title: "Por dentro", lead: "Lo que se dicen Slack y el bot, según ocurre. Abra una línea para leerla.",
    kind: "Mostrar", every: "Todo", to_bot: "De Slack al bot", from_bot: "Del bot a Slack", none: "Aún no se ha dicho nada.",
    request: "Preguntado", response: "Respondido", copy: "Copiar", copied: "Copiado", not_copied: "No se pudo copiar", all: "Mostrar todo ({n} KB)",
    no_answer: "sin respuesta", seconds: "{n} ms", fault: "fallo provocado: {what}", blocks: "Los bloques de este mensaje", builder: "Abrir en Block Kit Builder", close: "Cerrar",
  },
};
const MOST = 50; // lines
const LONG = 20_000; // characters of JSON at first
const BUILDER = "https://app.slack.com/block-kit-builder/#";
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi;
let calls = [];
let shown = "every";
let count = -1;
let asking = null;

export function draw(panel) {
  const say = speak(WORDS, eyes().locale);
  if (!panel.firstChild) {
    build(panel, say);
    calls.slice().reverse().forEach((one) => line(panel, one, say));
    sift(panel, say);
  }
  if (here.look.calls !== count) asking ??= follow(panel).catch(() => {}).finally(() => { asking = null; }); // the next look tries again
}

async function follow(panel) {
  if (here.look.calls < count) {
    calls = [];
    panel.querySelector("ol")?.replaceChildren();
  }
  const known = here.look.calls;
  const fresh = (await ask(`calls?brief=1&limit=${MOST}&after=${calls[0]?.number ?? 0}`)).calls;
  const say = speak(WORDS, eyes().locale);
  count = known;
  calls = [...fresh.reverse(), ...calls].slice(0, MOST);
  if (!panel.firstChild) return;
  fresh.reverse().forEach((one) => line(panel, one, say));
  for (const old of [...panel.querySelectorAll("ol > li")].slice(MOST)) old.remove();
  sift(panel, say);
}

function build(panel, say) {
  panel.replaceChildren(
    element("h2", {}, say("title")),
    element("p", { className: "lead" }, say("lead")),
    element("label", { className: "sift" }, say("kind"), element("select", { name: "kind", onchange: (event) => { shown = event.target.value; sift(panel, say); } })),
    element("p", { className: "none" }, say("none")),
    element("ol", { className: "calls" }));
}

// The choice of kinds follows what was said; lines of another kind are hidden.
function sift(panel, say) {
  const kinds = ["every", "to_bot", "from_bot", ...new Set(calls.map((one) => one.kind))];
  if (!kinds.includes(shown)) shown = "every";
  const select = panel.querySelector("select");
  const names = kinds.map((kind) => (kind in WORDS.en ? say(kind) : kind));
  if ([...select.options].map((one) => one.text).join() !== names.join()) select.replaceChildren(...kinds.map((kind, index) => element("option", { value: kind }, names[index])));
  select.value = shown;
  for (const item of panel.querySelectorAll("ol > li")) item.hidden = !["every", item.dataset.kind, item.dataset.direction].includes(shown);
  panel.querySelector(".none").hidden = calls.length > 0;
}

function line(panel, call, say) {
  const good = !call.failed && (call.status ?? 0) < 400;
  const answer = call.failed || (call.status === null && call.direction === "from_bot" ? say("no_answer") : String(call.status ?? "ok"));
  const body = element("div", { className: "bodies" });
  const opened = element("details", { ontoggle: () => { if (opened.open && !body.firstChild) read(call.number, body, say).catch((error) => body.replaceChildren(error.message)); } },
    element("summary", {},
      element("span", { className: `way ${call.direction}`, title: say(call.direction) }, call.direction === "to_bot" ? "→" : "←"),
      element("span", { className: "kind" }, call.kind),
      element("span", { className: good ? "status" : "status bad" }, answer),
      element("span", { className: "ms" }, say("seconds", { n: Math.round(call.seconds * 1000) })),
      call.fault ? element("span", { className: "fault" }, say("fault", { what: call.fault })) : null,
      ...call.warnings.map((one) => element("span", { className: "fault" }, one))),
    body);
  panel.querySelector("ol").prepend(element("li", { "data-kind": call.kind, "data-direction": call.direction }, opened));
}

async function read(number, body, say) {
  const call = await ask(`calls/${number}`);
  body.replaceChildren(...["request", "response"].flatMap((part) => [
    element("div", { className: "part" }, element("h3", {}, say(part)), copyButton(() => pretty(call[part]), say)),
    json(call[part], say, say(part)),
  ]));
}

const pretty = (value) => JSON.stringify(value, null, 2) ?? "null";

function copyButton(text, say) {
  const button = element("button", { type: "button", className: "press", onclick: async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = say("copied");
    } catch {
      button.textContent = say("not_copied");
    }
    setTimeout(() => { button.textContent = say("copy"); }, 2000);
  } }, say("copy"));
  return button;
}

// A value as indented, coloured JSON; what is long is cut until somebody asks for all of it.
function json(value, say, name) {
  const text = pretty(value);
  const box = element("pre", { className: "json", tabIndex: 0, role: "region", "aria-label": name }, ...coloured(text.slice(0, LONG)));
  if (text.length <= LONG) return box;
  const all = element("button", { type: "button", className: "press", onclick: () => { box.replaceChildren(...coloured(text)); all.remove(); box.focus(); } },
    say("all", { n: Math.ceil(text.length / 1000) }));
  return element("div", {}, box, all);
}

function coloured(text) {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(TOKEN)) {
    const [whole, string, colon] = found;
    nodes.push(text.slice(at, found.index), element("span", { className: string ? (colon ? "name" : "string") : "value" }, string ?? whole), colon ?? "");
    at = found.index + whole.length;
  }
  nodes.push(text.slice(at));
  return nodes;
}

// A message's blocks in a window of their own, to copy, or to open in Slack's builder.
export function showBlocks(message) {
  const say = speak(WORDS, eyes().locale);
  const blocks = { blocks: message.blocks ?? [] };
  const title = element("h2", { id: "blocks-title" }, say("blocks"));
  const dialog = element("dialog", { className: "shown-blocks", "aria-labelledby": "blocks-title", onclose: () => dialog.remove() },
    title, json(blocks, say, say("blocks")),
    element("footer", {},
      element("a", { className: "press", href: BUILDER + encodeURIComponent(JSON.stringify(blocks)), target: "_blank", rel: "noopener noreferrer" }, say("builder")),
      copyButton(() => pretty(blocks), say),
      element("button", { type: "button", className: "press primary", onclick: () => dialog.close() }, say("close"))));
  document.body.append(dialog);
  dialog.showModal();
}
