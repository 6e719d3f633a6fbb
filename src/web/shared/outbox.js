// Messages that the server has not acknowledged yet. They outlive the page and are sent again under the same id;
// the server stores each id once. Each lies under a key of its own, so that pages that write at the same time do
// not undo each other's writing, and each belongs to the page it was written in while that page lives.

import { forget, freshId, keep, keys, recall } from "./keep.js";

/**
 * @typedef {object} Waiting
 * @property {string} id
 * @property {string} text
 * @property {number} at
 * @property {string | null} who whose words: a signed customer, an agent, or null for whoever has this browser
 * @property {string | null} conversation the talk it was first sent in, null when it was not sent yet
 * @property {number} [epoch]
 * @property {string} [error] the code it was refused with; such a message waits for the person
 * @property {string} [page] the page that sends it
 * @property {number} [seen] when that page was last alive
 */

/** A page that has not shown itself for so long has gone, milliseconds. */
const LEASE_MS = 6000;
/** Older words are sent only when the person says so again, milliseconds. */
const OLD_MS = 86_400_000;
/** More is not taken: a person looks at what is stuck before. */
const MOST = 30;

export class Outbox {
  /** @param {string} prefix */
  constructor(prefix) {
    this.prefix = prefix;
    this.page = freshId();
    this.last = 0;
    // The next page of this tab need not wait until the lease is over.
    window.addEventListener("pagehide", () => this.touch(0));
  }

  /** Read anew each time: another page may have written. In the order in which it was said. @returns {Waiting[]} */
  all() {
    /** @type {Waiting[]} */
    const found = [];
    for (const key of keys("local", this.prefix)) {
      const one = recall("local", key, /** @type {Waiting | null} */ (null));
      if (typeof one?.text === "string") found.push(one);
    }
    return found.sort((one, other) => one.at - other.at);
  }

  get full() {
    return keys("local", this.prefix).length >= MOST;
  }

  /** @param {string} id */
  find(id) {
    return recall("local", this.prefix + id, /** @type {Waiting | null} */ (null));
  }

  /** A new message of this page. @param {{ text: string, who: string | null, conversation?: string, epoch?: number }} said */
  add(said) {
    this.last = Math.max(Date.now(), this.last + 1);
    const waiting = { conversation: null, ...said, id: freshId(), at: this.last };
    this.put(waiting);
    return waiting;
  }

  /** Keeps a message as this page's own. @param {Waiting} waiting */
  put(waiting) {
    keep("local", this.prefix + waiting.id, { ...waiting, page: this.page, seen: Date.now() });
  }

  /** @param {string} id */
  drop(id) {
    forget("local", this.prefix + id);
  }

  /** Whether this page is to send it: its own, or one whose page has gone. @param {Waiting} waiting */
  mine({ page, seen }) {
    return page === this.page || Date.now() - (seen ?? 0) > LEASE_MS;
  }

  /** Whether it was said so long ago that nobody may want it to be sent now. @param {Waiting} waiting */
  old({ at, error }) {
    return error === undefined && Date.now() - at > OLD_MS;
  }

  /** Shows the other pages that this one lives; 0: that it goes. @param {number} [seen] */
  touch(seen = Date.now()) {
    for (const one of this.all()) {
      if (one.page === this.page) keep("local", this.prefix + one.id, { ...one, seen });
    }
  }
}
