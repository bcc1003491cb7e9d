// Moments in the viewer's language and zone, in Slack's forms.
// https://docs.slack.dev/messaging/formatting-message-text#date-formatting
import { element, link } from "./nodes.js";

const DAY = { year: "numeric", month: "long", day: "numeric" };
const FORMS = {
  date_slash: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: DAY,
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", ...DAY },
  date_long_full: DAY,
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};
const HALF_A_YEAR = 183 * 86_400;
const STEPS = [["year", 31_557_600], ["month", 2_629_800], ["day", 86_400], ["hour", 3600], ["minute", 60]];
const formatters = new Map(); // making one costs more than using it a hundred times

function formatter(locale, options) {
  const key = JSON.stringify([locale, options]);
  if (!formatters.has(key)) {
    try {
      formatters.set(key, new Intl.DateTimeFormat(locale, options));
    } catch { // a zone or language that this browser does not know
      formatters.set(key, new Intl.DateTimeFormat("en", { ...options, timeZone: "UTC" }));
    }
  }
  return formatters.get(key);
}

// The text of one of Slack's names ("date_short_pretty", "time", "ago"); null when there is no such name.
export function moment(seconds, name, eyes) {
  if (name === "ago") return ago(seconds - eyes.now, eyes);
  if (name === "date_num") return day(seconds, eyes.zone);
  const divider = name === "day_divider_pretty";
  const pretty = divider || name.endsWith("_pretty");
  const plainName = divider ? "date_long" : pretty ? name.slice(0, -7) : name;
  if (!Object.hasOwn(FORMS, plainName)) return null;
  if (pretty) {
    const days = Math.round((Date.parse(day(seconds, eyes.zone)) - Date.parse(day(eyes.now, eyes.zone))) / 86_400_000);
    if (Math.abs(days) <= 1) return relative(days, "day", eyes);
  }
  const { year, ...rest } = FORMS[plainName];
  const near = plainName === "date" && Math.abs(seconds - eyes.now) < HALF_A_YEAR;
  const thisYear = divider && day(seconds, eyes.zone).slice(0, 4) === day(eyes.now, eyes.zone).slice(0, 4);
  const form = year && !near && !thisYear ? { ...rest, year } : rest;
  const made = formatter(eyes.locale, { ...form, timeZone: eyes.zone });
  return form.month === "long" && eyes.locale.startsWith("en-US") ? ordinal(made, seconds) : made.format(seconds * 1000);
}

// "February 18th, 2014", as Slack writes it in American English.
function ordinal(made, seconds) {
  const rule = new Intl.PluralRules("en", { type: "ordinal" });
  const ends = { one: "st", two: "nd", few: "rd", other: "th" };
  return made.formatToParts(seconds * 1000)
    .map(({ type, value }) => (type === "day" ? `${value}${ends[rule.select(Number(value))]}` : value)).join("");
}

function relative(number, unit, eyes) {
  return new Intl.RelativeTimeFormat(eyes.locale, { numeric: "auto" }).format(number, unit);
}

function ago(seconds, eyes) {
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ["minute", 60];
  return relative(Math.trunc(seconds / size), unit, eyes);
}

// The day in a zone, as 2026-11-21.
function day(seconds, zone) {
  return wall(seconds, zone).slice(0, 10);
}

// What calendar and clock on the wall show, as 2026-11-21T09:30.
export function wall(seconds, zone) {
  const parts = {};
  const options = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  for (const { type, value } of formatter("en-CA", { ...options, timeZone: zone }).formatToParts(seconds * 1000)) parts[type] = value;
  return `${parts.year.padStart(4, "0")}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

// The seconds since 1970 at which a wall in that zone shows this; null for no moment. In the hour that a
// zone leaves out in spring, the moment an hour later.
export function seconds(shown, zone) {
  const asIf = Date.parse(`${shown}Z`) / 1000;
  if (!Number.isFinite(asIf)) return null;
  let guess = asIf;
  for (let turn = 0; turn < 2; turn += 1) guess += asIf - Date.parse(`${wall(guess, zone)}Z`) / 1000;
  return guess;
}

// A <time> for Slack's form of words, such as "{date} at {time}"; `fallback` where the moment is none.
export function dated(stamp, format, fallback, url, eyes) {
  if (!Number.isFinite(stamp) || !format || Math.abs(stamp) > 8.64e12) return fallback;
  const text = format.replace(/\{(\w+)\}/g, (whole, name, at) => {
    const said = moment(stamp, name, eyes);
    return said === null ? whole : at === 0 ? said.charAt(0).toLocaleUpperCase(eyes.locale) + said.slice(1) : said;
  });
  const node = element("time", { dateTime: new Date(stamp * 1000).toISOString(), title: fallback || null }, text);
  return url ? link(url, node) : node;
}
