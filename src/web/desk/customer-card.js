// What colleagues keep of a customer, without DOM: tags, VIP, notes; and what is asked of the server for it.

import { ask } from "./staff.js";

/** @typedef {{ id: string, at: number, name: string, text: string, own: boolean }} CustomerNote */
/**
 * @typedef {object} CustomerCard
 * @property {string} shop
 * @property {string} shopper
 * @property {readonly string[]} tags
 * @property {boolean} vip
 * @property {readonly CustomerNote[]} notes the newest first
 * @property {readonly string[]} shop_tags those that the shop's customers have
 */
/** @typedef {{ tag: string } | { no_tag: string } | { vip: boolean } | { note: string } | { no_note: string }} CardChange */

/** @param {string} lang @param {string} conversation a chat of the customer @returns {Promise<import("./staff.js").Answer<CustomerCard>>} */
export const cardOf = (lang, conversation) => ask("POST", "v1/customers/card", lang, { conversation });

/** @param {string} lang @param {string} conversation @param {CardChange} change @returns {Promise<import("./staff.js").Answer<CustomerCard>>} */
export const changeCard = (lang, conversation, change) => ask("POST", "v1/customers/card/change", lang, { conversation, ...change });
