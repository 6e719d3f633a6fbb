// A customer's orders as the shop's own server tells them, without DOM.

import { ask } from "./staff.js";

/** @typedef {{ at?: number, text: string }} Step */
/** @typedef {{ carrier?: string, number?: string, status?: string, steps?: readonly Step[] }} Parcel */
/** @typedef {{ title: string, variant?: string, count: number }} Item */
/** @typedef {{ id: string, at?: number, status?: string, total?: string, url?: string, items?: readonly Item[], parcels?: readonly Parcel[] }} Order */
/** @typedef {"too_slow" | "unreachable" | "redirect" | "status" | "too_large" | "unreadable"} Why */
/** @typedef {{ state: "off" } | { state: "visitor" } | { state: "unavailable", why: Why } | { state: "orders", orders: readonly Order[], more: number, at: number }} Known */

/** @param {string} lang @param {string} conversation a chat of the customer @param {boolean} fresh whether the shop is to be asked again @returns {Promise<import("./staff.js").Answer<Known>>} */
export const ordersOf = (lang, conversation, fresh) => ask("POST", "v1/customers/orders", lang, { conversation, fresh });
