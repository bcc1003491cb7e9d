// The page of the sandbox: a workspace as one person sees it. Everything it does goes through the control API.
import { drawBlocks } from "./blocks.js";
import { element, moment, mrkdwn } from "./mrkdwn.js";

const at = (id) => document.getElementById(id);
const HOME = "home";
let state = null;
let me = null;
let place = null;
let thread = null;
let openView = "";
let drawn = ""; // what stands there already keeps its focus and its half-made choices
let errors = {};

function remembered() {
  const asked = new URLSearchParams(location.hash.slice(1));
  me = asked.get("user");
  place = asked.get("place") || location.pathname.split("/")[2] || null;
}

function remember() {
  history.replaceState(null, "", `/#${new URLSearchParams({ user: me, place })}`);
}

async function ask(what, body) {
  const answer = await fetch(`/sandbox/${what}`, body
    ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : undefined);
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  return said;
}

async function look() {
  if (!me) {
    const all = await ask("state");
    me = all.people.find((one) => !one.is_bot).id;
  }
  state = await ask(`state?user=${encodeURIComponent(me)}`);
  const known = [HOME, state.dm, ...state.channels.map((room) => room.id)];
  if (!known.includes(place)) place = state.channels.find((room) => !room.is_im)?.id ?? state.dm;
  draw();
}

const person = (id) => state.people.find((one) => one.id === id);

function eyes() {
  const self = person(me);
  return {
    locale: (self?.locale || "en-US").replace("es-LA", "es-419"),
    zone: self?.tz || "UTC",
    now: state.clock.now,
    name: (id) => person(id)?.profile.display_name || id,
    channel: (id) => state.channels.find((room) => room.id === id)?.name || id,
  };
}

function say(sentence) {
  at("notice").textContent = sentence || "";
  at("notice").hidden = !sentence;
}

const SAID = {
  operation_timeout: "The bot did not answer in 3 seconds.",
  dispatch_failed: "The bot could not be reached, or answered with an error.",
  unknown_command: "There is no such command.",
  not_supported_in_threads: "Commands cannot be used in threads.",
};

async function act(what, body) {
  say("");
  try {
    const outcome = await ask(what, { user: me, ...body });
    if (outcome.failed) say(SAID[outcome.failed] || `Slack would refuse this: ${outcome.failed}`);
    return outcome;
  } catch (error) {
    say(error.message);
    return { errors: {} };
  } finally {
    await look();
  }
}

function desk(target, values, more = {}) {
  return {
    eyes: eyes(), state, values, ...more,
    act: (one, value, block) => act("action", { ...target, action_id: one.action_id, block_id: block.block_id, value }),
    suggest: async (one, query) => (await ask("suggest", { user: me, ...target, action_id: one.action_id, query })).options,
  };
}

function draw() {
  drawSide();
  drawPlace();
  drawModal();
  at("offline").hidden = state.connected;
  at("offline").textContent = state.connected ? "" : `${state.app.name} is not connected: messages arrive, but nobody answers.`;
}

function drawSide() {
  const who = at("who");
  who.replaceChildren(...state.people.filter((one) => !one.is_bot && !one.deleted).map((one) => element("option",
    { value: one.id, selected: one.id === me }, `${one.real_name}${one.profile.title ? ` · ${one.profile.title}` : ""}`)));
  const entries = [
    ...state.channels.filter((room) => !room.is_im).map((room) => [room.id, `${room.is_private ? "🔒" : "#"} ${room.name}`]),
    [state.dm, `${state.app.name} (messages)`],
    [HOME, `${state.app.name} (Home tab)`],
  ];
  const focused = document.activeElement?.dataset?.place;
  at("channels").replaceChildren(...entries.map(([id, name]) => element("li", {}, element("button",
    { type: "button", "data-place": id, "aria-current": id === place ? "page" : undefined, onclick: () => go(id) }, name))));
  if (focused) document.querySelector(`[data-place="${focused}"]`)?.focus();
  const view = eyes();
  at("time").textContent = `${moment(state.clock.now, "date_long", view)}, ${moment(state.clock.now, "time", view)} (${view.zone})${state.clock.frozen ? ", stopped" : ""}`;
  at("mail").textContent = state.letters ? ` (${state.letters})` : "";
  at("freeze").textContent = state.clock.frozen ? "Let the clock run" : "Stop the clock";
  const shortcuts = state.app.shortcuts.filter((one) => one.type === "global");
  at("shortcuts").hidden = !shortcuts.length;
  at("shortcuts").replaceChildren(element("option", { value: "" }, "Shortcuts"),
    ...shortcuts.map((one) => element("option", { value: one.callback_id }, one.name)));
}

