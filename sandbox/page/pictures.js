// Pictures and files: shown where they can be, named where they cannot.
import { icon } from "./icons.js";
import { element, link, safeLink } from "./nodes.js";
import { speak } from "./words.js";

const WORDS = {
  en: { picture: "Picture", file: "File", play: "Play the video: {title}", remote: "File kept elsewhere", open: "Open the picture: {alt}" },
  fr: { picture: "Image", file: "Fichier", play: "Lire la vidéo : {title}", remote: "Fichier conservé ailleurs", open: "Ouvrir l’image : {alt}" },
  es: { picture: "Imagen", file: "Archivo", play: "Reproducir el vídeo: {title}", remote: "Archivo guardado en otro lugar", open: "Abrir la imagen: {alt}" },
};

// What a picture shows, in a box, where the picture itself cannot be had.
function instead(alt, desk) {
  return element("span", { className: "no-picture", role: "img", "aria-label": alt || speak(WORDS, desk.eyes.locale)("picture") },
    icon("image"), element("span", { dir: "auto" }, alt || speak(WORDS, desk.eyes.locale)("picture")));
}

// The address of an image block or element: `image_url`, or that of a file of the workspace; null when there is none.
function address(one, desk) {
  if (one.image_url) return safeLink(one.image_url);
  const { id, url } = one.slack_file ?? {};
  if (id) return desk.eyes.file?.(id)?.url ?? null;
  return url ? safeLink(url) : null;
}

export function picture(one, desk, className = "picture") {
  const source = address(one, desk);
  if (!source) return instead(one.alt_text, desk);
  const node = element("img", { className, src: source, alt: one.alt_text || "", loading: "lazy", referrerPolicy: "no-referrer" });
  node.addEventListener("error", () => node.replaceWith(instead(one.alt_text, desk)));
  return node;
}

// As `picture`, and a click opens it by itself.
function opening(one, desk) {
  const source = address(one, desk);
  const shown = picture(one, desk);
  if (!source) return shown;
  const say = speak(WORDS, desk.eyes.locale);
  return element("a", { className: "zoom", href: source, target: "_blank", rel: "noopener noreferrer", "aria-label": say("open", { alt: one.alt_text || say("picture") }) }, shown);
}

export function imageBlock(block, desk) {
  const title = block.title ? element("figcaption", { dir: "auto" }, block.title.text) : null;
  return element("figure", { className: "block image" }, title, opening(block, desk));
}

// The files of a message by their ids: pictures as pictures, the others as cards to download from.
export function drawFiles(ids, desk) {
  return ids.map((id) => {
    const file = desk.eyes.file?.(id);
    if (file?.is_image && file.url) {
      const name = file.title || file.name;
      return imageBlock({ image_url: new URL(file.url, location.href).href, alt_text: file.alt_text || name, title: { text: name } }, desk);
    }
    return fileCard(file?.title || file?.name || id, file?.title && file.title !== file.name ? file.name : "", file?.url, desk);
  });
}

function fileCard(name, small, url, desk) {
  const address = url ? new URL(url, location.href).href : null;
  return element("div", { className: "block file" }, icon("file"), element("div", {},
    element("div", { className: "name", dir: "auto" }, address ? link(address, name) : name),
    element("div", { className: "small", dir: "auto" }, small || speak(WORDS, desk.eyes.locale)("file"))));
}

export function fileBlock(block, desk) {
  return fileCard(block.external_id, speak(WORDS, desk.eyes.locale)("remote"), null, desk);
}

export function videoBlock(block, desk) {
  const play = speak(WORDS, desk.eyes.locale)("play", { title: block.title.text });
  const by = [block.author_name, block.provider_name].filter(Boolean).join(" · ");
  const still = picture({ image_url: block.thumbnail_url, alt_text: block.alt_text }, desk);
  const source = safeLink(block.video_url);
  return element("div", { className: "block video" },
    by || block.provider_icon_url ? element("div", { className: "small provider", dir: "auto" },
      block.provider_icon_url ? picture({ image_url: block.provider_icon_url, alt_text: "" }, desk, "tiny") : null, by) : null,
    element("div", { className: "name", dir: "auto" }, block.title_url ? link(block.title_url, block.title.text) : block.title.text),
    block.description ? element("div", { className: "text", dir: "auto" }, block.description.text) : null,
    source ? element("a", { className: "still", href: source, target: "_blank", rel: "noopener noreferrer", "aria-label": play },
      still, element("span", { className: "play", "data-decoration": true }, icon("play"))) : element("div", { className: "still" }, still));
}
