// The `markdown` block: the common part of Markdown as DOM nodes.
// https://docs.slack.dev/reference/block-kit/blocks/markdown-block
import { emojified } from "./emoji.js";
import { mention, mentionOf } from "./mrkdwn.js";
import { element, link, matches } from "./nodes.js";
import { speak } from "./words.js";

const WORDS = {
  en: { open: "to do", done: "done" },
  fr: { open: "à faire", done: "fait" },
  es: { open: "por hacer", done: "hecho" },
};

const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const FENCE = /^ {0,3}(```+|~~~+)\s*([\w+-]*)\s*$/;
const BAR = /^\s*\|?\s*:?-{1,}:?\s*(\|\s*:?-{1,}:?\s*)*\|?\s*$/;
const DEPTH = 12; // quotations within quotations, lists within lists

export function markdown(text, eyes) {
  return element("div", { className: "text markdown" }, blocks(String(text).split("\n"), eyes, 0));
}

function blocks(lines, eyes, depth) {
  const nodes = [];
  let at = 0;
  const take = (test) => {
    const from = at;
    while (at < lines.length && test(lines[at], at)) at += 1;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at];
    const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    const fence = FENCE.exec(line);
    if (!line.trim()) at += 1;
    else if (fence) {
      at += 1;
      const code = take((one) => !one.trim().startsWith(fence[1]));
      at += 1;
      nodes.push(element("pre", { dir: "auto" }, code.join("\n")));
    } else if (heading) {
      at += 1;
      nodes.push(element("div", { className: `h h${heading[1].length}`, role: "heading", "aria-level": String(Math.min(6, heading[1].length + 2)), dir: "auto" }, ...inline(heading[2], eyes)));
    } else if (RULE.test(line)) {
      at += 1;
      nodes.push(element("hr"));
    } else if (/^ {0,3}>/.test(line) && depth < DEPTH) {
      const quote = take((one) => /^ {0,3}>/.test(one)).map((one) => one.replace(/^ {0,3}> ?/, ""));
      nodes.push(element("blockquote", { dir: "auto" }, blocks(quote, eyes, depth + 1)));
    } else if (ITEM.test(line) && depth < DEPTH) {
      const items = take((one, index) => (ITEM.test(one) && goesOn(line, one)) || /^\s+\S/.test(one) || (!one.trim() && /^\s+\S|^\s*([-*+]|\d+[.)])\s/.test(lines[index + 1] ?? "")));
      nodes.push(list(items, eyes, depth));
    } else if (line.includes("|") && BAR.test(lines[at + 1] ?? "") && lines[at + 1].includes("-")) {
      nodes.push(table(take((one) => one.includes("|")), eyes));
    } else {
      const paragraph = take((one, index) => one.trim() && (one === line || !startsBlock(one, lines[index + 1], depth)));
      nodes.push(element("p", { dir: "auto" }, paragraph.flatMap((one, index) => [index ? element("br") : null, ...inline(one.trim(), eyes)])));
    }
  }
  return nodes;
}

// Whether an item belongs to the list that `first` begins: within it, or of the same kind.
function goesOn(first, line) {
  const [a, b] = [ITEM.exec(first), ITEM.exec(line)];
  return b[1].length > a[1].length + 1 || /\d/.test(a[2]) === /\d/.test(b[2]);
}

function startsBlock(line, next, depth) {
  return /^ {0,3}(#{1,6}\s|```|~~~)/.test(line) || RULE.test(line) || (line.includes("|") && BAR.test(next ?? ""))
    || (depth < DEPTH && (ITEM.test(line) || /^ {0,3}>/.test(line)));
}

function list(lines, eyes, depth) {
  const first = ITEM.exec(lines[0]);
  const ordered = /\d/.test(first[2]);
  const items = [];
  for (const line of lines) {
    const item = ITEM.exec(line);
    if (item && item[1].length <= first[1].length + 1) items.push([item[3]]);
    else items.at(-1).push(line.slice(Math.min(/^\s*/.exec(line)[0].length, first[1].length + 2)));
  }
  const node = element(ordered ? "ol" : "ul", { start: ordered ? parseInt(first[2], 10) : null, style: "--in:0" });
  for (const [head, ...rest] of items) {
    const task = /^\[([ xX])\]\s+(.*)$/.exec(head);
    const tick = task ? element("span", { className: task[1] === " " ? "tick" : "tick on", role: "img", "aria-label": speak(WORDS, eyes.locale)(task[1] === " " ? "open" : "done") }) : null;
    node.append(element("li", { dir: "auto", className: task ? "task" : "" }, tick, ...inline(task ? task[2] : head, eyes), ...blocks(rest, eyes, depth + 1)));
  }
  return node;
}

const cells = (line) => line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/\\\|/g, "|"));

function table([head, bar, ...rows], eyes) {
  const align = cells(bar).map((one) => (/^:.*:$/.test(one) ? "center" : one.endsWith(":") ? "right" : null));
  const row = (line, tag) => element("tr", {}, cells(line).slice(0, 50).map((cell, at) => element(tag, {
    dir: "auto", scope: tag === "th" ? "col" : null, style: align[at] ? `text-align:${align[at]}` : null,
  }, ...inline(cell, eyes))));
  return element("div", { className: "scroll", tabIndex: 0, role: "group" }, element("table", {},
    element("thead", {}, row(head, "th")), element("tbody", {}, rows.map((line) => row(line, "td")))));
}

// Each form: the node it becomes, and what it looks like. Nested ones come back here.
const INLINE = [
  [(found) => found[1], /\\([\\`*_{}[\]()#+\-.!~|>])/g],
  [(found) => element("code", {}, found[2].trim()), /(?<!`)(`{1,3})(?!`)(.+?)(?<!`)\1(?!`)/g],
  [(found, eyes) => mentionOf(found[1], eyes), /<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g],
  [(found, eyes) => mention(`#${eyes.channel(found[1])}`), /<#([A-Z0-9]+)(?:\|[^>]*)?>/g],
  [(found) => mention(`@${found[1]}`, true), /<!(here|channel|everyone)>/g],
  [(found, eyes) => link(found[2], ...inline(found[1], eyes)), /!?\[([^\]\n]+)\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/g],
  [(found) => link(found[1], found[1].replace(/^mailto:/, "")), /<((?:https?|mailto):[^\s<>]+)>/g],
  [(found) => link(found[0], found[0]), /\bhttps?:\/\/[^\s<>()]+[^\s<>().,;:!?'"]/g],
  [(found, eyes) => element("strong", {}, ...inline(found[1] ?? found[2], eyes)), /\*\*(?=\S)(.+?)(?<=\S)\*\*|(?<!\w)__(?=\S)(.+?)(?<=\S)__(?!\w)/g],
  [(found, eyes) => element("s", {}, ...inline(found[1], eyes)), /~~(?=\S)(.+?)(?<=\S)~~/g],
  [(found, eyes) => element("em", {}, ...inline(found[1] ?? found[2], eyes)), /\*(?=[^\s*])([^*\n]*?[^\s*])\*|(?<!\w)_(?=[^\s_])([^_\n]*?[^\s_])_(?!\w)/g],
];

function inline(text, eyes) {
  const nodes = [];
  let at = 0;
  for (const [draw, found] of matches(text, INLINE)) {
    nodes.push(emojified(text.slice(at, found.index)), draw(found, eyes));
    at = found.index + found[0].length;
  }
  return [...nodes, emojified(text.slice(at))];
}