async function go(id) {
  place = id;
  thread = null;
  remember();
  at("side-body").classList.remove("open");
  at("menu").setAttribute("aria-expanded", "false");
  say("");
  if (id === HOME || id === state.dm) await act("open-home", { tab: id === HOME ? "home" : "messages" });
  else draw();
}

function drawPlace() {
  const room = state.channels.find((one) => one.id === place);
  at("place").textContent = place === HOME ? `${state.app.name}: Home` : place === state.dm ? state.app.name : `# ${room.name}`;
  at("topic").textContent = room?.topic || "";
  at("composer").hidden = place === HOME;
  at("composer").style.display = place === HOME ? "none" : "";
  at("thread").hidden = thread === null;
  const box = at("messages");
  const key = JSON.stringify([me, place, state.messages[place], state.homes[me], moment(state.clock.now, "date", eyes())]);
  if (key === drawn) return;
  drawn = key;
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  if (place === HOME) {
    const home = state.homes[me];
    box.replaceChildren(...(home ? drawBlocks(home.blocks, desk({ view_id: home.id }, home.state.values))
      : [element("p", { className: "small" }, "Nothing has been published here yet.")]));
    return;
  }
  const said = state.messages[place] || [];
  const roots = said.filter((one) => !one.thread_ts || one.thread_ts === one.ts || !said.some((root) => root.ts === one.thread_ts));
  box.replaceChildren(...roots.flatMap((root) => [
    drawMessage(root, false),
    ...said.filter((one) => one.thread_ts === root.ts && one.ts !== root.ts).map((one) => drawMessage(one, true)),
  ]));
  if (!roots.length) box.append(element("p", { className: "small" }, "Nothing has been said here yet."));
  if (atEnd) box.scrollTop = box.scrollHeight;
}

function drawMessage(message, isReply) {
  const by = person(message.user);
  const target = { message_ts: message.ts, channel: message.channel };
  const body = message.blocks.length ? drawBlocks(message.blocks, desk(target, {})) : [mrkdwn(message.text, eyes())];
  const seconds = Number(message.ts);
  const tools = message.ephemeral ? [] : [
    element("button", { type: "button", onclick: () => { thread = message.thread_ts || message.ts; draw(); at("composer-text").focus(); } }, "Reply in thread"),
    ...state.app.shortcuts.filter((one) => one.type === "message").map((one) => element("button",
      { type: "button", onclick: () => act("shortcut", { callback_id: one.callback_id, ...target }) }, one.name)),
  ];
  return element("article", { className: `${isReply ? "reply" : ""} ${message.ephemeral ? "ephemeral" : ""}` },
    message.ephemeral ? element("p", { className: "only" }, "Only visible to you") : null,
    element("p", { className: "by" }, element("b", {}, by?.profile.display_name || message.user),
      message.by_bot ? element("span", { className: "app" }, "APP") : null,
      element("time", { dateTime: new Date(seconds * 1000).toISOString() }, `${moment(seconds, "date_short_pretty", eyes())}, ${moment(seconds, "time", eyes())}`),
      message.edited ? element("span", { className: "small" }, "(edited)") : null),
    ...body,
    message.files.length ? element("p", { className: "small" }, `Files: ${message.files.join(", ")}`) : null,
    message.reactions.length ? element("p", { className: "small" }, message.reactions.map(([name]) => `:${name}:`).join(" ")) : null,
    tools.length ? element("p", { className: "tools" }, ...tools) : null);
}

