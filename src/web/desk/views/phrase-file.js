// The picture or document of a phrase, small.

import { el, fill } from "../../shared/dom.js";
import { room, sizeOf } from "../../shared/files.js";
import { serverUrl } from "../../shared/server.js";
import { phraseWords } from "../strings.phrases.js";

/** @typedef {import("../../shared/protocol.js").SentFile} SentFile */

/** Longest side of a picture, pixels. */
const SIDE = 56;

/**
 * @param {{ id: string, title?: string }} phrase
 * @param {SentFile} file
 * @param {string} shop in which the phrase is looked at
 * @param {string} lang
 */
export function phraseFile({ id, title = "" }, file, shop, lang) {
  const words = phraseWords(lang);
  const src = serverUrl(`v1/phrases/files/${encodeURIComponent(id)}/${file.id}?shop=${encodeURIComponent(shop)}`);
  if (file.kind !== "picture") return el("span", { class: "phrase-file document" }, file.name || words.document, " ", el("small", {}, sizeOf(file.bytes)));
  const { width, height } = room(file, SIDE);
  const image = el("img", { src, alt: title === "" ? words.picture : fill(words.pictureOf, { text: title }), width, height, loading: "lazy", decoding: "async" });
  const shown = el("span", { class: "phrase-file" }, image);
  image.addEventListener("error", () => shown.replaceChildren(words.pictureGone));
  return shown;
}
