// Rich text, https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
import { dated } from "./dates.js";
import { emoji, emojified } from "./emoji.js";
import { mention, mentionOf } from "./mrkdwn.js";
import { element, link } from "./nodes.js";

// The parts of a rich_text block, one node each.
export function richText(block, eyes) {
  return element("div", { className: "text rich" }, block.elements.map((part) => section(part, eyes)));
}

function section(part, eyes) {
  const inside = () => part.elements.map((one) => piece(one, eyes));
  const edge = part.border ? "edged" : "";
  switch (part.type) {
    case "rich_text_table_cell":
    case "rich_text_section": return element("div", { dir: "auto", className: "line" }, ...inside());
    case "rich_text_quote": return element("blockquote", { dir: "auto", className: edge }, ...inside());
    case "rich_text_preformatted": return element("pre", { dir: "auto" }, ...inside());
    case "rich_text_list": return list(part, eyes, edge);
    default: return unknown(part);
  }
}

function list(part, eyes, edge) {
  const ordered = part.style === "ordered";
  const deep = Math.min(Math.max(part.indent || 0, 0), 8);
  return element(ordered ? "ol" : "ul", {
    className: `${edge} ${ordered ? "o" : "u"}${deep % 3}`, style: `--in:${deep}`, start: ordered && part.offset ? part.offset + 1 : null,
  }, part.elements.map((one) => element("li", { dir: "auto" }, section(one, eyes))));
}

function unknown(part) {
  return element("span", { className: "unknown" }, String(part?.type));
}

const DRAW = {
  text: (one) => emojified(one.text),
  link: (one) => link(one.url, emojified(one.text || one.url)),
  user: (one, eyes) => mentionOf(one.user_id, eyes),
  usergroup: (one) => mention(`@${one.usergroup_id}`),
  channel: (one, eyes) => mention(`#${eyes.channel(one.channel_id)}`),
  broadcast: (one) => mention(`@${one.range}`, true),
  emoji: (one) => emoji(one.name) ?? fromCode(one.unicode) ?? `:${one.name}:`,
  date: (one, eyes) => dated(Number(one.timestamp), one.format, one.fallback ?? "", one.url, one.timezone ? { ...eyes, zone: one.timezone } : eyes),
  color: (one) => element("span", { className: "color" }, swatch(one.value), one.value),
};

function fromCode(code) {
  return /^[0-9a-f]+(-[0-9a-f]+)*$/i.test(code ?? "") ? String.fromCodePoint(...code.split("-").map((one) => parseInt(one, 16))) : undefined;
}

function swatch(value) {
  const node = element("span", { className: "swatch", "aria-hidden": "true" });
  if (/^#[0-9a-f]{3,8}$/i.test(value)) node.style.background = value;
  return node;
}

function piece(one, eyes) {
  if (!Object.hasOwn(DRAW, one?.type)) return unknown(one);
  let node = DRAW[one.type](one, eyes);
  for (const [name, tag] of [["code", "code"], ["strike", "s"], ["underline", "u"], ["italic", "em"], ["bold", "strong"]]) {
    if (one.style?.[name]) node = element(tag, {}, node);
  }
  return one.style?.highlight ? element("mark", {}, node) : node;
}
