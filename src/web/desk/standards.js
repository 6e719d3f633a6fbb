// The service standards, held against what an agent is writing: the words that the server looks for in the shop's own texts (`GET /v1/standards`), and
// numbers by which a person can be found.

import { ask } from "./staff.js";

/**
 * @typedef {object} Standard
 * @property {string} rule its number
 * @property {Partial<Record<string, string>>} title by language
 * @property {readonly string[]} words that it rules out, in lower case; … is a gap, # a digit
 * @property {readonly string[]} except what they may be part of
 * @property {readonly string[]} [before] what makes them harmless in front of them, in the same clause
 * @property {string} [shop] for whose texts alone it holds
 */
/** Rules whose breach is not sent, by shop. @typedef {Partial<Record<string, readonly string[]>>} Blocked */
/** @typedef {{ rule: string, word: string, title?: Standard["title"] }} Breach rule: a number, or `number` */

/** @param {string} lang @returns {Promise<import("./staff.js").Answer<{ rules: Standard[], blocked?: Blocked }>>} */
export const standardsOf = (lang) => ask("GET", "v1/standards", lang);

/** A mobile phone of the mainland, an identity card. Digits before or after make it another number. */
const NUMBERS = /(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\d{17}[\dXx])(?!\d)/g;

/** Characters that a gap spans at most, and what it does not span: the end of a sentence, a denial. */
const GAP = 10;
const NO_GAP = "。！？；\n!?;不没无勿";
/** Marks that end a clause, and how far back a word is looked for that turns another around. */
const MARKS = "，。！？；：～\n,!?;.…（(~";
const BACK = 14;
const BACK_LATIN = 40;

/**
 * What of a text the standards warn of, each rule's word once, in the order of the rules.
 * @param {string} text
 * @param {readonly Standard[]} standards
 * @param {string} [shop] the shop for which it is written
 * @returns {Breach[]}
 */
export function breaches(text, standards, shop) {
  const signs = [...text.toLowerCase()];
  /** @type {Breach[]} */
  const found = [];
  for (const standard of standards) {
    if (standard.shop !== undefined && standard.shop !== shop) continue;
    const word = said(signs, standard);
    // Numbers are named below, whatever they are.
    if (word !== undefined && !/^\d+$/.test(word)) found.push({ rule: standard.rule, word, title: standard.title });
  }
  for (const [number] of text.matchAll(NUMBERS)) found.push({ rule: "number", word: number });
  return found;
}

/** The parts of a wording between its gaps, each by its signs. @typedef {string[][]} Wording */

/** @param {string} written @returns {Wording} */
const wording = (written) => written.split("…").filter((part) => part !== "").map((part) => [...part]);

/** What the standards look for is taken apart once, and not with every key. @type {WeakMap<Standard, { words: Wording[], except: Wording[], before: Wording[] }>} */
const known = new WeakMap();

/** @param {Standard} standard */
function wordings(standard) {
  let found = known.get(standard);
  if (found === undefined) {
    const { words, except, before = [] } = standard;
    found = { words: words.map(wording), except: except.map(wording), before: before.map(wording) };
    known.set(standard, found);
  }
  return found;
}

/** @param {readonly string[]} signs @param {Standard} standard @returns {string | undefined} */
function said(signs, standard) {
  const { words, except, before } = wordings(standard);
  for (const word of words) {
    const first = word[0]?.[0];
    for (let at = 0; at < signs.length; at += 1) {
      // Nearly all places differ in the first sign already.
      if (signs[at] !== first && first !== "#") continue;
      const end = endAt(signs, word, at);
      if (end < 0 || except.some((harmless) => endAt(signs, harmless, at) >= 0) || turned(signs, before, at)) continue;
      return signs.slice(at, end).join("").trim();
    }
  }
  return undefined;
}

/** @param {number} end @param {number} at */
const within = (end, at) => end >= 0 && end <= at;

/** Whether one of these words stands in front of a place, in its clause. @param {readonly string[]} signs @param {readonly Wording[]} words @param {number} at */
function turned(signs, words, at) {
  let from = at;
  const back = /[a-z]/.test(signs[at] ?? "") ? BACK_LATIN : BACK;
  while (from > 0 && at - from < back && !MARKS.includes(signs[from - 1])) from -= 1;
  for (let start = from; start < at; start += 1) {
    if (words.some((word) => within(endAt(signs, word, start), at))) return true;
  }
  return false;
}

/** Behind which character a wording ends that begins at this one; -1 where it does not. @param {readonly string[]} signs @param {Wording} word @param {number} at */
function endAt(signs, [first, ...rest], at) {
  let end = first === undefined ? -1 : partAt(signs, first, at);
  for (const part of rest) {
    if (end < 0) return -1;
    let next = -1;
    for (let start = end; start <= end + GAP && next < 0; start += 1) {
      next = partAt(signs, part, start);
      if (start >= signs.length || NO_GAP.includes(signs[start])) break;
    }
    end = next;
  }
  return end;
}

/** @param {readonly string[]} signs @param {readonly string[]} wanted @param {number} at */
function partAt(signs, wanted, at) {
  const end = at + wanted.length;
  const digit = (/** @type {string | undefined} */ sign) => sign !== undefined && sign >= "0" && sign <= "9";
  const latin = (/** @type {string | undefined} */ sign) => sign !== undefined && sign >= "a" && sign <= "z";
  if (end > signs.length || !wanted.every((sign, index) => (sign === "#" ? digit(signs[at + index]) : sign === signs[at + index]))) return -1;
  if (digit(wanted[0]) && (digit(signs[at - 1]) || (wanted[wanted.length - 1] === "#" && digit(signs[end])))) return -1;
  return latin(wanted[0]) && latin(signs[at - 1]) ? -1 : end;
}
