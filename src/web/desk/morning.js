// The morning page without DOM: what was not answered well, and what is decided about it.

import { ask } from "./staff.js";

/** @typedef {"reply_lost" | "not_understood" | "abandoned" | "angered" | "low_stars" | "asked_person" | "asked_again"} Why */
/** @typedef {{ id: string, title: string, confidence?: number }} Question */
/**
 * @typedef {object} Group
 * @property {string} id
 * @property {number} people
 * @property {number} messages
 * @property {{ why: Why, messages: number }[]} why the most frequent first
 * @property {{ text: string, people: number, hidden: boolean }[]} sentences
 * @property {number} different
 * @property {{ text: string, question?: string, messages: number }[]} said
 * @property {Question[]} nearest
 * @property {number} last
 */
/**
 * @typedef {object} Morning
 * @property {string} shop
 * @property {string} day
 * @property {string} today
 * @property {Group[]} groups
 * @property {number} left_out
 * @property {number} people
 * @property {number} messages
 * @property {number} mended
 * @property {number} settled
 * @property {number} all_messages
 * @property {number} all_talks
 * @property {boolean} cut
 * @property {boolean} may_teach
 * @property {boolean} writable
 */
/**
 * @typedef {object} Change
 * @property {string} id
 * @property {"question" | "new" | "nothing" | "ignore" | "edit" | "hours" | "profile" | "fact" | "goods" | "undo" | "other"} did
 * @property {string[]} sentences
 * @property {boolean} in_force
 * @property {string} [question]
 * @property {string} [title]
 * @property {string} [reason] why, in the words of whoever did it
 * @property {string} [undoes]
 * @property {{ name: string, diff: string }} [file]
 * @property {string} [by]
 * @property {string | null} [by_name]
 * @property {number} [at]
 */
/** @typedef {{ text: string, decision: string, questions: string[], titles: string[], said: string }} Answered */
/** @typedef {{ text: string, before: string[], after: string[] }} Moved */
/** @typedef {{ change: Change, answered: Answered[], moved: Moved[], moved_count: number, warnings: { rule: string, message: string }[] }} Taught */
/** @typedef {{ as: "question", question: string } | { as: "new", title: string, answer: string } | { as: "nothing" } | { as: "ignore" }} Wish */
/**
 * @template T
 * @typedef {import("./staff.js").Answer<T>} Answer
 */

/** The reasons there are. @type {readonly Why[]} */
export const WHYS = ["reply_lost", "not_understood", "abandoned", "angered", "low_stars", "asked_person", "asked_again"];
/** Questions found by words at most. */
const FOUND = 8;

/** Whether whoever has these roles may see the page. @param {readonly string[]} roles */
export const readsMorning = (roles) => roles.some((role) => ["operator", "supervisor", "owner"].includes(role));

/** @param {string} lang @param {string} shop @param {string} day empty: yesterday @returns {Promise<Answer<Morning>>} */
export const morningOf = (lang, shop, day) => ask("GET", `v1/morning?shop=${encodeURIComponent(shop)}${day && `&day=${encodeURIComponent(day)}`}`, lang);

/** @param {string} lang @param {string} shop @returns {Promise<Answer<{ questions: Question[] }>>} */
export const questionsOf = (lang, shop) => ask("GET", `v1/questions?shop=${encodeURIComponent(shop)}`, lang);

/** @param {string} lang @param {string} shop @param {string} group @param {string[]} sentences @param {Wish} wish @returns {Promise<Answer<Taught>>} */
export const teach = (lang, shop, group, sentences, wish) => ask("POST", "v1/teach", lang, { shop, group, sentences, ...wish });

/** What the same would do; nothing is written. @param {string} lang @param {string} shop @param {string[]} sentences @param {Wish} wish @returns {Promise<Answer<import("./questions.js").Trial>>} */
export const tryTeach = (lang, shop, sentences, wish) => ask("POST", "v1/teach/try", lang, { shop, sentences, ...wish, days: 1 });

/** @param {string} lang @param {string} shop @returns {Promise<Answer<{ changes: Change[] }>>} */
export const changesOf = (lang, shop) => ask("GET", `v1/changes?shop=${encodeURIComponent(shop)}`, lang);

/** @param {string} lang @param {string} shop @param {string} id @returns {Promise<Answer<{ change: Change }>>} */
export const undo = (lang, shop, id) => ask("POST", "v1/changes/undo", lang, { shop, id });

/** Questions whose title or id holds all the words. @param {readonly Question[]} questions @param {string} sought */
export function found(questions, sought) {
  const words = sought.trim().toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return [];
  const holds = (/** @type {Question} */ { id, title }) => words.every((word) => title.toLowerCase().includes(word) || id.includes(word));
  return questions.filter(holds).slice(0, FOUND);
}

/** The groups in which something has this reason; all without one. @param {readonly Group[]} groups @param {string} why */
export const withReason = (groups, why) => (why === "" ? [...groups] : groups.filter((group) => group.why.some((reason) => reason.why === why)));
