// The page of questions without DOM: what a shop answers, read, tried and changed; and two people's changes brought together.

import { ask } from "./staff.js";

/** @typedef {{ text: string, lang?: string, from?: string, to?: string, period?: string }} WrittenAnswer */
/**
 * @typedef {object} OwnWords what a shop says of a question itself
 * @property {string} title
 * @property {string} title_en
 * @property {string[]} examples
 * @property {WrittenAnswer[]} answers
 * @property {WrittenAnswer[]} more_answers
 * @property {WrittenAnswer[]} agent what agents may send
 * @property {string[]} mute
 * @property {boolean} off
 */
/** @typedef {{ title: string, title_en: string, examples: string[], answers: WrittenAnswer[], agent: WrittenAnswer[] }} CommonWords */
/** @typedef {{ text: string | null, source: string, case: string, lang: string, from?: string, to?: string, period?: string, when: "now" | "later" | "ended", whose: "shop" | "pack" }} Preview */
/** @typedef {{ id: string, title: string, whose: "shop" | "pack", changed: boolean, off: boolean, held?: string }} Listed */
/**
 * @typedef {object} Question
 * @property {string} id empty for one that is not made yet
 * @property {string} title
 * @property {string} version
 * @property {string} file
 * @property {CommonWords | null} common
 * @property {OwnWords} own
 * @property {{ slot: string, zh: string, en: string }[]} asks
 * @property {import("./shop.js").Period[]} periods that an answer may name
 * @property {Preview[]} preview
 */
/** @typedef {{ says: string[], because: string[] }} Side */
/** @typedef {{ change: string, people: "more" | "fewer" | "same", before: string[], after: string[], count: number, talks: number, samples: { text: string, before: Side, after: Side }[] }} EffectGroup */
/** @typedef {{ since: number, talks: number, messages: number, cut: boolean, changed: number, by_change: Record<string, number>, more_people: number, fewer_people: number, groups: EffectGroup[], left_out: number }} Effect */
/** @typedef {{ files: { name: string, diff: string }[], answered: import("./morning.js").Answered[], preview: Preview[], warnings: { message: string }[], effect: Effect | null }} Trial */
/** @typedef {import("./morning.js").Taught & { question: Question }} Saved */
/** @template T @typedef {import("./staff.js").Answer<T>} Answer */

/** Words of which nothing is written. @returns {OwnWords} */
export const noWords = () => ({ title: "", title_en: "", examples: [], answers: [], more_answers: [], agent: [], mute: [], off: false });

/** A question that is to be made. @returns {Question} */
export const newQuestion = () => ({ id: "", title: "", version: "", file: "", common: null, own: { ...noWords(), answers: [{ text: "" }] }, asks: [], periods: [], preview: [] });

const at = (/** @type {string} */ shop) => `shop=${encodeURIComponent(shop)}`;

/** @param {string} lang @param {string} shop @param {string} sought @returns {Promise<Answer<{ questions: Listed[], read?: { id: string, title: string, confidence: number }[], may_teach: boolean, writable: boolean }>>} */
export const listOf = (lang, shop, sought) => ask("GET", `v1/questions?${at(shop)}&sought=${encodeURIComponent(sought)}`, lang);

/** @param {string} lang @param {string} shop @param {string} id @returns {Promise<Answer<Question>>} */
export const questionOf = (lang, shop, id) => ask("GET", `v1/question?${at(shop)}&id=${encodeURIComponent(id)}`, lang);

/** New words of a question, as they are saved, tried and kept. @param {Question} question @param {string} shop @param {OwnWords} words */
export const editOf = ({ id, version }, shop, words) => ({ shop, ...(id !== "" && { id }), base: version, words });

/** @param {string} lang @param {string} shop @param {Question} question @param {OwnWords} words @param {string} reason @returns {Promise<Answer<Saved>>} */
export const save = (lang, shop, question, words, reason) => ask("POST", "v1/question", lang, { ...editOf(question, shop, words), reason });

/** @param {string} lang @param {string} shop @param {Question} question @param {OwnWords} words @param {number} days @returns {Promise<Answer<Trial>>} */
export const tryOut = (lang, shop, question, words, days) => ask("POST", "v1/question/try", lang, { ...editOf(question, shop, words), days });

/** Whether both say the same, whatever order their fields are in. @param {unknown} one @param {unknown} other */
export const same = (one, other) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

/** @param {unknown} value @returns {unknown} */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]));
}

/**
 * My words on top of what somebody else has saved meanwhile: what I did not touch is theirs, sentences of both stand, and
 * where both changed the same, mine stay in the form and the field is named.
 * @param {OwnWords} base what both began with
 * @param {OwnWords} theirs
 * @param {OwnWords} mine
 * @returns {{ words: OwnWords, both: (keyof OwnWords)[] }}
 */
export function merged(base, theirs, mine) {
  const words = { ...mine };
  /** @type {(keyof OwnWords)[]} */
  const both = [];
  for (const key of /** @type {(keyof OwnWords)[]} */ (["title", "title_en", "answers", "more_answers", "agent", "mute", "off"])) {
    if (same(base[key], mine[key])) Object.assign(words, { [key]: theirs[key] });
    else if (!same(base[key], theirs[key]) && !same(mine[key], theirs[key])) both.push(key);
  }
  const added = mine.examples.filter((text) => !base.examples.includes(text) && !theirs.examples.includes(text));
  const gone = base.examples.filter((text) => !mine.examples.includes(text));
  words.examples = [...theirs.examples.filter((text) => !gone.includes(text)), ...added];
  return { words, both };
}

/**
 * What somebody else has changed, one line each, `−` what went and `+` what came.
 * @param {OwnWords} base @param {OwnWords} theirs
 * @returns {{ key: keyof OwnWords, lines: string[] }[]}
 */
export function changedLines(base, theirs) {
  const shown = (/** @type {unknown} */ value) => (typeof value === "object" && value !== null && "text" in value ? [String(value.text), ...["lang", "from", "to", "period"].map((key) => /** @type {any} */ (value)[key]).filter(Boolean)].join(" · ") : String(value));
  const listed = (/** @type {unknown} */ value) => (Array.isArray(value) ? value.map(shown) : value === "" || value === false ? [] : [shown(value)]);
  return /** @type {(keyof OwnWords)[]} */ (Object.keys(noWords())).flatMap((key) => {
    const [before, after] = [listed(base[key]), listed(theirs[key])];
    const lines = [...before.filter((line) => !after.includes(line)).map((line) => `− ${line}`), ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`)];
    return lines.length > 0 ? [{ key, lines }] : [];
  });
}

/**
 * The shortest beginning of an answer that no other answer has, of eight characters at least: that is how files name what is not said.
 * @param {string} source @param {readonly string[]} others
 */
export function beginning(source, others) {
  const signs = [...source.trim()];
  const unlike = others.filter((other) => other.trim() !== source.trim());
  for (let length = Math.min(8, signs.length); length < signs.length; length++) {
    const begins = signs.slice(0, length).join("").trimEnd();
    if (!unlike.some((other) => other.trim().startsWith(begins))) return begins;
  }
  return source.trim();
}
