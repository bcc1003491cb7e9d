// One message, as it stands in a channel or a thread.
import { avatar } from "./avatar.js";
import { drawAttachments, drawBlocks } from "./blocks.js";
import { moment } from "./dates.js";
import { desk } from "./desk.js";
import { emoji } from "./emoji.js";
import { act, eyes, go, here, person } from "./here.js";
import { showBlocks } from "./hood.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { element } from "./nodes.js";
import { drawFiles } from "./pictures.js";
import { speak } from "./words.js";

const WORDS = {
  en: {
    only: "Only visible to you", app: "APP", edited: "(edited)", reply: "Reply in thread", more: "More actions", code: "Blocks as JSON", sent: "Also sent to the channel",
    replies: { one: "{n} reply", other: "{n} replies" }, latest: "Last reply {when}", reactions: "{name}: {n}",
  },
  fr: {
    only: "Visible par vous seulement", app: "APPLI", edited: "(modifié)", reply: "Répondre dans le fil", more: "Autres actions", code: "Blocs en JSON", sent: "Envoyé aussi dans le canal",
    replies: { one: "{n} réponse", other: "{n} réponses" }, latest: "Dernière réponse {when}", reactions: "{name} : {n}",
  },
  es: {
    only: "Solo visible para usted", app: "APLIC.", edited: "(editado)", reply: "Responder en el hilo", more: "Más acciones", code: "Bloques en JSON", sent: "Enviado también al canal",
    replies: { one: "{n} respuesta", other: "{n} respuestas" }, latest: "Última respuesta {when}", reactions: "{name}: {n}",
  },
};

// What a message depends on: as long as it is the same, what stands there stays, with its focus and choices.
export function signature(message) {
  const view = eyes();
  const names = person(message.user)?.real_name;
  return JSON.stringify([message, here.me, view.locale, view.zone, names, moment(view.now, "date", view)]);
}

export function drawMessage(message, { inThread = false } = {}) {
  const say = speak(WORDS, eyes().locale);
  const by = person(message.user);
  const name = by?.profile.display_name || by?.real_name || message.user;
  return element("article", { className: message.ephemeral ? "message ephemeral" : "message", "data-ts": message.ts },
    avatar(by ?? { id: message.user }),
    element("div", { className: "said" },
      element("p", { className: "by" },
        element("b", { dir: "auto" }, name),
        message.by_bot ? element("span", { className: "app-mark" }, say("app")) : null,
        time(message),
        message.edited ? element("span", { className: "small" }, say("edited")) : null,
        message.ephemeral ? element("span", { className: "only" }, icon("eye-open"), say("only")) : null,
        tools(message, say, inThread)),
      body(message),
      message.broadcast && inThread ? element("p", { className: "small" }, say("sent")) : null,
      message.reactions.length ? reactions(message, say) : null,
      !inThread && message.reply_count ? thread(message, say) : null));
}

function time(message) {
  const seconds = Number(message.ts);
  return element("time", { dateTime: new Date(seconds * 1000).toISOString(), title: `${moment(seconds, "date_long", eyes())}, ${moment(seconds, "time_secs", eyes())}` }, moment(seconds, "time", eyes()));
}

function body(message) {
  const shown = desk({ message_ts: message.ts, channel: message.channel }, "message");
  const words = message.blocks.length ? drawBlocks(message.blocks, shown) : message.text ? [mrkdwn(message.text, shown.eyes)] : [];
  return [...words, ...drawAttachments(message.attachments, shown), ...drawFiles(message.files, shown)];
}

function tools(message, say, inThread) {
  const target = { message_ts: message.ts, channel: message.channel };
  const shortcuts = message.ephemeral ? [] : here.look.app.shortcuts.filter((one) => one.type === "message");
  const items = [
    ...shortcuts.map((one) => ({ label: one.name, act: () => act("shortcut", { callback_id: one.callback_id, ...target }) })),
    { label: say("code"), act: () => showBlocks(message) },
  ];
  return element("span", { className: "message-acts" },
    message.ephemeral || inThread ? null : element("button", {
      type: "button", className: "act", "aria-label": say("reply"), title: say("reply"), onclick: () => go(message.channel, { thread: message.thread_ts || message.ts }),
    }, icon("comment")),
    element("button", { type: "button", className: "act", "aria-label": say("more"), title: say("more"), "aria-haspopup": "menu", "aria-expanded": "false", onclick: (event) => openMenu(event.currentTarget, items) }, icon("more")));
}

function reactions(message, say) {
  const counts = new Map();
  for (const [name] of message.reactions) counts.set(name, (counts.get(name) ?? 0) + 1);
  return element("p", { className: "reactions" }, [...counts].map(([name, n]) => element("span", { role: "img", "aria-label": say("reactions", { name, n }) }, `${emoji(name) || `:${name}:`} ${n}`)));
}

function thread(message, say) {
  const view = eyes();
  const seconds = Number(message.latest_reply);
  const when = `${moment(seconds, "date_short_pretty", view)}, ${moment(seconds, "time", view)}`;
  return element("button", { type: "button", className: "replies", onclick: () => go(message.channel, { thread: message.ts }) },
    element("span", { className: "faces", "aria-hidden": "true" }, message.reply_users.map((id) => avatar(person(id) ?? { id }))),
    element("b", {}, say("replies", { n: message.reply_count })), element("span", { className: "small" }, say("latest", { when })));
}
