// The desk's side of the protocol: the board, the chats that are open here, and what waits to be acknowledged.

import { freshId, Outbox } from "../shared/keep.js";
import { Link, socketUrl } from "../shared/socket.js";
import { Chat } from "./chat.js";

/** @typedef {import("../shared/protocol.js").DeskFrame} DeskFrame */
/** @typedef {import("../shared/protocol.js").DeskRequest} DeskRequest */
/** @typedef {import("../shared/protocol.js").TicketCard} TicketCard */
/** @typedef {import("../shared/keep.js").Waiting} Waiting */

/**
 * @typedef {object} Listeners
 * @property {() => void} onChange
 * @property {(chat: Chat, fresh: boolean) => void} onAssigned a chat came to this desk; fresh: while it was open
 * @property {(code: string) => void} onError
 * @property {() => void} onSignedOut
 */

/** A desk waits for chats: a link that is silent for so long is doubted, milliseconds. */
const SILENCE_MS = 45_000;
const TYPING_EVERY_MS = 3000;
/** What the server will take later, under the same id. */
const LATER = new Set(["flood", "unavailable", "draining"]);
const LATER_MS = 3000;

export class Client {
  /** @param {Listeners} listeners */
  constructor(listeners) {
    this.listeners = listeners;
    /** @type {Extract<DeskFrame, { type: "welcome" }> | null} */
    this.me = null;
    this.available = false;
    /** @type {TicketCard[]} */
    this.waiting = [];
    /** @type {TicketCard[]} */
    this.mine = [];
    this.online = 0;
    /** Server time minus this machine's. */
    this.skew = 0;
    /** @type {Map<string, Chat>} */
    this.chats = new Map();
    /** @type {string | null} */
    this.selected = null;
    /** Taken by hand and not confirmed yet. @type {string | null} */
    this.taken = null;
    this.boarded = false;
    this.typed = 0;
    this.outbox = new Outbox("session", "yingda.desk.outbox");
    /** @type {Link<DeskRequest, DeskFrame>} */
    this.link = new Link({
      url: socketUrl("../v1/desk", import.meta.url),
      hello: () => ({ type: "hello" }),
      onFrame: (frame, fresh) => this.take(frame, fresh),
      onState: () => listeners.onChange(),
      onRefused: () => listeners.onSignedOut(),
      silence: () => SILENCE_MS,
    });
  }

  get now() {
    return Date.now() + this.skew;
  }

  get ready() {
    return this.link.state === "ready";
  }

  /** @returns {Chat | null} */
  get current() {
    return this.selected === null ? null : (this.chats.get(this.selected) ?? null);
  }

  /** @param {string} conversation */
  select(conversation) {
    const before = this.current;
    this.selected = conversation;
    this.follow(conversation);
    if (before !== null && before.conversation !== conversation && before.place !== "mine") this.leave(before);
    this.listeners.onChange();
  }

  deselect() {
    const before = this.current;
    this.selected = null;
    if (before !== null && before.place !== "mine") this.leave(before);
    this.listeners.onChange();
  }

