// Slack's text as DOM nodes: never HTML from what people or the bot wrote.
// https://docs.slack.dev/messaging/formatting-message-text
import { dated } from "./dates.js";
import { emojified } from "./emoji.js";
import { element, link, matches, safeLink } from "./nodes.js";

export { moment } from "./dates.js";
export { element, safeLink };

const FENCE = /```([\s\S]+?)```/;
// Code and what stands in angle brackets are taken out first: nothing within them is bold or a quotation.
const SEALED = /`([^`\n]+)`|<([^<>\n]+)>/g;
const STYLES = [
  ["strong", /(?<![\p{L}\p{N}_*])\*(?=[^\s*])([^*]*[^\s*])\*(?![\p{L}\p{N}_*])/gu],
  ["em", /(?<![\p{L}\p{N}_])_(?=[^\s_])((?:[^_]|(?<=[\p{L}\p{N}])_(?=[\p{L}\p{N}]))*[^\s_])_(?![\p{L}\p{N}_])/gu],
  ["s", /(?<![\p{L}\p{N}_~])~(?=[^\s~])([^~]*[^\s~])~(?![\p{L}\p{N}_~])/gu],
];
const SEAL = 0xE000; // letters of Unicode's private use stand for what was taken out
const SEALS = 6000;

export const plain = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

// A text of Slack's as one box. `eyes` is who looks: {locale, zone, now, name(id), channel(id)}.
export function mrkdwn(text, eyes) {
  const box = element("div", { className: "text" });
  String(text ?? "").split(FENCE).forEach((part, at, parts) => {
    const bare = part.replace(at ? /^\n/ : "", "").replace(at < parts.length - 1 ? /\n$/ : "", "");
    box.append(...(at % 2 ? [element("pre", { dir: "auto" }, ...tokens(bare, eyes))] : paragraphs(bare, eyes)));
  });
  return box;
}

// A plain_text object's words: no marks, line breaks kept.
export function plainText(text, emoji = true) {
  const lines = String(text ?? "").split("\n");
  return element("div", { className: "text" }, lines.map((line) => row(line, [emoji ? emojified(line) : line])));
}

// A text object of either kind.
export function textNode(text, desk) {
  if (typeof text?.text !== "string") throw new TypeError("a text object without text");
  return text.type === "mrkdwn" ? mrkdwn(text.text, desk.eyes) : plainText(text.text, text.emoji !== false);
}

function row(line, nodes) {
  const bullet = /^(\s*)(?:[•◦▪‣–]|(\d{1,2})[.)])\s+/u.exec(line);
  return element("div", {
    dir: "auto", className: bullet ? (bullet[2] ? "line bullet number-of" : "line bullet") : "line", style: bullet?.[1] ? `--in:${Math.min(bullet[1].length, 12)}` : null,
  }, ...(line.trim() ? nodes : [element("br")]));
}

function paragraphs(text, eyes) {
  if (text === "") return [];
  const nodes = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    const rest = /^(?:&gt;|>){3} ?/;
    const quoted = /^(?:&gt;|>) ?/;
    if (!quoted.test(lines[at])) {
      nodes.push(row(lines[at], inline(lines[at], eyes)));
      continue;
    }
    const toTheEnd = rest.test(lines[at]);
    const quote = [lines[at].replace(toTheEnd ? rest : quoted, "")];
    while (at + 1 < lines.length && (toTheEnd || quoted.test(lines[at + 1]))) {
      at += 1;
      quote.push(toTheEnd ? lines[at] : lines[at].replace(quoted, ""));
    }
    nodes.push(element("blockquote", { dir: "auto" }, quote.map((line) => row(line, inline(line, eyes)))));
  }
  return nodes;
}

// One line: bold, italic, struck, code, links, mentions, dates, emoji.
export function inline(line, eyes) {
  const sealed = [];
  const opened = line.replace(/[\uE000-\uF8FF]/g, "\uFFFD").replace(SEALED, (whole, code, token) => {
    if (sealed.length >= SEALS) return whole;
    sealed.push(code !== undefined ? element("code", {}, ...tokens(code, eyes)) : special(token, eyes));
    return String.fromCharCode(SEAL + sealed.length - 1);
  });
  return styled(opened, sealed);
}

function styled(text, sealed) {
  const nodes = [];
  let at = 0;
  for (const [tag, found] of matches(text, STYLES)) {
    nodes.push(...unsealed(text.slice(at, found.index), sealed), element(tag, {}, ...styled(found[1], sealed)));
    at = found.index + found[0].length;
  }
  return [...nodes, ...unsealed(text.slice(at), sealed)];
}

function unsealed(text, sealed) {
  return text.split(/([\uE000-\uF8FF])/).filter(Boolean).map((part) => {
    const code = part.charCodeAt(0);
    return code >= SEAL && code < SEAL + sealed.length ? sealed[code - SEAL] : emojified(plain(part));
  });
}

// Code: only links and mentions work there.
function tokens(text, eyes) {
  return text.split(/<([^<>\n]+)>/).map((part, at) => (at % 2 ? special(part, eyes) : plain(part)));
}

export function mention(text, loud = false) {
  return element("span", { className: loud ? "mention me" : "mention", dir: "auto" }, text);
}

export const mentionOf = (id, eyes) => mention(`@${eyes.name(id)}`, Boolean(id) && id === eyes.me);

function special(token, eyes) {
  const bar = token.indexOf("|");
  const [target, label] = bar < 0 ? [token, ""] : [token.slice(0, bar), plain(token.slice(bar + 1))];
  if (/^@[A-Z0-9]+$/.test(target)) return mentionOf(target.slice(1), eyes);
  if (/^#[A-Z0-9]+$/.test(target)) return mention(`#${label || eyes.channel(target.slice(1))}`);
  if (target.startsWith("!date^")) {
    const [, stamp, format, url] = target.split("^");
    return dated(Number(stamp), plain(format ?? ""), label, url ? plain(url) : null, eyes);
  }
  if (target.startsWith("!subteam^")) return mention(label || `@${target.slice(9)}`);
  if (/^!(here|channel|everyone)$/.test(target)) return mention(`@${target.slice(1)}`, true);
  if (target.startsWith("!")) return mention(label || target.slice(1));
  return safeLink(plain(target)) ? link(plain(target), emojified(label || plain(target).replace(/^mailto:|^tel:/i, "")))
    : `<${plain(token)}>`;
}
