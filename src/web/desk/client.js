// The desk's side of the protocol: the session joined with the board and the chats that are open here. What is known
// goes into the store; no DOM here.

import { LATE_MS, Session } from "../shared/session.js";
import { Chat } from "./chat.js";

/** @typedef {import("../shared/protocol.js").DeskFrame} DeskFrame */
/** @typedef {import("../shared/protocol.js").DeskRequest} DeskRequest */
/** @typedef {import("../shared/protocol.js").TicketCard} TicketCard */
/** @typedef {import("../shared/outbox.js").Waiting} Waiting */

/**
 * @typedef {object} Listeners
 * @property {(chat: Chat, fresh: boolean) => void} onAssigned a chat came to this desk; fresh: while it was open
 * @property {(conversation: string, text: string) => void} onReturned words that were not sent come back to the editor
 */

/** So long a refusal that concerns no chat is shown, milliseconds. */
const PROBLEM_MS = 8000;

/** @extends {Session<DeskRequest, DeskFrame>} */
export class DeskClient extends Session {
  /**
   * @param {import("./store.js").Store<import("./state.js").DeskState>} store
   * @param {Listeners} listeners
   */
  constructor(store, listeners) {
    super("v1/desk", "yingda.desk.outbox.");
    this.store = store;
    this.listeners = listeners;
    /** Server time minus this machine's. */
    this.skew = 0;
    /** @type {Map<string, Chat>} */
    this.chats = new Map();
    /** Taken by hand and not confirmed yet. @type {string | null} */
    this.taken = null;
    this.problemTimer = 0;
  }

  /** @override @returns {DeskRequest} */
  hello() {
    return { type: "hello" };
  }

  /** @override @param {import("../shared/session.js").Changed} what */
  changed(what) {
    const { store, link } = this;
    if (what === "refused") {
      const { code, message } = this.turned;
      store.set({ me: null, signedOut: true, turned: code === "signed_out" ? "" : message });
    }
    if (what === "link") {
      store.set({ link: link.state, planned: link.planned });
      // What has become of it was told to the link that is gone; the board shows who still waits.
      if (link.state !== "ready" && store.state.closing === "busy") store.set({ closing: null });
    }
    else if (what === "typing") store.touch("typing");
    else store.touch("outbox");
  }

  /** @override @param {string | null} who */
  speaks(who) {
    return who === this.store.state.me?.agent;
  }

  /** @override Chats do not wait for each other. @param {Waiting} waiting */
  lane({ conversation }) {
    return conversation ?? "";
  }

  /** @override @param {Waiting} waiting */
  transmit({ id, text, conversation, epoch = 0 }) {
    return conversation !== null && this.link.send({ type: "message", conversation, id, text, epoch });
  }

  /** @override Nothing was said, and the agent decides anew. @param {Waiting} waiting @param {string} code */
  rejected({ id, conversation, text }, code) {
    this.outbox.drop(id);
    this.listeners.onReturned(conversation ?? "", text);
    this.fail(code, conversation);
    this.changed("outbox");
  }

  get now() {
    return Date.now() + this.skew;
  }

  /** @param {string} conversation */
  select(conversation) {
    this.follow(conversation);
    this.look(this.chat(conversation));
  }

  deselect() {
    this.look(null);
  }

  /** @param {boolean} available */
  status(available) {
    if (this.link.send({ type: "status", available })) this.store.set({ available });
  }

  /** @param {string} conversation */
  takeChat(conversation) {
    this.taken = conversation;
    this.select(conversation);
    this.link.send({ type: "take", conversation });
  }

  /** @param {Chat} chat @param {"return" | "close"} type */
  end(chat, type) {
    this.link.send({ type, conversation: chat.conversation });
  }

  /** Ends chats that wait. @param {string[]} conversations none: all but those of the lane `safety` @param {number | null} before waiting since before */
  closeWaiting(conversations, before) {
    if (this.link.send({ type: "close_waiting", conversations, before })) this.store.set({ closing: "busy" });
  }

  /** @param {Chat} chat @param {string} note */
  release(chat, note) {
    this.link.send({ type: "release", conversation: chat.conversation, note });
  }

  /** @param {Chat} chat @param {string} text @returns {boolean} whether there was room for it */
  say(chat, text) {
    const { conversation, epoch } = chat;
    const who = this.store.state.me?.agent;
    const taken = who !== undefined && this.post({ text, who, conversation, epoch });
    this.mark(chat, taken ? "" : "stuck");
    return taken;
  }

  /** What this agent wrote in a chat and is not among its events yet. @param {Chat} chat */
  unsent(chat) {
    return [...chat.sent, ...this.waiting.filter((one) => one.conversation === chat.conversation && !chat.has(one.id))];
  }

  /** Whether a message should have arrived by now. @param {Waiting} waiting */
  late({ at, id }) {
    return Math.abs(Date.now() - at) > LATE_MS && this.outbox.find(id) !== null;
  }

  /** Gives up sending: the words go back into the editor. @param {Waiting} waiting */
  takeBack({ id, conversation, text }) {
    this.listeners.onReturned(conversation ?? "", text);
    this.withdraw(id);
  }