  /** @param {boolean} available */
  status(available) {
    if (this.link.send({ type: "status", available })) this.available = available;
    this.listeners.onChange();
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

  /** @param {Chat} chat @param {string} note */
  release(chat, note) {
    this.link.send({ type: "release", conversation: chat.conversation, note });
  }

  /** @param {Chat} chat @param {string} text */
  say(chat, text) {
    const { conversation, epoch } = chat;
    chat.error = "";
    this.outbox.put({ id: freshId(), text, at: this.now, conversation, epoch });
    this.flush();
    this.listeners.onChange();
  }

  /** What this agent wrote in a chat and is not among its events yet. @param {Chat} chat */
  unsent(chat) {
    return [...chat.sent, ...this.outbox.all().filter((one) => one.conversation === chat.conversation)];
  }

  /** A refused message again, under the chat's epoch of now: the agent has seen what changed. @param {Waiting} waiting */
  again(waiting) {
    const chat = this.chats.get(waiting.conversation ?? "");
    if (chat === undefined) return;
    this.outbox.drop(waiting.id);
    this.say(chat, waiting.text);
  }

  /** @param {Waiting} waiting */
  discard(waiting) {
    this.outbox.drop(waiting.id);
    this.listeners.onChange();
  }

  /** @param {Chat} chat */
  writing(chat) {
    if (chat.place !== "mine" || Date.now() - this.typed < TYPING_EVERY_MS) return;
    if (this.link.send({ type: "typing", conversation: chat.conversation })) this.typed = Date.now();
  }

  /** @private Sends what waits, in order. */
  flush() {
    for (const { id, text, conversation, epoch, error } of this.outbox.all()) {
      if (error !== undefined || conversation === null) continue;
      this.link.send({ type: "message", conversation, id, text, epoch: epoch ?? 0 });
    }
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

  /** @private After a new connection: listens again from where it ended, and says what waits. */
  resume() {
    for (const chat of this.chats.values()) chat.followed = false;
    for (const chat of this.chats.values()) this.follow(chat.conversation);
    this.flush();
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

  /** @private @param {DeskFrame} frame @param {boolean} fresh */
  take(frame, fresh) {
    switch (frame.type) {
      case "welcome":
        this.me = frame;
        this.available = frame.available;
        this.skew = frame.now - Date.now();
        if (fresh) this.resume();
        break;
      case "board":
        this.board(frame);
        break;
      case "event":
        this.chat(frame.conversation).add(frame.event);
        if (frame.event.kind === "agent_said" && frame.event.id) this.outbox.drop(frame.event.id);
        break;
      case "ack":
        this.confirmed(frame.conversation, frame.id);
        break;
      case "typing":
        this.chat(frame.conversation).types();
        break;
      case "error":
        this.refused(frame);
        break;
      default: // A newer server may say more than this page knows.
    }
    this.listeners.onChange();
  }

  /** @private The event itself may follow later; until it does the text stays on the page. @param {string} conversation @param {string} id */
  confirmed(conversation, id) {
    const waiting = this.outbox.all().find((one) => one.id === id);
    const chat = this.chats.get(conversation);
    if (waiting !== undefined && chat !== undefined && !chat.has(id)) chat.sent.push(waiting);
    this.outbox.drop(id);
  }

  /** @private @param {Extract<DeskFrame, { type: "board" }>} frame */
  board(frame) {
    this.waiting = frame.waiting;
    this.mine = frame.mine;
    this.online = frame.agents_online;
    this.skew = frame.now - Date.now();
    const before = new Set([...this.chats.values()].filter((chat) => chat.place === "mine"));
    for (const chat of this.chats.values()) chat.place = "elsewhere";
    for (const card of frame.waiting) {
      const chat = this.chats.get(card.conversation);
      if (chat !== undefined) Object.assign(chat, { card, place: "waiting" });
    }
    for (const card of frame.mine) {
      const chat = this.chat(card.conversation);
      Object.assign(chat, { card, place: "mine" });
      this.follow(card.conversation);
      if (!before.has(chat)) this.listeners.onAssigned(chat, this.boarded);
    }
    this.boarded = true;
    for (const chat of [...this.chats.values()]) {
      if (chat.place !== "mine" && chat.conversation !== this.selected) this.leave(chat);
    }
  }

  /** @private @param {Extract<DeskFrame, { type: "error" }>} frame */
  refused({ code, id, conversation }) {
    const waiting = this.outbox.all().find((one) => one.id === id);
    if (waiting !== undefined && LATER.has(code)) {
      setTimeout(() => this.flush(), LATER_MS);
      return;
    }
    if (waiting !== undefined) this.outbox.put({ ...waiting, error: code });
    const chat = this.chats.get(conversation ?? waiting?.conversation ?? "");
    if (chat !== undefined) chat.error = code;
    else this.listeners.onError(code);
  }
}
