// Tables: the plain one, and the one that sorts and turns its pages.
// https://docs.slack.dev/reference/block-kit/blocks/table-block and data-table-block
import { emojified } from "./emoji.js";
import { icon } from "./icons.js";
import { element } from "./nodes.js";
import { richText } from "./richtext.js";
import { speak } from "./words.js";

const WORDS = {
  en: { table: "Table", before: "Previous page", after: "Next page", page: "{from}–{to} of {all}" },
  fr: { table: "Tableau", before: "Page précédente", after: "Page suivante", page: "{from}–{to} sur {all}" },
  es: { table: "Tabla", before: "Página anterior", after: "Página siguiente", page: "{from}–{to} de {all}" },
};

function cellNode(cell, eyes) {
  if (cell.type === "rich_text") return richText(cell, eyes);
  return emojified(String(cell.text ?? cell.value ?? ""));
}

const isNumber = (cell) => cell?.type === "raw_number";

// What is wider than its place scrolls by itself, with the keyboard too.
function scroller(name, table) {
  return element("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": name }, table);
}

export function tableBlock(block, desk) {
  const settings = block.column_settings ?? [];
  const cell = (tag) => (one, at) => element(tag, {
    dir: "auto", scope: tag === "th" ? "col" : null,
    className: settings[at]?.is_wrapped ? "wraps" : "", style: settings[at]?.align ? `text-align:${settings[at].align}` : null,
  }, cellNode(one, desk.eyes));
  const [head, ...rows] = block.rows;
  return element("div", { className: "block table" }, scroller(speak(WORDS, desk.eyes.locale)("table"), element("table", {},
    element("thead", {}, element("tr", {}, head.map(cell("th")))),
    element("tbody", {}, rows.map((row) => element("tr", {}, row.map(cell("td"))))))));
}

export function dataTable(block, desk) {
  const say = speak(WORDS, desk.eyes.locale);
  const size = block.page_size ?? 5;
  const headed = block.row_header_column_index ?? 0;
  const [head, ...rows] = block.rows;
  let sorted = null; // [column, 1 or -1]
  let page = 0;
  const body = element("tbody");
  const count = element("span", { className: "small", role: "status" });
  const before = element("button", { type: "button", className: "turn", "aria-label": say("before"), onclick: () => turn(-1) }, icon("caret-left"));
  const after = element("button", { type: "button", className: "turn", "aria-label": say("after"), onclick: () => turn(1) }, icon("caret-right"));
  const heads = head.map((cell, at) => element("th", { scope: "col", className: rows.every((row) => isNumber(row[at])) ? "number" : "" },
    element("button", { type: "button", onclick: () => sort(at) }, cellNode(cell, desk.eyes), icon("down"))));

  function draw() {
    const shown = sorted ? [...rows].sort((a, b) => sorted[1] * compare(a[sorted[0]], b[sorted[0]], desk.eyes.locale)) : rows;
    const from = page * size;
    body.replaceChildren(...shown.slice(from, from + size).map((row) => element("tr", {}, row.map((cell, at) => element(at === headed ? "th" : "td",
      { dir: "auto", scope: at === headed ? "row" : null, className: isNumber(cell) ? "number" : "" }, cellNode(cell, desk.eyes))))));
    heads.forEach((th, at) => {
      if (sorted?.[0] === at) th.setAttribute("aria-sort", sorted[1] > 0 ? "ascending" : "descending");
      else th.removeAttribute("aria-sort");
    });
    count.textContent = say("page", { from: from + 1, to: Math.min(from + size, rows.length), all: rows.length });
    before.disabled = page === 0;
    after.disabled = from + size >= rows.length;
  }
  function turn(by) {
    page += by;
    draw();
  }
  function sort(at) {
    sorted = [at, sorted?.[0] === at ? -sorted[1] : 1];
    page = 0;
    draw();
  }
  draw();
  return element("div", { className: "block table data" }, scroller(block.caption,
    element("table", {}, element("caption", { dir: "auto" }, block.caption), element("thead", {}, element("tr", {}, heads)), body)),
  rows.length > size ? element("div", { className: "pages" }, before, count, after) : null);
}

function compare(a, b, locale) {
  if (isNumber(a) && isNumber(b)) return a.value - b.value;
  return words(a).localeCompare(words(b), locale, { numeric: true });
}

// The words of a cell, rich text included.
function words(cell) {
  if (typeof cell?.text === "string") return cell.text;
  return (cell?.elements ?? []).map(words).join("");
}
