// A menu one can type in: one choice or several, with what it has or what the bot offers for what is typed.
// https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
import { groupsOf, listOf, valueOf } from "./choices.js";
import { emojified } from "./emoji.js";
import { icon } from "./icons.js";
import { element, unique } from "./nodes.js";
import { speak } from "./words.js";

const WORDS = {
  en: { none: "No match", looking: "Searching…", type: { one: "Type at least {n} character", other: "Type at least {n} characters" }, remove: "Remove {name}", full: "No more than {n} can be chosen" },
  fr: { none: "Aucun résultat", looking: "Recherche…", type: { one: "Saisissez au moins {n} caractère", other: "Saisissez au moins {n} caractères" }, remove: "Retirer {name}", full: "Pas plus de {n} choix possibles" },
  es: { none: "Sin resultados", looking: "Buscando…", type: { one: "Escriba al menos {n} carácter", other: "Escriba al menos {n} caracteres" }, remove: "Quitar {name}", full: "No se pueden elegir más de {n}" },
};
const MOST = 100; // options shown at once, as in Slack
const PAUSE = 250; // ms without a key before the bot is asked

const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
const words = (one) => emojified(one.text.text);

// `ask` is {id, name, start, desk, block, changed(done), placeholder}; gives {node, input, read}.
export function combobox(one, ask) {
  const say = speak(WORDS, ask.desk.eyes.locale);
  const several = one.type.startsWith("multi_");
  const external = one.type.includes("external");
  const own = groupsOf(one, ask.desk);
  const known = own.flatMap(([, options]) => options);
  const asOption = (raw) => known.find((option) => option.value === valueOf(raw)) ?? (raw?.text ? raw : { value: valueOf(raw), text: { text: nameOf(valueOf(raw), one, ask.desk) } });
  let chosen = listOf(ask.start).map(asOption);
  let touched = false;
  let unsaid = false; // changed since the bot heard of it
  let offered = [];
  let active = -1;
  let asked = 0;
  let waiting;

  const listId = unique();
  const list = element("ul", { id: listId, role: "listbox", "aria-label": ask.name, "aria-multiselectable": several ? "true" : null, hidden: true });
  const input = element("input", {
    id: ask.id, type: "text", role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": listId,
    "aria-label": ask.labelled ? null : ask.name, dir: "auto", spellcheck: false, autofocus: one.focus_on_load,
  });
  const box = element("div", { className: "combo-box" }, input, icon("down"));
  const node = element("div", { className: several ? "combo several" : "combo" }, box, list);
  const isOpen = () => !list.hidden;

  function drawBox() {
    const chips = several ? chosen.map((option) => element("span", { className: "chip" }, element("span", { dir: "auto" }, words(option)),
      element("button", { type: "button", "aria-label": say("remove", { name: words(option) }), onclick: () => remove(option) }, icon("close")))) : [];
    for (const chip of box.querySelectorAll(".chip")) chip.remove();
    input.before(...chips);
    input.placeholder = several && chosen.length ? "" : ask.placeholder;
    if (!several) input.value = chosen[0] ? words(chosen[0]) : "";
  }

  function tell(done) {
    touched = true;
    unsaid = !done;
    ask.changed(done);
  }

  function remove(option) {
    chosen = chosen.filter((other) => other !== option);
    input.focus();
    drawBox();
    if (isOpen()) show();
    tell(!isOpen());
  }

  function hint(text) {
    list.replaceChildren(element("li", { role: "option", "aria-disabled": "true", "aria-selected": "false", className: "small" }, text));
    offered = [];
    point(-1);
  }

  // `query` is what is typed; without one, everything.
  function show(query = "") {
    const min = one.min_query_length ?? 3;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    if (!external) return options(own.map(([label, all]) => [label, all.filter((option) => bare(`${option.text.text} ${option.description?.text ?? ""}`).includes(bare(query)))]));
    clearTimeout(waiting);
    if (query.trim().length < min) return hint(say("type", { n: min }));
    hint(say("looking"));
    const turn = asked += 1;
    waiting = setTimeout(async () => {
      try {
        const found = await ask.desk.suggest(one, query.trim(), ask.block);
        if (turn === asked && isOpen()) options([[null, found]]);
      } catch (error) {
        if (turn === asked && isOpen()) hint(error.message);
      }
    }, PAUSE);
  }

  function options(groups) {
    if (several && one.max_selected_items && chosen.length >= one.max_selected_items) return hint(say("full", { n: one.max_selected_items }));
    offered = [];
    const rows = [];
    for (const [label, all] of groups) {
      const free = all.filter((option) => !several || !chosen.some((other) => other.value === option.value)).slice(0, MOST - offered.length);
      if (label && free.length) rows.push(element("li", { role: "presentation", className: "group", dir: "auto" }, label));
      for (const option of free) {
        const at = offered.push(option) - 1;
        rows.push(element("li", {
          role: "option", id: `${listId}-${at}`, "aria-selected": String(!several && chosen[0]?.value === option.value),
          onmousedown: (event) => event.preventDefault(), onclick: () => choose(option),
        }, element("span", { dir: "auto" }, words(option)), option.description ? element("span", { className: "small", dir: "auto" }, option.description.text) : null));
      }
    }
    if (!offered.length) return hint(say("none"));
    list.replaceChildren(...rows);
    point(Math.max(0, several ? 0 : offered.findIndex((option) => option.value === chosen[0]?.value)));
  }

  function point(at) {
    active = at;
    for (const row of list.querySelectorAll(".active")) row.classList.remove("active");
    const row = at >= 0 ? list.querySelector(`#${listId}-${at}`) : null;
    if (!row) return input.removeAttribute("aria-activedescendant");
    row.classList.add("active");
    input.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }

  function choose(option) {
    chosen = several ? [...chosen, option] : [option];
    if (several) input.value = "";
    drawBox();
    if (several) show();
    else shut();
    input.focus();
    tell(!several);
  }

  // Closes it; what was typed and not chosen is forgotten, an emptied field is emptied.
  function close() {
    if (!isOpen()) return;
    const emptied = !several && chosen.length && input.value.trim() === "";
    if (emptied) chosen = [];
    shut();
    input.value = "";
    drawBox();
    if (emptied || unsaid) tell(true);
  }

  function shut() {
    clearTimeout(waiting);
    asked += 1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    point(-1);
  }

  function keys(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen()) return show();
      if (offered.length) point((active + (event.key === "ArrowDown" ? 1 : offered.length - 1) + (active < 0 ? 1 : 0)) % offered.length);
    } else if (event.key === "Enter" && isOpen()) {
      event.preventDefault();
      if (active >= 0) choose(offered[active]);
    } else if (event.key === "Escape" && isOpen()) {
      event.preventDefault(); // a window around it stays open
      event.stopPropagation();
      close();
    } else if (event.key === "Backspace" && several && input.value === "" && chosen.length) {
      remove(chosen.at(-1));
    }
  }

  input.addEventListener("input", () => show(input.value));
  input.addEventListener("click", () => { if (!isOpen()) { input.select(); show(); } });
  input.addEventListener("keydown", keys);
  box.addEventListener("mousedown", (event) => {
    if (event.target.closest("button") || event.target === input) return;
    event.preventDefault();
    input.focus();
    if (!isOpen()) show();
  });
  node.addEventListener("focusout", (event) => { if (!node.contains(event.relatedTarget)) close(); });
  drawBox();

  const bared = (option) => (external ? option : option.value);
  return {
    node,
    input,
    // What the bot offered is only known whole, so an untouched external menu says nothing of itself.
    read: () => (external && !touched ? undefined : several ? chosen.map(bared) : chosen[0] ? bared(chosen[0]) : null),
  };
}

function nameOf(value, one, desk) {
  if (one.type.includes("users")) return desk.eyes.name(value);
  return one.type.includes("conversations") || one.type.includes("channels") ? `#${desk.eyes.channel(value)}` : String(value);
}
