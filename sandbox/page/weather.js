// The weather between Slack and the bot: what goes wrong on purpose, and watching the bot cope with it.
import { act, ask, become, eyes, go, here, look, notify } from "./here.js";
import { guideFor } from "./guide.js";
import { element } from "./mrkdwn.js";
import { makeRoom, show } from "./drawer.js";
import { speak } from "./words.js";

const WORDS = {
  en: {
    title: "The weather", lead: "Slack has bad days. Make one, and see what the bot makes of it.",
    what: "What goes wrong", often: "How often", where: "At which calls", start: "Let it happen", clear: "Clear all", forecast: "In force now",
    fair: "Nothing goes wrong just now.", left: { one: "once more", other: "{n} times more" }, always: "until cleared",
    once: "The next one", thrice: "The next three", any: "Any", posting: "Posting a message", views: "Forms and Home", response_url: "Answers to a click",
    slow: "Slack answers slowly", slow_more: "Everything is done, but the answer takes three seconds.",
    timeout_after: "Slack takes it and never answers", timeout_after_more: "It is done, but nobody says so. Posting again would post twice.",
    cut_before: "The connection is cut", cut_before_more: "Nothing is done, and the line goes dead.",
    rate_limited: "Too many calls (429)", rate_limited_more: "Slack refuses and says how long to wait.",
    server_error: "Slack has an error (503)", server_error_more: "Nothing is done, and the answer is an error.",
    nonsense: "Slack answers nonsense", nonsense_more: "It is done, but the answer cannot be read.",
    redeliver: "Events arrive twice", redeliver_more: "The bot hears the same event again and must act once.",
    socket_cut: "The socket is cut", socket_cut_more: "The connection over which Slack calls the bot breaks.",
    cope: "Watch it cope",
    watching: "Slack says nothing. A minute passes …",
    coped: "Sent once. Slack never answered, so a minute later the bot looked for its message by its key, found it, and did not send it again.",
    looked: "The bot looked, and the message stands there {n} times.", not_found: "Slack never answered, and the bot has not looked for the message yet. Look under the hood.",
    untried: "That did not work. The workspace says why.",
  },
  fr: {
    title: "La météo", lead: "Slack a ses mauvais jours. Provoquez-en un, et voyez ce qu’en fait le bot.",
    what: "Ce qui va mal", often: "Combien de fois", where: "À quels appels", start: "Que cela arrive", clear: "Tout effacer", forecast: "En ce moment",
    fair: "Rien ne va mal en ce moment.", left: { one: "encore une fois", other: "encore {n} fois" }, always: "jusqu’à effacement",
    once: "La prochaine fois", thrice: "Les trois prochaines", any: "Tous", posting: "Publier un message", views: "Formulaires et accueil", response_url: "Réponses à un clic",
    slow: "Slack répond lentement", slow_more: "Tout est fait, mais la réponse prend trois secondes.",
    timeout_after: "Slack accepte et ne répond jamais", timeout_after_more: "C’est fait, mais personne ne le dit. Publier encore publierait deux fois.",
    cut_before: "La connexion est coupée", cut_before_more: "Rien n’est fait, et la ligne est morte.",
    rate_limited: "Trop d’appels (429)", rate_limited_more: "Slack refuse et dit combien de temps attendre.",
    server_error: "Slack a une erreur (503)", server_error_more: "Rien n’est fait, et la réponse est une erreur.",
    nonsense: "Slack répond n’importe quoi", nonsense_more: "C’est fait, mais la réponse est illisible.",
    redeliver: "Les événements arrivent deux fois", redeliver_more: "Le bot réentend le même événement et doit n’agir qu’une fois.",
    socket_cut: "La liaison est coupée", socket_cut_more: "La connexion par laquelle Slack appelle le bot se rompt.",
    cope: "Voir comment il s’en sort",
    watching: "Slack ne dit rien. Une minute passe …",
    coped: "Envoyé une fois. Slack n’ayant pas répondu, une minute plus tard le bot a cherché son message par sa clé, l’a trouvé et ne l’a pas renvoyé.",
    looked: "Le bot a cherché, et le message s’y trouve {n} fois.", not_found: "Slack n’a pas répondu, et le bot n’a pas encore cherché le message. Voyez les coulisses.",
    untried: "Cela n’a pas marché. L’espace de travail dit pourquoi.",
  },
  es: {
    title: "El clima", lead: "Slack tiene días malos. Provoque uno y vea qué hace el bot.",
    what: "Qué va mal", often: "Cuántas veces", where: "En qué llamadas", start: "Que ocurra", clear: "Borrar todo", forecast: "En este momento",
    fair: "Nada va mal ahora.", left: { one: "una vez más", other: "{n} veces más" }, always: "hasta borrarlo",
    once: "La próxima vez", thrice: "Las tres próximas", any: "Todas", posting: "Publicar un mensaje", views: "Formularios e Inicio", response_url: "Respuestas a un clic",
    slow: "Slack responde despacio", slow_more: "Todo se hace, pero la respuesta tarda tres segundos.",
    timeout_after: "Slack acepta y no responde nunca", timeout_after_more: "Está hecho, pero nadie lo dice. Publicar de nuevo publicaría dos veces.",
    cut_before: "Se corta la conexión", cut_before_more: "No se hace nada y la línea queda muda.",
    rate_limited: "Demasiadas llamadas (429)", rate_limited_more: "Slack rechaza y dice cuánto esperar.",
    server_error: "Slack tiene un error (503)", server_error_more: "No se hace nada y la respuesta es un error.",
    nonsense: "Slack responde disparates", nonsense_more: "Está hecho, pero la respuesta no se puede leer.",
    redeliver: "Los eventos llegan dos veces", redeliver_more: "El bot oye el mismo evento otra vez y debe actuar una sola.",
    socket_cut: "Se corta el enlace", socket_cut_more: "Se rompe la conexión por la que Slack llama al bot.",
    cope: "Vea cómo se las arregla",
    watching: "Slack no dice nada. Pasa un minuto …",
    coped: "Enviado una vez. Como Slack no respondió, un minuto después el bot buscó su mensaje por su clave, lo encontró y no lo envió de nuevo.",
    looked: "El bot buscó, y el mensaje está allí {n} veces.", not_found: "Slack no respondió y el bot aún no ha buscado el mensaje. Mire por dentro.",
    untried: "No funcionó. El espacio de trabajo dice por qué.",
  },
};
const KINDS = {
  slow: { seconds: 3 }, timeout_after: { seconds: 5 }, cut_before: {}, rate_limited: { retry_after: 5 }, server_error: {}, nonsense: {}, redeliver: {}, socket_cut: {},
};
const TO_THE_BOT = ["redeliver", "socket_cut"];
const CALLS = { any: null, posting: "chat.postMessage", views: "views.*", response_url: "response_url" };
const TIMES = { once: 1, thrice: 3, always: null };
let coping = ""; // what is said of the last time that one watched

