// Texts that would fill more than a screen of a message are cut, with a button for the rest, as in Slack.
// https://docs.slack.dev/reference/block-kit/blocks/section-block (expand)
import { element } from "./nodes.js";
import { speak } from "./words.js";

const WORDS = {
  en: { more: "See more", less: "See less" },
  fr: { more: "Voir plus", less: "Voir moins" },
  es: { more: "Ver más", less: "Ver menos" },
};
const MOST = 700; // pixels
const opened = new Set(); // texts that somebody opened stay open when the page is drawn anew

// How high a text is shows only once it stands in the page.
const watcher = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (!target.scrollHeight) continue;
    watcher.unobserve(target);
    if (target.scrollHeight > MOST) target.dispatchEvent(new Event("toolong"));
  }
});

// The text, cut when it turns out too long. Windows and the Home tab show everything, and so does `expand`.
export function long(node, block, desk) {
  if (desk.surface !== "message" || block.expand) return node;
  const say = speak(WORDS, desk.eyes.locale);
  const key = JSON.stringify(block);
  const box = element("div", {}, node);
  node.addEventListener("toolong", () => {
    const button = element("button", { type: "button", className: "more" });
    const set = (open) => {
      node.classList.toggle("cut", !open);
      button.setAttribute("aria-expanded", String(open));
      button.textContent = say(open ? "less" : "more");
      if (open) opened.add(key);
      else opened.delete(key);
    };
    button.addEventListener("click", () => set(node.classList.contains("cut")));
    set(opened.has(key));
    box.append(button);
  }, { once: true });
  watcher.observe(node);
  return box;
}
