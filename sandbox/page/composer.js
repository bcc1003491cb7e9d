// Where one writes: messages, commands with their completion and hint, people and channels by name.
import { keep, kept as begun } from "./begun.js";
import { HOME, act, eyes, here, onLook, room } from "./here.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { element, unique } from "./nodes.js";
import { join } from "./side.js";
import { speak } from "./words.js";

const WORDS = {
  en: {
    write: "Message {place}, or / for a command", reply: "Reply in the thread", send: "Send", shortcuts: "Shortcuts", offers: "Commands, people and channels",
    guest: "You look into {place} without being a member.", join: "Join {place}", none: "There are no shortcuts",
  },
  fr: {
    write: "Message à {place}, ou / pour une commande", reply: "Répondre dans le fil", send: "Envoyer", shortcuts: "Raccourcis", offers: "Commandes, personnes et canaux",
    guest: "Vous regardez {place} sans en être membre.", join: "Rejoindre {place}", none: "Il n’y a pas de raccourci",
  },
  es: {
    write: "Mensaje a {place}, o / para un comando", reply: "Responder en el hilo", send: "Enviar", shortcuts: "Atajos", offers: "Comandos, personas y canales",
    guest: "Está viendo {place} sin ser miembro.", join: "Unirse a {place}", none: "No hay atajos",
  },
};
const MOST_OFFERS = 8;

export function setUpComposers() {
  const box = document.getElementById("composer");
  const open = element("div", { className: "joining", hidden: true });
  const own = element("div", {});
  box.append(open, own);
  setUpComposer(own, () => null);
  onLook(() => {
    const shown = room(here.place);
    const outside = Boolean(shown && !shown.is_member);
    box.hidden = here.place === HOME;
    own.hidden = outside;
    open.hidden = !outside;
    if (outside) {
      const say = speak(WORDS, eyes().locale);
      open.replaceChildren(element("p", {}, say("guest", { place: `#${shown.name}` })), element("button", { type: "button", className: "press primary", onclick: () => join(shown) }, say("join", { place: `#${shown.name}` })));
    }
  });
}

