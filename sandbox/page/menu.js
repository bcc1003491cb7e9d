// A menu that opens at a button: arrows move, Enter chooses, Escape leaves, a click elsewhere closes.
import { element } from "./nodes.js";

let open = null;

// `items` are {label, act} or {heading}; with `checked` they are choices, one of which holds now.
export function openMenu(button, items) {
  const wasHere = open?.button === button;
  closeMenu();
  if (wasHere) return;
  const menu = element("div", { role: "menu", className: "menu", "aria-label": button.getAttribute("aria-label") || button.innerText }, items.map((item) => (item.heading
    ? element("div", { className: "menu-heading", role: "presentation" }, item.heading)
    : element("button", {
      type: "button", role: "checked" in item ? "menuitemradio" : "menuitem", tabIndex: -1, className: "menu-item",
      "aria-checked": "checked" in item ? String(item.checked) : undefined,
      onclick: () => { closeMenu({ refocus: true }); item.act(); }, // what it opens gives the focus back to the button
    }, item.label))));
  menu.addEventListener("keydown", moveIn);
  document.body.append(menu);
  place(menu, button.getBoundingClientRect());
  button.setAttribute("aria-expanded", "true");
  open = { menu, button };
  (menu.querySelector('[aria-checked="true"]') ?? menu.querySelector("button"))?.focus();
  document.addEventListener("pointerdown", leave, true);
}

export function closeMenu({ refocus = false } = {}) {
  if (!open) return;
  document.removeEventListener("pointerdown", leave, true);
  open.menu.remove();
  open.button.setAttribute("aria-expanded", "false");
  if (refocus) open.button.focus();
  open = null;
}

function leave(event) {
  if (!open.menu.contains(event.target) && !open.button.contains(event.target)) closeMenu();
}

function moveIn(event) {
  const items = [...open.menu.querySelectorAll("button")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") closeMenu({ refocus: true });
  else if (to === undefined) return;
  else items[(to + items.length) % items.length].focus();
  event.preventDefault();
  event.stopPropagation();
}

// Below the button where there is room, else above; never past the edge of the window.
function place(menu, box) {
  const gap = 6;
  const size = menu.getBoundingClientRect();
  const below = innerHeight - box.bottom - 2 * gap;
  const under = below >= Math.min(size.height, 240) || below >= box.top;
  menu.style.left = `${Math.max(gap, Math.min(box.left, innerWidth - size.width - gap))}px`;
  menu.style.maxHeight = `${(under ? below : box.top - 2 * gap)}px`;
  if (under) menu.style.top = `${box.bottom + gap}px`;
  else menu.style.bottom = `${innerHeight - box.top + gap}px`;
}
