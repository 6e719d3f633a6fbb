// What the browser keeps between pages. Storage may be switched off or full; then things live in memory and the
// talk still works until the page goes.

/** @typedef {"local" | "session"} Where */

/** @type {Map<string, string>} */
const memory = new Map();

/** @param {Where} where @returns {Storage | null} */
function storage(where) {
  try {
    return where === "local" ? window.localStorage : window.sessionStorage;
  } catch {
    return null;
  }
}

/**
 * @template T
 * @param {Where} where
 * @param {string} key
 * @param {T} otherwise
 * @returns {T}
 */
export function recall(where, key, otherwise) {
  try {
    const found = memory.get(key) ?? storage(where)?.getItem(key);
    return found === undefined || found === null ? otherwise : JSON.parse(found);
  } catch {
    return otherwise;
  }
}

/** @param {Where} where @param {string} key @param {unknown} value */
export function keep(where, key, value) {
  const written = JSON.stringify(value);
  try {
    const place = storage(where);
    if (place === null) throw new Error("no storage");
    place.setItem(key, written);
    memory.delete(key);
  } catch {
    memory.set(key, written);
  }
}

/** @param {Where} where @param {string} key */
export function forget(where, key) {
  memory.delete(key);
  try {
    storage(where)?.removeItem(key);
  } catch {
    // What cannot be written cannot hold it either.
  }
}

/** The kept keys that begin so. @param {Where} where @param {string} prefix @returns {string[]} */
export function keys(where, prefix) {
  const all = new Set(memory.keys());
  try {
    for (const key of Object.keys(storage(where) ?? {})) all.add(key);
  } catch {
    // Those in memory are all there are.
  }
  return [...all].filter((key) => key.startsWith(prefix));
}

/** A fresh id for a message: unguessable is not needed, unique is. */
export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
