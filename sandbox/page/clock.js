// The clock of the workspace: what time it is there, and moving it to watch what was due arrive.
import { act, eyes, go, here, onLook } from "./here.js";
import { element } from "./mrkdwn.js";
import { makeRoom, show } from "./drawer.js";
import { speak } from "./words.js";

const WORDS = {
  en: {
    title: "The time in the workspace", there: "Where you are ({zone})", stopped: "Stopped", running: "Running",
    hour: "An hour on", day: "A day on", monday: "To Monday, 09:00 UTC", stop: "Stop the clock", run: "Let it run",
    chosen: "To a day and an hour", date: "Day", time: "Hour", move: "Move the clock", back: "Go back all the same",
    earlier: "That is earlier than it is now there. What has been sent stays, and what was due may not come again.",
    lead: "Newsletters and reminders come when the clock says so. Move it, and what was due arrives at once.",
    nothing: "It is later now. Nothing was due.", since: "Arrived:", message: { one: "{n} message", other: "{n} messages" },
    letter: { one: "{n} e-mail", other: "{n} e-mails" }, others: { one: "{n} for somebody else", other: "{n} for other people" },
    moving: "Moving on …",
  },
  fr: {
    title: "L’heure de l’espace de travail", there: "Chez vous ({zone})", stopped: "Arrêtée", running: "En marche",
    hour: "Dans une heure", day: "Dans un jour", monday: "À lundi, 09:00 UTC", stop: "Arrêter l’horloge", run: "La laisser tourner",
    chosen: "À un jour et une heure", date: "Jour", time: "Heure", move: "Régler l’horloge", back: "Reculer malgré tout",
    earlier: "C’est plus tôt que l’heure qu’il y est. Ce qui est envoyé le reste, et ce qui était dû peut ne pas revenir.",
    lead: "Lettres et rappels viennent à leur heure. Avancez l’horloge : ce qui était dû arrive aussitôt.",
    nothing: "Il est plus tard. Rien n’était dû.", since: "Arrivé :", message: { one: "{n} message", other: "{n} messages" },
    letter: { one: "{n} courriel", other: "{n} courriels" }, others: { one: "{n} pour quelqu’un d’autre", other: "{n} pour d’autres" },
    moving: "On avance …",
  },
  es: {
    title: "La hora en el espacio de trabajo", there: "Donde está usted ({zone})", stopped: "Parado", running: "En marcha",
    hour: "Una hora más", day: "Un día más", monday: "Al lunes, 09:00 UTC", stop: "Parar el reloj", run: "Dejarlo correr",
    chosen: "A un día y una hora", date: "Día", time: "Hora", move: "Mover el reloj", back: "Retroceder de todos modos",
    earlier: "Es antes de la hora que es allí. Lo enviado queda, y lo que tocaba puede no volver.",
    lead: "Boletines y recordatorios llegan a su hora. Mueva el reloj y lo que tocaba llega enseguida.",
    nothing: "Ya es más tarde. No había nada previsto.", since: "Ha llegado:", message: { one: "{n} mensaje", other: "{n} mensajes" },
    letter: { one: "{n} correo", other: "{n} correos" }, others: { one: "{n} para otra persona", other: "{n} para otras personas" },
    moving: "Avanzando …",
  },
};
const HOUR = 3600;
const MONDAY = { weekday: 0, hour: 9 };
let looked = { look: null, at: 0 };
let ticking = null;
let came = null; // draws what arrived after the last move
let moving = false;

onLook(() => { if (looked.look !== here.look) looked = { look: here.look, at: performance.now() }; });

// Seconds since 1970, by the workspace's clock.
const now = () => here.look.clock.now + (here.look.clock.frozen ? 0 : (performance.now() - looked.at) / 1000);

// The next time that it is such an hour of the week in UTC, in seconds; Monday is 0.
export function nextHour({ weekday, hour }) {
  const today = new Date(now() * 1000);
  const day = (weekday + 1 - today.getUTCDay() + 7) % 7;
  const found = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() + day, hour) / 1000;
  return found > now() ? found : found + 7 * 24 * HOUR;
}

// Moves the clock; gives a function that draws, at any time after, what has arrived since, with links to it or not.
export async function moveTo(seconds) {
  const before = here.look.letters;
  const outcome = await act("clock", { at: new Date(seconds * 1000).toISOString() });
  const messages = outcome?.replies ?? [];
  came = (links = true) => drawArrived(messages, here.look.letters - before, links);
  return came;
}

