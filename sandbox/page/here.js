// What every part of the page shares: who looks, at what, and the way to the sandbox's control API.
import { speak } from "./words.js";

const WORDS = {
  en: {
    operation_timeout: "The bot did not answer within 3 seconds. Try again.",
    dispatch_failed: "The bot could not be reached, or answered with an error. What you typed is still there.",
    unknown_command: "There is no such command. Type / to see those there are.",
    not_supported_in_threads: "Slack takes no commands in threads. Type it in the channel.",
    refused: "Slack would refuse this: {code}",
    gone: "The sandbox does not answer. This page tries again by itself; nothing you typed is lost.",
  },
  fr: {
    operation_timeout: "Le bot n’a pas répondu en 3 secondes. Réessayez.",
    dispatch_failed: "Le bot n’a pas pu être joint, ou a répondu par une erreur. Votre texte est toujours là.",
    unknown_command: "Cette commande n’existe pas. Tapez / pour voir celles qui existent.",
    not_supported_in_threads: "Slack n’accepte pas de commande dans un fil. Tapez-la dans le canal.",
    refused: "Slack le refuserait : {code}",
    gone: "Le bac à sable ne répond pas. Cette page réessaie d’elle-même ; rien de ce que vous avez tapé n’est perdu.",
  },
  es: {
    operation_timeout: "El bot no respondió en 3 segundos. Inténtelo de nuevo.",
    dispatch_failed: "No se pudo contactar con el bot, o respondió con un error. Su texto sigue ahí.",
    unknown_command: "Ese comando no existe. Escriba / para ver los que hay.",
    not_supported_in_threads: "Slack no admite comandos en los hilos. Escríbalo en el canal.",
    refused: "Slack lo rechazaría: {code}",
    gone: "El entorno de prueba no responde. Esta página lo intenta de nuevo; no se pierde nada de lo escrito.",
  },
};

export const HOME = "home";
const FIRST = 60;
const FURTHER = 100;

export const here = { look: null, me: null, place: null, thread: null, limit: FIRST, mark: undefined, isGone: false, notice: "" };
const watchers = [];
const people = new Map();
const rooms = new Map();

export function onLook(watch) {
  watchers.push(watch);
  if (here.look) watch();
}

export function draw() {
  for (const watch of watchers) watch();
}

export const person = (id) => people.get(id);
export const room = (id) => rooms.get(id);
export const myself = () => people.get(here.me);

// The eyes of whoever looks: their language, zone and time, and what ids stand for.
export function eyes() {
  const self = myself();
  return {
    me: here.me,
    locale: (self?.locale || "en-US").replace("es-LA", "es-419"),
    zone: self?.tz || "UTC",
    now: here.look?.clock.now ?? Date.now() / 1000,
    name: (id) => people.get(id)?.profile.display_name || id,
    channel: (id) => rooms.get(id)?.name || id,
    file: (id) => here.look?.files[id] ?? null,
  };
}

const said = (key, values) => speak(WORDS, eyes().locale)(key, values);

export async function ask(what, body) {
  let answer;
  try {
    answer = await fetch(`/sandbox/${what}`, body
      ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : undefined);
  } catch {
    here.isGone = true;
    draw();
    throw new Error(said("gone"));
  }
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.error);
  return json;
}

// An act of whoever looks; gives what came of it, or what failed in `failed`.
export async function act(what, body) {
  notify("");
  const by = here.me;
  const tell = (sentence) => { if (here.me === by) notify(sentence); }; // somebody else may look by now
  try {
    const outcome = await ask(what, { user: by, ...body });
    if (outcome.failed) tell(outcome.failed in WORDS.en ? said(outcome.failed) : said("refused", { code: outcome.failed }));
    await look();
    return outcome;
  } catch (error) {
    tell(error.message);
    return { failed: error.message, errors: {}, replies: [], views: [], calls: [] };
  }
}

export function notify(sentence) {
  here.notice = sentence;
  draw();
}

// Looking: one question at a time, and once more when something changed meanwhile.
let looking = null;
let again = false;

export function look() {
  if (looking) {
    again = true;
    return looking;
  }
  looking = lookUntilCalm().finally(() => { looking = null; });
  return looking;
}

async function lookUntilCalm() {
  do {
    again = false;
    const asked = new URLSearchParams({ user: here.me, place: here.place ?? "", limit: here.limit });
    if (here.thread) asked.set("thread", here.thread);
    let seen;
    try {
      seen = await ask(`look?${asked}`);
    } catch {
      return;
    }
    if (asked.get("user") !== here.me || asked.get("place") !== (here.place ?? "") || (asked.get("thread") ?? null) !== here.thread) {
      again = true;
      continue;
    }
    take(seen);
  } while (again);
}

function take(seen) {
  here.look = seen;
  here.isGone = false;
  people.clear();
  for (const one of seen.people) people.set(one.id, one);
  rooms.clear();
  for (const one of seen.channels) rooms.set(one.id, one);
  if (here.place !== HOME && !rooms.has(here.place)) {
    settle(seen.channels.find((one) => !one.is_im && one.is_member)?.id ?? seen.dm);
    again = true;
    return;
  }
  const shown = rooms.get(here.place);
  if (here.mark === undefined) here.mark = shown?.unread ? shown.read : null;
  draw();
  if (shown?.unread && document.visibilityState === "visible") ask("read", { user: here.me, channel: here.place }).catch(() => {});
}

// Moving on the page

function settle(place) {
  here.place = place;
  here.limit = FIRST;
  here.mark = undefined;
  remember();
}

export async function go(place, { thread = null } = {}) {
  if (place !== here.place) settle(place);
  here.thread = thread;
  here.notice = "";
  remember();
  if (place === HOME) await act("open-home", { tab: "home" });
  else if (place === here.look?.dm) await act("open-home", { tab: "messages" });
  else await look();
}

export async function become(user) {
  const toApp = here.place === here.look?.dm;
  Object.assign(here, { me: user, thread: null, notice: "", mark: undefined, limit: FIRST });
  if (toApp) here.place = null;
  await look();
  if (toApp) return go(here.look.dm);
  if (here.place === HOME) return go(HOME);
  return remember();
}

export function showEarlier() {
  here.limit += FURTHER;
  return look();
}

// Where somebody is stands in the address: a reload, a link and a second window lead there.
function remember() {
  const where = new URLSearchParams({ user: here.me, place: here.place });
  if (here.thread) where.set("thread", here.thread);
  history.replaceState(null, "", `/#${where}`);
}

export async function begin() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const everybody = (await ask("people")).people.filter((one) => !one.is_bot);
  here.me = (everybody.find((one) => one.id === asked.get("user")) ?? everybody[0]).id;
  here.place = asked.get("place") || location.pathname.split("/")[2] || null;
  here.thread = asked.get("thread") || null;
  await look();
  const live = new EventSource("/sandbox/live");
  let waiting = null;
  live.onmessage = () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 30);
  };
  live.onerror = () => {
    here.isGone = true;
    draw();
  };
  if (here.place === HOME) go(HOME); // Home is published when it is opened; nothing waits for that
}