  /** @param {Chat} chat */
  types({ place, conversation }) {
    if (place === "mine") this.writing({ type: "typing", conversation });
  }

  /** @private @param {Chat | null} chat */
  look(chat) {
    const before = this.store.state.chat;
    this.store.set({ chat });
    if (before !== null && before !== chat && before.place !== "mine") this.leave(before);
  }

  /** @private @param {string} conversation */
  chat(conversation) {
    let chat = this.chats.get(conversation);
    if (chat === undefined) {
      chat = new Chat(conversation);
      this.chats.set(conversation, chat);
    }
    return chat;
  }

  /** @private Something in a chat has changed. @param {Chat} chat */
  touched(chat) {
    if (chat === this.store.state.chat) this.store.touch("chat");
  }

  /** @private @param {Chat} chat @param {string} code */
  mark(chat, code) {
    chat.error = code;
    this.touched(chat);
  }

  /** @private Says what was refused, where it belongs. @param {string} code @param {string | null} [conversation] */
  fail(code, conversation) {
    const chat = this.chats.get(conversation ?? "");
    if (chat !== undefined) return this.mark(chat, code);
    this.store.set({ problem: code });
    clearTimeout(this.problemTimer);
    this.problemTimer = window.setTimeout(() => this.store.set({ problem: "" }), PROBLEM_MS);
  }

  /** @override Listens again from where it ended, and says what waits. */
  resume() {
    for (const chat of this.chats.values()) chat.followed = false;
    for (const chat of this.chats.values()) this.follow(chat.conversation);
    super.resume();
  }

  /** @private @param {string} conversation */
  follow(conversation) {
    const chat = this.chat(conversation);
    if (!chat.followed && this.link.send({ type: "open", conversation, after: chat.after })) chat.followed = true;
  }

  /** @private @param {Chat} chat */
  leave(chat) {
    if (chat.followed) this.link.send({ type: "leave", conversation: chat.conversation });
    this.chats.delete(chat.conversation);
  }

  /** @override @param {DeskFrame} frame @param {boolean} fresh */
  take(frame, fresh) {
    switch (frame.type) {
      case "welcome":
        this.skew = frame.now - Date.now();
        this.store.set({ me: frame, available: frame.available, now: frame.now });
        if (fresh) this.resume();
        break;
      case "board":
        this.board(frame);
        break;
      case "event":
        this.happened(this.chat(frame.conversation), frame.event);
        break;
      case "ack":
        this.confirmed(frame.conversation, frame.id);
        break;
      case "closed_waiting":
        this.store.set({ closing: { closed: frame.closed, left: frame.left } });
        break;
      case "typing":
        this.showTyping("shopper", frame.conversation);
        break;
      case "error":
        if (frame.code === "too_large" && frame.id === undefined) break;
        if (frame.id === undefined && frame.conversation === undefined && this.store.state.closing === "busy") this.store.set({ closing: null });
        if (frame.id === undefined || !this.sender.refused(frame.id, frame.code)) this.fail(frame.code, frame.conversation);
        break;
      default: // A newer server may say more than this page knows.
    }
  }

  /** @private @param {Chat} chat @param {import("../shared/protocol.js").DeskEvent} event */
  happened(chat, event) {
    chat.add(event);
    if (event.kind === "received") this.showTyping(null, chat.conversation);
    if (event.kind === "agent_said" && event.id) this.arrived(event.id);
    this.touched(chat);
  }

  /** @private The event itself may follow later; until it does the text stays on the page. @param {string} conversation @param {string} id */
  confirmed(conversation, id) {
    const waiting = this.outbox.find(id);
    const chat = this.chats.get(conversation);
    if (waiting !== null && chat !== undefined && !chat.has(id)) chat.sent.push(waiting);
    this.sender.done(id);
    this.changed("outbox");
  }

  /** @private @param {Extract<DeskFrame, { type: "board" }>} frame */
  board({ waiting, waiting_count = waiting.length, mine, agents_online: online, notices = [], now }) {
    this.skew = now - Date.now();
    const { boarded, chat: shown } = this.store.state;
    const before = new Set([...this.chats.values()].filter((chat) => chat.place === "mine"));
    const was = JSON.stringify([shown?.card, shown?.place]);
    for (const chat of this.chats.values()) chat.place = "elsewhere";
    for (const card of waiting) {
      const chat = this.chats.get(card.conversation);
      if (chat !== undefined) Object.assign(chat, { card, place: "waiting" });
    }
    for (const card of mine) Object.assign(this.chat(card.conversation), { card, place: "mine" });
    this.store.set({ waiting, waitingCount: waiting_count, mine, online, now, boarded: true });
    // Each board brings them anew; they are drawn, and read aloud, when they are others.
    if (JSON.stringify(notices) !== JSON.stringify(this.store.state.notices)) this.store.set({ notices });
    if (shown !== null && JSON.stringify([shown.card, shown.place]) !== was) this.store.touch("chat");
    for (const { conversation } of mine) {
      this.follow(conversation);
      const chat = this.chat(conversation);
      if (!before.has(chat)) this.listeners.onAssigned(chat, boarded);
    }
    for (const chat of [...this.chats.values()]) {
      if (chat.place !== "mine" && chat !== this.store.state.chat) this.leave(chat);
    }
  }
}
