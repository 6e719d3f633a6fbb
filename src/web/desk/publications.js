// What has answered in a shop, without DOM: who made it of what, and the way back.

import { ask } from "./staff.js";

/** @typedef {import("./morning.js").Change} Change */
/**
 * @typedef {object} Publication
 * @property {string} id
 * @property {number} at
 * @property {string} pack
 * @property {boolean} live
 * @property {string | null} by nobody: files that were changed by hand
 * @property {string | null} by_name
 * @property {Change[]} changes
 * @property {{ name: string, diff?: string, removed: number, added: number }[]} files
 * @property {boolean} at_start
 * @property {number} since changes at the desk after it
 */
/** @typedef {{ done: boolean, steps: (Change & { again: boolean })[], left: Change[] }} GoneBack */
/** @template T @typedef {import("./staff.js").Answer<T>} Answer */

/** @param {string} lang @param {string} shop @returns {Promise<Answer<{ publications: Publication[], may_teach: boolean }>>} */
export const publicationsOf = (lang, shop) => ask("GET", `v1/publications?shop=${encodeURIComponent(shop)}`, lang);

/** @param {string} lang @param {string} shop @param {string} id @returns {Promise<Answer<GoneBack>>} What it would come to. */
export const wouldGoBack = (lang, shop, id) => ask("POST", "v1/publications/back", lang, { shop, id, only_say: true });

/** Not done where it comes to other changes by now than were looked at. @param {string} lang @param {string} shop @param {string} id @param {readonly string[]} seen @returns {Promise<Answer<GoneBack>>} */
export const goBack = (lang, shop, id, seen) => ask("POST", "v1/publications/back", lang, { shop, id, seen });
