// Chats that an agent has ended: held back for a moment, so that a slip can be undone, then told to the server. When
// the page goes away they are told at once; what could not be told is told by the next page, if nothing has changed.

import { load, remove, save } from "../shared/storage.js";

/** @typedef {import("./chat.js").Chat} Chat */
/** @typedef {{ conversation: string, name: string, epoch: number, until: number, timer: number }} Parting */

/** So long an end can be undone, milliseconds. */
export const UNDO_MS = 10_000;

export class Partings {
  /**
   * @param {object} wiring
   * @param {(conversation: string) => boolean} wiring.close tells the server; whether it went out
   * @param {() => void} wiring.onChange
   * @param {(parting: Parting) => void} wiring.onTold the server knows
   * @param {(name: string) => void} wiring.onKept the shopper wrote again, and the chat goes on
   */
  constructor(wiring) {
    this.wiring = wiring;
    /** @type {Map<string, Parting>} */
    this.held = new Map();
    this.key = "yingda.desk.parting.";
    // Before the link closes with the page: listeners that capture come first.
    window.addEventListener("pagehide", () => this.flush(), { capture: true });
  }

  /** Colleagues may share a browser. @param {string} agent */
  belongTo(agent) {
    this.key = `yingda.desk.parting.${agent}`;
  }

  /** @param {string} conversation */
  has(conversation) {
    return this.held.has(conversation);
  }

  /** The newest, which is the one that undoing is about. @returns {Parting | undefined} */
  get last() {
    return [...this.held.values()].pop();
  }

  /** @param {Chat} chat @param {string} name */
  hold({ conversation, epoch }, name) {
    this.undo(conversation);
    const timer = window.setTimeout(() => this.tell(conversation), UNDO_MS);
    this.held.set(conversation, { conversation, name, epoch, until: Date.now() + UNDO_MS, timer });
    this.changed();
  }

  /** @param {string} conversation @returns {boolean} whether it was held */
  undo(conversation) {
    const parting = this.held.get(conversation);
    if (parting === undefined) return false;
    clearTimeout(parting.timer);
    this.held.delete(conversation);
    this.changed();
    return true;
  }

  /** The shopper is not done. @param {string} conversation */
  spoken(conversation) {
    const name = this.held.get(conversation)?.name;
    if (name !== undefined && this.undo(conversation)) this.wiring.onKept(name);
  }

  /** Tells the server now; without a link it is tried again when there is one. @param {string} conversation */
  tell(conversation) {
    const parting = this.held.get(conversation);
    if (parting === undefined || !this.wiring.close(conversation)) return;
    this.undo(conversation);
    this.wiring.onTold(parting);
  }

  /** Tells the server of all of them. */
  flush() {
    for (const conversation of [...this.held.keys()]) this.tell(conversation);
  }

  /** The link is there again: what is due is told. */
  resume() {
    for (const { conversation, until } of [...this.held.values()]) if (until <= Date.now()) this.tell(conversation);
  }

  /** What an earlier page could not tell, when the chats are still as they were. @param {readonly { conversation: string, epoch: number }[]} mine */
  recover(mine) {
    const kept = load(this.key, /** @type {{ conversation: string, epoch: number }[]} */ ([]));
    for (const { conversation, epoch } of kept) {
      const same = mine.some((card) => card.conversation === conversation && card.epoch === epoch);
      if (same && !this.held.has(conversation)) this.wiring.close(conversation);
    }
    this.keep();
  }

  /** @private */
  changed() {
    this.keep();
    this.wiring.onChange();
  }

  /** @private */
  keep() {
    if (this.held.size === 0) remove(this.key);
    else save(this.key, [...this.held.values()].map(({ conversation, epoch }) => ({ conversation, epoch })));
  }
}
