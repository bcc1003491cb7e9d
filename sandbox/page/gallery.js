// The test page: an example of everything that Block Kit knows, drawn by the code that draws the workspace.
// ?locale=fr-FR&zone=Asia/Kathmandu shows it to somebody of that language and zone.
import { drawBlocks } from "./blocks.js";
import { element } from "./nodes.js";

const NOW = 1_795_255_200; // 2026-11-21 10:00 UTC
const PEOPLE = { U0NEPALFP: "Asha Gurung", U0MEMBERX: "Camille Rivage", U0EDITORX: "Noor El-Amin", U0GUESTXX: "Alex Prado" };
const ROOMS = { C0GENERAL: "general", C0MIGRATE: "migration", G0EDITORS: "editors" };

const asked = new URLSearchParams(location.search);
const eyes = {
  me: "U0MEMBERX", locale: asked.get("locale") || "en-US", zone: asked.get("zone") || "Europe/Zurich", now: NOW,
  name: (id) => PEOPLE[id] || id, channel: (id) => ROOMS[id] || id,
  file: (id) => (id === "F0GALLERY1" ? { name: "hills.svg", title: "Hills", alt_text: "Hills under a sun", url: "/page/gallery.svg", is_image: true } : null),
};

const tell = (words) => { document.getElementById("log").textContent = words; };

function desk(surface) {
  return {
    eyes, surface, values: {}, typed: {}, errors: { gallery_wrong: "Please complete this required field." }, inputs: [], changed: () => {},
    people: Object.entries(PEOPLE).map(([id, name]) => ({ id, name, real_name: name, profile: { display_name: name } })),
    channels: Object.entries(ROOMS).map(([id, name]) => ({ id, name, is_private: id.startsWith("G"), is_im: false })),
    act: async (one, value, block) => {
      tell(`${one.type} ${one.action_id ?? ""} of ${block.block_id ?? block.type}: ${JSON.stringify(value)}`);
      await new Promise((resolve) => { setTimeout(resolve, 300); });
    },
    suggest: async (one, query) => ["Nepal", "Nigeria", "Niger", "Peru"].filter((name) => name.toLowerCase().includes(query.toLowerCase()))
      .map((name) => ({ text: { type: "plain_text", text: name }, value: name.toLowerCase() })),
  };
}

// Pictures of the examples are kept beside this page, wherever it is served.
const text = (await (await fetch("/page/gallery.json")).text()).replaceAll("https://gallery.example", `${location.origin}/page`);
document.documentElement.lang = eyes.locale;
for (const [surface, examples] of Object.entries(JSON.parse(text))) {
  document.getElementById("surfaces").append(element("a", { href: `#${surface}` }, surface));
  document.getElementById("gallery").append(element("h2", { id: surface }, surface), ...examples.map(({ name, blocks }) => element("section", { className: "example", "data-name": name },
    element("h3", {}, name), drawBlocks(blocks, desk(surface)))));
}
document.body.dataset.drawn = "true";
