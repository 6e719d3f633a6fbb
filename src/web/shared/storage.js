// What the browser keeps between pages. Storage may be switched off or full; then things live in memory and the
// talk still works until the page goes.

/** @type {Map<string, string>} */
const memory = new Map();

/** @returns {Storage | null} */
function storage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/**
 * @template T
 * @param {string} key
 * @param {T} otherwise
 * @returns {T}
 */
export function load(key, otherwise) {
  try {
    const found = memory.get(key) ?? storage()?.getItem(key);
    return found === undefined || found === null ? otherwise : JSON.parse(found);
  } catch {
    return otherwise;
  }
}

/** @param {string} key @param {unknown} value */
export function save(key, value) {
  const written = JSON.stringify(value);
  try {
    const place = storage();
    if (place === null) throw new Error("no storage");
    place.setItem(key, written);
    memory.delete(key);
  } catch {
    memory.set(key, written);
  }
}

/** @param {string} key */
export function remove(key) {
  memory.delete(key);
  try {
    storage()?.removeItem(key);
  } catch {
    // What cannot be written cannot hold it either.
  }
}

/** The kept keys that begin so. @param {string} prefix @returns {string[]} */
export function keys(prefix) {
  const all = new Set(memory.keys());
  try {
    for (const key of Object.keys(storage() ?? {})) all.add(key);
  } catch {
    // Those in memory are all there are.
  }
  return [...all].filter((key) => key.startsWith(prefix));
}

/** Forgets what is kept under keys that begin so. @param {string} prefix */
export function forget(prefix) {
  for (const key of keys(prefix)) remove(key);
}

/** A fresh id for a message: unguessable is not needed, unique is. */
export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
