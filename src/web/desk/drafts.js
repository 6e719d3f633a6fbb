// What an agent has begun to write in each chat, and what came back unsent. Kept over reloads and closed windows, until
// it is sent or emptied.

import { keys, load, remove, save } from "../shared/storage.js";

/** @typedef {{ text: string, at: number, returned?: boolean }} Draft returned: it was to be sent and was not */

/** Nobody comes back to an older draft, milliseconds. */
const KEPT_MS = 7 * 86_400_000;

export class Drafts {
  /** @param {() => void} onChange @param {string} [root] of the keys under which they are kept */
  constructor(onChange, root = "yingda.desk.draft.") {
    this.onChange = onChange;
    this.root = root;
    this.prefix = root;
    window.addEventListener("storage", ({ key }) => {
      if (key?.startsWith(this.prefix)) onChange();
    });
  }

  /** Colleagues may share a browser; each sees only what is theirs. Forgets what is too old. @param {string} agent whose drafts these are from now on */
  belongTo(agent) {
    this.prefix = `${this.root}${agent}.`;
    for (const key of keys(this.prefix)) {
      const draft = this.find(key.slice(this.prefix.length));
      if (draft === null || Date.now() - draft.at > KEPT_MS) remove(key);
    }
    this.onChange();
  }

  /** @param {string} conversation @returns {Draft | null} */
  find(conversation) {
    return load(this.prefix + conversation, /** @type {Draft | null} */ (null));
  }

  /** @param {string} conversation @param {string} text empty: there is none any more @param {boolean} [returned] */
  put(conversation, text, returned = this.find(conversation)?.returned ?? false) {
    if (text === "") remove(this.prefix + conversation);
    else save(this.prefix + conversation, { text, at: Date.now(), returned });
    this.onChange();
  }

  /** The chats with words that came back, oldest first. */
  get returned() {
    /** @type {{ conversation: string, text: string, at: number }[]} */
    const found = [];
    for (const key of keys(this.prefix)) {
      const conversation = key.slice(this.prefix.length);
      const draft = this.find(conversation);
      if (draft?.returned) found.push({ conversation, ...draft });
    }
    return found.sort((one, other) => one.at - other.at);
  }
}
