// Charts as drawings, with the same figures as a table for whoever does not see them.
// https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
import { svg } from "./icons.js";
import { element } from "./nodes.js";
import { speak } from "./words.js";

const WORDS = {
  en: { figures: "The figures" },
  fr: { figures: "Les chiffres" },
  es: { figures: "Las cifras" },
};
// Colours that stay apart for eyes that do not tell red from green (after Okabe and Ito), and dashes beside them.
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#b0558f", "#8a6d00", "#3a8fc7", "#5b3a8c", "#7a7a7a", "#a3340b", "#00695c", "#c0842b", "#444"];
const DASHES = ["", "6 3", "2 3", "9 3 2 3"];
const HIGH = 240;

export function chartBlock(block, desk) {
  const { chart } = block;
  const number = (value) => new Intl.NumberFormat(desk.eyes.locale).format(value);
  const pie = chart.type === "pie";
  const names = pie ? chart.segments.map((one) => one.label) : chart.series.map((one) => one.name);
  const values = pie ? chart.segments.map((one) => [one.value]) : chart.series.map((one) => chart.axis_config.categories.map((name) => valueAt(one, name)));
  const drawing = pie ? drawPie(values.flat(), block.title) : drawAxes(chart, values, number, block.title);
  const key = element("ul", { className: "key" }, names.map((name, at) => element("li", { dir: "auto" }, swatch(at), `${name}${pie ? `: ${number(values[at][0])}` : ""}`)));
  return element("figure", { className: "block chart" }, element("figcaption", { dir: "auto" }, block.title),
    element("div", { className: pie ? "pie" : "axes" }, drawing, key),
    figures(block.title, pie ? [""] : chart.axis_config.categories, names, values, number, speak(WORDS, desk.eyes.locale)));
}

function valueAt(series, name) {
  const found = series.data.find((point) => point.label === name);
  if (!found) throw new TypeError(`no point for ${name}`);
  return found.value;
}

function swatch(at) {
  return svg("svg", { viewBox: "0 0 12 12", class: "swatch", "aria-hidden": "true" }, svg("rect", { width: 12, height: 12, rx: 2, fill: colour(at) }));
}

const colour = (at) => COLOURS[at % COLOURS.length];
const dashes = (at) => DASHES[Math.floor(at / 3) % DASHES.length] || null;

function drawPie(values, title) {
  const total = values.reduce((sum, value) => sum + value, 0);
  const at = (share) => [100 + 90 * Math.sin(2 * Math.PI * share), 100 - 90 * Math.cos(2 * Math.PI * share)].map((one) => one.toFixed(2)).join(" ");
  let before = 0;
  const slices = values.map((value, one) => {
    const [from, to] = [before / total, (before + value) / total];
    before += value;
    if (to - from > 0.9999) return svg("circle", { cx: 100, cy: 100, r: 90, fill: colour(one) });
    return svg("path", { d: `M100 100L${at(from)}A90 90 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to)}Z`, fill: colour(one), stroke: "#fff", "stroke-width": 2 });
  });
  return svg("svg", { viewBox: "0 0 200 200", role: "img", "aria-label": title }, slices);
}

// Round steps of the scale that hold all values and zero.
function scale(values) {
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const rough = (most - least || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough);
  const [low, high] = [Math.floor(least / step) * step, Math.ceil(most / step) * step || step];
  const marks = [];
  for (let mark = low; mark <= high + step / 2; mark += step) marks.push(Number(mark.toPrecision(12)));
  return { low, high, marks };
}

function drawAxes(chart, values, number, title) {
  const wide = matchMedia("(max-width: 600px)").matches ? 310 : 520; // letters stay readable on a phone
  const { categories, x_label: across, y_label: up } = chart.axis_config;
  const { low, high, marks } = scale(values.flat());
  const left = 14 + Math.max(...marks.map((mark) => number(mark).length)) * 7 + (up ? 18 : 0);
  const slant = categories.some((name) => name.length * 6.5 > (wide - left) / categories.length);
  const foot = (slant ? 78 : 24) + (across ? 20 : 0);
  const y = (value) => 10 + (HIGH - 20) * (1 - (value - low) / (high - low));
  const slot = (wide - left - 10) / categories.length;
  const x = (at) => left + slot * (at + 0.5);
  const grid = marks.flatMap((mark) => [
    svg("line", { x1: left, x2: wide, y1: y(mark), y2: y(mark), stroke: mark === 0 ? "#616061" : "#ddd" }),
    svg("text", { x: left - 6, y: y(mark) + 4, "text-anchor": "end" }, number(mark)),
  ]);
  const bottom = y(low);
  const labels = categories.map((name, at) => svg("text", slant
    ? { x: x(at), y: bottom + 14, "text-anchor": "end", transform: `rotate(-40 ${x(at)} ${bottom + 14})` }
    : { x: x(at), y: bottom + 18, "text-anchor": "middle" }, name));
  const titles = [
    across ? svg("text", { x: (left + wide) / 2, y: HIGH + foot - 16, "text-anchor": "middle", class: "axis" }, across) : null,
    up ? svg("text", { x: 12, y: HIGH / 2, "text-anchor": "middle", class: "axis", transform: `rotate(-90 12 ${HIGH / 2})` }, up) : null,
  ];
  const draw = { bar: bars, line: lines, area: areas }[chart.type];
  if (!draw) throw new TypeError(`a chart of type ${chart.type}`);
  return svg("svg", { viewBox: `0 0 ${wide} ${HIGH + foot}`, role: "img", "aria-label": title }, grid, draw(values, x, y, slot), labels, titles);
}

function bars(values, x, y, slot) {
  const each = Math.min(42, (slot * 0.8) / values.length);
  return values.flatMap((row, one) => row.map((value, at) => svg("rect", {
    x: x(at) - (each * values.length) / 2 + each * one + 0.5, width: Math.max(1, each - 1),
    y: Math.min(y(value), y(0)), height: Math.abs(y(value) - y(0)), fill: colour(one), rx: Math.min(3, each / 4),
  })));
}

const through = (row, x, y) => row.map((value, at) => `${at ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join("");

function lines(values, x, y) {
  return values.flatMap((row, one) => [
    svg("path", { d: through(row, x, y), fill: "none", stroke: colour(one), "stroke-width": 2.5, "stroke-linejoin": "round", "stroke-dasharray": dashes(one) }),
    ...row.map((value, at) => svg("circle", { cx: x(at), cy: y(value), r: 3, fill: colour(one) })),
  ]);
}

function areas(values, x, y) {
  const filled = values.map((row, one) => svg("path", { d: `${through(row, x, y)}L${x(row.length - 1)} ${y(0)}L${x(0)} ${y(0)}Z`, fill: colour(one), "fill-opacity": 0.25 }));
  return [...filled, ...lines(values, x, y)];
}

// The same as a table, closed at first.
function figures(title, columns, names, values, number, say) {
  const heads = columns.map((name) => element("th", { scope: "col", dir: "auto" }, name));
  const rows = names.map((name, at) => element("tr", {}, element("th", { scope: "row", dir: "auto" }, name),
    values[at].map((value) => element("td", { className: "number" }, number(value)))));
  const head = columns.some(Boolean) ? element("thead", {}, element("tr", {}, element("td"), heads)) : null;
  return element("details", {}, element("summary", {}, say("figures")),
    element("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": title }, element("table", {}, head, element("tbody", {}, rows))));
}
