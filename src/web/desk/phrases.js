// Phrases (快捷短语) without DOM: what the server has, finding one, its variables and blanks.

import { fill } from "../shared/dom.js";
import { freshId } from "../shared/storage.js";
import { ask } from "./staff.js";

/** @typedef {{ id: string, shop?: string, group: string, title: string, text: string, file?: import("../shared/protocol.js").SentFile, used: number, last_used?: number, initials: { title: string, text: string } }} Phrase */
/** @typedef {{ phrases: Phrase[], may_change: boolean, most: { shop: number, own: number } }} PhraseBook */
/** @typedef {{ rule: string, word?: string, message: string }} PhraseWarning */
/** @typedef {{ taken: number, merged: number, warned: { row: number, rule: string, message: string }[], refused: { row: number, code: string, message: string }[] }} Imported */
/** @typedef {{ name: string, order: string, shop: string, agent: string }} Variables empty: not known */
/**
 * @template T
 * @typedef {import("./staff.js").Answer<T>} Answer
 */

/** What is to be filled in before it is sent; `__` within an address or a name is none. */
const BLANK = /〔[^〔〕]*〕|(?<![\w/])_{2,}(?!\w)/g;

/** The shop's and one's own, most used first. @param {string} lang @param {string} shop @returns {Promise<Answer<PhraseBook>>} */
export const phrasesOf = (lang, shop) => ask("GET", `v1/phrases?shop=${encodeURIComponent(shop)}`, lang);

/** Adds one, or changes that with the id. @param {string} lang @param {{ id?: string, shop?: string, group: string, title: string, text: string, file?: { id: string, name?: string } | null }} phrase `file`: null for none any more @returns {Promise<Answer<{ phrase: Phrase, warnings: PhraseWarning[] }>>} */
export const putPhrase = (lang, phrase) => ask("POST", "v1/phrases", lang, phrase);

/** @param {string} lang @param {Phrase} phrase @returns {Promise<Answer<{ deleted: number }>>} */
export const deletePhrase = (lang, { id, shop }) => ask("POST", "v1/phrases/delete", lang, { ids: [id], ...(shop !== undefined && { shop }) });

/** @param {string} lang @param {string} shop empty: one's own @param {Blob} sheet @returns {Promise<Answer<Imported>>} */
export async function importPhrases(lang, shop, sheet) {
  return ask("POST", shop === "" ? "v1/phrases/import" : `v1/phrases/import?shop=${encodeURIComponent(shop)}`, lang, await readable(sheet));
}

/**
 * Uploads a picture or document for a phrase.
 * @param {string} lang @param {string} shop in which it is taken @param {File} chosen @param {import("../shared/protocol.js").FilesTaken | null | undefined} taken
 * @returns {Promise<Answer<import("../shared/protocol.js").SentFile>>} without `error` what the server has; its `code` says why it is not taken
 */
export async function uploadForPhrase(lang, shop, chosen, taken) {
  if (!taken) return { error: "", code: "files_off" };
  const { prepare } = await import("../shared/shrink.js");
  const prepared = await prepare(chosen, taken);
  if (typeof prepared === "string") return { error: "", code: prepared };
  const answer = await ask("POST", `v1/desk/files?shop=${encodeURIComponent(shop)}&id=${freshId()}`, lang, prepared.blob);
  return "value" in answer ? { value: { ...answer.value, name: prepared.name } } : answer;
}

/** Spreadsheets write sheets in what the system speaks (GB 18030, UTF-16): the server is sent UTF-8. @param {Blob} sheet */
async function readable(sheet) {
  const bytes = new Uint8Array(await sheet.arrayBuffer());
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  for (const encoding of wide ? ["utf-16le"] : ["utf-8", "gb18030"]) {
    try {
      return new Blob([new TextDecoder(encoding, { fatal: true }).decode(bytes)], { type: "text/csv" });
    } catch {
      // It is in another.
    }
  }
  return new Blob([bytes], { type: "text/csv" });
}

/**
 * What fits, in the order given; what fits by its title before what fits by its text.
 * @param {readonly Phrase[]} phrases
 * @param {string} sought of the title, group or text, or the first letters of their sounds
 */
export function found(phrases, sought) {
  const words = sought.trim().toLowerCase();
  // While a word is composed, input methods put marks between its letters.
  const letters = words.replace(/[\s'’]/g, "");
  if (words === "") return [...phrases];
  const rank = (/** @type {Phrase} */ { title, group, text, initials }) => {
    if (title.toLowerCase().includes(words) || initials.title.startsWith(letters)) return 0;
    if (initials.title.includes(letters) || group.toLowerCase().includes(words)) return 1;
    return text.toLowerCase().includes(words) || initials.text.includes(letters) ? 2 : 3;
  };
  return [0, 1, 2].flatMap((wanted) => phrases.filter((phrase) => rank(phrase) === wanted));
}

/** Variables are filled; what is not known stays a blank with its name. @param {string} text @param {Variables} known @param {Variables} names */
export function filled(text, known, names) {
  const value = (/** @type {keyof Variables} */ name) => known[name] || `〔${names[name]}〕`;
  const places = /** @type {const} */ (["name", "order", "shop", "agent"]);
  // Braces that are no variable stay as they were written.
  return text.replace(/\{(name|order|shop|agent)\}/g, (place) => fill(place, Object.fromEntries(places.map((name) => [name, value(name)]))));
}

/** The blanks of a text: from where to where. @param {string} text */
export function blanks(text) {
  return [...text.matchAll(BLANK)].map(({ 0: blank, index = 0 }) => ({ start: index, end: index + blank.length }));
}
