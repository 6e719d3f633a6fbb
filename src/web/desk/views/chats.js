// The page of the chats: who waits, whom this agent has, and the chat that is looked at.

import { el, fill, text } from "../../shared/dom.js";
import { wordsFor } from "../strings.js";
import { Conversation } from "./conversation.js";
import { Lists, nameOf } from "./lists.js";

/** @typedef {import("../chat.js").Chat} Chat */

/** Beside the lists there is room for a conversation. */
const WIDE = matchMedia("(min-width: 60rem)");

export class ChatsPage {
  /**
   * @param {import("../store.js").Store<import("../state.js").DeskState>} store
   * @param {import("../client.js").DeskClient} client
   * @param {import("../drafts.js").Drafts} drafts
   * @param {(chat: Chat) => void} onRelease asks for a note first
   * @param {() => void} onCall calls the agent, who may look elsewhere
   */
  constructor(store, client, drafts, onRelease, onCall) {
    this.store = store;
    this.client = client;
    this.onCall = onCall;
    this.lists = new Lists(store, client, drafts);
    this.conversation = new Conversation(store, client, drafts, onRelease);
    this.news = el("p", { class: "sr", role: "status" });
    this.element = el("main", { class: "panes" }, this.lists.waitingPane, this.lists.minePane, this.conversation.element, this.news);
  }

  get editor() {
    return this.conversation.editor;
  }

  /** A chat came to this desk. @param {Chat} chat @param {boolean} fresh while the desk was open */
  assigned(chat, fresh) {
    const { client, store } = this;
    if (store.state.chat === null && WIDE.matches) client.select(chat.conversation);
    if (client.taken === chat.conversation) {
      client.taken = null;
      store.draw();
      this.editor.input.focus();
    }
    if (!fresh) return;
    if (store.state.chat !== chat || document.hidden) this.onCall();
    const words = wordsFor(store.state.lang);
    text(this.news, fill(words.newChat, { name: chat.card === null ? "" : nameOf(chat.card, words) }));
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether it was for this page */
  key(event) {
    if (!event.altKey || event.ctrlKey || event.metaKey) return false;
    // By place on the keyboard: with Alt, some layouts write other characters.
    const digit = /^Digit([1-3])$/.exec(event.code);
    if (digit !== null) this.editor.insert(Number(digit[1]));
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") this.step(event.key === "ArrowUp" ? -1 : 1);
    else return false;
    return true;
  }

  /** @private To the chat before or after: among one's own, or in the queue while there is none. @param {number} by */
  step(by) {
    const { mine, waiting, chat } = this.store.state;
    const cards = mine.length > 0 ? mine : waiting;
    if (cards.length === 0) return;
    const at = cards.findIndex((card) => card.conversation === chat?.conversation);
    const next = at < 0 ? 0 : (at + by + cards.length) % cards.length;
    this.client.select(cards[next].conversation);
    this.store.draw();
    this.editor.input.focus();
  }
}
