// Pictures and documents in a talk: a picture has its room before it is there and opens large; a document is a link.

import { el, fill, set, text } from "../../shared/dom.js";
import { paint, room, sizeOf } from "../../shared/files.js";
import { serverUrl } from "../../shared/server.js";
import { fileWords } from "../strings.files.js";
import { dialog } from "./dialogs.js";

/** @typedef {import("../../shared/protocol.js").SentFile} SentFile */
/** In which talk, and from whose past it is read. @typedef {{ conversation: string, pastOf?: string }} Where */

/** Longest side of a picture in a talk, pixels. */
const SIDE = 280;

/** @param {readonly SentFile[]} files @param {Where} where @param {string} from who sent them @param {string} lang */
export function sentFiles(files, where, from, lang) {
  return files.map((file) => (file.kind === "picture" ? picture(file, where, from, lang) : document(file, where, lang)));
}

/** @param {SentFile} file @param {Where} where */
function address({ id }, { conversation, pastOf }) {
  return serverUrl(`v1/desk/files/${conversation}/${id}${pastOf === undefined ? "" : `?past_of=${pastOf}`}`);
}

/** @param {SentFile} file @param {Where} where @param {string} from @param {string} lang */
function picture(file, where, from, lang) {
  const words = fileWords(lang);
  const { width, height } = room(file, SIDE);
  const src = address(file, where);
  const alt = fill(words.from, { name: from });
  const button = el("button", { type: "button", class: "picture", "aria-label": `${alt}, ${words.look}` });
  const image = el("img", { src, alt: "", width, height, loading: "lazy", decoding: "async" });
  Object.assign(button.style, { width: `${width}px`, aspectRatio: `${width} / ${height}` });
  image.addEventListener("error", () => {
    button.disabled = true;
    button.replaceChildren(el("span", {}, words.gone));
  });
  button.addEventListener("click", () => large(src, alt, lang));
  button.append(image);
  return button;
}

/** @param {SentFile} file @param {Where} where @param {string} lang */
function document(file, where, lang) {
  const name = file.name || fileWords(lang).document;
  return el("a", { class: "document", href: address(file, where), download: name }, name, el("small", {}, sizeOf(file.bytes)));
}

/** @type {{ element: HTMLDialogElement, image: HTMLImageElement, save: HTMLAnchorElement, close: HTMLButtonElement } | null} */
let window = null;

/** @param {string} src @param {string} alt @param {string} lang */
function large(src, alt, lang) {
  window ??= made();
  const { element, image, save, close } = window;
  const words = fileWords(lang);
  Object.assign(image, { src, alt });
  save.href = src;
  text(save, words.save);
  text(close, words.close);
  element.setAttribute("aria-label", alt);
  element.showModal();
  close.focus();
}

function made() {
  const image = el("img");
  const save = el("a", { target: "_blank", rel: "noopener" });
  const close = el("button", { type: "button", onclick: () => element.close() });
  const element = dialog(image, el("p", { class: "row" }, save, close));
  element.className = "large-picture";
  globalThis.document.body.append(element);
  return { element, image, save, close };
}

/** A file that is on its way: what is kept of it here, room for how much has gone, and a way to take it back. @param {SentFile} file @param {{ find: () => Promise<Blob | undefined>, onCancel: () => void, lang: string }} going */
export function waitingFile(file, { find, onCancel, lang }) {
  const words = fileWords(lang);
  /** @type {HTMLElement} */
  let shown = el("span", { class: "document" }, file.name || words.document, el("small", {}, sizeOf(file.bytes)));
  if (file.kind === "picture") {
    const size = room(file, SIDE);
    const canvas = el("canvas");
    Object.assign(canvas.style, { width: `${size.width}px`, height: `${size.height}px` });
    find().then((blob) => blob && paint(canvas, blob, size)).catch(() => {});
    shown = canvas;
  }
  return el("div", { class: "going-file" }, shown, el("p", { class: "going" }, el("progress", { max: "1" }), el("button", { type: "button", onclick: onCancel }, words.cancel)));
}

/** How much of a file has gone; the picture and the button beside it stay as they are. @param {HTMLElement} row @param {number} done 0 to 1 @param {string} lang */
export function drawProgress(row, done, lang) {
  const bar = row.querySelector("progress");
  if (bar === null) return;
  bar.value = done;
  set(bar, { "aria-label": fill(fileWords(lang).progress, { n: Math.round(done * 100) }) });
}
