// A thread beside its channel; on a phone it takes the screen.
import { setUpComposer } from "./composer.js";
import { eyes, go, here, onLook, room } from "./here.js";
import { drawMessage, signature } from "./message.js";
import { element } from "./nodes.js";
import { keepingFocus, reconcile } from "./redraw.js";
import { speak } from "./words.js";

const WORDS = {
  en: { thread: "Thread", close: "Close the thread", gone: "This message is not there any more.", replies: { one: "{n} reply", other: "{n} replies" } },
  fr: { thread: "Fil", close: "Fermer le fil", gone: "Ce message n’existe plus.", replies: { one: "{n} réponse", other: "{n} réponses" } },
  es: { thread: "Hilo", close: "Cerrar el hilo", gone: "Este mensaje ya no existe.", replies: { one: "{n} respuesta", other: "{n} respuestas" } },
};
const pane = document.getElementById("thread");
const box = element("div", { className: "thread-messages", role: "log", tabIndex: 0 });
const top = element("header", {});
const said = element("div", { "aria-live": "polite" });
const footer = element("div", {});
let drawn = "";
let kept = new Map();
let wasOpen = null;

export function setUpThread() {
  pane.append(top, box, said, footer);
  setUpComposer(footer, () => here.thread);
  pane.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.defaultPrevented) close(); });
  document.getElementById("tools-open").addEventListener("click", () => { if (here.thread) close(); });
  onLook(draw);
}

function close() {
  const root = document.querySelector(`#messages [data-ts="${CSS.escape(here.thread ?? "")}"] .act`);
  go(here.place).then(() => root?.focus());
}

function draw() {
  const thread = here.thread ? here.look.thread : null;
  pane.hidden = !here.thread;
  document.body.classList.toggle("threaded", Boolean(here.thread));
  said.replaceChildren(...(here.thread && here.notice ? [element("p", { className: "notice" }, here.notice)] : []));
  if (!here.thread) wasOpen = null;
  if (!thread || thread.ts !== here.thread) return;
  const say = speak(WORDS, eyes().locale);
  const key = JSON.stringify([here.thread, eyes().locale, thread.messages.map(signature)]);
  if (key === drawn && wasOpen === here.thread) return;
  const atEnd = wasOpen !== here.thread || box.scrollHeight - box.scrollTop - box.clientHeight < 120;
  const isFirst = wasOpen !== here.thread;
  drawn = key;
  wasOpen = here.thread;
  box.setAttribute("aria-label", say("thread"));
  keepingFocus(top, () => top.replaceChildren(element("h2", {}, say("thread"), element("span", { className: "small" }, ` ${room(here.place)?.is_im ? "" : "#"}${room(here.place)?.is_im ? here.look.app.name : room(here.place)?.name ?? ""}`)),
    element("button", { type: "button", className: "ghost close", "aria-label": say("close"), onclick: close }, "✕")));
  const [root, ...replies] = thread.messages;
  const counted = replies.filter((one) => !one.ephemeral).length;
  const count = say("replies", { n: counted });
  const entry = (one) => [one.ts, signature(one), () => drawMessage(one, { inThread: true })];
  const wanted = root ? [
    entry(root),
    ...(counted ? [["count", count, () => element("p", { className: "day" }, element("span", {}, count))]] : []),
    ...replies.map(entry),
  ] : [["gone", eyes().locale, () => element("p", { className: "empty" }, say("gone"))]];
  keepingFocus(box, () => { kept = reconcile(box, wanted, kept); });
  if (atEnd) box.scrollTop = box.scrollHeight;
  if (isFirst) pane.querySelector("textarea")?.focus({ preventScroll: true });
}