export function draw(panel) {
  const say = speak(WORDS, eyes().locale);
  if (!panel.firstChild) build(panel, say);
  const listed = here.look.faults;
  const forecast = panel.querySelector(".forecast");
  const now = JSON.stringify(listed);
  if (forecast.dataset.now !== now) forecast.replaceChildren(
    element("h3", {}, say("forecast")),
    listed.length ? element("ul", {}, ...listed.map((one) => element("li", {}, element("b", {}, say(one.kind)),
      element("span", {}, [named(one, say), one.left === null ? say("always") : say("left", { n: one.left })].filter(Boolean).join(" · ")))))
      : element("p", {}, say("fair")),
    listed.length ? element("button", { type: "button", className: "press", onclick: () => set({ clear: true }) }, say("clear")) : "");
  forecast.dataset.now = now;
  panel.querySelector(".coped").textContent = coping && say(...coping);
}

function named(fault, say) {
  const key = Object.keys(CALLS).find((one) => CALLS[one] === fault.method);
  return key === "any" ? "" : key ? say(key) : fault.method;
}

function build(panel, say) {
  const options = (names) => names.map((name) => element("option", { value: name }, say(name)));
  const select = (name, names, more = {}) => element("label", {}, say(name), element("select", { name, ...more }, ...options(names)));
  const cope = guideFor(eyes().locale)?.cope;
  panel.replaceChildren(
    element("h2", {}, say("title")),
    element("p", { className: "lead" }, say("lead")),
    element("div", { className: "forecast", role: "status" }),
    element("form", { id: "weather", onsubmit: (event) => { event.preventDefault(); start(panel); } },
      select("what", Object.keys(KINDS), { onchange: () => explain(panel) }),
      element("p", { className: "more" }),
      select("often", Object.keys(TIMES)), select("where", Object.keys(CALLS)),
      element("button", { className: "press primary" }, say("start"))),
    element("div", { className: "cope", hidden: !cope },
      element("h3", {}, say("cope")), element("p", {}, cope?.text ?? ""),
      element("button", { type: "button", className: "press", onclick: (event) => watch(panel, cope, event.target) }, say("cope")),
      element("p", { className: "coped", role: "status" })));
  explain(panel);
}

