// The letters that the bot sent. The HTML of a letter stands in a frame in which no script runs.
import { ask, eyes, here } from "./here.js";
import { element, safeLink } from "./mrkdwn.js";
import { speak } from "./words.js";

const WORDS = {
  en: {
    title: "Mailbox", lead: "Every e-mail that the bot sends ends here. None leaves this machine.", none: "No e-mail has come yet.",
    no_subject: "(no subject)", to: "to {who}", route: "{from} to {who}", back: "All e-mails", html: "As it looks", frame: "The e-mail as HTML", bare: "It has no HTML.",
    text: "As plain text", headers: "Headers", page: "Open on a page of its own",
  },
  fr: {
    title: "Boîte aux lettres", lead: "Chaque courriel que le bot envoie finit ici. Aucun ne quitte cette machine.", none: "Aucun courriel n’est encore venu.",
    no_subject: "(sans objet)", to: "à {who}", route: "{from} à {who}", back: "Tous les courriels", html: "Comme on le voit", frame: "Le courriel en HTML", bare: "Il n’a pas de HTML.",
    text: "En texte seul", headers: "En-têtes", page: "Ouvrir sur sa propre page",
  },
  es: {
    title: "Buzón", lead: "Todo correo que el bot envía termina aquí. Ninguno sale de esta máquina.", none: "Aún no ha llegado ningún correo.",
    no_subject: "(sin asunto)", to: "para {who}", route: "{from} para {who}", back: "Todos los correos", html: "Como se ve", frame: "El correo en HTML", bare: "No tiene HTML.",
    text: "Como texto", headers: "Encabezados", page: "Abrir en su propia página",
  },
};
let open = null; // the letter that is read, by its number
let shown = "";

// The words of letters in a language.
export const sayLetters = (locale) => speak(WORDS, locale);

export async function draw(panel) {
  const view = eyes();
  const now = JSON.stringify([view.locale, view.zone, here.look.letters, open]);
  if (panel.firstChild && now === shown) return;
  shown = now;
  const say = sayLetters(view.locale);
  const [mail, letter] = await Promise.all(["mail", open && `mail/${open}`].map((what) => what && ask(what).catch(() => null)));
  if (now !== shown) return;
  if (!mail) shown = ""; // the next look tries again
  const read = (number) => { open = number; draw(panel); };
  panel.replaceChildren(...(letter
    ? [element("button", { type: "button", className: "press back", onclick: () => read(null) }, `← ${say("back")}`), ...drawLetter(letter, view)]
    : [element("h2", {}, say("title")), element("p", { className: "lead" }, say("lead")), drawLetters(mail?.letters ?? [], view, read),
      element("p", { className: "then" }, element("a", { className: "press", href: "/mailbox", target: "_blank" }, say("page")))]));
  if (letter) panel.scrollTop = 0;
}

// A list of letters; `read` is called with the number of the one that is chosen.
export function drawLetters(letters, view, read, chosen = null) {
  const say = sayLetters(view.locale);
  if (!letters.length) return element("p", { className: "none" }, say("none"));
  return element("ol", { className: "letters" }, ...letters.map((one) => element("li", {}, element("button", {
    type: "button", "data-letter": one.number, "aria-current": one.number === chosen ? "true" : undefined, onclick: () => read(one.number),
  }, element("b", {}, one.subject || say("no_subject")), element("span", {}, say("to", { who: one.to.join(", ") })), element("span", {}, moment(one.at, view))))));
}

// A letter: its subject, its way, its bodies and its headers.
export function drawLetter(letter, view) {
  const say = sayLetters(view.locale);
  return [
    element("h2", { className: "subject" }, letter.subject || say("no_subject")),
    element("p", { className: "route" }, `${say("route", { from: letter.from, who: letter.to.join(", ") })}, ${moment(letter.at, view)}`),
    element("h3", {}, say("html")),
    letter.html ? element("iframe", { className: "html", title: say("frame"), sandbox: "allow-popups allow-popups-to-escape-sandbox", srcdoc: `<base target="_blank">${letter.html}` })
      : element("p", { className: "none" }, say("bare")),
    element("details", { className: "plain" }, element("summary", {}, say("text")), element("pre", { className: "text", tabIndex: 0 }, ...linked(letter.text))),
    element("details", { className: "headers" }, element("summary", {}, say("headers")),
      element("dl", {}, ...letter.headers.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]))),
  ];
}

function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part, index) => (index % 2 && safeLink(part)
    ? element("a", { href: part, target: "_blank", rel: "noopener" }, part) : part));
}

const moment = (seconds, { locale, zone }) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: zone }).format(seconds * 1000);
