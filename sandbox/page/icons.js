// Line drawings on a field of 16 by 16, for what Slack shows as an icon.
// https://docs.slack.dev/reference/block-kit/blocks/card-block (slack_icon)

const C = (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
const FILE = "M4 1.5h5l3.5 3.5v9.5h-8.5z";
const RING = C(8, 8, 6.5);
const STAR = "M8 1.5l2 4.3 4.7.6-3.5 3.2.9 4.6L8 11.9l-4.1 2.3.9-4.6L1.3 6.4 6 5.8z";
const PATHS = {
  archive: "M1.5 2.5h13v3h-13zM2.5 5.5v8h11v-8M6 8.5h4",
  book: "M8 4c-2-1.5-4-1.5-6-1v10c2-.5 4-.5 6 1 2-1.5 4-1.5 6-1V3c-2-.5-4-.5-6 1zM8 4v10",
  bookmark: "M4 1.5h8v13l-4-3-4 3z",
  bot: "M3 5.5h10v8H3zM8 5.5v-3M6 9v1M10 9v1M1.5 8v3M14.5 8v3",
  bug: `${C(8, 9, 4)}M8 5v8M4 9H1.5M12 9h2.5M5 6L3 4M11 6l2-2M5 12l-2 2M11 12l2 2M6.5 3.5L8 5l1.5-1.5`,
  calendar: "M2 3.5h12v11H2zM2 6.5h12M5 1.5v3M11 1.5v3",
  call: "M4 1.5l2 4-1.5 1.5c1 2 2.5 3.5 4.5 4.5l1.5-1.5 4 2c0 2-1 2.5-2.5 2.5C7 14.5 1.5 9 1.5 4 1.5 2.5 2 1.5 4 1.5z",
  "caret-left": "M10 3L5 8l5 5",
  "caret-right": "M6 3l5 5-5 5",
  check: "M2.5 8.5l3.5 4 7.5-9",
  clipboard: "M3 3h10v11.5H3zM6 1.5h4v3H6z",
  code: "M5 4L1.5 8 5 12M11 4l3.5 4-3.5 4M9.5 2.5l-3 11",
  comment: "M1.5 2.5h13v9H8l-3.5 3v-3h-3z",
  compass: `${RING}M11 5l-2 4-4 2 2-4z`,
  copy: "M5.5 5.5h9v9h-9zM3.5 10.5h-2v-9h9v2",
  cube: "M8 1.5l6 3v7l-6 3-6-3v-7zM2 4.5l6 3 6-3M8 7.5v7",
  download: "M8 1.5v9M4.5 7L8 10.5 11.5 7M2 14.5h12",
  edit: "M11 2l3 3-8.5 8.5-4 1 1-4zM9 4l3 3",
  email: "M1.5 3h13v10h-13zM1.5 3.5L8 9l6.5-5.5",
  "eye-closed": "M1.5 7c3.5 5 9.5 5 13 0M4 9.5L2.5 12M8 10.5V13M12 9.5l1.5 2.5",
  "eye-open": `M1 8c3.5-6 10.5-6 14 0-3.5 6-10.5 6-14 0z${C(8, 8, 2)}`,
  file: `${FILE}M9 1.5V5h3.5`,
  flag: "M3 15V2c3-1.5 6 1.5 10 0v7.5c-4 1.5-7-1.5-10 0",
  folder: "M1.5 3h5l1.5 2h6.5v8.5h-13z",
  gear: `${C(8, 8, 2.5)}${C(8, 8, 5)}M8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.5 1.5M11.5 11.5L13 13M13 3l-1.5 1.5M4.5 11.5L3 13`,
  globe: `${RING}M1.5 8h13M8 1.5c-4 4-4 9 0 13 4-4 4-9 0-13z`,
  heart: "M8 14C2 10 1 7 1.5 5c.5-3 5-3.5 6.5 0 1.5-3.5 6-3 6.5 0C15 7 14 10 8 14z",
  help: `${RING}M6 6.5c0-3 4-3 4-.5 0 1.5-2 1.5-2 3M8 11.5v.5`,
  image: `M1.5 2.5h13v11h-13zM2 12l4-4 3 3 2-2 3 3${C(10.5, 5.5, 1)}`,
  info: `${RING}M8 7v4.5M8 4.5V5`,
  key: `${C(4.5, 8, 3)}M7.5 8h7M12 8v3M14 8v2`,
  lightbulb: "M5.5 10.5C2 7 4 1.5 8 1.5s6 5.5 2.5 9zM6 13h4M7 15h2",
  link: "M6.5 9.5l3-3M7 4.5l2-2c3-2 6.5 1.5 4.5 4.5l-2 2M9 11.5l-2 2c-3 2-6.5-1.5-4.5-4.5l2-2",
  map: "M1.5 3.5l4-2 5 2 4-2v11l-4 2-5-2-4 2zM5.5 1.5v11M10.5 3.5v11",
  mobile: "M4 1.5h8v13H4zM7 12.5h2",
  "new-window": "M9 2h5v5M14 2L8 8M6 3H2v11h11v-4",
  pin: "M5 1.5h6l-1 5 2.5 3h-9l2.5-3zM8 9.5v5",
  plus: "M8 2v12M2 8h12",
  refine: "M1.5 4h13M4 8h8M6.5 12h3",
  refresh: "M13.5 8a5.5 5.5 0 1 1-2-4.2M11.5 1v3h-3",
  rocket: `M5 10c0-4 3-7.5 9-8.5C13.5 7 10 10.5 6 11zM5 10l-3-.5 3-3M6 11l.5 3 3-3M2 14l2-2${C(10, 6, 1)}`,
  save: "M2 2h9.5L14 4.5V14H2zM5 2v4h5V2M4.5 14V9h7v5",
  screen: "M1.5 2.5h13v9h-13zM5 14.5h6M8 11.5v3",
  share: `${C(3.5, 8, 2)}${C(12, 3.5, 2)}${C(12, 12.5, 2)}M5.5 7l4.5-2.5M5.5 9l4.5 2.5`,
  sparkle: "M8 1.5c.5 4.5 2 6 6.5 6.5C10 8.5 8.5 10 8 14.5 7.5 10 6 8.5 1.5 8 6 7.5 7.5 6 8 1.5z",
  star: STAR,
  "star-filled": STAR,
  tag: `M1.5 1.5h6l7 7-6 6-7-7z${C(4.5, 4.5, .8)}`,
  "thumbs-down": "M5 9.5v-8h7.5l2 6.5-1 1.5H10l.5 4-1.5 1L5 9.5H1.5v-8H5",
  "thumbs-up": "M5 6.5v8h7.5l2-6.5-1-1.5H10l.5-4-1.5-1L5 6.5H1.5v8H5",
  trash: "M2 4h12M6 4V1.5h4V4M3.5 4l1 10.5h7l1-10.5M6.5 7v5M9.5 7v5",
  upload: "M8 11V2M4.5 5.5L8 2l3.5 3.5M2 14.5h12",
  user: `${C(8, 5, 3)}M2 14.5c.5-6.5 11.5-6.5 12 0`,
  warning: "M8 1.5l7 13H1zM8 6v4.5M8 12v.5",
  // What the page itself needs beside Slack's list.
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  down: "M3.5 6L8 10.5 12.5 6",
  more: `${C(3, 8, .9)}${C(8, 8, .9)}${C(13, 8, .9)}`,
  play: "M4 2l10 6-10 6z",
  circle: RING,
  work: "M8 1.5a6.5 6.5 0 1 1-6.5 6.5",
  lines: "M3 4h10M3 8h10M3 12h6",
};
const FILLED = new Set(["star-filled", "play", "more"]);

// A node of a drawing; `parts` as for `element`.
export function svg(tag, attributes = {}, ...parts) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) node.setAttribute(name, value);
  node.append(...parts.flat().filter((part) => part !== null && part !== undefined));
  return node;
}

// An icon as mere decoration: what it means stands beside it. An unknown name gives an empty ring.
export function icon(name) {
  const path = Object.hasOwn(PATHS, name) ? PATHS[name] : RING;
  return svg("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true", "data-icon": name },
    svg("path", { d: path, fill: FILLED.has(name) ? "currentColor" : "none", stroke: "currentColor", "stroke-width": "1.4", "stroke-linecap": "round", "stroke-linejoin": "round" }));
}