function explain(panel) {
  const { what, where } = panel.querySelector("form").elements;
  panel.querySelector(".more").textContent = speak(WORDS, eyes().locale)(`${what.value}_more`);
  where.closest("label").hidden = TO_THE_BOT.includes(what.value);
}

async function start(panel) {
  const { what, often, where } = panel.querySelector("form").elements;
  const method = TO_THE_BOT.includes(what.value) ? null : CALLS[where.value];
  await set({ add: [{ kind: what.value, method, times: TIMES[often.value], ...KINDS[what.value] }] });
}

async function set(faults) {
  try {
    await ask("faults", faults);
  } catch (error) {
    notify(error.message);
  }
  await look();
}

async function watch(panel, cope, button) {
  button.disabled = true;
  tell(panel, "watching");
  const away = makeRoom();
  try {
    const before = (await ask("calls?brief=1&limit=1")).calls.at(-1)?.number ?? 0;
    await set({ add: [{ ...cope.fault, times: 1 }] });
    if (here.me !== cope.user) await become(cope.user);
    await go(cope.place);
    const asked = await act("command", { channel: cope.place, text: cope.do.command });
    if (asked.failed) return tell(panel, "untried");
    await act("clock", { advance: cope.wait });
    tell(panel, ...(await seen(before, cope)));
  } catch {
    tell(panel, "untried");
  } finally {
    button.disabled = false;
    if (away) show("weather");
  }
  return null;
}

// What the exchanges tell: how often the message that was not answered for was posted, and whether it was looked for.
async function seen(before, cope) {
  let looked = false;
  for (let tries = 0; tries < 20; tries += 1) {
    const { calls } = await ask(`calls?after=${before}`);
    const posts = calls.filter((one) => one.kind === cope.fault.method && one.response?.ok);
    const broken = posts.find((one) => one.fault === cope.fault.kind);
    const copies = posts.filter((one) => key(one) === key(broken)).length;
    if (looked) return copies === 1 ? ["coped"] : ["looked", { n: copies }];
    // What follows from looking, if anything, has come by the next round.
    looked = Boolean(broken) && calls.some((one) => one.kind === cope.found_by && one.number > broken.number);
    await new Promise((wake) => { setTimeout(wake, 400); });
  }
  return ["not_found"];
}

const key = (call) => JSON.stringify(call?.request?.metadata ?? null);

function tell(panel, ...sentence) {
  coping = sentence;
  if (panel.firstChild) panel.querySelector(".coped").textContent = speak(WORDS, eyes().locale)(...sentence);
}
