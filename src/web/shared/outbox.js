// Messages that the server has not acknowledged yet, and their sender. They outlive the page and are sent again under
// the same id; the server stores each id once. Each has a key of its own, so that pages do not undo each other's
// writing, and belongs to the page it was written in while that page lives.

import { freshId, keys, load, remove, save } from "./storage.js";
import { wellFormed } from "./writing.js";

/**
 * @typedef {object} Waiting
 * @property {string} id
 * @property {string} text
 * @property {number} at
 * @property {string | null} who whose words: a signed customer, an agent, or null for whoever has this browser
 * @property {string | null} conversation the talk it was first sent in, null when it was not sent yet
 * @property {number} [epoch]
 * @property {boolean} [inside] for colleagues only, never for the shopper
 * @property {string} [used] the phrase that it was written with
 * @property {import("./protocol.js").SentFile} [lent] its file
 * @property {import("./protocol.js").SentFile} [file] its id is empty until uploaded
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
/** What the server will take later, under the same id. */
const LATER = ["unavailable", "flood", "draining", "internal", "full"];
const PAUSE_MS = 1000;
const PAUSE_MAX_MS = 30_000;

export class Outbox {
  /** @param {string} prefix @param {AbortSignal} [over] when nobody needs it any more */
  constructor(prefix, over) {
    this.prefix = prefix;
    this.page = freshId();
    // The next page of this tab need not wait until the lease is over.
    window.addEventListener("pagehide", () => this.touch(0), { signal: over });
  }

  /** Read anew each time: another page may have written. In the order in which it was said. @returns {Waiting[]} */
  all() {
    /** @type {Waiting[]} */
    const found = [];
    for (const key of keys(this.prefix)) {
      const one = load(key, /** @type {Waiting | null} */ (null));
      if (typeof one?.text === "string") found.push(one);
    }
    return found.sort((one, other) => one.at - other.at);
  }

  get full() {
    return keys(this.prefix).length >= MOST;
  }

  /** @param {string} id */
  find(id) {
    return load(this.prefix + id, /** @type {Waiting | null} */ (null));
  }

  /** A new message of this page. @param {{ text: string, who: string | null, conversation?: string, epoch?: number, inside?: boolean, used?: string, file?: Waiting["file"] }} said */
  add(said) {
    // After what waits already, also when the clock of this machine was set back.
    const at = Math.max(Date.now(), ...this.all().map((one) => one.at + 1));
    const waiting = { conversation: null, ...said, text: wellFormed(said.text), id: freshId(), at };
    this.put(waiting);
    return waiting;
  }

  /** Keeps a message as this page's own. @param {Waiting} waiting */
  put(waiting) {
    save(this.prefix + waiting.id, { ...waiting, page: this.page, seen: Date.now() });
  }

  /** @param {string} id */
  drop(id) {
    remove(this.prefix + id);
  }

  /** Whether this page is to send it: its own, or one whose page has gone. @param {Waiting} waiting */
  mine({ page, seen }) {
    // Seen in the future: before the clock was set back. A page that lives would have shown itself since.
    return page === this.page || Math.abs(Date.now() - (seen ?? 0)) > LEASE_MS;
  }

  /** Whether it was said so long ago that nobody may want it to be sent now. @param {Waiting} waiting */
  old({ at, error }) {
    return error === undefined && Date.now() - at > OLD_MS;
  }

  /** Shows the other pages that this one lives; 0: that it goes. @param {number} [seen] */
  touch(seen = Date.now()) {
    for (const one of this.all()) {
      if (one.page === this.page) save(this.prefix + one.id, { ...one, seen });
    }
  }
}

/** Messages of one lane wait for each other. @typedef {{ flight: string | null, pause: number, failures: number }} Lane */

/**
 * Sends what is in the outbox, one at a time, so that a message that is refused for a while is not overtaken by the
 * next; again when the link comes back, and after a pause when the server cannot keep it now.
 */
export class OutboxSender {
  /** @param {Pick<import("./session.js").Session<any, any>, "outbox" | "wanted" | "lane" | "transmit" | "rejected" | "changed">} owner */
  constructor(owner) {
    this.owner = owner;
    this.outbox = owner.outbox;
    /** @type {Map<string, Lane>} */
    this.lanes = new Map();
    /** What is tried again by itself, and why it was refused. @type {Map<string, string>} */
    this.trouble = new Map();
  }

  /** Whether something was sent and not answered. */
  get busy() {
    return [...this.lanes.values()].some((lane) => lane.flight !== null);
  }

  /** Sends the next of each lane. */
  pump() {
    for (const waiting of this.outbox.all()) {
      if (waiting.error !== undefined || !this.outbox.mine(waiting) || !this.owner.wanted(waiting)) continue;
      if (this.outbox.old(waiting)) {
        this.owner.rejected(waiting, "old");
        continue;
      }
      const name = this.owner.lane(waiting);
      const lane = this.lanes.get(name) ?? { flight: null, pause: 0, failures: 0 };
      this.lanes.set(name, lane);
      if (lane.flight === null && lane.pause === 0 && this.owner.transmit(waiting)) lane.flight = waiting.id;
    }
  }

  /** The server has it. @param {string} id */
  done(id) {
    this.outbox.drop(id);
    this.trouble.delete(id);
    for (const lane of this.lanes.values()) if (lane.flight === id) Object.assign(lane, { flight: null, failures: 0 });
    this.pump();
  }

  /** The server will not have it. @param {string} id @param {string} code @returns {boolean} whether it was ours */
  refused(id, code) {
    const waiting = this.outbox.find(id);
    if (waiting === null) return false;
    const lane = [...this.lanes.values()].find((one) => one.flight === id);
    if (lane !== undefined) lane.flight = null;
    if (LATER.includes(code)) {
      // Too fast is no trouble worth a word: it goes out a moment later.
      if (code !== "flood") this.trouble.set(id, code);
      if (lane !== undefined) this.rest(lane);
    } else {
      this.owner.rejected(waiting, code);
      this.pump();
    }
    return true;
  }

  /** @private @param {Lane} lane */
  rest(lane) {
    const most = Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** lane.failures);
    lane.failures += 1;
    clearTimeout(lane.pause);
    lane.pause = window.setTimeout(() => {
      lane.pause = 0;
      this.pump();
      this.owner.changed("outbox");
    }, most * (0.5 + Math.random() / 2));
  }

  /** The link is another: what was in the air is sent again. */
  lost() {
    for (const lane of this.lanes.values()) lane.flight = null;
  }

  /** A frame was too large to be read, so that its id is not known: it was the longest of those in the air. */
  tooLarge() {
    const flying = [...this.lanes.values()].map(({ flight }) => (flight === null ? null : this.outbox.find(flight)));
    const longest = flying.reduce((most, one) => ((one?.text.length ?? 0) > (most?.text.length ?? 0) ? one : most), null);
    if (longest !== null) this.refused(longest.id, "too_long");
  }

  /** The person asks for another try now. @param {string} id */
  retry(id) {
    const waiting = this.outbox.find(id);
    if (waiting === null) return;
    // What was refused is said anew; what was not may have arrived, and stays where it was said.
    if (waiting.error === undefined) this.outbox.put(waiting);
    else this.outbox.put({ ...waiting, at: Date.now(), conversation: null, error: undefined });
    this.trouble.delete(id);
    for (const lane of this.lanes.values()) {
      clearTimeout(lane.pause);
      lane.pause = 0;
    }
    this.pump();
  }
}
