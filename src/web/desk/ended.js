// The chats that an agent has ended lately, to be looked at again: what the shopper said of it, or to take it up anew.

import { load, save } from "../shared/storage.js";

/** @typedef {{ conversation: string, name: string, at: number }} Ended */

/** More than these nobody looks for here. */
const MOST = 20;
/** Nor for older ones, milliseconds. */
const KEPT_MS = 86_400_000;

export class EndedChats {
  /** @param {() => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    this.key = "yingda.desk.ended.";
  }

  /** Colleagues may share a browser. @param {string} agent */
  belongTo(agent) {
    this.key = `yingda.desk.ended.${agent}`;
    this.onChange();
  }

  /** The newest first. @returns {Ended[]} */
  get all() {
    return load(this.key, /** @type {Ended[]} */ ([])).filter(({ at }) => Date.now() - at < KEPT_MS);
  }

  /** @param {{ conversation: string, name: string }} ended */
  add({ conversation, name }) {
    save(this.key, [{ conversation, name, at: Date.now() }, ...this.all.filter((one) => one.conversation !== conversation)].slice(0, MOST));
    this.onChange();
  }
}
