// Earlier talks of the shoppers of chats that are looked at, and what is read of them. No DOM here.

import { Chat } from "./chat.js";

/** @typedef {import("../shared/protocol.js").DeskFrame} DeskFrame */
/** @typedef {import("../shared/protocol.js").PastTalk} PastTalk */

/**
 * @typedef {object} PastList
 * @property {readonly PastTalk[]} talks newest first
 * @property {boolean} more whether the server has earlier ones
 * @property {boolean} asked and not answered yet
 * @property {string} refused the code of the last refusal; empty: none
 */

/** So many chats' lists are kept. */
const KEPT = 50;

export class Past {
  /** @param {import("./client.js").DeskClient} client */
  constructor(client) {
    this.client = client;
    /** By the chat from which it was asked for. @type {Map<string, PastList>} */
    this.lists = new Map();
    /** What is read of earlier talks, by talk: from which chat, by how many places on the page, and what was said. @type {Map<string, { of: string, places: number, chat: Chat, refused: string }>} */
    this.reading = new Map();
  }

  /** @param {string} conversation @returns {PastList | null} */
  of(conversation) {
    return this.lists.get(conversation) ?? null;
  }

  /** The first page, once more: a talk may have ended since. @param {string} conversation */
  ask(conversation) {
    if (this.client.modern) this.send(conversation);
  }

  /** One page more. @param {string} conversation */
  more(conversation) {
    const last = this.lists.get(conversation)?.talks.slice(-1)[0];
    if (last !== undefined) this.send(conversation, last.conversation);
  }

  /** @private @param {string} conversation @param {string} [before] */
  send(conversation, before) {
    const list = this.lists.get(conversation);
    if (list?.asked || !this.client.link.send({ type: "past", conversation, ...(before !== undefined && { before }) })) return;
    // The lists of chats that were looked at long ago go first.
    this.lists.delete(conversation);
    this.lists.set(conversation, { talks: list?.talks ?? [], more: list?.more ?? false, asked: true, refused: "" });
    for (const key of this.lists.keys()) if (this.lists.size > KEPT) this.lists.delete(key);
    this.changed();
  }

  /** @param {Extract<DeskFrame, { type: "past" }>} frame */
  answered({ conversation, talks, more }) {
    const before = this.lists.get(conversation)?.talks ?? [];
    const known = new Set(talks.map((talk) => talk.conversation));
    const others = before.filter((talk) => !known.has(talk.conversation));
    // Ids of talks are in the order of time: the page stands before or behind what is known.
    const all = [...others, ...talks].sort((one, other) => other.began - one.began);
    const last = all[all.length - 1]?.conversation;
    const isLast = last === undefined || known.has(last);
    this.lists.set(conversation, { talks: all, more: isLast ? more : (this.lists.get(conversation)?.more ?? more), asked: false, refused: "" });
    this.changed();
  }

  /** @param {Extract<DeskFrame, { type: "error" }>} error @returns {boolean} whether it was about what was asked here */
  refused({ id, conversation = "", code }) {
    if (id !== undefined) return false;
    const list = this.lists.get(conversation ?? "");
    if (list?.asked) this.lists.set(conversation ?? "", { ...list, asked: false, refused: code });
    const read = this.reading.get(conversation ?? "");
    if (read !== undefined) read.refused = code;
    if (!list?.asked && read === undefined) return false;
    this.changed();
    return true;
  }

  /** Reads an earlier talk. @param {string} talk @param {string} of the chat from which */
  open(talk, of) {
    const read = this.reading.get(talk) ?? { of, places: 0, chat: new Chat(talk), refused: "" };
    read.places += 1;
    this.reading.set(talk, read);
    if (read.places === 1) this.follow(talk);
    this.changed();
  }

  /** @param {string} talk */
  close(talk) {
    const read = this.reading.get(talk);
    if (read === undefined) return;
    read.places -= 1;
    if (read.places === 0) {
      this.reading.delete(talk);
      // Where it is looked at as a chat too, its events go on coming.
      if (!this.client.chats.has(talk)) this.client.link.send({ type: "leave", conversation: talk });
    }
    this.changed();
  }

  /** @private @param {string} talk */
  follow(talk) {
    const read = this.reading.get(talk);
    if (read !== undefined) this.client.link.send({ type: "open", conversation: talk, after: read.chat.after, past_of: read.of });
  }

  /** @param {Extract<DeskFrame, { type: "event" }>} frame @returns {boolean} whether nobody else is to hear it */
  heard({ conversation, event }) {
    const read = this.reading.get(conversation);
    if (read === undefined) return false;
    if (read.chat.add(event)) this.changed();
    return !this.client.chats.has(conversation);
  }

  /** The link is another: what was asked is asked again. */
  resume() {
    for (const [conversation, list] of this.lists) if (list.asked) this.lists.set(conversation, { ...list, asked: false });
    const { chat } = this.client.store.state;
    if (chat !== null) this.ask(chat.conversation);
    for (const talk of this.reading.keys()) this.follow(talk);
  }

  /** @private */
  changed() {
    this.client.store.touch("past");
  }
}
