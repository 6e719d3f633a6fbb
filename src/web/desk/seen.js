// How far an agent has read each chat. Kept by agent and chat, so that a reload does not call again for what was read,
// and what was read in one window is read in the other.

import { keys, load, remove, save } from "../shared/storage.js";

/** @typedef {import("./chat.js").Chat} Chat */
/** @typedef {{ seq: number, at: number }} Mark */

/** Nobody comes back to an older chat, milliseconds. */
const KEPT_MS = 7 * 86_400_000;

export class Seen {
  /** @param {() => void} onChange another window has read something */
  constructor(onChange) {
    this.prefix = "yingda.desk.seen.";
    window.addEventListener("storage", ({ key }) => {
      if (key?.startsWith(this.prefix)) onChange();
    });
  }

  /** @param {string} agent */
  belongTo(agent) {
    this.prefix = `yingda.desk.seen.${agent}.`;
    for (const key of keys(this.prefix)) {
      const mark = load(key, /** @type {Mark | null} */ (null));
      if (mark === null || Date.now() - mark.at > KEPT_MS) remove(key);
    }
  }

  /** @param {string} conversation @returns {number | null} the last `seq` that was read; null: nothing was */
  upTo(conversation) {
    return load(this.prefix + conversation, /** @type {Mark | null} */ (null))?.seq ?? null;
  }

  /** All that has come of it is read. @param {Chat} chat */
  read({ conversation, after }) {
    if (after > (this.upTo(conversation) ?? 0)) save(this.prefix + conversation, { seq: after, at: Date.now() });
  }

  /** What the shopper said and nobody here has read. @param {Chat} chat */
  unread({ conversation, events }) {
    // Of a chat that was never looked at: what came after the last word of the shop.
    const from = this.upTo(conversation) ?? events.reduce((last, { kind, seq }) => (kind === "agent_said" || kind === "answered" ? seq : last), 0);
    let count = 0;
    for (let index = events.length - 1; index >= 0 && events[index].seq > from; index -= 1) {
      if (events[index].kind === "received") count += 1;
    }
    return count;
  }
}
