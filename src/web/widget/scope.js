// Under which keys a browser keeps what belongs to one shopper of one shop. What a signed-in customer wrote is never
// shown to whoever comes after; it is forgotten at the sign-out.

import { forget, keys, load, remove } from "../shared/storage.js";

/** What customers left without signing out of the chat is kept for so long, unseen, milliseconds. */
const LEFT_MS = 86_400_000;

/** @param {string} shop @param {string | null} customer the shop's own id of whoever is signed in */
export function scopeOf(shop, customer) {
  // A dot stands between the parts of a key.
  return customer === null ? `yingda.${shop}` : `yingda.${shop}:${encodeURIComponent(customer).replace(/\./g, "%2E")}`;
}

/** @param {string} scope */
export function forgetScope(scope) {
  remove(scope);
  for (const part of ["outbox.", "draft"]) forget(`${scope}.${part}`);
  try {
    indexedDB.deleteDatabase("yingda");
  } catch {
    // No pictures.
  }
}

/** Forgets whoever has used this shop's chat here. @param {string} shop */
export function forgetAll(shop) {
  forgetScope(scopeOf(shop, null));
  forget(`yingda.${shop}:`);
}

/**
 * Forgets the customers who are here no more: at once when another one is; a page without any may only not know who is
 * signed in, so that what they left stays for a day.
 * @param {string} shop
 * @param {string | null} customer
 */
export function forgetOthers(shop, customer) {
  const own = scopeOf(shop, customer);
  for (const key of keys(`yingda.${shop}:`)) {
    if (key === own || key.startsWith(`${own}.`)) continue;
    const { at = 0, open = 0 } = load(key, /** @type {{ at?: number, open?: number }} */ ({}));
    if (customer !== null || Date.now() - Math.max(at, open) > LEFT_MS) remove(key);
  }
}
