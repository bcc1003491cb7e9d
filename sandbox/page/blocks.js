// Block Kit as DOM nodes. A `desk` says for whom and where: {eyes, people, channels, act(element, value, block),
// suggest(element, query, block), values, typed, errors, inputs, changed(), surface}; see here.js for `eyes`.
// https://docs.slack.dev/reference/block-kit/blocks
import { attachment } from "./attachments.js";
import { alert, card, carousel, container, plan, task } from "./cards.js";
import { chartBlock } from "./charts.js";
import { drawElement, inputBlock, unknown } from "./elements.js";
import { emojified } from "./emoji.js";
import { long } from "./long.js";
import { markdown } from "./markdown.js";
import { element, textNode } from "./mrkdwn.js";
import { fileBlock, imageBlock, picture, videoBlock } from "./pictures.js";
import { richText } from "./richtext.js";
import { dataTable, tableBlock } from "./tables.js";

export { drawFiles } from "./pictures.js";

// One node for each block. A block of an unknown type, and one that cannot be drawn, is a box that says so.
export function drawBlocks(blocks, desk) {
  return (Array.isArray(blocks) ? blocks : [blocks]).map((block) => {
    const node = draw(block, desk, block);
    if (block?.block_id) node.dataset.block = block.block_id;
    return node;
  });
}

// One node for each attachment of a message.
export function drawAttachments(attachments, desk) {
  return (attachments ?? []).map((one) => {
    try {
      return attachment(one, desk, (blocks) => drawBlocks(blocks, desk));
    } catch {
      return unknown({ type: "attachment", ...one }, desk);
    }
  });
}

// `outer` is the block of the message or view that this one is or stands in: values and clicks go by its id.
function draw(block, desk, outer) {
  try {
    if (Object.hasOwn(DRAW, block?.type)) return DRAW[block.type](block, desk, outer);
  } catch { /* malformed: as if its type were unknown */ }
  return unknown(block, desk);
}

const DRAW = {
  section,
  header: (block) => element("div", { className: "block header", role: "heading", "aria-level": String(Math.min(6, (block.level ?? 1) + 2)), dir: "auto" }, emojified(block.text.text)),
  divider: () => element("hr", { className: "block" }),
  context: (block, desk) => element("div", { className: "block context" },
    block.elements.map((one) => (one.type === "image" ? picture(one, desk, "tiny") : textNode(one, desk)))),
  actions: (block, desk, outer) => element("div", { className: "block actions" }, block.elements.map((one) => drawElement(one, outer, desk))),
  context_actions: (block, desk, outer) => element("div", { className: "block actions quietly" }, block.elements.map((one) => drawElement(one, outer, desk))),
  input: (block, desk, outer) => inputBlock(block, desk, outer),
  image: imageBlock,
  rich_text: (block, desk) => element("div", { className: "block" }, long(richText(block, desk.eyes), block, desk)),
  markdown: (block, desk) => element("div", { className: "block" }, long(markdown(block.text, desk.eyes), block, desk)),
  table: tableBlock,
  data_table: dataTable,
  data_visualization: chartBlock,
  video: videoBlock,
  file: fileBlock,
  alert,
  card,
  carousel,
  container: (block, desk, outer) => container(block, desk, (inner) => inner.map((one) => draw(one, desk, outer))),
  plan,
  task_card: task,
};

function section(block, desk, outer) {
  const text = block.text ? long(textNode(block.text, desk), block, desk) : null;
  const fields = block.fields ? element("div", { className: "fields" }, block.fields.map((field) => textNode(field, desk))) : null;
  if (!text && !fields) throw new TypeError("a section without text and fields");
  const one = block.accessory;
  return element("div", { className: "block section" }, element("div", { className: "main" }, text, fields),
    one ? element("div", { className: one.type === "image" || /button|overflow/.test(one.type) ? "accessory" : "accessory wide" }, drawElement(one, outer, desk)) : null);
}
