// A picture for everybody: their initials on a colour of their own. Who reads them hears the name beside it.
import { element } from "./mrkdwn.js";

// Dark enough for white letters (8:1 and more), and apart for eyes that do not tell red from green.
const COLOURS = ["#0b4f8a", "#7a3b00", "#00583c", "#6b2a6e", "#5a4a00", "#8c1d40", "#33475b", "#4a3aa0"];
const BOT = "#3b2144";

// `person` is a user object of Slack's or {id, real_name, is_bot}; the size is that of the letters around it
// times 2.4, or what the style sheet gives `.avatar` there.
export function avatar(person) {
  const name = person?.real_name || person?.profile?.real_name || person?.name || "?";
  return element("span", {
    className: person?.is_bot ? "avatar app" : "avatar",
    style: `background:${person?.is_bot ? BOT : COLOURS[sum(person?.id ?? name) % COLOURS.length]}`,
    "aria-hidden": "true",
  }, initials(name));
}

function initials(name) {
  const words = name.split(/[\s\-_]+/u).filter((word) => /\p{L}|\p{N}/u.test(word));
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word.replace(/^[^\p{L}\p{N}]+/u, "")][0]).join("").toLocaleUpperCase() || "?";
}

function sum(text) {
  let total = 0;
  for (const letter of text) total = (total * 68 + letter.codePointAt(0)) % 1_000_003;
  return total;
}
