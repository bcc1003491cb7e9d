// "Are you sure?" as a dialog of the page.
// https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object
import { element, textNode } from "./mrkdwn.js";
import { unique } from "./nodes.js";

// Whether the person goes on: at once where nothing is asked, else once they have answered.
export function sure(asked, desk) {
  if (!asked) return Promise.resolve(true);
  const title = unique();
  const dialog = element("dialog", { className: "sure", "aria-labelledby": title },
    element("form", { method: "dialog" },
      element("h2", { id: title, dir: "auto" }, asked.title.text),
      textNode(asked.text, desk),
      element("footer", {},
        element("button", { className: "press", value: "no" }, asked.deny.text),
        element("button", { className: `press ${asked.style === "danger" ? "danger filled" : "primary"}`, value: "yes", autofocus: true }, asked.confirm.text))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    }, { once: true });
  });
}
