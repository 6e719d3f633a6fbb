// What the browser keeps between pages. Storage may be switched off or full; then things live in memory and the
// talk still works until the page goes.

/** @type {Map<string, string>} */
const memory = new Map();

/**
 * @param {"local" | "session"} where
 * @returns {Storage | null}
 */
function storage(where) {
  try {
    return where === "local" ? window.localStorage : window.sessionStorage;
  } catch {
    return null;
  }
}

/**
 * @template T
 * @param {"local" | "session"} where
 * @param {string} key
 * @param {T} otherwise
 * @returns {T}
 */
export function recall(where, key, otherwise) {
  try {
    const found = storage(where)?.getItem(key) ?? memory.get(key);
    return found === undefined || found === null ? otherwise : JSON.parse(found);
  } catch {
    return otherwise;
  }
}

/**
 * @param {"local" | "session"} where
 * @param {string} key
 * @param {unknown} value
 */
export function keep(where, key, value) {
  const written = JSON.stringify(value);
  try {
    storage(where)?.setItem(key, written);
    memory.delete(key);
  } catch {
    memory.set(key, written);
  }
}

/** A fresh id for a message: unguessable is not needed, unique is. */
export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
