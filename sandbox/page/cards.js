// Blocks that hold others or stand as a card: card, carousel, container, plan, task, alert.
// https://docs.slack.dev/reference/block-kit/blocks
import { drawElement } from "./elements.js";
import { icon } from "./icons.js";
import { element, textNode } from "./mrkdwn.js";
import { link, unique } from "./nodes.js";
import { picture } from "./pictures.js";
import { richText } from "./richtext.js";
import { speak } from "./words.js";

const WORDS = {
  en: {
    cards: "Cards", before: "Previous cards", after: "Next cards", sources: "Sources", done: "{n} of {all} done",
    pending: "To do", in_progress: "In progress", complete: "Done", error: "Failed", default: "Note", info: "For information", warning: "Warning", success: "Success",
  },
  fr: {
    cards: "Cartes", before: "Cartes précédentes", after: "Cartes suivantes", sources: "Sources", done: "{n} sur {all} terminées",
    pending: "À faire", in_progress: "En cours", complete: "Terminé", error: "Échec", default: "Note", info: "Pour information", warning: "Avertissement", success: "Réussite",
  },
  es: {
    cards: "Tarjetas", before: "Tarjetas anteriores", after: "Tarjetas siguientes", sources: "Fuentes", done: "{n} de {all} terminadas",
    pending: "Por hacer", in_progress: "En curso", complete: "Hecho", error: "Fallido", default: "Nota", info: "Para su información", warning: "Advertencia", success: "Éxito",
  },
};
const ALERTS = { default: "info", info: "info", warning: "warning", error: "warning", success: "check" };
const STATES = { pending: "circle", in_progress: "work", complete: "check", error: "close" };

const part = (className, text, desk) => (text ? element("div", { className }, textNode(text, desk)) : null);

// `block` is the block of the message or view that a card stands in: clicks name it.
export function card(one, desk, block = one) {
  const sign = one.icon ? picture(one.icon, desk, "card-icon") : one.slack_icon ? element("span", { className: "card-icon" }, icon(one.slack_icon.name)) : null;
  return element("div", { className: "block card" },
    one.hero_image ? element("div", { className: "hero" }, picture(one.hero_image, desk)) : null,
    sign || one.title || one.subtitle ? element("div", { className: "head" }, sign,
      element("div", {}, part("title", one.title, desk), part("small", one.subtitle, desk))) : null,
    part("body", one.body, desk), part("small subtext", one.subtext, desk),
    one.actions?.length ? element("div", { className: "actions" }, one.actions.map((action) => drawElement(action, block, desk))) : null);
}

export function carousel(block, desk) {
  const say = speak(WORDS, desk.eyes.locale);
  const row = element("ul", { className: "cards", tabIndex: 0, "aria-label": say("cards") }, block.elements.map((one) => element("li", {}, card(one, desk, block))));
  const move = (by) => row.scrollBy({ left: by * row.clientWidth * 0.8, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  const turn = (by, name, sign) => element("button", { type: "button", className: "turn", "aria-label": say(name), onclick: () => move(by) }, icon(sign));
  return element("div", { className: "block carousel" }, row,
    block.elements.length > 1 ? element("div", { className: "pages" }, turn(-1, "before", "caret-left"), turn(1, "after", "caret-right")) : null);
}

// `draw` draws the blocks within, whose clicks name this one.
export function container(block, desk, draw) {
  const title = element("div", { className: "title", dir: "auto" }, block.rich_text_title ? richText(block.rich_text_title, desk.eyes) : block.title.text);
  const head = [block.icon ? picture(block.icon, desk, "card-icon") : null, element("div", {}, title, part("small", block.subtitle, desk))];
  const body = element("div", { className: "inside" }, draw(block.child_blocks));
  const look = `block container ${block.width ?? "standard"}`;
  if (!block.is_collapsible) {
    return element("section", { className: look }, element("div", { className: block.has_header_divider ? "head ruled" : "head" }, head), body);
  }
  return element("details", { className: look, open: !block.default_collapsed }, element("summary", { className: "head" }, head, icon("down")), body);
}

// A task, alone or in a plan; what it tells is folded away once it is done.
export function task(one, desk) {
  const say = speak(WORDS, desk.eyes.locale);
  const sign = element("span", { className: `state ${one.status}`, role: "img", "aria-label": say(one.status) }, icon(STATES[one.status]));
  const title = element("span", { className: "title", dir: "auto" }, one.title);
  const inside = [
    one.details ? richText(one.details, desk.eyes) : null,
    one.output ? element("div", { className: "output" }, richText(one.output, desk.eyes)) : null,
    one.sources?.length ? element("div", { className: "sources" }, element("span", { className: "small" }, say("sources")), one.sources.map((source) => link(source.url, source.text))) : null,
  ].filter(Boolean);
  if (!inside.length) return element("div", { className: "block task" }, element("div", { className: "head" }, sign, title));
  return element("details", { className: "block task", open: one.status !== "complete" }, element("summary", { className: "head" }, sign, title, icon("down")),
    element("div", { className: "inside" }, inside));
}

export function plan(block, desk) {
  const done = block.tasks.filter((one) => one.status === "complete").length;
  const id = unique();
  return element("section", { className: "block plan", "aria-labelledby": id },
    element("div", { className: "head" }, element("div", {}, element("div", { className: "title", id, dir: "auto" }, block.title),
      element("div", { className: "small" }, speak(WORDS, desk.eyes.locale)("done", { n: done, all: block.tasks.length })))),
    block.tasks.map((one) => task(one, desk)));
}

export function alert(block, desk) {
  const level = Object.hasOwn(ALERTS, block.level) ? block.level : "default";
  return element("div", { className: `block alert ${level}`, role: "note", "aria-label": speak(WORDS, desk.eyes.locale)(level) },
    icon(ALERTS[level]), textNode(block.text, desk));
}
