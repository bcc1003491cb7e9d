// The letters that the bot sent. The HTML of a letter stands in a frame in which no script runs.
import { element } from "./mrkdwn.js";

const at = (id) => document.getElementById(id);
let shown = "";

async function ask(what) {
  const answer = await fetch(`/sandbox/${what}`);
  return answer.ok ? answer.json() : null;
}

const moment = (seconds) => new Date(seconds * 1000).toLocaleString("en-GB",
  { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }) + " UTC";

async function look() {
  const { letters } = await ask("mail");
  at("none").hidden = letters.length > 0;
  const open = location.hash.slice(1);
  const focused = document.activeElement?.hash;
  at("letters").replaceChildren(...letters.map((one) => element("li", {}, element("a",
    { href: `#${one.number}`, "aria-current": String(one.number) === open ? "true" : undefined },
    element("b", {}, one.subject || "(no subject)"),
    element("span", {}, `to ${one.to.join(", ")}`),
    element("span", {}, moment(one.at))))));
  if (focused) document.querySelector(`#letters a[href="${focused}"]`)?.focus();
  await show(open);
}

async function show(number) {
  const letter = /^\d+$/.test(number) ? await ask(`mail/${number}`) : null;
  at("letter").hidden = !letter;
  const now = letter ? `${number} ${letter.at}` : "";
  if (!letter || now === shown) return;
  shown = now;
  at("subject").textContent = letter.subject || "(no subject)";
  at("route").textContent = `${letter.from} to ${letter.to.join(", ")}, ${moment(letter.at)}`;
  at("html").hidden = !letter.html;
  at("bare").hidden = Boolean(letter.html);
  at("html").srcdoc = `<base target="_blank">${letter.html}`;
  at("text").replaceChildren(...letter.text.split(/(https?:\/\/[^\s<>"]+)/).map((part, index) => (index % 2
    ? element("a", { href: part, target: "_blank", rel: "noopener" }, part) : part)));
  at("headers").replaceChildren(...letter.headers.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}

addEventListener("hashchange", look);
new EventSource("/sandbox/live").onmessage = look;