// A field of its own in `box`; `thread` tells in which thread it writes, null for the channel.
export function setUpComposer(box, thread) {
  const listId = unique();
  const list = element("ul", { id: listId, role: "listbox", className: "offers", hidden: true });
  const field = element("textarea", { rows: 1, autocomplete: "off", role: "combobox", "aria-expanded": "false", "aria-controls": listId, "aria-autocomplete": "list" });
  const hint = element("p", { className: "usage", hidden: true });
  const shortcuts = element("button", { type: "button", className: "act shortcuts", "aria-haspopup": "menu", "aria-expanded": "false" }, icon("plus"));
  const send = element("button", { type: "submit", className: "press primary send" });
  const form = element("form", { className: "composer" }, list, field, element("div", { className: "composer-tools" }, shortcuts, hint, send));
  box.append(form);
  let offers = [];
  let picked = 0;
  let written = null;

  // What was begun stays, each channel's and each thread's own, through a reload too.
  const key = () => `draft ${here.me} ${here.place} ${thread() ?? ""}`;

  function draw() {
    const say = speak(WORDS, eyes().locale);
    const place = room(here.place)?.is_im ? here.look.app.name : `#${room(here.place)?.name ?? ""}`;
    const words = thread() ? say("reply") : say("write", { place });
    field.placeholder = words;
    field.setAttribute("aria-label", words);
    list.setAttribute("aria-label", say("offers"));
    shortcuts.setAttribute("aria-label", say("shortcuts"));
    shortcuts.title = say("shortcuts");
    send.textContent = say("send");
    if (written !== key()) {
      written = key();
      field.value = begun(key());
      changed();
    }
  }

  function changed() {
    if (written) keep(written, field.value);
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
    offer();
  }

  function offer() {
    const before = field.value.slice(0, field.selectionStart ?? field.value.length);
    offers = offersFor(before, thread() !== null).slice(0, MOST_OFFERS);
    picked = Math.min(picked, Math.max(offers.length - 1, 0));
    list.hidden = !offers.length;
    field.setAttribute("aria-expanded", String(offers.length > 0));
    if (offers.length) field.setAttribute("aria-activedescendant", `${listId}-${picked}`);
    else field.removeAttribute("aria-activedescendant");
    list.replaceChildren(...offers.map((one, at) => element("li", {
      role: "option", id: `${listId}-${at}`, "aria-selected": String(at === picked), onpointerdown: (event) => { event.preventDefault(); take(at); },
    }, element("b", {}, one.name), one.usage ? element("span", { className: "usage" }, one.usage) : null, element("span", { className: "small" }, one.purpose))));
    list.children[picked]?.scrollIntoView({ block: "nearest" });
    const typed = here.look.app.commands.find((one) => field.value.startsWith(`${one.command} `));
    hint.hidden = !typed?.usage_hint;
    hint.textContent = typed ? `${typed.command} ${typed.usage_hint ?? ""}` : "";
  }

  function take(at) {
    const from = field.selectionStart - offers[at].typed.length;
    field.setRangeText(`${offers[at].name} `, from, field.selectionStart, "end");
    field.focus();
    changed();
  }

  async function submit() {
    const text = field.value.trim();
    if (!text || send.disabled) return;
    const inThread = thread();
    const [kept, drafted] = [field.value, written];
    field.value = "";
    changed();
    send.disabled = true;
    const isCommand = text.startsWith("/");
    const outcome = await act(isCommand ? "command" : "message", { channel: here.place, text: isCommand ? text : named(text), ...(inThread ? { thread_ts: inThread } : {}) });
    send.disabled = false;
    if (outcome.failed) {
      keep(drafted, kept);
      if (written === drafted && !field.value) field.value = kept;
      changed();
    }
    const shown = document.getElementById("messages");
    if (!inThread) shown.scrollTop = shown.scrollHeight;
  }

  field.addEventListener("input", () => { picked = 0; changed(); });
  field.addEventListener("blur", () => { list.hidden = true; });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const showing = offers.length > 0 && !list.hidden;
    if (showing && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      picked = (picked + (event.key === "ArrowDown" ? 1 : offers.length - 1)) % offers.length;
      offer();
    } else if (showing && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey) take(picked);
    else if (showing && event.key === "Escape") list.hidden = true;
    else if (event.key === "Enter" && !event.shiftKey) submit();
    else return;
    event.preventDefault();
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  shortcuts.addEventListener("click", () => {
    const global = here.look.app.shortcuts.filter((one) => one.type === "global");
    const items = global.map((one) => ({ label: element("span", {}, element("b", {}, one.name), element("span", { className: "small" }, one.description)), act: () => act("shortcut", { callback_id: one.callback_id }) }));
    openMenu(shortcuts, items.length ? items : [{ heading: speak(WORDS, eyes().locale)("none") }]);
  });
  onLook(draw);
}

// What fits what stands before the cursor: commands at the start, people after @, channels after #.
function offersFor(before, inThread) {
  if (/^\/\S*$/.test(before) && !inThread) {
    return here.look.app.commands.filter((one) => one.command.startsWith(before.toLowerCase()) && one.command !== before)
      .map((one) => ({ typed: before, name: one.command, usage: one.usage_hint, purpose: one.description }));
  }
  const [, sign, start] = /(?:^|\s)([@#])([\p{L}\p{N}_-]*)$/u.exec(before) ?? [];
  if (sign === undefined) return [];
  const typed = sign + start;
  const known = sign === "@"
    ? here.look.people.filter((one) => !one.deleted).map((one) => ({ name: `@${one.name}`, purpose: one.real_name }))
    : here.look.channels.filter((one) => !one.is_im).map((one) => ({ name: `#${one.name}`, purpose: one.topic }));
  return known.filter((one) => one.name.startsWith(typed) || one.purpose.toLowerCase().startsWith(start.toLowerCase()))
    .filter((one) => one.name !== typed).map((one) => ({ ...one, typed }));
}

// Names typed as Slack's client sends them.
function named(text) {
  return text.replace(/(^|\s)([@#])([\p{L}\p{N}_-]+)/gu, (whole, gap, sign, name) => {
    const found = (sign === "@" ? here.look.people : here.look.channels).find((one) => one.name === name && !one.is_im);
    return found ? `${gap}<${sign}${found.id}>` : whole;
  });
}
