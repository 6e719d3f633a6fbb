// The desk's side of the protocol: the session joined with the board and the chats that are open here. What is known
// goes into the store; no DOM here.

import { LATE_MS, Session } from "../shared/session.js";
import { Boards } from "./boards.js";
import { Chat } from "./chat.js";
import { EndedChats } from "./ended.js";
import { Floor } from "./floor.js";
import { Partings } from "./parting.js";
import { Past } from "./past.js";

/** @typedef {import("../shared/protocol.js").DeskFrame} DeskFrame */
/** @typedef {import("../shared/protocol.js").DeskRequest} DeskRequest */
/** @typedef {import("../shared/protocol.js").TicketCard} TicketCard */
/** @typedef {import("../shared/protocol.js").TransferTo} TransferTo */
/** @typedef {import("../shared/protocol.js").PresenceState} PresenceState */
/** @typedef {Omit<Extract<DeskFrame, { type: "alert" }>, "type" | "now">} DeskAlert */
/** @typedef {import("../shared/outbox.js").Waiting} Waiting */
/** @typedef {import("./carrier.js").Carrier} Carrier */

/**
 * @typedef {object} Listeners
 * @property {(chat: Chat, fresh: boolean) => void} onAssigned a chat came to this desk; fresh: while it was open
 * @property {(chat: Chat) => void} onSpoken the shopper said something in a chat of this desk
 * @property {(alert: DeskAlert) => void} onAlert something that must be seen now
 * @property {(conversation: string, text: string, inside: boolean) => void} onReturned words that were not sent come back to where they were written; inside: for colleagues only
 * @property {(name: string) => void} onKept a chat that was ended goes on, since its shopper wrote
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
    /** @type {Promise<Carrier | undefined> | undefined} */
    this.carrying = undefined;
    /** @type {Carrier | undefined} */
    this.carries = undefined;
    this.boards = new Boards(this);
    this.floor = new Floor(this);
    this.past = new Past(this);
    this.partings = new Partings({
      close: (conversation) => this.link.send({ type: "close", conversation }),
      onChange: () => store.set({ parting: new Map(this.partings.held) }),
      onTold: (parting) => this.ended.add(parting),
      onKept: (name) => listeners.onKept(name),
    });
    this.ended = new EndedChats(() => store.set({ ended: this.ended.all }));
  }

  /** @override @returns {DeskRequest} */
  hello() {
    return { type: "hello", boards: "changes" };
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
  transmit(waiting) {
    const { id, text, conversation, epoch = 0, inside = false, used, file, lent } = waiting;
    if (conversation === null) return false;
    if (file?.id === "") return this.carry(waiting);
    if (inside) return this.link.send({ type: "note", conversation, id, text });
    return this.link.send({ type: "message", conversation, id, text, epoch, ...(used !== undefined && { used }), ...((file ?? lent) && { files: [/** @type {import("../shared/protocol.js").SentFile} */ (file ?? lent)] }) });
  }

  /** Carries pictures and documents; fetched when there is something to carry, and again when it did not come. @returns {Promise<Carrier | undefined>} */
  get carrier() {
    return (this.carrying ??= import("./carrier.js").then(({ Carrier }) => (this.carries = new Carrier(this)), () => (this.carrying = undefined)));
  }

  /** @private The bytes go first; the message goes when they are there. @param {Waiting} waiting */
  carry(waiting) {
    void this.carrier.then((carrier) => carrier?.carry(waiting));
    return false;
  }

  /** Sends pictures and documents, each as a message. @param {Chat} chat @param {File[]} chosen */
  async attach(chat, chosen) {
    this.mark(chat, "");
    for (const file of chosen) {
      const code = await this.carrier.then((carrier) => carrier?.attach(chat, file) ?? "other");
      if (code !== "") this.mark(chat, code);
    }
  }

  /** @override Nothing was said, and the agent decides anew. @param {Waiting} waiting @param {string} code */
  rejected({ id, conversation, text, inside = false, file }, code) {
    this.outbox.drop(id);
    if (file === undefined) this.listeners.onReturned(conversation ?? "", text, inside);
    else this.carries?.drop(id);
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
    this.askWhy(conversation);
    this.past.ask(conversation);
  }

  /** Why it waits, or is with whom it is with. @param {string} conversation */
  askWhy(conversation) {
    if (this.modern) this.link.send({ type: "why", conversation });
  }

  deselect() {
    this.look(null);
  }

  /** Whether the server is of this version: one of before knows neither presence nor what follows from it. */
  get modern() {
    return this.store.state.me?.state !== undefined;
  }

  /** @param {PresenceState} state @param {string} [reason] @param {string} [agent] another's, for supervisors */
  presence(state, reason = "", agent) {
    if (!this.modern) this.link.send({ type: "status", available: state === "online" });
    else if (!this.link.send({ type: "presence", state, reason, ...(agent !== undefined && { agent }) })) return;
    // Whether one may go is for the server to say.
    if (agent === undefined && (state !== "offline" || !this.modern)) this.store.set({ presence: { state, reason } });
  }

  /** @param {string} conversation */
  takeChat(conversation) {
    this.taken = conversation;
    this.select(conversation);
    this.link.send({ type: "take", conversation });
  }

  /** @param {Chat} chat */
  giveBack({ conversation }) {
    this.link.send({ type: "return", conversation });
  }

  /** @param {Chat} chat @param {TransferTo} to @param {string} note @returns {boolean} whether it went out */
  transfer({ conversation }, to, note) {
    if (to.kind === "queue") return this.link.send({ type: "release", conversation, note });
    return this.link.send({ type: "transfer", conversation, to, note });
  }

  /** @param {Chat} chat @param {number | null} until server time; null: no longer */
  snooze({ conversation }, until) {
    this.link.send({ type: "snooze", conversation, until });
  }

  /** @param {Chat} chat */
  reopen({ conversation }) {
    this.taken = conversation;
    this.link.send({ type: "reopen", conversation });
  }

  /** Writes something down for colleagues. @param {Chat} chat @param {string} text @returns {boolean} whether there was room for it */
  note(chat, text) {
    const who = this.store.state.me?.agent;
    const taken = who !== undefined && this.post({ text, who, conversation: chat.conversation, inside: true });
    this.mark(chat, taken ? "" : "stuck");
    return taken;
  }

  /** Ends chats that wait. @param {string[]} conversations none: all but those of the lane `safety` @param {number | null} before waiting since before */
  closeWaiting(conversations, before) {
    if (this.link.send({ type: "close_waiting", conversations, before })) this.store.set({ closing: "busy" });
  }

  /** @param {Chat} chat @param {string} text @param {string} [used] the phrase that it was written with @param {import("../shared/protocol.js").SentFile} [lent] what the phrase sends along @returns {boolean} whether there was room for it */
  say(chat, text, used, lent) {
    const { conversation, epoch } = chat;
    const who = this.store.state.me?.agent;
    const taken = who !== undefined && this.post({ text, who, conversation, epoch, ...(used !== undefined && { used }), ...(lent !== undefined && { lent }) });
    this.mark(chat, taken ? "" : "stuck");
    return taken;
  }

  /** What this agent wrote in a chat and is not among its events yet. @param {Chat} chat */
  unsent(chat) {
    return [...chat.sent, ...this.waiting.filter((one) => one.conversation === chat.conversation && !chat.has(one.id))];
  }

  /** Whether a message should have arrived by now. @param {Waiting} waiting */
  late({ at, id, file }) {
    return (file === undefined || file.id !== "") && Math.abs(Date.now() - at) > LATE_MS && this.outbox.find(id) !== null;
  }

  /** Gives up sending: the words go back to where they were written. @param {Waiting} waiting */
  takeBack({ id, conversation, text, inside = false, file }) {
    if (file !== undefined) return void this.carrier.then((carrier) => (carrier === undefined ? this.withdraw(id) : carrier.cancel(id)));
    this.listeners.onReturned(conversation ?? "", text, inside);
    this.withdraw(id);
  }

  /** Takes back what was said to the shopper. @param {Chat} chat @param {number} seq */
  unsay({ conversation }, seq) {
    this.link.send({ type: "withdraw", conversation, seq });
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

  /** @param {string} conversation */
  chat(conversation) {
    let chat = this.chats.get(conversation);
    if (chat === undefined) {
      chat = new Chat(conversation);
      // What waits is known before the next board says so again.
      const { waiting, left } = this.store.state;
      const card = [...waiting, ...left].find((one) => one.conversation === conversation);
      if (card !== undefined) Object.assign(chat, { card, place: "waiting" });
      this.chats.set(conversation, chat);
    }
    return chat;
  }

  /** Something in a chat has changed. @param {Chat} chat */
  touched(chat) {
    if (chat === this.store.state.chat) this.store.touch("chat");
  }

  /** @private @param {Chat} chat @param {string} code */
  mark(chat, code) {
    chat.error = code;
    chat.errorSaid = "";
    this.touched(chat);
  }

  /** @private @param {string} conversation @param {string} words what the server says of what it refused */
  explain(conversation, words) {
    const chat = this.chats.get(conversation);
    if (chat === undefined) return;
    chat.errorSaid = words;
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
    this.floor.lost();
    this.boards.lost();
    for (const chat of this.chats.values()) chat.followed = false;
    for (const chat of this.chats.values()) this.follow(chat.conversation);
    this.past.resume();
    super.resume();
    this.partings.resume();
  }

  /** @param {string} conversation */
  follow(conversation) {
    const chat = this.chat(conversation);
    if (chat.followed || !this.link.send({ type: "open", conversation, after: chat.after })) return;
    chat.followed = true;
    chat.since = Math.min(chat.since, this.now);
  }

  /** @param {Chat} chat */
  leave(chat) {
    if (chat.followed) this.link.send({ type: "leave", conversation: chat.conversation });
    chat.followed = false;
    this.chats.delete(chat.conversation);
  }

  /** @override @param {DeskFrame} frame @param {boolean} fresh */
  take(frame, fresh) {
    switch (frame.type) {
      case "welcome":
        this.skew = frame.now - Date.now();
        this.partings.belongTo(frame.agent);
        this.ended.belongTo(frame.agent);
        this.store.set({ me: frame, presence: { state: frame.state ?? (frame.available ? "online" : "break"), reason: frame.reason ?? "" }, now: frame.now });
        if (fresh) this.resume();
        break;
      case "board":
        this.boards.whole(frame);
        break;
      case "board_changes":
        this.boards.changed(frame);
        break;
      case "case":
        this.boards.learn(frame);
        break;
      case "floor":
        this.floor.answered(frame);
        break;
      case "why":
        this.store.set({ why: frame });
        break;
      case "team":
        this.boards.team(frame);
        break;
      case "alert":
        this.listeners.onAlert(frame);
        break;
      case "past":
        this.past.answered(frame);
        break;
      case "event":
        if (this.past.heard(frame)) break;
        this.happened(this.chat(frame.conversation), frame.event);
        break;
      case "ack":
        this.confirmed(frame.conversation, frame.id);
        break;
      case "seen": {
        const chat = this.chat(frame.conversation);
        chat.seen = Math.max(chat.seen, frame.seq);
        this.touched(chat);
        break;
      }
      case "closed_waiting":
        this.store.set({ closing: { closed: frame.closed, left: frame.left } });
        break;
      case "typing":
        this.showTyping("shopper", frame.conversation);
        break;
      case "error":
        if (frame.code === "too_large" && frame.id === undefined) break;
        if (frame.id === undefined && frame.conversation === undefined && this.store.state.closing === "busy") this.store.set({ closing: null });
        if (this.past.refused(frame)) break;
        if (frame.code === "chats_open") this.store.set({ leaving: frame.open ?? this.store.state.mine.length });
        else if (frame.id === undefined || !this.sender.refused(frame.id, frame.code)) this.fail(frame.code, frame.conversation);
        // Which rule it was only the server's words say.
        if (frame.rule !== undefined) this.explain(frame.conversation ?? "", frame.message);
        break;
      default: // A newer server may say more than this page knows.
    }
  }

  /** @private @param {Chat} chat @param {import("../shared/protocol.js").DeskEvent} event */
  happened(chat, event) {
    const fresh = chat.add(event);
    if (event.kind === "received") this.showTyping(null, chat.conversation);
    if (event.id && event.kind !== "received") this.arrived(event.id);
    if (fresh && event.kind === "received" && event.at >= chat.since) {
      this.partings.spoken(chat.conversation);
      if (chat.place === "mine") this.listeners.onSpoken(chat);
    }
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
}
