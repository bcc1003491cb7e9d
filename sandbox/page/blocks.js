// Block Kit as DOM nodes. `desk` is {eyes, state, act(element, value, block), suggest(...), values, errors, inForm}.
import { element, mrkdwn, safeLink } from "./mrkdwn.js";

const words = (text) => (text ? text.text : "");

export function textNode(text, desk) {
  return text.type === "mrkdwn" ? mrkdwn(text.text, desk.eyes) : element("div", { className: "text" }, text.text);
}

export function drawBlocks(blocks, desk) {
  return blocks.map((block) => (DRAW[block.type] || unknown)(block, desk));
}

function unknown(thing) {
  return element("div", { className: "block unknown" }, `A block of type “${thing.type}”, which this page does not draw`);
}

const image = (one) => (one.image_url && safeLink(one.image_url)
  ? element("img", { src: one.image_url, alt: one.alt_text || "", loading: "lazy", referrerPolicy: "no-referrer" })
  : element("span", { className: "unknown" }, `Picture: ${one.alt_text}`));

const DRAW = {
  section(block, desk) {
    const node = element("div", { className: "block section" });
    if (block.text) node.append(textNode(block.text, desk));
    if (block.accessory) {
      node.append(element("div", { className: "accessory" }, drawElement(block.accessory, block, desk)));
    }
    if (block.fields) {
      node.append(element("div", { className: "fields" }, ...block.fields.map((field) => textNode(field, desk))));
    }
    return node;
  },
  header: (block) => element("div", { className: "block header", role: "heading", "aria-level": "3" }, words(block.text)),
  divider: () => element("hr"),
  context: (block, desk) => element("div", { className: "block context" },
    ...block.elements.map((one) => (one.type === "image" ? image(one) : textNode(one, desk)))),
  actions: (block, desk) => element("div", { className: "block actions" },
    ...block.elements.map((one) => drawElement(one, block, desk))),
  image: (block) => element("figure", { className: "block" },
    block.title ? element("figcaption", { className: "small" }, words(block.title)) : null, image(block)),
  markdown: (block) => element("div", { className: "block text" }, block.text),
  rich_text: (block, desk) => element("div", { className: "block text" }, ...block.elements.map((one) => rich(one, desk))),
  table: (block, desk) => element("div", { className: "block" }, element("table", {},
    ...block.rows.map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, cellNode(cell, desk))))))),
  alert: (block, desk) => element("div", { className: "block notice", role: "note" }, textNode(block.text, desk)),
  input: inputBlock,
};

function cellNode(cell, desk) {
  return cell.type === "rich_text" ? DRAW.rich_text(cell, desk) : String(cell.text ?? cell.value ?? "");
}

function rich(part, desk) {
  const inside = (part.elements || []).map((one) => rich(one, desk));
  switch (part.type) {
    case "text": return part.style?.bold ? element("strong", {}, part.text) : part.text;
    case "link": return safeLink(part.url)
      ? element("a", { href: part.url, target: "_blank", rel: "noopener noreferrer" }, part.text || part.url) : part.text || "";
    case "user": return element("span", { className: "mention" }, `@${desk.eyes.name(part.user_id)}`);
    case "channel": return element("span", { className: "mention" }, `#${desk.eyes.channel(part.channel_id)}`);
    case "emoji": return `:${part.name}:`;
    case "rich_text_list": return element(part.style === "ordered" ? "ol" : "ul", {}, ...inside.map((one) => element("li", {}, one)));
    case "rich_text_quote": return element("blockquote", {}, ...inside);
    case "rich_text_preformatted": return element("pre", {}, ...inside);
    default: return element("div", {}, ...inside);
  }
}

// Elements

function sure(one) {
  return !one.confirm || window.confirm(`${words(one.confirm.title)}\n\n${words(one.confirm.text)}`);
}

export function drawElement(one, block, desk) {
  if (one.type === "button" || one.type === "workflow_button") return press(one, block, desk);
  if (one.type === "image") return image(one);
  const name = words(one.placeholder) || one.action_id;
  const control = drawControl(one, desk.values?.[block.block_id]?.[one.action_id], desk, name, block);
  if (!control) return unknown(one);
  const changed = () => {
    const value = control.read();
    if (value !== null && value !== "" && sure(one)) desk.act(one, value, block);
  };
  control.node.addEventListener("change", changed);
  return control.node;
}

function press(one, block, desk) {
  const node = element(one.url ? "a" : "button", {
    className: `press ${one.style || ""}`, "aria-label": one.accessibility_label,
    ...(one.url ? { href: safeLink(one.url) || "#", target: "_blank", rel: "noopener noreferrer" } : { type: "button" }),
  }, words(one.text));
  node.addEventListener("click", () => { if (sure(one)) desk.act(one, null, block); });
  return node;
}

const optionsOf = (one) => one.options || (one.option_groups || []).flatMap((group) => group.options);

function people(state) {
  return state.people.filter((one) => !one.deleted).map((one) => ({ value: one.id, text: { text: one.real_name } }));
}

function rooms(state) {
  return state.channels.filter((one) => !one.is_im).map((one) => ({ value: one.id, text: { text: `#${one.name}` } }));
}

