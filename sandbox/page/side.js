// At the side: who one is, the channels with what is unread there, the app.
import { avatar } from "./avatar.js";
import { HOME, act, become, eyes, go, here, myself, onLook } from "./here.js";
import { moment } from "./dates.js";
import { openMenu } from "./menu.js";
import { element } from "./nodes.js";
import { speak } from "./words.js";

const WORDS = {
  en: {
    workspace: "Sandbox workspace", you: "You are {name}. Change who you are", who: "Who are you?", channels: "Channels", more: "More channels", apps: "App",
    unread: { one: "{n} unread message", other: "{n} unread messages" }, nav: "Channels and app", pages: "Public pages", blocks: "Every block and element",
    private: "private", join: "Join {name}", local: "{time} there",
  },
  fr: {
    workspace: "Espace d’essai", you: "Vous êtes {name}. Changer de personne", who: "Qui êtes-vous ?", channels: "Canaux", more: "Autres canaux", apps: "Application",
    unread: { one: "{n} message non lu", other: "{n} messages non lus" }, nav: "Canaux et application", pages: "Pages publiques", blocks: "Tous les blocs et éléments",
    private: "privé", join: "Rejoindre {name}", local: "{time} sur place",
  },
  es: {
    workspace: "Espacio de prueba", you: "Usted es {name}. Cambiar de persona", who: "¿Quién es usted?", channels: "Canales", more: "Otros canales", apps: "Aplicación",
    unread: { one: "{n} mensaje sin leer", other: "{n} mensajes sin leer" }, nav: "Canales y aplicación", pages: "Páginas públicas", blocks: "Todos los bloques y elementos",
    private: "privado", join: "Unirse a {name}", local: "{time} allí",
  },
};
const LOUD = 99;
let drawn = "";

export function setUpSide() {
  onLook(draw);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeSide(); });
}

export function openSide() {
  document.body.classList.add("side-open");
  document.querySelector("#side [aria-current], #side button")?.focus();
}

export function closeSide() {
  if (!document.body.classList.contains("side-open")) return;
  document.body.classList.remove("side-open");
  document.getElementById("menu").focus();
}

function draw() {
  const say = speak(WORDS, eyes().locale);
  const rooms = here.look.channels;
  const key = JSON.stringify([here.me, here.place, eyes().locale, here.look.web, rooms.map((one) => [one.id, one.unread, one.pinged, one.is_member])]);
  if (key === drawn) return;
  drawn = key;
  document.documentElement.lang = eyes().locale.slice(0, 2);
  const { id, dataset } = document.activeElement ?? {};
  const focused = dataset?.place ? `[data-place="${dataset.place}"]` : id === "who" ? "#who" : null;
  const joined = rooms.filter((one) => one.is_member && !one.is_im);
  const others = rooms.filter((one) => !one.is_member && !one.is_im);
  const dm = rooms.find((one) => one.id === here.look.dm);
  document.getElementById("side").replaceChildren(
    element("h1", {}, say("workspace")),
    whoAmI(say),
    element("nav", { "aria-label": say("nav") },
      list(say("channels"), joined.map((one) => channel(one, say))),
      others.length ? list(say("more"), others.map((one) => channel(one, say))) : null,
      list(say("apps"), [appEntry(dm, say)])),
    element("p", { className: "leads" },
      here.look.web ? element("a", { href: here.look.web, target: "_blank", rel: "noopener" }, say("pages")) : null,
      element("a", { href: "/gallery", target: "_blank", rel: "noopener" }, say("blocks"))));
  if (focused) document.querySelector(`#side ${focused}`)?.focus();
}

function whoAmI(say) {
  const self = myself();
  return element("button", {
    type: "button", id: "who", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": say("you", { name: self.real_name }),
    onclick: (event) => openMenu(event.currentTarget, [{ heading: say("who") }, ...here.look.people.filter((one) => !one.is_bot && !one.deleted).map((one) => ({
      checked: one.id === here.me, label: persona(one, say), act: () => { closeSide(); become(one.id); },
    }))]),
  }, avatar(self), element("span", { className: "who-name" }, element("b", {}, self.real_name), element("span", {}, self.profile.title || "")), element("span", { className: "chevron", "data-decoration": true }, "▾"));
}

function persona(one, say) {
  const locale = (one.locale || "en-US").replace("es-LA", "es-419");
  const spoken = new Intl.DisplayNames([eyes().locale], { type: "language" }).of(locale.slice(0, 2));
  const time = moment(here.look.clock.now, "time", { ...eyes(), zone: one.tz || "UTC" });
  return element("span", { className: "persona" }, avatar(one), element("span", {},
    element("b", {}, one.real_name),
    element("span", { className: "small" }, [one.profile.title, spoken, `${say("local", { time })} (${(one.tz || "UTC").split("/").pop().replace("_", " ")})`].filter(Boolean).join(" · "))));
}

function list(title, entries) {
  return [element("h2", {}, title), element("ul", {}, entries.map((entry) => element("li", {}, entry)))];
}

function badge(one, say) {
  if (!one?.unread) return null;
  const count = one.unread > LOUD ? `${LOUD}+` : String(one.unread);
  return element("span", { className: one.pinged ? "count loud" : "count", "aria-label": say("unread", { n: count }) , role: "img" }, count);
}

function entry(id, one, ...what) {
  return element("button", {
    type: "button", "data-place": id, "aria-current": id === here.place ? "page" : undefined, className: one?.unread ? "unread" : "",
    onclick: () => { closeSide(); go(id); },
  }, what);
}

function channel(one, say) {
  const sign = one.is_private ? element("span", { className: "sign", role: "img", "aria-label": say("private") }, "🔒") : element("span", { className: "sign" }, "#");
  return entry(one.id, one, sign, element("span", { className: "name" }, one.name), badge(one, say));
}

// The app opens where there is something to read: its messages when one is new, else one's own page.
function appEntry(dm, say) {
  const name = here.look.app.name;
  const node = entry(dm?.unread ? dm.id : HOME, dm, avatar({ id: here.look.bot_user_id, real_name: name, is_bot: true }), element("span", { className: "name" }, name), badge(dm, say));
  if (here.place === here.look.dm) node.setAttribute("aria-current", "page");
  return node;
}

export async function join(room) {
  await act("join", { person: here.me, channel: room.id });
}
