// Modals: the uppermost of the stack, errors under their fields; what was typed survives a redraw and a reload.
import { forget, keep, keptObject } from "./begun.js";
import { drawBlocks } from "./blocks.js";
import { desk } from "./desk.js";
import { HOME, act, ask, eyes, here, look, notify, onLook } from "./here.js";
import { element } from "./nodes.js";
import { keepingFocus } from "./redraw.js";
import { refusal } from "./refusals.js";
import { speak } from "./words.js";

const WORDS = {
  en: { back: "Back", close: "Close", cancel: "Cancel", submit: "Submit", wrong: { one: "One field needs another look.", other: "{n} fields need another look." } },
  fr: { back: "Retour", close: "Fermer", cancel: "Annuler", submit: "Envoyer", wrong: { one: "Un champ est à revoir.", other: "{n} champs sont à revoir." } },
  es: { back: "Atrás", close: "Cerrar", cancel: "Cancelar", submit: "Enviar", wrong: { one: "Hay un campo por revisar.", other: "Hay {n} campos por revisar." } },
};
const dialog = document.getElementById("modal");
let drawn = "";
let errors = {};
let shownId = "";
let isToLook = false; // at what is wrong, once it was said

export function setUpWindows() {
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); leave(); });
  onLook(draw);
}

const top = () => here.look.views.at(-1);
const KEPT = "typed";
const keptAs = (view) => `${KEPT} ${here.me} ${view.id}`;

function draw() {
  const view = top();
  const key = view ? JSON.stringify([view.id, view.hash, view.blocks, errors, eyes().locale, here.look.views.length]) : "";
  if (!view) forget(`${KEPT} ${here.me} `); // a workspace that begins anew numbers its forms anew
  if (key === drawn) return drawNotice();
  drawn = key;
  if (!view) {
    errors = {};
    shownId = "";
    if (dialog.open) dialog.close();
    // What was clicked may have been drawn anew meanwhile: nobody starts again at the top of the page.
    if (document.activeElement === document.body || dialog.contains(document.activeElement)) (here.place === HOME ? document.getElementById("messages") : document.querySelector("#composer textarea")).focus();
    return undefined;
  }
  const isNew = view.id !== shownId;
  if (isNew && shownId) errors = {};
  shownId = view.id;
  const scrolled = isNew ? 0 : dialog.querySelector(".body")?.scrollTop ?? 0;
  keepingFocus(dialog, () => dialog.replaceChildren(form(view)));
  if (!dialog.open) dialog.showModal();
  dialog.querySelector(".body").scrollTop = scrolled;
  const first = isToLook && dialog.querySelector("[aria-invalid=true]");
  isToLook = false;
  if (first) first.focus();
  else if (isNew && !dialog.querySelector("[autofocus]")) dialog.querySelector(".body :is(input, textarea, select, button)")?.focus({ preventScroll: true });
  return drawNotice();
}

function form(view) {
  const say = speak(WORDS, eyes().locale);
  const inputs = [];
  const shown = desk({ view_id: view.id }, "modal", {
    values: view.state.values, typed: keptObject(keptAs(view)), errors, inputs,
    changed: () => keep(keptAs(view), JSON.stringify(gather(inputs))),
  });
  const depth = here.look.views.length;
  const wrong = Object.keys(errors).length;
  const node = element("form", { noValidate: true },
    element("header", {},
      depth > 1 ? element("button", { type: "button", className: "ghost back", "aria-label": say("back"), onclick: () => leave() }, "‹") : null,
      element("h2", { id: "modal-title" }, view.title.text),
      element("button", { type: "button", className: "ghost close", "aria-label": say("close"), onclick: () => leave(true) }, "✕")),
    element("div", { className: "body" },
      element("div", { className: "modal-said", role: "alert" }, wrong ? element("p", { className: "notice" }, say("wrong", { n: wrong })) : null),
      drawBlocks(view.blocks, shown)),
    element("footer", {},
      element("button", { type: "button", className: "press", onclick: () => leave() }, view.close?.text || say(view.submit ? "cancel" : "close")),
      view.submit ? element("button", { type: "submit", className: "press primary" }, view.submit.text || say("submit")) : null));
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(view, inputs, node.querySelector("[type=submit]"));
  });
  return node;
}

// What the bot could not be told, above the fields: the rest of the page cannot be reached meanwhile.
function drawNotice() {
  const place = dialog.open && dialog.querySelector(".modal-said");
  if (place && here.notice) place.replaceChildren(element("p", { className: "notice" }, here.notice));
}

function gather(inputs) {
  const values = Object.create(null); // ids are whatever the bot says, "__proto__" too
  for (const [block, action, read] of inputs) (values[block] ??= Object.create(null))[action] = read();
  return values;
}

async function submit(view, inputs, button) {
  if (!button || button.disabled) return;
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  const values = gather(inputs);
  keep(keptAs(view), JSON.stringify(values));
  errors = {};
  notify("");
  const outcome = await act("submit", { view_id: view.id, values });
  isToLook = true;
  errors = top()?.id !== view.id ? {} : Object.fromEntries(Object.entries(outcome.errors ?? {}).map(([block, said]) => [block, refusal(said, eyes().locale)]));
  drawn = "";
  if (!here.look.views.some((one) => one.id === view.id)) forget(keptAs(view));
  draw();
}

async function leave(everything = false) {
  const view = top();
  if (!view) return;
  errors = {};
  forget(keptAs(view));
  try {
    await ask("close", { user: here.me, view_id: view.id, clear: everything });
  } catch (error) {
    notify(error.message);
  }
  await look();
}
