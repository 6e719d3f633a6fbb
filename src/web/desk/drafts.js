// What an agent has begun to write in each chat, and what came back unsent. Kept over reloads and closed windows, until
// it is sent or emptied.

import { forget, keep, keys, recall } from "../shared/keep.js";

/** @typedef {{ text: string, at: number, returned?: boolean }} Draft returned: it was to be sent and was not */

/** Colleagues may share a browser; each sees only what is theirs. */
let prefix = "yingda.desk.draft.";
/** Nobody comes back to an older draft, milliseconds. */
const KEPT_MS = 7 * 86_400_000;

/** @param {string} agent whose drafts these are from now on */
export function draftsOf(agent) {
  prefix = `yingda.desk.draft.${agent}.`;
}

/** @param {string} conversation @returns {Draft | null} */
export function draftOf(conversation) {
  return recall("local", prefix + conversation, /** @type {Draft | null} */ (null));
}

/** @param {string} conversation @param {string} text @param {boolean} [returned] */
export function keepDraft(conversation, text, returned = draftOf(conversation)?.returned ?? false) {
  keep("local", prefix + conversation, { text, at: Date.now(), returned });
}

/** @param {string} conversation */
export function dropDraft(conversation) {
  forget("local", prefix + conversation);
}

/** The chats with words that came back, oldest first; forgets drafts that are too old. */
export function returnedDrafts() {
  /** @type {{ conversation: string, text: string, at: number }[]} */
  const found = [];
  for (const key of keys("local", prefix)) {
    const conversation = key.slice(prefix.length);
    const draft = draftOf(conversation);
    if (draft === null || Date.now() - draft.at > KEPT_MS) dropDraft(conversation);
    else if (draft.returned) found.push({ conversation, ...draft });
  }
  return found.sort((one, other) => one.at - other.at);
}
