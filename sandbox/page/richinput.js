// A field for rich text: typed with Slack's own marks (*bold*, _italic_, ~struck~, `code`, lists, quotations),
// kept as a rich_text block. https://docs.slack.dev/reference/block-kit/block-elements/rich-text-input-element
import { icon } from "./icons.js";
import { element, matches } from "./nodes.js";
import { speak } from "./words.js";

const WORDS = {
  en: { tools: "Formatting", bold: "Bold", italic: "Italic", strike: "Strikethrough", code: "Code", bullet: "List", quote: "Quotation" },
  fr: { tools: "Mise en forme", bold: "Gras", italic: "Italique", strike: "Barré", code: "Code", bullet: "Liste", quote: "Citation" },
  es: { tools: "Formato", bold: "Negrita", italic: "Cursiva", strike: "Tachado", code: "Código", bullet: "Lista", quote: "Cita" },
};
const AROUND = { bold: "*", italic: "_", strike: "~", code: "`" };
const BEFORE = { bullet: "• ", quote: "> " };
const LOOKS = { bold: element("b", {}, "B"), italic: element("i", {}, "I"), strike: element("s", {}, "S") };
const LINE = { bullet: /^\s*[•*-]\s+(.*)$/, ordered: /^\s*\d+[.)]\s+(.*)$/, quote: /^>\s?(.*)$/ };
const FORMS = [
  ["code", /`([^`\n]+)`/g],
  ["link", /\bhttps?:\/\/[^\s<>]*[^\s<>.,;:!?'")]/g],
  ["bold", /(?<!\w)\*(?=\S)([^*\n]*\S)\*(?!\w)/g],
  ["italic", /(?<!\w)_(?=\S)([^_\n]*\S)_(?!\w)/g],
  ["strike", /(?<!\w)~(?=\S)([^~\n]*\S)~(?!\w)/g],
];

// A rich_text block of what was typed; null for nothing.
export function toRichText(text) {
  const parts = [];
  for (const [at, piece] of text.split(/```([\s\S]+?)```/).entries()) {
    if (at % 2) parts.push({ type: "rich_text_preformatted", elements: [{ type: "text", text: piece.replace(/^\n|\n$/g, "") }] });
    else if (piece.trim()) parts.push(...lines(piece.replace(/^\n|\n$/g, "").split("\n")));
  }
  return parts.length ? { type: "rich_text", elements: parts } : null;
}

function lines(all) {
  const parts = [];
  let last = null;
  for (const line of all) {
    const [kind, inner] = Object.entries(LINE).map(([name, form]) => [name, form.exec(line)?.[1]]).find(([, found]) => found !== undefined) ?? ["section", line];
    const elements = styled(inner, {});
    if (kind === "bullet" || kind === "ordered") {
      if (last !== kind) parts.push({ type: "rich_text_list", style: kind, elements: [] });
      parts.at(-1).elements.push({ type: "rich_text_section", elements });
    } else if (last === kind) parts.at(-1).elements.push({ type: "text", text: "\n" }, ...elements);
    else parts.push({ type: kind === "quote" ? "rich_text_quote" : "rich_text_section", elements });
    last = kind;
  }
  return parts;
}

function styled(text, style) {
  const parts = [];
  const say = (words) => { if (words) parts.push({ type: "text", text: words, ...(Object.keys(style).length ? { style } : {}) }); };
  let at = 0;
  for (const [kind, found] of matches(text, FORMS)) {
    say(text.slice(at, found.index));
    if (kind === "link") parts.push({ type: "link", url: found[0] });
    else if (kind === "code") parts.push({ type: "text", text: found[1], style: { ...style, code: true } });
    else parts.push(...styled(found[1], { ...style, [kind]: true }));
    at = found.index + found[0].length;
  }
  say(text.slice(at));
  return parts;
}

// The other way: what one would have typed for a rich_text block.
export function fromRichText(block) {
  return (block?.elements ?? []).map((part) => {
    const inside = (one) => (one.elements ?? []).map(typed).join("");
    if (part.type === "rich_text_list") return part.elements.map((one, at) => `${part.style === "ordered" ? `${at + 1}.` : "•"} ${inside(one)}`).join("\n");
    if (part.type === "rich_text_quote") return inside(part).split("\n").map((line) => `> ${line}`).join("\n");
    return part.type === "rich_text_preformatted" ? `\`\`\`${inside(part)}\`\`\`` : inside(part);
  }).join("\n");
}

function typed(one) {
  if (one.type === "user") return `<@${one.user_id}>`;
  if (one.type === "channel") return `<#${one.channel_id}>`;
  if (one.type === "emoji") return `:${one.name}:`;
  return Object.entries(AROUND).reduce((text, [style, mark]) => (one.style?.[style] ? `${mark}${text}${mark}` : text), one.text ?? one.url ?? "");
}

// `ask` as for `combobox`; gives {node, input, read}.
export function richInput(one, ask) {
  const say = speak(WORDS, ask.desk.eyes.locale);
  const input = element("textarea", {
    id: ask.id, className: "choice", dir: "auto", rows: one.min_lines ?? 3, value: fromRichText(ask.start), placeholder: ask.placeholder,
    "aria-label": ask.labelled ? null : ask.name, autofocus: one.focus_on_load, style: one.max_lines ? `max-height:${one.max_lines * 1.5 + 1}em` : null,
  });
  const put = (kind) => {
    const { selectionStart: from, selectionEnd: to, value } = input;
    const mark = AROUND[kind];
    const start = mark ? from : value.lastIndexOf("\n", from - 1) + 1;
    const now = value.slice(start, to);
    input.setRangeText(mark ? `${mark}${now}${mark}` : now.split("\n").map((line) => BEFORE[kind] + line).join("\n"), start, to, mark && from === to ? "start" : "end");
    if (mark && from === to) input.setSelectionRange(from + 1, from + 1);
    input.focus();
    ask.changed(false);
  };
  const tool = (kind) => element("button", { type: "button", "aria-label": say(kind), title: say(kind), onclick: () => put(kind) },
    LOOKS[kind]?.cloneNode(true) ?? (kind === "quote" ? "❝" : icon(kind === "bullet" ? "lines" : kind)));
  const tools = element("div", { className: "tools-of-text", role: "group", "aria-label": say("tools") }, [...Object.keys(AROUND), ...Object.keys(BEFORE)].map(tool));
  input.addEventListener("input", () => ask.changed(false));
  input.addEventListener("change", () => ask.changed(true));
  return { node: element("div", { className: "rich-input" }, tools, input), input, read: () => toRichText(input.value) };
}
