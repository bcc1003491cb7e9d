// DOM nodes without HTML: whatever people or the bot wrote stays text.

// An element; `properties` are set as properties where there are such, else as attributes. Children that
// are null, undefined or false are left out.
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  // Children first: with dir="auto" set, a browser weighs the whole text anew at each that comes.
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name in node && name !== "list" && name !== "role" && name !== "popover") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  return node;
}

// What may be followed with a click: the address itself, else null.
export function safeLink(url) {
  return typeof url === "string" && /^(https?:|mailto:|tel:)/i.test(url.trim()) ? url.trim() : null;
}

// An anchor to elsewhere, or a mere span where the address may not be followed.
export function link(url, ...children) {
  const safe = safeLink(url);
  return safe ? element("a", { href: safe, target: "_blank", rel: "noopener noreferrer" }, ...children)
    : element("span", {}, ...children);
}

// What the forms match in a text, from left to right and never overlapping, as [what, match]; `forms` are
// [what, expression with the flag g]. Each looks on only from where it is needed: a long text stays quick.
export function* matches(text, forms) {
  const next = forms.map(() => ({ index: -1 }));
  let at = 0;
  for (;;) {
    let best = -1;
    forms.forEach(([, form], one) => {
      if (next[one] && next[one].index < at) {
        form.lastIndex = at;
        next[one] = form.exec(text);
      }
      if (next[one] && (best < 0 || next[one].index < next[best].index)) best = one;
    });
    if (best < 0) return;
    const found = next[best];
    at = found.index + found[0].length;
    yield [forms[best][0], found];
  }
}

let made = 0;

// An id that no other element of the page has.
export function unique() {
  made += 1;
  return `b${made}`;
}
