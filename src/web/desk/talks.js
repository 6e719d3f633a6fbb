// The search over what was said, without DOM: what is looked for as it stands in the address, and what is asked of the server.

import { ask } from "./staff.js";

/** @typedef {"shopper" | "bot" | "agent" | "note"} SaidBy */
/** From where to where in a text, as JavaScript counts. @typedef {readonly [number, number]} Mark */
/** A message in which something was found. @typedef {{ seq: number, marks: readonly Mark[] }} Place */
/**
 * @typedef {object} FoundTalk
 * @property {string} conversation
 * @property {string} shop
 * @property {string} shopper
 * @property {number} began
 * @property {number} [ended] absent while it goes on
 * @property {readonly string[]} agents
 * @property {number} [stars]
 * @property {string} [reason]
 * @property {number} messages
 * @property {readonly string[]} [tags]
 * @property {boolean} [vip]
 * @property {string} text
 * @property {SaidBy} [from]
 * @property {readonly Mark[]} marks
 * @property {readonly Place[]} places
 */
/** @typedef {{ talks: FoundTalk[], next?: string, building: boolean }} Found */

/** What may be looked for, each as it stands in the address; days are of this browser. */
export const FIELDS = /** @type {const} */ (["words", "order", "customer", "agent", "from", "until", "reason", "stars", "state", "shop", "tag", "vip"]);
/** @typedef {(typeof FIELDS)[number]} Field */
/** @typedef {Record<Field, string>} Sought */

/** Why talks are handed off. */
export const REASONS = /** @type {const} */ (["asked", "signal", "ledger", "misses", "intent"]);
/** What may be said of the rating: stars, or one or two. */
export const STARS = /** @type {const} */ (["low", "1", "2", "3", "4", "5"]);

/** What the address says. @param {string} hash with its `#` @returns {Sought} */
export function soughtIn(hash) {
  const at = hash.indexOf("=");
  const given = new URLSearchParams(at < 0 ? "" : hash.slice(at + 1));
  return /** @type {Sought} */ (Object.fromEntries(FIELDS.map((field) => [field, given.get(field) ?? ""])));
}

/** The address for it. @param {Sought} sought */
export function hashOf(sought) {
  const given = FIELDS.filter((field) => sought[field].trim() !== "").map((field) => /** @type {[string, string]} */ ([field, sought[field].trim()]));
  return given.length === 0 ? "#talks" : `#talks=${new URLSearchParams(given)}`;
}

/** So many characters are looked for at most, as the server has it. */
const LONGEST = 200;
const LONGEST_NAME = 160;

/** Why this cannot be looked for; null when it can. What is far too long stands in no address. @param {Sought} sought @returns {"long" | "dates" | null} */
export function faultOf({ words, order, customer, from, until }) {
  if ([...words].length > LONGEST || [...order].length > LONGEST_NAME || [...customer].length > LONGEST_NAME) return "long";
  return from !== "" && until !== "" && from > until ? "dates" : null;
}

/** What the server is asked. @param {Sought} sought @param {string} [after] */
export function asked({ words, order, customer, agent, from, until, reason, stars, state, shop, tag, vip }, after) {
  const first = midnight(from, 0);
  const last = midnight(until, 1);
  return {
    words,
    order,
    customer,
    ...(agent !== "" && { agent }),
    ...(reason !== "" && { reason }),
    ...(stars !== "" && { stars: stars === "low" ? [1, 2] : [Number(stars)] }),
    ...(state !== "" && { state }),
    ...(shop !== "" && { shop }),
    ...(tag !== "" && { tag }),
    ...(vip !== "" && { vip: true }),
    ...(first !== null && { from: first }),
    ...(last !== null && { until: last }),
    ...(after !== undefined && { after }),
  };
}

/** The beginning of a day here, or of one so many days later; null where it is none. @param {string} day @param {number} later */
function midnight(day, later) {
  const [year, month, date] = day.split("-").map(Number);
  const at = new Date(year, month - 1, date + later).getTime();
  return /^\d{4}-\d\d-\d\d$/.test(day) && at >= 0 ? at : null;
}

/** @param {string} lang @param {Sought} sought @param {string} [after] @returns {Promise<import("./staff.js").Answer<Found>>} */
export const find = (lang, sought, after) => ask("POST", "v1/talks", lang, asked(sought, after));
