// The desk's side of the protocol: the board, the chats that are open here, and what waits to be acknowledged.

import { Outbox } from "../shared/outbox.js";
import { Post } from "../shared/post.js";
import { Link, socketUrl } from "../shared/socket.js";
import { Chat } from "./chat.js";
import { draftsOf } from "./drafts.js";

/** @typedef {import("../shared/protocol.js").DeskFrame} DeskFrame */
/** @typedef {import("../shared/protocol.js").DeskRequest} DeskRequest */
/** @typedef {import("../shared/protocol.js").TicketCard} TicketCard */
/** @typedef {import("../shared/outbox.js").Waiting} Waiting */

/**
 * @typedef {object} Listeners
 * @property {() => void} onChange
 * @property {(chat: Chat, fresh: boolean) => void} onAssigned a chat came to this desk; fresh: while it was open
 * @property {(conversation: string, text: string) => void} onReturned words that were not sent come back to the editor
 * @property {(code: string) => void} onError
 * @property {() => void} onSignedOut
 */

/** A desk waits for chats: a link that is silent for so long is doubted though nobody looks, milliseconds. */
const SILENCE_MS = 45_000;
/** How often what waits is looked after, milliseconds. */
const TEND_MS = 2000;
/** After this a message that is still on its way is not delivered, and says so, milliseconds. */
const LATE_MS = 8000;
const TYPING_EVERY_MS = 3000;
/** The close code for a frame that is larger than the server takes. */
const TOO_LARGE = 1009;

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
    this.outbox = new Outbox("yingda.desk.outbox.");
    this.post = new Post({
      outbox: this.outbox,
      wanted: ({ who }) => this.ready && who === this.me?.agent,
      // Chats do not wait for each other.
      lane: ({ conversation }) => conversation ?? "",
      send: (waiting) => this.sends(waiting),
      onRefused: (waiting, code) => this.returned(waiting, code),
      onChange: () => listeners.onChange(),
    });
    /** @type {Link<DeskRequest, DeskFrame>} */
    this.link = new Link({
      url: socketUrl("../v1/desk", import.meta.url),
      hello: () => /** @type {DeskRequest} */ ({ type: "hello" }),
      ping: /** @type {DeskRequest} */ ({ type: "ping" }),
      onFrame: (frame, fresh) => this.take(frame, fresh),
      onState: () => listeners.onChange(),
      onLost: (code) => this.post.lost(code === TOO_LARGE),
      onRefused: () => listeners.onSignedOut(),
      silence: () => SILENCE_MS,
      unsent: () => this.words.length > 0,
    });
    window.addEventListener("storage", ({ key }) => {
      if (key?.startsWith(this.outbox.prefix)) listeners.onChange();
    });
    setInterval(() => this.tend(), TEND_MS);
  }

  /** What this agent has said and the server has not acknowledged, in whatever page. */
  get words() {
    return this.outbox.all().filter(({ who }) => who === this.me?.agent);
  }

  /** @private */
  tend() {
    if (this.words.length === 0) return;
    this.outbox.touch();
    this.post.pump();
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

  /** @param {Chat} chat @param {string} text @returns {boolean} whether there was room for it */
  say(chat, text) {
    const { conversation, epoch } = chat;
    const full = this.outbox.full || this.me === null;
    chat.error = full ? "stuck" : "";
    if (this.me !== null && !full) this.outbox.add({ text, who: this.me.agent, conversation, epoch });
    this.post.pump();
    this.listeners.onChange();
    return !full;
  }

  /** What this agent wrote in a chat and is not among its events yet. @param {Chat} chat */
  unsent(chat) {
    return [...chat.sent, ...this.words.filter((one) => one.conversation === chat.conversation && !chat.has(one.id))];
  }

  /** Whether a message should have arrived by now. @param {Waiting} waiting */
  late({ at, id }) {
    return Date.now() - at > LATE_MS && this.outbox.find(id) !== null;
  }

  /** Tries again now what is not delivered. @param {Waiting} waiting */
  again(waiting) {
    this.post.retry(waiting.id);
    if (!this.ready) this.link.restart();
    this.listeners.onChange();
  }

  /** Gives up sending: the words go back into the editor. @param {Waiting} waiting */
  takeBack(waiting) {
    this.listeners.onReturned(waiting.conversation ?? "", waiting.text);
    this.post.done(waiting.id);
    this.listeners.onChange();
  }

  /** @param {Chat} chat */
  writing(chat) {
    if (chat.place !== "mine" || Date.now() - this.typed < TYPING_EVERY_MS) return;
    if (this.link.send({ type: "typing", conversation: chat.conversation })) this.typed = Date.now();
  }

  /** @private @param {Waiting} waiting */
  sends({ id, text, conversation, epoch = 0 }) {
    return conversation !== null && this.link.send({ type: "message", conversation, id, text, epoch });
  }

  /** @private The server will not have it as it is: nothing was said, and the agent decides anew. @param {Waiting} waiting @param {string} code */
  returned(waiting, code) {
    this.outbox.drop(waiting.id);
    this.listeners.onReturned(waiting.conversation ?? "", waiting.text);
    const chat = this.chats.get(waiting.conversation ?? "");
    if (chat !== undefined) chat.error = code;
    else this.listeners.onError(code);
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
    this.post.lost();
    this.post.pump();
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
        draftsOf(frame.agent);
        this.available = frame.available;
        this.skew = frame.now - Date.now();
        if (fresh) this.resume();
        break;
      case "board":
        this.board(frame);
        break;
      case "event":
        this.chat(frame.conversation).add(frame.event);
        if (frame.event.kind === "agent_said" && frame.event.id) this.heard(frame.event.id);
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

  /** @private A message is among the events. Another page that sent it waits for its acknowledgement. @param {string} id */
  heard(id) {
    const waiting = this.outbox.find(id);
    if (waiting !== null && this.outbox.mine(waiting)) this.post.done(id);
  }

  /** @private The event itself may follow later; until it does the text stays on the page. @param {string} conversation @param {string} id */
  confirmed(conversation, id) {
    const waiting = this.outbox.find(id);
    const chat = this.chats.get(conversation);
    if (waiting !== null && chat !== undefined && !chat.has(id)) chat.sent.push(waiting);
    this.post.done(id);
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
    if (id !== undefined && this.post.refused(id, code)) return;
    const chat = this.chats.get(conversation ?? "");
    if (chat !== undefined) chat.error = code;
    else this.listeners.onError(code);
  }
}
