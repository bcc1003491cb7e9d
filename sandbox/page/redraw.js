// Drawing anew what changed, and only that; whoever works there with the keyboard stays where they are.
const CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex]";
const PARTS = "[data-block], [data-ts], header, footer";

// Bring the children of a parent in step with `wanted`, each [key, signature, how to draw it]: those that are as
// they were stay the same nodes. `known` is what the call before returned, at first an empty Map.
export function reconcile(parent, wanted, known) {
  const next = new Map();
  let at = parent.firstChild;
  for (const [key, mark, make] of wanted) {
    const old = known.get(key);
    const node = old?.mark === mark ? old.node : make();
    next.set(key, { mark, node });
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
  return next;
}

// Run `draw`, which may replace what stands in `box`: the same control of the same block, message, head or foot
// has the focus afterwards, with the cursor where it stood.
export function keepingFocus(box, draw) {
  const held = document.activeElement;
  const isInside = held !== box && box.contains(held);
  const where = isInside ? whereabouts(held, box) : null;
  const cursor = typeof held?.selectionStart === "number" ? [held.selectionStart, held.selectionEnd, held.selectionDirection] : null;
  draw();
  if (!where || document.activeElement === held) return;
  const now = held.isConnected ? held : found(where, box);
  now?.focus({ preventScroll: true });
  if (cursor && now?.tagName === held.tagName && now.type === held.type) now.setSelectionRange(...cursor);
}

const controls = (part) => [...part?.querySelectorAll(CONTROLS) ?? []];

function whereabouts(held, box) {
  const near = held.closest(PARTS);
  const part = near !== box && box.contains(near) ? near : null;
  return { tag: part?.tagName, block: part?.dataset.block, ts: held.closest("[data-ts]")?.dataset.ts, at: controls(part ?? box).indexOf(held) };
}

function found({ tag, block, ts, at }, box) {
  const message = ts === undefined ? box : box.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  const part = block !== undefined ? message?.querySelector(`[data-block="${CSS.escape(block)}"]`) : ts === undefined && tag ? box.querySelector(tag) : message;
  return controls(part)[at] ?? controls(ts === undefined ? part : message)[0];
}
