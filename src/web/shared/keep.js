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

/**
 * @typedef {object} Waiting
 * @property {string} id
 * @property {string} text
 * @property {number} at
 * @property {string | null} conversation the talk it was first sent in, null when it was not sent yet
 * @property {number} [epoch]
 * @property {string} [error] the code it was refused with; such a message waits for the person
 */

/**
 * Messages that the server has not acknowledged yet. They outlive the page and are sent again under the same id;
 * the server stores each id once.
 */
export class Outbox {
  /**
   * @param {"local" | "session"} where
   * @param {string} key
   */
  constructor(where, key) {
    this.where = where;
    this.key = key;
  }

  /** Read anew each time: another tab may have written. @returns {Waiting[]} */
  all() {
    const found = recall(this.where, this.key, /** @type {Waiting[]} */ ([]));
    return Array.isArray(found) ? found : [];
  }

  /** @param {Waiting} waiting */
  put(waiting) {
    const rest = this.all();
    const at = rest.findIndex((one) => one.id === waiting.id);
    if (at < 0) rest.push(waiting);
    else rest[at] = waiting;
    keep(this.where, this.key, rest);
  }

  /** @param {string} id */
  drop(id) {
    const before = this.all();
    const after = before.filter((one) => one.id !== id);
    if (after.length !== before.length) keep(this.where, this.key, after);
  }
}