function drawModal() {
  const dialog = at("modal");
  const view = state.views[me];
  const key = view ? `${view.id} ${view.hash} ${JSON.stringify(errors)}` : "";
  if (key === openView) return;
  openView = key;
  if (!view) {
    if (dialog.open) dialog.close();
    return;
  }
  const inputs = [];
  const shown = desk({ view_id: view.id }, view.state.values, { inputs, errors });
  const leave = () => {
    if (dialog.dataset.left === view.id) return;
    dialog.dataset.left = view.id;
    errors = {};
    act("close", { view_id: view.id });
  };
  const form = element("form", { noValidate: true },
    element("h2", { id: "modal-title" }, view.title.text),
    element("div", { className: "body" }, ...drawBlocks(view.blocks, shown)),
    element("footer", {},
      element("button", { type: "button", className: "press", onclick: leave }, view.close?.text || "Close"),
      view.submit ? element("button", { type: "submit", className: "go" }, view.submit.text) : null));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = {};
    for (const [block, action, read] of inputs) (values[block] ??= {})[action] = read();
    const outcome = await ask("submit", { user: me, view_id: view.id, values }).catch((error) => { say(error.message); return { errors: {} }; });
    errors = outcome.errors;
    if (outcome.failed) say(SAID[outcome.failed] || outcome.failed);
    openView = "stale";
    await look();
    at("modal").querySelector("[aria-invalid]")?.focus();
  });
  dialog.oncancel = (event) => { event.preventDefault(); leave(); };
  dialog.replaceChildren(form);
  if (!dialog.open) dialog.showModal();
}

// The composer

let offered = [];
let picked = -1;

function offer() {
  const text = at("composer-text").value;
  const list = at("commands");
  offered = /^\/\S*$/.test(text) ? state.app.commands.filter((one) => one.command.startsWith(text) && one.command !== text) : [];
  picked = Math.min(Math.max(picked, 0), offered.length - 1);
  list.hidden = !offered.length;
  at("composer-text").setAttribute("aria-expanded", String(offered.length > 0));
  list.replaceChildren(...offered.map((one, index) => element("li",
    { role: "option", id: `command-${index}`, "aria-selected": String(index === picked), onmousedown: (event) => { event.preventDefault(); take(index); } },
    element("b", {}, one.command), ` ${one.usage_hint || ""} `, element("span", { className: "hint" }, one.description || ""))));
  if (offered.length) at("composer-text").setAttribute("aria-activedescendant", `command-${picked}`);
  else at("composer-text").removeAttribute("aria-activedescendant");
}

function take(index) {
  at("composer-text").value = `${offered[index].command} `;
  offer();
}

async function send() {
  const field = at("composer-text");
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  offer();
  const body = { channel: place, text: named(text), ...(thread ? { thread_ts: thread } : {}) };
  await act(text.startsWith("/") ? "command" : "message", text.startsWith("/") ? { ...body, text } : body);
  at("messages").scrollTop = at("messages").scrollHeight;
}

function named(text) {
  return text.replace(/@([\w-]+)/g, (whole, name) => {
    const found = state.people.find((one) => one.name === name);
    return found ? `<@${found.id}>` : whole;
  });
}

function keys(event) {
  if (offered.length && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    picked = (picked + (event.key === "ArrowDown" ? 1 : offered.length - 1)) % offered.length;
    offer();
  } else if (offered.length && (event.key === "Tab" || event.key === "Enter")) {
    event.preventDefault();
    take(picked);
  } else if (event.key === "Escape") {
    offered = [];
    at("commands").hidden = true;
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  }
}

at("composer-text").addEventListener("input", offer);
at("composer-text").addEventListener("keydown", keys);
at("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
at("leave").addEventListener("click", () => { thread = null; draw(); });
at("who").addEventListener("change", async (event) => {
  me = event.target.value;
  thread = null;
  errors = {};
  await look();
  remember();
});
at("shortcuts").addEventListener("change", async (event) => {
  const callback = event.target.value;
  if (callback) await act("shortcut", { callback_id: callback });
});
at("menu").addEventListener("click", () => {
  const open = at("side-body").classList.toggle("open");
  at("menu").setAttribute("aria-expanded", String(open));
});
at("freeze").addEventListener("click", () => act("clock", state.clock.frozen ? { run: true } : { freeze: true }));
at("clock").addEventListener("submit", (event) => {
  event.preventDefault();
  const by = at("advance").value;
  act("clock", by === "monday" ? { at: nextMonday().toISOString() } : { advance: Number(by) });
});

function nextMonday() {
  const now = new Date(state.clock.now * 1000);
  const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + (8 - now.getUTCDay()) % 7, 9));
  if (day <= now) day.setUTCDate(day.getUTCDate() + 7);
  return day;
}

remembered();
await look();
// Until the workspace is known there is no channel to write in.
for (const id of ["composer-text", "send"]) at(id).disabled = false;
const live = new EventSource("/sandbox/live");
let looking = null;
live.onmessage = () => {
  clearTimeout(looking);
  looking = setTimeout(look, 30);
};
live.onerror = () => say("The sandbox has stopped.");
