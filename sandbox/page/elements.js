// Elements where they stand: in a message, where what is chosen goes to the bot at once, and in an input
// block, where it waits for the form to be sent.
import { BUTTONS, atWork } from "./buttons.js";
import { startOf } from "./choices.js";
import { sure } from "./confirm.js";
import { FIELDS } from "./fields.js";
import { element } from "./mrkdwn.js";
import { unique } from "./nodes.js";
import { picture } from "./pictures.js";
import { speak } from "./words.js";

const WORDS = {
  en: { optional: "(optional)", choose: "Choose", unknownBlock: "A block of type “{type}”, which this page does not draw", unknownElement: "An element of type “{type}”, which this page does not draw" },
  fr: { optional: "(facultatif)", choose: "Choisir", unknownBlock: "Un bloc de type « {type} », que cette page ne dessine pas", unknownElement: "Un élément de type « {type} », que cette page ne dessine pas" },
  es: { optional: "(opcional)", choose: "Elegir", unknownBlock: "Un bloque de tipo «{type}», que esta página no dibuja", unknownElement: "Un elemento de tipo «{type}», que esta página no dibuja" },
};
const PAUSE = 400; // ms without a key before each letter typed is told
const TEXTS = ["plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"];

// A labelled box for what cannot be drawn, with its JSON for whoever wants to know.
export function unknown(thing, desk, key = "unknownBlock") {
  const type = typeof thing?.type === "string" ? thing.type : String(thing?.type ?? thing);
  return element("details", { className: "block unknown" },
    element("summary", { dir: "auto" }, speak(WORDS, desk.eyes.locale)(key, { type })),
    element("pre", {}, JSON.stringify(thing, null, 2) ?? String(thing)));
}

// One element of a block (its accessory, one of its actions); what cannot be drawn is a box that says so.
export function drawElement(one, block, desk) {
  try {
    if (one.type === "image") return picture(one, desk, "accessory-picture");
    if (Object.hasOwn(BUTTONS, one.type)) return BUTTONS[one.type](one, block, desk);
    if (Object.hasOwn(FIELDS, one.type)) return atOnce(one, block, desk);
  } catch { /* a malformed element: as if its type were unknown */ }
  return unknown(one, desk, "unknownElement");
}

function atOnce(one, block, desk) {
  const placeholder = one.placeholder?.text ?? "";
  let control;
  const changed = async (done) => {
    desk.changed?.();
    if (!done) return;
    if (await sure(one.confirm, desk)) await atWork(control.node, () => desk.act(one, control.read(), block));
    else control.node.replaceWith(atOnce(one, block, desk)); // as it was
  };
  control = FIELDS[one.type](one, {
    id: unique(), name: placeholder || speak(WORDS, desk.eyes.locale)("choose"), labelled: false, placeholder, start: startOf(one, block, desk), desk, block, changed,
  });
  control.node.classList.add("at-once");
  return control.node;
}

// When a field of an input block tells the bot before the form is sent.
function telling(one, block, control, desk) {
  if (!block.dispatch_action) return () => {};
  const wanted = one.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const tell = () => desk.act(one, control.read(), block);
  if (!TEXTS.includes(one.type)) return (done) => { if (done) tell(); };
  if (wanted.includes("on_enter_pressed")) {
    control.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || (control.input.tagName === "TEXTAREA" && event.shiftKey)) return;
      event.preventDefault();
      tell();
    });
  }
  if (!wanted.includes("on_character_entered")) return () => {};
  let waiting;
  return (done) => {
    if (done) return;
    clearTimeout(waiting);
    waiting = setTimeout(tell, PAUSE);
  };
}

// An input block: label, control, hint, and what is wrong with it.
export function inputBlock(part, desk, block = part) {
  const one = part.element;
  if (!Object.hasOwn(FIELDS, one?.type)) return unknown(one, desk, "unknownElement");
  const id = unique();
  let tell = () => {};
  const control = FIELDS[one.type](one, {
    id, name: part.label.text, labelled: true, placeholder: one.placeholder?.text ?? "", start: startOf(one, block, desk), desk, block,
    changed: (done) => { desk.changed?.(); tell(done); },
  });
  tell = telling(one, { ...block, dispatch_action: part.dispatch_action }, control, desk);
  const error = desk.errors?.[block.block_id];
  const group = control.node.classList.contains("ticks");
  const label = [part.label.text, part.optional ? element("span", { className: "small" }, ` ${speak(WORDS, desk.eyes.locale)("optional")}`) : null];
  const hint = part.hint ? element("p", { className: "small hint", id: `${id}-hint`, dir: "auto" }, part.hint.text) : null;
  const wrong = error ? element("p", { className: "error", id: `${id}-error`, dir: "auto" }, error) : null;
  const described = [wrong?.id, hint?.id].filter(Boolean).join(" ");
  if (described) control.input.setAttribute("aria-describedby", described);
  if (error && control.input.type !== "radio") control.input.setAttribute("aria-invalid", "true");
  if (error && control.input.type === "radio") {
    control.node.setAttribute("aria-invalid", "true");
    control.node.tabIndex = -1;
  }
  desk.inputs?.push([block.block_id, one.action_id, control.read]);
  return element("div", { className: error ? "block field wrong" : "block field" },
    group ? element("div", { className: "label", id: `${id}-label`, dir: "auto" }, ...label) : element("label", { className: "label", htmlFor: id, dir: "auto" }, ...label),
    control.node, wrong, hint);
}