function drawArrived(messages, letters, links) {
  const say = speak(WORDS, eyes().locale);
  if (!messages.length && letters <= 0) return element("p", { className: "arrived", role: "status" }, say("nothing"));
  if (!links) {
    const counts = [["message", messages.length], ["letter", letters]].filter(([, n]) => n > 0).map(([what, n]) => say(what, { n }));
    return element("p", { className: "arrived", role: "status" }, `${say("since")} ${counts.join(", ")}`);
  }
  const rooms = Map.groupBy(messages, (one) => one.channel);
  const open = [...rooms.keys()].filter((id) => here.look.dm === id || here.look.channels.some((room) => room.id === id));
  const elsewhere = messages.filter((one) => !open.includes(one.channel)).length;
  return element("p", { className: "arrived", role: "status" }, `${say("since")} `,
    ...open.map((id) => link(`${say("message", { n: rooms.get(id).length })} · ${id === here.look.dm ? here.look.app.name : `#${eyes().channel(id)}`}`,
      () => { makeRoom(); go(id); })),
    elsewhere ? element("span", {}, say("others", { n: elsewhere })) : null,
    letters > 0 ? link(say("letter", { n: letters }), () => show("mailbox")) : null);
}

const link = (text, onclick) => element("button", { type: "button", className: "press", onclick }, text);

export function draw(panel) {
  const say = speak(WORDS, eyes().locale);
  if (!panel.firstChild) build(panel, say);
  const at = (name) => panel.querySelector(`[data-part="${name}"]`);
  tick(panel);
  clearInterval(ticking);
  ticking = setInterval(() => (panel.isConnected && !panel.hidden && panel.offsetParent ? tick(panel) : clearInterval(ticking)), 1000);
  at("stop").textContent = say(here.look.clock.frozen ? "run" : "stop");
  at("came").replaceChildren(...(moving ? [element("p", { className: "arrived", role: "status" }, say("moving"))] : came ? [came()] : []));
}

function tick(panel) {
  const { locale, zone } = eyes();
  const form = (options, where) => new Intl.DateTimeFormat(locale, { ...options, timeZone: where }).format(now() * 1000);
  const parts = {
    time: form({ hour: "2-digit", minute: "2-digit" }, zone),
    day: form({ weekday: "long", day: "numeric", month: "long", year: "numeric" }, zone),
    utc: `${form({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, "UTC")} UTC`,
    state: speak(WORDS, locale)(here.look.clock.frozen ? "stopped" : "running"),
  };
  for (const [name, text] of Object.entries(parts)) {
    const node = panel.querySelector(`[data-part="${name}"]`);
    if (node.textContent !== text) node.textContent = text;
  }
}

function build(panel, say) {
  const part = (tag, name, more = {}) => element(tag, { "data-part": name, ...more });
  const button = (text, onclick, more = {}) => element("button", { type: "button", className: "press", onclick, ...more }, text);
  const skip = (seconds) => () => move(panel, now() + seconds);
  const { zone } = eyes();
  panel.replaceChildren(element("form", { id: "clock", onsubmit: (event) => { event.preventDefault(); chosen(panel); } },
    element("h2", {}, say("title")),
    element("div", { className: "face" },
      element("p", { className: "where" }, say("there", { zone: zone.replace(/_/g, " ") })),
      part("p", "time"), part("p", "day"),
      element("p", { className: "utc" }, part("span", "utc"), part("span", "state", { className: "pill" }))),
    element("p", { className: "lead" }, say("lead")),
    element("div", { className: "row" }, button(say("hour"), skip(HOUR)), button(say("day"), skip(24 * HOUR)),
      button(say("monday"), () => move(panel, nextHour(MONDAY)), { className: "press primary" }), part("button", "stop", { type: "button", className: "press", onclick: () => act("clock", here.look.clock.frozen ? { run: true } : { freeze: true }) })),
    part("div", "came"),
    element("fieldset", {}, element("legend", {}, say("chosen")),
      element("label", {}, say("date"), element("input", { type: "date", name: "date", required: true, value: wall(now(), zone).slice(0, 10) })),
      element("label", {}, say("time"), element("input", { type: "time", name: "time", required: true, value: "09:00" })),
      element("button", { className: "press" }, say("move"))),
    part("div", "warning", { role: "alert" })));
}

async function move(panel, seconds) {
  panel.querySelector('[data-part="warning"]').replaceChildren();
  moving = true;
  draw(panel);
  try {
    await moveTo(seconds);
  } finally {
    moving = false;
    if (panel.firstChild) draw(panel);
  }
}

function chosen(panel) {
  const { date, time } = panel.querySelector("form").elements;
  const seconds = instant(`${date.value}T${time.value}`, eyes().zone);
  if (seconds >= now()) return move(panel, seconds);
  const say = speak(WORDS, eyes().locale);
  panel.querySelector('[data-part="warning"]').replaceChildren(element("p", { className: "warning" }, say("earlier")),
    element("button", { type: "button", className: "press danger", onclick: () => move(panel, seconds) }, say("back")));
  return null;
}

// What clocks on the wall show in a zone, as 2026-11-21T09:00.
function wall(seconds, zone) {
  const form = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: zone });
  return form.format(seconds * 1000).replace(" ", "T");
}

// The instant at which they show it. A second time, since the first guess may lie across a change of clocks.
function instant(text, zone) {
  const meant = Date.parse(`${text}:00Z`) / 1000;
  let found = meant;
  for (let round = 0; round < 2; round += 1) found += meant - Date.parse(`${wall(found, zone)}:00Z`) / 1000;
  return found;
}
