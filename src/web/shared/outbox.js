// Messages that the server has not acknowledged yet. They outlive the page and are sent again under the same id;
// the server stores each id once.

import { keep, recall } from "./keep.js";

/**
 * @typedef {object} Waiting
 * @property {string} id
 * @property {string} text
 * @property {number} at
 * @property {string | null} conversation the talk it was first sent in, null when it was not sent yet
 * @property {number} [epoch]
 * @property {string} [error] the code it was refused with; such a message waits for the person
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
