// The controls in which something is typed or chosen. Each takes the element and what is asked of it,
// {id, name, labelled, start, desk, block, changed(done), placeholder}, and gives {node, input, read}:
// what to show, what takes the focus, and what stands in it as the workspace wants it.
// https://docs.slack.dev/reference/block-kit/block-elements
import { groupsOf, listOf, valueOf } from "./choices.js";
import { combobox } from "./combobox.js";
import { seconds, wall } from "./dates.js";
import { emojified } from "./emoji.js";
import { icon } from "./icons.js";
import { element, textNode } from "./mrkdwn.js";
import { unique } from "./nodes.js";
import { richInput } from "./richinput.js";
import { speak } from "./words.js";

const WORDS = {
  en: { left: { one: "{n} character left", other: "{n} characters left" }, over: { one: "{n} character too many", other: "{n} characters too many" }, choose: "Choose an option", add: "Add files", drop: "Remove {name}", zone: "Time zone: {zone}" },
  fr: { left: { one: "{n} caractère restant", other: "{n} caractères restants" }, over: { one: "{n} caractère de trop", other: "{n} caractères de trop" }, choose: "Choisissez une option", add: "Ajouter des fichiers", drop: "Retirer {name}", zone: "Fuseau horaire : {zone}" },
  es: { left: { one: "Queda {n} carácter", other: "Quedan {n} caracteres" }, over: { one: "Sobra {n} carácter", other: "Sobran {n} caracteres" }, choose: "Elija una opción", add: "Añadir archivos", drop: "Quitar {name}", zone: "Zona horaria: {zone}" },
};

// What all fields of one line share.
function common(one, ask) {
  return { id: ask.id, className: "choice", "aria-label": ask.labelled ? null : ask.name, autofocus: one.focus_on_load, placeholder: ask.placeholder };
}

function heard(input, ask) {
  input.addEventListener("input", () => ask.changed(false));
  input.addEventListener("change", () => ask.changed(true));
}

const TYPES = { email_text_input: "email", url_text_input: "url" };

function textField(one, ask) {
  const number = one.type === "number_input";
  const input = element(one.multiline ? "textarea" : "input", {
    ...common(one, ask), dir: "auto", value: ask.start ?? "", rows: one.multiline ? 4 : null, autocomplete: "off",
    type: one.multiline ? null : TYPES[one.type] ?? "text", inputMode: number ? (one.is_decimal_allowed ? "decimal" : "numeric") : null,
  });
  heard(input, ask);
  if (!one.max_length) return { node: input, input, read: () => input.value };
  const say = speak(WORDS, ask.desk.eyes.locale);
  const left = element("p", { className: "count small", role: "status" });
  const count = () => {
    const rest = one.max_length - input.value.length;
    left.textContent = rest < 0 ? say("over", { n: -rest }) : rest <= one.max_length / 5 ? say("left", { n: rest }) : "";
    left.classList.toggle("error", rest < 0);
  };
  input.addEventListener("input", count);
  count();
  return { node: element("div", {}, input, left), input, read: () => input.value };
}

function dateField(one, ask) {
  const input = element("input", { ...common(one, ask), type: one.type === "timepicker" ? "time" : "date", value: ask.start ?? "" });
  // While a year is typed, its first digits are years as well.
  input.addEventListener("change", () => ask.changed(!(one.type === "datepicker" && /^0/.test(input.value))));
  const zone = one.timezone ? element("p", { className: "small" }, speak(WORDS, ask.desk.eyes.locale)("zone", { zone: one.timezone.replaceAll("_", " ") })) : null;
  return { node: zone ? element("div", {}, input, zone) : input, input, read: () => input.value || null };
}

function dateTimeField(one, ask) {
  const { zone } = ask.desk.eyes;
  const start = ask.start === null || ask.start === undefined ? "" : wall(Number(ask.start), zone);
  const input = element("input", { ...common(one, ask), type: "datetime-local", value: start });
  input.addEventListener("change", () => ask.changed(!/^0/.test(input.value)));
  return { node: input, input, read: () => (input.value ? seconds(input.value, zone) : null) };
}

