// The mailbox on a page of its own; the address names the letter that is read.
import { drawLetter, drawLetters } from "./letters.js";
import { speak } from "./words.js";

const WORDS = {
  en: { title: "Mailbox", lead: "Every e-mail that the bot sends ends here. None leaves this machine.", back: "Back to the workspace" },
  fr: { title: "Boîte aux lettres", lead: "Chaque courriel que le bot envoie finit ici. Aucun ne quitte cette machine.", back: "Retour à l’espace de travail" },
  es: { title: "Buzón", lead: "Todo correo que el bot envía termina aquí. Ninguno sale de esta máquina.", back: "Volver al espacio de trabajo" },
};
const at = (id) => document.getElementById(id);
const view = { locale: navigator.language, zone: "UTC" };
const say = speak(WORDS, view.locale);
let shown = "";

async function ask(what) {
  const answer = await fetch(`/sandbox/${what}`);
  return answer.ok ? answer.json() : null;
}

async function look() {
  const { letters } = await ask("mail");
  const open = Number(location.hash.slice(1)) || null;
  const letter = open && await ask(`mail/${open}`);
  const now = JSON.stringify([letters.length, letter?.number, letter?.at]);
  if (now === shown) return;
  shown = now;
  const held = document.activeElement?.dataset?.letter;
  at("letters").replaceChildren(drawLetters(letters, view, (number) => { location.hash = number; }, open));
  if (held) document.querySelector(`[data-letter="${held}"]`)?.focus();
  at("letter").hidden = !letter;
  at("letter").replaceChildren(...(letter ? drawLetter(letter, view) : []));
}

document.documentElement.lang = view.locale;
document.title = say("title");
for (const id of ["title", "lead", "back"]) at(id).textContent = say(id);
addEventListener("hashchange", look);
new EventSource("/sandbox/live").onmessage = look;
