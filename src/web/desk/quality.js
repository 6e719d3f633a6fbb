// Reviews of talks without DOM: what is shown as it stands in the address, and what is asked of the server.

import { ask } from "./staff.js";

/** What the rules look for, in this order. */
export const RULES = /** @type {const} */ (["long_wait", "silence", "promise", "repeat", "feelings", "apology", "taken_back", "low_stars"]);
/** How many talks are drawn. */
export const SIZES = /** @type {const} */ ([5, 10, 20, 50]);
/** The lists there are; the first two are for whoever assesses. */
export const VIEWS = /** @type {const} */ (["draw", "assessed", "own", "shared"]);

/** @typedef {(typeof RULES)[number]} Rule */
/** @typedef {(typeof VIEWS)[number]} View */
/** @typedef {{ rule: Rule, seq: number, at: number, agent?: string, name: string, quote: string, lasted_ms?: number, limit_ms?: number, slot?: string, stars?: number }} Mark what a rule has found */
/** @typedef {{ id: string, at: number, agent: string, name: string, text: string }} Note */
/** @typedef {{ item: string, title: string, title_en: string, points: number }} Item of the sheet, or points off for one */
/** @typedef {{ id: string, at: number, by: string, by_name: string, of: string, of_name: string, deductions?: readonly Item[], note?: string, answers?: readonly Note[] }} Assessment */
/** @typedef {{ assessments?: readonly Assessment[], shared?: { at: number, agent: string, name: string }, notes?: readonly Note[] }} Review */
/** @typedef {{ conversation: string, shop: string, shopper: string, began: number, ended?: number, agents: readonly { id: string, name: string }[], stars?: number, messages: number, marks: readonly Mark[], assessments: number, points: number }} DrawnTalk */
/** @typedef {{ talks: readonly DrawnTalk[], ended: number, cut: boolean, day: string, today: string, size: number, round: number }} Drawn */
/** @typedef {{ conversation: string, shop: string, shopper: string, at: number, review: Review }} Listed */
/** @typedef {Omit<DrawnTalk, "assessments" | "points"> & { standing: "assessor" | "had" | "colleague", me: string, review: Review, sheet: readonly Item[] }} Reviewed a talk without its events */
/** @typedef {Reviewed & { events: import("../shared/protocol.js").DeskEvent[] }} Opened */
/** @typedef {{ view: View | "", shop: string, day: string, rule: string, size: string, round: string, talk: string }} Sought empty: as it comes; `talk` is opened at once */
/** @typedef {{ assess: { of: string, items: { item: string, points: number }[], note: string } } | { take_back: string } | { answer: { assessment: string, text: string } } | { share: boolean } | { note: string } | { no_note: string }} Change */

/** @template T @typedef {import("./staff.js").Answer<T>} Answer */

const FIELDS = /** @type {const} */ (["view", "shop", "day", "rule", "size", "round", "talk"]);

/** What the address says. @param {string} hash with its `#` @returns {Sought} */
export function soughtIn(hash) {
  const at = hash.indexOf("=");
  const given = new URLSearchParams(at < 0 ? "" : hash.slice(at + 1));
  const sought = /** @type {Sought} */ (Object.fromEntries(FIELDS.map((field) => [field, given.get(field) ?? ""])));
  return { ...sought, view: VIEWS.find((view) => view === sought.view) ?? "" };
}

/** The address for it. @param {Sought} sought */
export function hashOf(sought) {
  const given = FIELDS.filter((field) => sought[field] !== "").map((field) => [field, sought[field]]);
  return given.length === 0 ? "#quality" : `#quality=${new URLSearchParams(given)}`;
}

/** The address at which a talk is reviewed. @param {string} conversation */
export const hashOfTalk = (conversation) => hashOf({ ...soughtIn(""), talk: conversation });

/** Points that are taken off in all. @param {Assessment} assessment */
export const pointsOf = ({ deductions = [] }) => deductions.reduce((all, { points }) => all + points, 0);

/** The messages that the rules are about, in the order of the talk, each once. @param {readonly Mark[]} marks */
export const markedSeqs = (marks) => [...new Set(marks.map(({ seq }) => seq))].filter((seq) => seq > 0).sort((one, other) => one - other);

/** @param {string} lang @param {Sought} sought @returns {Promise<Answer<Drawn>>} */
export function draw(lang, { shop, day, rule, size, round }) {
  const given = Object.entries({ shop, day, rule, size, round }).filter(([, value]) => value !== "");
  return ask("GET", `v1/quality?${new URLSearchParams(given)}`, lang);
}

/** @param {string} lang @param {"own" | "shared" | "assessed"} of @returns {Promise<Answer<{ talks: Listed[] }>>} */
export const listed = (lang, of) => ask("GET", `v1/quality/reviews?of=${of}`, lang);

/** @param {string} lang @param {string} conversation @returns {Promise<Answer<Opened>>} */
export const openTalk = (lang, conversation) => ask("POST", "v1/quality/talk", lang, { conversation });

/** @param {string} lang @param {string} conversation @param {Change} change @returns {Promise<Answer<Reviewed>>} */
export const changeReview = (lang, conversation, change) => ask("POST", "v1/quality/change", lang, { conversation, ...change });