function menu(one, ask) {
  const groups = groupsOf(one, ask.desk);
  if (groups.some(([, options]) => options.some((option) => option.description))) return combobox(one, ask);
  const start = valueOf(ask.start);
  const entry = (option) => element("option", { value: option.value, selected: option.value === start }, emojified(option.text.text));
  const input = element("select", { ...common(one, ask), placeholder: null },
    element("option", { value: "", className: "placeholder" }, ask.placeholder || speak(WORDS, ask.desk.eyes.locale)("choose")),
    groups.map(([label, options]) => (label ? element("optgroup", { label }, options.map(entry)) : options.map(entry))).flat());
  input.addEventListener("change", () => ask.changed(true));
  return { node: input, input, read: () => input.value || null };
}

function ticks(one, ask) {
  const several = one.type === "checkboxes";
  const start = new Set(listOf(ask.start).map(valueOf));
  const name = unique();
  const rows = one.options.map((option, at) => {
    const box = element("input", { type: several ? "checkbox" : "radio", name, value: option.value, checked: start.has(option.value), autofocus: one.focus_on_load && at === 0 });
    box.addEventListener("change", () => ask.changed(true));
    return [box, element("label", {}, box, element("span", {}, textNode(option.text, ask.desk),
      option.description ? element("span", { className: "small" }, textNode(option.description, ask.desk)) : null))];
  });
  const boxes = rows.map(([box]) => box);
  const node = element("div", {
    className: "ticks", role: several ? "group" : "radiogroup", "aria-label": ask.labelled ? null : ask.name, "aria-labelledby": ask.labelled ? `${ask.id}-label` : null,
  }, rows.map(([, label]) => label));
  const read = () => {
    const on = boxes.filter((box) => box.checked).map((box) => box.value);
    return several ? on : on[0] ?? null;
  };
  return { node, input: boxes[0], read };
}

// What a file holds is not kept here: Slack's own client uploads it before the form is sent, and names it so.
function fileField(one, ask) {
  const say = speak(WORDS, ask.desk.eyes.locale);
  let files = listOf(ask.start);
  const most = one.max_files ?? 10;
  const input = element("input", { id: ask.id, type: "file", multiple: most > 1, className: "choice", accept: (one.filetypes ?? []).map((kind) => `.${kind}`).join(",") || null, "aria-label": ask.labelled ? null : ask.name || say("add") });
  const list = element("ul", { className: "files" });
  const draw = () => list.replaceChildren(...files.map((file) => element("li", { className: "chip" }, icon("file"), element("span", { dir: "auto" }, file.name),
    element("button", { type: "button", "aria-label": say("drop", { name: file.name }), onclick: () => keep(files.filter((other) => other !== file)) }, icon("close")))));
  const keep = (now) => {
    files = now.slice(0, most);
    draw();
    ask.changed(true);
  };
  input.addEventListener("change", () => {
    const named = [...input.files].map((file, at) => ({ id: `F${Date.now().toString(36).toUpperCase()}${at}`, name: file.name, permalink: `${location.origin}/files/${encodeURIComponent(file.name)}` }));
    input.value = "";
    keep(most > 1 ? [...files, ...named] : named);
  });
  draw();
  return { node: element("div", {}, input, list), input, read: () => files };
}

export const FIELDS = {
  plain_text_input: textField, email_text_input: textField, url_text_input: textField, number_input: textField,
  rich_text_input: richInput, file_input: fileField, datepicker: dateField, timepicker: dateField, datetimepicker: dateTimeField,
  checkboxes: ticks, radio_buttons: ticks, static_select: menu,
  ...Object.fromEntries(["external", "users", "conversations", "channels"].flatMap((kind) => [[`${kind}_select`, combobox], [`multi_${kind}_select`, combobox]])),
  multi_static_select: combobox,
};
