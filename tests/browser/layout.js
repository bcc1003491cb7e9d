// What of a page overlaps, is cut, or reaches past the edge: a list of sentences, empty when all is well.
// Things are compared within one layer only: a menu or a dialog is meant to lie above the rest.
(() => {
  const TOLERANCE = 2; // pixels: glyphs and borders may touch
  const LAYER = 'dialog, [role="dialog"], [role="menu"], [role="listbox"], [role="tooltip"]';
  const CONTROL = "button, input, select, textarea, img, svg, video, canvas, iframe, progress, meter";
  const modal = document.querySelector("dialog:modal");
  const top = modal || document.body;
  const found = [];

  const name = (node) => {
    const words = (node.innerText || node.value || node.alt || node.getAttribute("aria-label") || "").trim();
    return `<${node.tagName.toLowerCase()}${node.id ? ` #${node.id}` : ""}${node.classList.length ? ` .${[...node.classList].join(".")}` : ""}> "${words.replace(/\s+/g, " ").slice(0, 50)}"`;
  };
  const shown = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
  const hiddenFromSight = (node) => {
    for (let at = node; at && at !== document; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.clipPath === "inset(50%)" || (style.position === "absolute" && Number.parseFloat(style.left) < -999)) return true;
    }
    return false;
  };
  const layer = (node) => {
    for (let at = node; at && at !== document.body; at = at.parentElement) {
      const place = getComputedStyle(at).position;
      if (at.matches(LAYER) || place === "fixed" || place === "sticky") return at;
    }
    return document.body;
  };
  const meet = (a, b) => ({
    left: Math.max(a.left, b.left), top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom),
  });
  const area = (box) => box.right - box.left > TOLERANCE && box.bottom - box.top > TOLERANCE;
  const rest = (style, axis) => ["hidden", "clip"].includes(style[`overflow${axis}`]);
  const scrolls = (style, axis) => ["auto", "scroll"].includes(style[`overflow${axis}`]);

  // The part of a box that its ancestors let through; what hides it without a way to scroll to it is told.
  const seen = (node, box, own) => {
    let left = box;
    for (let at = own ? node : node.parentElement; at && at !== document.documentElement; at = at.parentElement) {
      const style = getComputedStyle(at);
      const frame = at.getBoundingClientRect();
      for (const [axis, from, to] of [["X", "left", "right"], ["Y", "top", "bottom"]]) {
        const beyond = left[from] < frame[from] - TOLERANCE || left[to] > frame[to] + TOLERANCE;
        const measured = axis === "X" ? at.scrollWidth > at.clientWidth + TOLERANCE : at.scrollHeight > at.clientHeight + TOLERANCE;
        const ellipsis = style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
        if (beyond && measured && rest(style, axis) && !ellipsis) found.push(`cut: ${name(node)} by ${name(at)}`);
        if (rest(style, axis) || scrolls(style, axis)) {
          left = { ...left, [from]: Math.max(left[from], frame[from]), [to]: Math.min(left[to], frame[to]) };
        }
      }
      if (style.position === "fixed") break;
    }
    return left;
  };

  const items = [];
  const add = (node, box, own) => {
    const left = seen(node, box, own);
    if (!area(left)) return;
    if (left.left < -TOLERANCE || left.right > innerWidth + TOLERANCE) found.push(`past the edge: ${name(node)}`);
    items.push({ node, box: left, layer: layer(node) });
  };

  const texts = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const node = text.parentElement;
    if (!text.data.trim() || node.closest("select, script, style, svg, noscript, [data-decoration]")) continue;
    if (!shown(node) || hiddenFromSight(node)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) add(node, box, true);
  }
  for (const node of top.querySelectorAll(CONTROL)) {
    if (node.closest("[data-decoration]") || node.parentElement.closest("svg")) continue;
    if (!shown(node) || hiddenFromSight(node)) continue;
    add(node, node.getBoundingClientRect(), false);
    if (node.tagName === "BUTTON" && node.scrollWidth > node.clientWidth + TOLERANCE) found.push(`cut: what stands in ${name(node)}`);
  }

  items.sort((a, b) => a.box.top - b.box.top);
  items.forEach((one, index) => {
    for (const other of items.slice(index + 1)) {
      if (other.box.top > one.box.bottom) break;
      if (one.layer !== other.layer || one.node.contains(other.node) || other.node.contains(one.node)) continue;
      if (area(meet(one.box, other.box))) found.push(`overlap: ${name(one.node)} and ${name(other.node)}`);
    }
  });
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
  return [...new Set(found)];
})()
