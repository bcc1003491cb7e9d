// Slack's text as DOM nodes: never HTML from what people or the bot wrote.
// https://docs.slack.dev/messaging/formatting-message-text

const PIECES = /```([\s\S]+?)```|`([^`\n]+)`|<([^<>]+)>|(?<![\w*])\*(?=\S)([^*\n]*\S)\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]*\S)_(?![\w_])|(?<![\w~])~(?=\S)([^~\n]*\S)~(?![\w~])/g;

export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name in node && name !== "list" && name !== "role") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const plain = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

export function safeLink(url) {
  return /^(https?:|mailto:)/i.test(url) ? url : null;
}

// `eyes` is who looks: {locale, zone, now, name(id), channel(id)}
export function mrkdwn(text, eyes) {
  const box = element("div", { className: "text" });
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    const quoted = /^(&gt;|>) ?/;
    if (quoted.test(lines[at])) {
      const quote = [];
      while (at < lines.length && quoted.test(lines[at])) quote.push(lines[at++].replace(quoted, ""));
      at -= 1;
      box.append(element("blockquote", {}, ...inline(quote.join("\n"), eyes)));
      continue;
    }
    const run = [];
    while (at < lines.length && !quoted.test(lines[at])) run.push(lines[at++]);
    at -= 1;
    box.append(...inline(run.join("\n"), eyes));
  }
  return box;
}

function inline(text, eyes) {
  const nodes = [];
  let at = 0;
  for (const piece of text.matchAll(PIECES)) {
    nodes.push(plain(text.slice(at, piece.index)));
    const [, block, code, token, bold, italic, struck] = piece;
    if (block !== undefined) nodes.push(element("pre", {}, plain(block.replace(/^\n/, ""))));
    else if (code !== undefined) nodes.push(element("code", {}, plain(code)));
    else if (token !== undefined) nodes.push(special(token, eyes));
    else if (bold !== undefined) nodes.push(element("strong", {}, ...inline(bold, eyes)));
    else if (italic !== undefined) nodes.push(element("em", {}, ...inline(italic, eyes)));
    else nodes.push(element("s", {}, ...inline(struck, eyes)));
    at = piece.index + piece[0].length;
  }
  nodes.push(plain(text.slice(at)));
  return nodes;
}

function special(token, eyes) {
  const bar = token.indexOf("|");
  const [target, label] = bar < 0 ? [token, ""] : [token.slice(0, bar), token.slice(bar + 1)];
  const mention = (text) => element("span", { className: "mention" }, text);
  if (target.startsWith("@")) return mention(`@${eyes.name(target.slice(1))}`);
  if (target.startsWith("#")) return mention(`#${label || eyes.channel(target.slice(1))}`);
  if (target.startsWith("!date^")) return dated(target, label, eyes);
  if (target.startsWith("!subteam^")) return mention(label || "@group");
  if (target.startsWith("!")) return mention(`@${target.slice(1)}`);
  return link(plain(target), plain(label || target));
}

function link(url, text) {
  const safe = safeLink(url);
  return safe ? element("a", { href: safe, target: "_blank", rel: "noopener noreferrer" }, text) : text;
}

function dated(target, fallback, eyes) {
  const [, stamp, format, url] = target.split("^");
  const seconds = Number(stamp);
  if (!Number.isFinite(seconds) || !format) return plain(fallback);
  const text = format.replace(/\{(\w+)\}/g, (whole, name) => moment(seconds, name, eyes) ?? whole);
  return url ? link(plain(url), text) : element("time", { title: plain(fallback) }, text);
}

const FORMS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_slash: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

export function moment(seconds, name, eyes) {
  const pretty = name.endsWith("_pretty");
  const form = FORMS[pretty ? name.slice(0, -7) : name];
  if (name === "ago") return relative(Math.round((seconds - eyes.now) / 60), "minute", eyes);
  if (!form) return null;
  if (pretty) {
    const days = Math.round((day(seconds, eyes) - day(eyes.now, eyes)) / 86400);
    if (Math.abs(days) <= 1) return relative(days, "day", eyes);
  }
  return new Intl.DateTimeFormat(eyes.locale, { ...form, timeZone: eyes.zone }).format(seconds * 1000);
}

function relative(number, unit, eyes) {
  return new Intl.RelativeTimeFormat(eyes.locale, { numeric: "auto" }).format(number, unit);
}

function day(seconds, eyes) {
  const parts = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: eyes.zone });
  return Date.parse(`${parts.format(seconds * 1000)}T00:00:00Z`) / 1000;
}
