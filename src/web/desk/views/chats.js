// The page of the chats: the list of attention, the chat that is looked at, and its customer.

import { el, fill, set, text } from "../../shared/dom.js";
import { save } from "../../shared/storage.js";
import { arrange, nextOf } from "../attention.js";
import { COLUMN } from "../state.js";
import { wordsFor } from "../strings.js";
import { actsOn } from "./acting.js";
import { Conversation } from "./conversation.js";
import { Customer } from "./customer.js";
import { AttentionList } from "./list.js";

/** @typedef {import("../chat.js").Chat} Chat */
/** @typedef {import("../keys.js").Command} Command */

/** Beside the list there is room for a conversation. */
const ROOMY = matchMedia("(min-width: 45rem)");
/** And beside both for the customer. */
const WIDE = matchMedia("(min-width: 73.75rem)");

export class ChatsPage {
  /**
   * @param {import("../store.js").Store<import("../state.js").DeskState>} store
   * @param {import("../client.js").DeskClient} client
   * @param {import("../drafts.js").Drafts} drafts
   * @param {import("../board.js").Names} names
   * @param {Pick<import("./acting.js").Wiring, "onTransfer" | "onNote" | "onSnooze" | "onHelp"> & { onSent: () => void, onJump: () => void, onCopied: (value: string) => void }} wiring
   */
  constructor(store, client, drafts, names, wiring) {
    this.store = store;
    this.client = client;
    this.names = names;
    this.wiring = wiring;
    this.list = new AttentionList(store, client, drafts, names, (conversation) => this.open(conversation));
    this.conversation = new Conversation(store, client, drafts, names, { acts: () => this.acts, onSent: wiring.onSent, onNext: () => this.next() });
    this.customer = new Customer(store, client, names, { onClose: () => this.turnCustomer(), onCopied: wiring.onCopied, onAsk: () => {} });
    this.news = el("p", { class: "sr", role: "status" });
    this.element = el("main", { class: "desk" }, this.list.element, this.conversation.element, this.customer.element, this.news);
    store.watch(["column", "drawer", "chat"], () => {
      const { column, drawer, chat } = store.state;
      set(this.element, { "data-column": column ? "yes" : "no", "data-drawer": drawer && chat !== null ? "yes" : "no" });
    });
    WIDE.addEventListener("change", () => store.set({ drawer: false }));
  }

  /** It is looked at: the chat stands here now. */
  shown() {
    this.list.element.after(this.conversation.element);
  }

  get editor() {
    return this.conversation.editor;
  }

  get acts() {
    return actsOn(this.store, this.client, {
      ...this.wiring,
      onEnd: (chat) => this.end(chat),
      onCustomer: () => this.turnCustomer(),
      onNext: () => this.next(),
      onTakeNext: () => this.list.next(),
      onBreak: () => this.client.presence(this.store.state.presence.state === "online" ? "break" : "online", ""),
    });
  }

  /** Shows a chat, and lets the agent write. @param {string} conversation */
  open(conversation) {
    this.client.select(conversation);
    this.store.draw();
    this.write();
  }

  /** The focus goes to where words are written; on a phone that would bring up the keyboard over what is to be read first. */
  write() {
    const { editor } = this;
    if (!ROOMY.matches || this.store.state.chat?.place !== "mine") this.conversation.name.focus();
    else editor.input.focus();
  }

  /** A chat came to this desk. @param {Chat} chat @param {boolean} fresh while the desk was open @returns {boolean} whether the agent brought it here herself */
  assigned(chat, fresh) {
    const { client, store } = this;
    if (store.state.chat === null && ROOMY.matches) client.select(chat.conversation);
    const own = client.taken === chat.conversation;
    if (own) {
      client.taken = null;
      store.draw();
      this.write();
    }
    if (fresh && !own) this.say(fill(wordsFor(store.state.lang).newChat, { name: this.nameOf(chat) }));
    return own;
  }

  /** Tells those who listen. @param {string} words */
  say(words) {
    text(this.news, words);
  }

  /** @param {Pick<Chat, "card">} chat */
  nameOf(chat) {
    const words = wordsFor(this.store.state.lang);
    return chat.card === null ? words.shopper : this.names.of(chat.card.shopper, words);
  }

  /** @private The chat ends, in a moment, and the next one is looked at. @param {Chat} chat */
  end(chat) {
    // One that waits and nobody has: only a supervisor, who has looked at it.
    if (chat.place === "waiting") return void this.client.partings.wiring.close(chat.conversation);
    this.client.partings.hold(chat, this.nameOf(chat));
    this.next();
    if (this.store.state.chat !== chat) return;
    this.client.deselect();
    this.store.draw();
    this.list.focus();
  }

  /** To the chat that hurts most. */
  next() {
    const { mine, chat, parting, now } = this.store.state;
    const card = nextOf(arrange(mine, now, (conversation) => parting.has(conversation)), chat?.conversation);
    if (card !== null) this.open(card.conversation);
  }

  /** @private To the chat before or after in the list. @param {number} by */
  step(by) {
    const cards = this.list.order;
    if (cards.length === 0) return;
    const at = cards.findIndex((card) => card.conversation === this.store.state.chat?.conversation);
    this.open(cards[at < 0 ? 0 : (at + by + cards.length) % cards.length].conversation);
  }

  /** @private */
  turnCustomer() {
    const { column, drawer } = this.store.state;
    if (!WIDE.matches) {
      this.store.set({ drawer: !drawer });
      this.store.draw();
      if (drawer) this.conversation.caseLine.focus();
      else this.customer.close.focus();
      return;
    }
    save(COLUMN, !column);
    this.store.set({ column: !column });
  }

  /** @param {Command} command @param {number} n @returns {boolean} whether it was for this page */
  does(command, n) {
    const { acts } = this;
    const act = acts[{ take: "takeNext" }[/** @type {string} */ (command)] ?? command];
    if (command === "sendNext") this.editor.sendAndNext();
    else if (command === "up" || command === "down") this.step(command === "up" ? -1 : 1);
    else if (command === "leave") return this.leave();
    else if (command === "write") this.write();
    else if (command === "phrases") return this.editor.openPhrases();
    else if (command === "jump") this.wiring.onJump();
    else if (command === "undo") this.list.undo();
    else if (command === "copy") this.customer.copy(n);
    else if (act === undefined || !act.shown || act.disabled) return false;
    else act.run();
    return true;
  }

  /** @private Out of the editor into the list; out of the customer's drawer into the chat. */
  leave() {
    if (this.store.state.drawer) this.turnCustomer();
    else if (document.activeElement === this.editor.input) this.list.focus();
    else return false;
    return true;
  }
}
