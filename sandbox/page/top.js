// Above the messages: where one is, what is said to whoever looks, and whether anybody answers.
import { HOME, eyes, go, here, onLook, room } from "./here.js";
import { openSide } from "./side.js";
import { element } from "./nodes.js";
import { speak } from "./words.js";

const WORDS = {
  en: {
    menu: "Channels", tools: "Tools", home: "Home", messages: "Messages", tabs: "Parts of the app", skip: "Skip to the messages",
    offline: "{name} is not connected: what you write arrives, but nobody answers. This page says so until it is back.",
    gone: "The sandbox does not answer. This page tries again by itself; nothing you typed is lost.",
  },
  fr: {
    menu: "Canaux", tools: "Outils", home: "Accueil", messages: "Messages", tabs: "Parties de l’application", skip: "Aller aux messages",
    offline: "{name} n’est pas connecté : vos messages arrivent, mais personne ne répond. Cette page le dit jusqu’à son retour.",
    gone: "Le bac à sable ne répond pas. Cette page réessaie d’elle-même ; rien de ce que vous avez tapé n’est perdu.",
  },
  es: {
    menu: "Canales", tools: "Herramientas", home: "Inicio", messages: "Mensajes", tabs: "Partes de la aplicación", skip: "Ir a los mensajes",
    offline: "{name} no está conectado: lo que escriba llega, pero nadie responde. Esta página lo indica hasta que vuelva.",
    gone: "El entorno de prueba no responde. Esta página lo intenta de nuevo; no se pierde nada de lo escrito.",
  },
};
const at = (id) => document.getElementById(id);
let drawn = "";

export function setUpTop() {
  at("top").append(
    element("button", { type: "button", id: "menu", className: "ghost", onclick: openSide }, element("span", { className: "lines", "aria-hidden": "true" }), element("span", { className: "hidden", id: "menu-name" })),
    element("div", { id: "where" }, element("h2", { id: "place" }), element("p", { id: "topic" })),
    element("button", { type: "button", id: "tools-open", className: "ghost" }));
  onLook(draw);
}

function draw() {
  const say = speak(WORDS, eyes().locale);
  const shown = room(here.place);
  const inApp = here.place === HOME || here.place === here.look.dm;
  const name = inApp ? here.look.app.name : `${shown?.is_private ? "🔒" : "#"} ${shown?.name ?? ""}`;
  const key = JSON.stringify([name, shown?.topic, here.place, eyes().locale, here.look.connected, here.isGone, here.notice, here.thread]);
  if (key === drawn) return;
  drawn = key;
  at("skip").textContent = say("skip");
  at("menu-name").textContent = say("menu");
  at("tools-open").textContent = say("tools");
  at("place").textContent = name;
  at("topic").replaceChildren(...(inApp ? [tabs(say)] : [shown?.topic ?? ""]));
  at("messages").setAttribute("aria-label", name);
  document.title = name;
  const sentences = [here.isGone ? say("gone") : !here.look.connected && say("offline", { name: here.look.app.name }), !here.thread && !document.querySelector("dialog:modal") && here.notice];
  at("said").replaceChildren(...sentences.filter(Boolean).map((one) => element("p", { className: "notice" }, one)));
}

function tabs(say) {
  const tab = (id, words) => element("button", { type: "button", className: "part", "aria-current": here.place === id ? "page" : undefined, onclick: () => go(id) }, words);
  return element("span", { className: "parts", role: "group", "aria-label": say("tabs") }, tab(HOME, say("home")), tab(here.look.dm, say("messages")));
}