function choicesOf(one, state) {
  if (one.type.includes("users")) return people(state);
  if (one.type.includes("conversations") || one.type.includes("channels")) return rooms(state);
  return optionsOf(one);
}

const held = (state) => (state ? Object.entries(state).find(([key]) => key !== "type")?.[1] : undefined);
const valueOf = (one) => (one && typeof one === "object" ? one.value : one);

// A control with `node` to show and `read` to ask what stands in it.
export function drawControl(one, state, desk, name, block) {
  const now = held(state);
  const simple = { email_text_input: "email", url_text_input: "url", number_input: "number", datepicker: "date", timepicker: "time" };
  if (one.type === "plain_text_input" || simple[one.type]) {
    const node = element(one.multiline ? "textarea" : "input", {
      type: one.multiline ? undefined : simple[one.type] || "text", value: now ?? "", placeholder: words(one.placeholder),
      "aria-label": name, rows: one.multiline ? 5 : undefined, className: "choice", step: one.is_decimal_allowed ? "any" : undefined,
    });
    return { node, read: () => node.value };
  }
  if (one.type === "datetimepicker") {
    const node = element("input", { type: "datetime-local", "aria-label": name, className: "choice" });
    return { node, read: () => (node.value ? Math.round(new Date(node.value).getTime() / 1000) : null) };
  }
  if (one.type === "file_input") {
    // What a file holds is not kept: Slack's own client uploads it before the form is sent, and names it so.
    const node = element("input", { type: "file", multiple: (one.max_files || 10) > 1, "aria-label": name, className: "choice" });
    const named = (file, i) => ({ id: `F${Date.now()}${i}`, name: file.name, permalink: `${location.origin}/files/${encodeURIComponent(file.name)}` });
    return { node, read: () => [...node.files].map(named) };
  }
  if (one.type === "external_select") return outside(one, desk, name, block);
  if (one.type === "checkboxes" || one.type === "radio_buttons" || one.type.startsWith("multi_")) {
    const several = one.type !== "radio_buttons";
    const chosen = new Set((Array.isArray(now) ? now : [now]).map(valueOf));
    const group = `g${Math.random().toString(36).slice(2)}`;
    const boxes = choicesOf(one, desk.state).map((option) => {
      const box = element("input", { type: several ? "checkbox" : "radio", name: group, value: option.value, checked: chosen.has(option.value) });
      return [box, element("label", {}, box, " ", words(option.text), option.description ? element("span", { className: "small" }, ` ${words(option.description)}`) : null)];
    });
    const node = element("fieldset", {}, element("legend", { className: "hidden" }, name), ...boxes.map(([, label]) => label));
    return { node, read: () => { const on = boxes.filter(([box]) => box.checked).map(([box]) => box.value); return several ? on : on[0] ?? null; } };
  }
  if (one.type.endsWith("_select") || one.type === "overflow") {
    const node = element("select", { "aria-label": name, className: "choice" },
      element("option", { value: "" }, words(one.placeholder) || (one.type === "overflow" ? "More…" : "Choose…")),
      ...choicesOf(one, desk.state).map((option) => element("option", { value: option.value, selected: option.value === valueOf(now) }, words(option.text))));
    return { node, read: () => node.value || null };
  }
  return null;
}

function outside(one, desk, name, block) {
  const list = element("select", { "aria-label": name, className: "choice" }, element("option", { value: "" }, words(one.placeholder) || "Choose…"));
  const query = element("input", { type: "search", "aria-label": `Search: ${name}`, placeholder: "Type to search", className: "choice" });
  let waiting;
  query.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const options = await desk.suggest(one, query.value, block);
      list.replaceChildren(element("option", { value: "" }, `${options.length} found`),
        ...options.map((option) => element("option", { value: option.value }, words(option.text))));
    }, 200);
  });
  query.addEventListener("change", (event) => event.stopPropagation());
  const node = element("div", {}, query, list);
  return { node, read: () => list.value || null };
}

function inputBlock(block, desk) {
  const one = block.element;
  const name = words(block.label);
  const control = drawControl(one, desk.values?.[block.block_id]?.[one.action_id], desk, name, block);
  if (!control) return unknown(one);
  const error = desk.errors?.[block.block_id];
  const hintId = `hint-${block.block_id}`;
  const node = element("div", { className: "field" },
    element("div", { className: "label", "aria-hidden": "true" }, name, block.optional ? element("span", { className: "small" }, " (optional)") : null),
    control.node,
    block.hint ? element("p", { className: "small", id: hintId }, words(block.hint)) : null,
    error ? element("p", { className: "error", id: `error-${block.block_id}` }, error) : null);
  if (error) {
    control.node.setAttribute("aria-invalid", "true");
    control.node.setAttribute("aria-describedby", `error-${block.block_id}`);
  } else if (block.hint) control.node.setAttribute("aria-describedby", hintId);
  desk.inputs?.push([block.block_id, one.action_id, control.read]);
  if (block.dispatch_action) control.node.addEventListener("change", () => desk.act(one, control.read(), block));
  return node;
}
