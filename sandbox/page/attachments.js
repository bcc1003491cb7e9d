// Attachments of the older kind, with a bar of colour beside them.
// https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
import { moment } from "./dates.js";
import { element, mrkdwn } from "./mrkdwn.js";
import { link } from "./nodes.js";
import { picture } from "./pictures.js";

const COLOURS = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };

// `draw` draws the blocks within.
export function attachment(one, desk, draw) {
  const bar = COLOURS[one.color] ?? (/^#?[0-9a-f]{3,8}$/i.test(one.color ?? "") ? `#${one.color.replace("#", "")}` : "#ddd");
  const text = (words, className) => (words ? element("div", { className }, mrkdwn(words, desk.eyes)) : null);
  const foot = [one.footer, one.ts ? `${moment(Number(one.ts), "date_short_pretty", desk.eyes)}, ${moment(Number(one.ts), "time", desk.eyes)}` : ""].filter(Boolean).join(" · ");
  const body = element("div", { className: "attachment", style: `--bar:${bar}` },
    one.author_name ? element("div", { className: "small", dir: "auto" }, one.author_link ? link(one.author_link, one.author_name) : one.author_name) : null,
    one.title ? element("div", { className: "name", dir: "auto" }, one.title_link ? link(one.title_link, one.title) : one.title) : null,
    text(one.text ?? (one.blocks || one.title || one.fields || one.image_url ? "" : one.fallback), "text-of"),
    one.fields?.length ? element("div", { className: "fields" }, one.fields.map((field) => element("div", { className: field.short ? "" : "long" },
      element("strong", { dir: "auto" }, field.title), mrkdwn(field.value ?? "", desk.eyes)))) : null,
    one.blocks ? draw(one.blocks) : null,
    one.image_url ? picture({ image_url: one.image_url, alt_text: one.fallback || one.title || "" }, desk) : null,
    one.thumb_url && !one.image_url ? picture({ image_url: one.thumb_url, alt_text: "" }, desk, "accessory-picture") : null,
    foot ? element("div", { className: "small", dir: "auto" }, foot) : null);
  return element("div", { className: "block" }, text(one.pretext, "pretext"), body);
}
