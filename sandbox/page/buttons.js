// Whatever is pressed: buttons of all kinds and the menu of three dots.
import { sure } from "./confirm.js";
import { emojified } from "./emoji.js";
import { icon } from "./icons.js";
import { element, safeLink, unique } from "./nodes.js";
import { speak } from "./words.js";

const WORDS = {
  en: { more: "More actions" },
  fr: { more: "Autres actions" },
  es: { more: "Más acciones" },
};

// Runs `act` once at a time for a control: it shows that it is at work, and does nothing when pressed meanwhile.
export async function atWork(node, act) {
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  node.setAttribute("aria-disabled", "true");
  try {
    await act();
  } finally {
    node.removeAttribute("aria-busy");
    node.removeAttribute("aria-disabled");
  }
}

function pressed(node, one, value, block, desk) {
  node.addEventListener("click", () => atWork(node, async () => {
    if (await sure(one.confirm, desk)) await desk.act(one, value, block);
  }));
  return node;
}

function button(one, block, desk) {
  const look = `press ${one.style === "primary" || one.style === "danger" ? one.style : ""}`;
  const text = emojified(one.text.text);
  const url = one.url ? safeLink(one.url) : null;
  const common = { className: look, "aria-label": one.accessibility_label, dir: "auto", autofocus: one.focus_on_load };
  const node = url ? element("a", { ...common, href: url, target: "_blank", rel: "noopener noreferrer" }, text)
    : element("button", { ...common, type: "button" }, text);
  return pressed(node, one, null, block, desk);
}

function iconButton(one, block, desk) {
  const seen = one.visible_to_user_ids;
  if (seen?.length && desk.eyes.me && !seen.includes(desk.eyes.me)) return element("span", { hidden: true });
  return pressed(element("button", { type: "button", className: "quiet", title: one.text.text, "aria-label": one.accessibility_label || one.text.text }, icon(one.icon)),
    one, null, block, desk);
}

function feedback(one, block, desk) {
  const side = (half, name) => pressed(element("button", { type: "button", className: "quiet", "aria-label": half.accessibility_label, title: half.text.text },
    icon(name), element("span", { dir: "auto" }, half.text.text)), one, half.value, block, desk);
  return element("span", { className: "feedback" }, side(one.positive_button, "thumbs-up"), side(one.negative_button, "thumbs-down"));
}

// The menu lies above the page, under its button or over it, wherever there is room.
function overflow(one, block, desk) {
  const id = unique();
  const opener = element("button", { type: "button", className: "press dots", "aria-label": speak(WORDS, desk.eyes.locale)("more"), "aria-haspopup": "menu", "aria-expanded": "false" }, icon("more"));
  const entries = one.options.map((option) => {
    const words = [element("span", { dir: "auto" }, emojified(option.text.text)), option.description ? element("span", { className: "small", dir: "auto" }, option.description.text) : null];
    const url = option.url ? safeLink(option.url) : null;
    const entry = url ? element("a", { role: "menuitem", tabIndex: -1, href: url, target: "_blank", rel: "noopener noreferrer" }, words)
      : element("button", { role: "menuitem", tabIndex: -1, type: "button" }, words);
    entry.addEventListener("click", () => {
      menu.hidePopover();
      atWork(opener, async () => {
        if (await sure(one.confirm, desk)) await desk.act(one, option.value, block);
      });
    });
    return entry;
  });
  const menu = element("div", { id, role: "menu", popover: "auto", className: "choices", "aria-label": opener.getAttribute("aria-label") }, entries);
  menu.addEventListener("toggle", (event) => {
    opener.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState !== "open") return;
    place(menu, opener);
    entries[0].focus();
  });
  menu.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = entries.indexOf(document.activeElement);
    if (step) entries[(at + step + entries.length) % entries.length].focus();
    else if (event.key === "Home") entries[0].focus();
    else if (event.key === "End") entries.at(-1).focus();
    else return;
    event.preventDefault();
  });
  opener.addEventListener("click", () => menu.togglePopover());
  return element("span", { className: "overflow" }, opener, menu);
}

function place(menu, opener) {
  const at = opener.getBoundingClientRect();
  const { offsetWidth: wide, offsetHeight: high } = menu;
  const below = at.bottom + 4 + high <= innerHeight;
  menu.style.left = `${Math.max(8, Math.min(at.right - wide, innerWidth - wide - 8))}px`;
  menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - 4 - high)}px`;
}

export const BUTTONS = { button, workflow_button: button, icon_button: iconButton, feedback_buttons: feedback, overflow };
