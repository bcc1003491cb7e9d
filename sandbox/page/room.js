// The messages of a channel, or the app's Home. Only the latest are shown, and only what changed is drawn anew.
import { drawBlocks } from "./blocks.js";
import { moment } from "./dates.js";
import { desk } from "./desk.js";
import { HOME, eyes, here, onLook, showEarlier } from "./here.js";
import { drawMessage, signature } from "./message.js";
import { element } from "./nodes.js";
import { keepingFocus, reconcile } from "./redraw.js";
import { hasTool, show as showTool } from "./drawer.js";
import { speak } from "./words.js";

const WORDS = {
  en: { earlier: "Show earlier messages", start: "This is where {name} begins. Nothing has been said yet.", fresh: "New", home: "Nothing has been published here yet.", guide: "Five things to try" },
  fr: { earlier: "Afficher les messages précédents", start: "Ici commence {name}. Rien n’a encore été dit.", fresh: "Nouveau", home: "Rien n’a encore été publié ici.", guide: "Cinq choses à essayer" },
  es: { earlier: "Mostrar mensajes anteriores", start: "Aquí comienza {name}. Aún no se ha dicho nada.", fresh: "Nuevo", home: "Aún no se ha publicado nada aquí.", guide: "Cinco cosas que probar" },
};
const NEAR = 120; // pixels from the end at which one is taken to read the latest
const box = document.getElementById("messages");
let kept = new Map();
let shown = "";

let isAtEnd = true;

export function setUpRoom() {
  onLook(draw);
  box.addEventListener("scroll", () => { isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR; });
  // Pictures come later than the message that they stand in, and must not push its end out of sight.
  box.addEventListener("load", () => { if (isAtEnd && here.place !== HOME) toEnd(); }, true);
}

function toEnd() {
  box.scrollTop = box.scrollHeight;
  isAtEnd = true;
}

function draw() {
  const place = `${here.me} ${here.place}`;
  const isNew = place !== shown;
  if (isNew) kept = new Map();
  shown = place;
  box.classList.toggle("home", here.place === HOME);
  if (here.place === HOME) return drawHome(isNew);
  if (here.look.place?.id !== here.place) return undefined;
  const atEnd = isNew || isAtEnd;
  const before = box.scrollHeight - box.scrollTop;
  const earlier = here.limit > box.dataset.limit && !isNew;
  box.dataset.limit = here.limit;
  keepingFocus(box, () => { kept = reconcile(box, entries(), kept); });
  if (atEnd && !earlier) toEnd();
  else if (earlier) box.scrollTop = box.scrollHeight - before;
  return undefined;
}

// Every child that belongs here, in order, as [key, signature, how to draw it].
function entries() {
  const view = eyes();
  const say = speak(WORDS, view.locale);
  const { messages, older } = here.look.place;
  const found = [];
  if (older) found.push(["earlier", view.locale, () => element("button", { type: "button", className: "press earlier", onclick: showEarlier }, say("earlier"))]);
  if (!messages.length) found.push(["start", view.locale, () => element("div", { className: "empty" },
    element("p", {}, say("start", { name: document.getElementById("place").textContent.replace("# ", "#") })),
    hasTool("guide") ? element("button", { type: "button", className: "press", onclick: () => showTool("guide") }, say("guide")) : null)]);
  let day = "";
  let isMarked = here.mark === null;
  for (const message of messages) {
    const seconds = Number(message.ts);
    const its = moment(seconds, "date", view);
    if (its !== day) {
      day = its;
      const words = moment(seconds, "date_long_pretty", view);
      found.push([`day ${its}`, words, () => element("p", { className: "day" }, element("span", {}, capital(words)))]);
    }
    if (!isMarked && message.ts > here.mark && message.user !== here.me && !message.ephemeral) {
      isMarked = true;
      found.push(["new", view.locale, () => element("p", { className: "fresh" }, element("span", {}, say("fresh")))]);
    }
    found.push([message.ts, signature(message), () => drawMessage(message)]);
  }
  return found;
}

const capital = (words) => words.charAt(0).toLocaleUpperCase() + words.slice(1);

function drawHome(isNew) {
  const view = here.look.home;
  const mark = JSON.stringify([view?.id, view?.hash, view?.blocks, eyes().locale, eyes().zone, moment(eyes().now, "date", eyes())]);
  if (!isNew && kept.get("home")?.mark === mark) return;
  const top = isNew ? 0 : box.scrollTop;
  kept = new Map([["home", { mark }]]);
  const say = speak(WORDS, eyes().locale);
  keepingFocus(box, () => box.replaceChildren(...(view ? drawBlocks(view.blocks, desk({ view_id: view.id }, "home", { values: view.state.values })) : [element("p", { className: "empty" }, say("home"))])));
  box.scrollTop = top;
}
