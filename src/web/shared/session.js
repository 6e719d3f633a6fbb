// The session of widget and desk: link, outbox, who is typing. What frames mean is for the clients.

import { Outbox, OutboxSender } from "./outbox.js";
import { socketUrl } from "./server.js";
import { Link } from "./socket.js";

/** @typedef {import("./outbox.js").Waiting} Waiting */
/** @typedef {import("./protocol.js").Speaker} Speaker */
/** refused: the server will not have this client. @typedef {"link" | "outbox" | "typing" | "refused"} Changed */

/** After this a message that is still on its way is not delivered, and says so, milliseconds. */
export const LATE_MS = 8000;
/** While a person is awaited, a silent link is doubted after so long, milliseconds. */
const SILENCE_MS = 45_000;
/** How often what waits is looked after, milliseconds. */
const POLL_MS = 2000;
const TYPING_EVERY_MS = 3000;
const TYPING_SHOWN_MS = 5000;
/** The close code for a frame that is larger than the server takes. */
const TOO_LARGE = 1009;
/** What a close code says when no frame has said it before. @type {Record<number, string>} */
const CLOSED = { 0: "blocked", 1013: "full", 4401: "signed_out", 4403: "origin", 4404: "unknown_shop", 4429: "too_many_connects" };

/**
 * @template {{ type: string }} Request
 * @template {import("./socket.js").AnyFrame} Frame
 */
export class Session {
  /** @param {string} path of the socket, from the server's address @param {string} prefix of the outbox's keys */
  constructor(path, prefix) {
    this.over = new AbortController();
    const { signal } = this.over;
    this.outbox = new Outbox(prefix, signal);
    /** Why the server would not have this client the last time; empty when it would. @type {{ code: string, message: string }} */
    this.turned = { code: "", message: "" };
    /** A frame was too large, and the close that follows says the same again. */
    this.blamed = false;
    this.sender = new OutboxSender(this);
    /** @type {Link<Request, Frame>} */
    this.link = new Link({
      url: socketUrl(path),
      hello: () => this.hello(),
      ping: /** @type {Request} */ ({ type: "ping" }),
      onFrame: (frame, fresh) => this.hear(frame, fresh),
      onState: () => this.changed("link"),
      onLost: (code) => this.lost(code),
      onRefused: (code) => {
        if (this.turned.code === "") this.turned = { code: CLOSED[code] ?? "other", message: "" };
        this.changed("refused");
      },
      idle: () => this.idle(),
      silence: () => (this.awaiting() ? SILENCE_MS : 0),
      unsent: () => this.waiting.some(({ error }) => error === undefined),
    });
    /** Who is typing, by conversation. @type {Map<string, { from: Speaker, timer: number }>} */
    this.typing = new Map();
    this.typed = 0;
    window.addEventListener("storage", ({ key }) => {
      if (key?.startsWith(prefix)) this.changed("outbox");
    }, { signal });
    this.looking = setInterval(() => this.poll(), POLL_MS);
  }

  /** Ends it for good: another client takes its place. */
  dispose() {
    this.link.stop();
    this.over.abort();
    clearInterval(this.looking);
    for (const { timer } of this.typing.values()) clearTimeout(timer);
    this.changed = () => {};
  }

  /** @private @param {Frame} frame @param {boolean} fresh */
  hear(frame, fresh) {
    if (frame.type === "welcome") this.turned = { code: "", message: "" };
    if (frame.type === "error") {
      const { code, id, message } = /** @type {import("./protocol.js").ErrorBody} */ (/** @type {unknown} */ (frame));
      if (!this.ready) this.turned = { code, message };
      if (code === "too_large" && id === undefined) {
        this.sender.tooLarge();
        this.blamed = true;
      }
    }
    this.take(frame, fresh);
  }

  /** @private @param {number} code */
  lost(code) {
    if (code === TOO_LARGE && !this.blamed) this.sender.tooLarge();
    this.blamed = false;
    if (!this.ready && CLOSED[code] !== undefined && this.turned.code === "") this.turned = { code: CLOSED[code], message: "" };
    this.sender.lost();
  }

  /** @returns {Request} */
  hello() {
    throw new Error("abstract");
  }

  /** @param {Frame} _frame @param {boolean} _fresh a welcome to a new connection */
  take(_frame, _fresh) {}

  /** @param {Waiting} _waiting @returns {boolean} whether it went out */
  transmit(_waiting) {
    return false;
  }

  /** What the server will not have as it is. @param {Waiting} waiting @param {string} error */
  rejected(waiting, error) {
    this.outbox.put({ ...waiting, error });
  }

  /** Draws. @param {Changed} _what */
  changed(_what) {}

  /** Whether these are the words of whoever is here; another's are not sent. @param {string | null} who @returns {boolean} */
  speaks(who) {
    return who === null;
  }

  /** Whether it is to go out from here and now. @param {Waiting} waiting */
  wanted({ who }) {
    return this.ready && this.speaks(who);
  }

  /** Messages of one lane wait for each other. @param {Waiting} _waiting */
  lane(_waiting) {
    return "";
  }

  /** Whether nothing is to be heard: a lost link stays lost. */
  idle() {
    return false;
  }

  /** Whether a person is awaited. */
  awaiting() {
    return true;
  }

  get ready() {
    return this.link.state === "ready";
  }

  /** What was said here, in whatever page, and the server has not acknowledged. */
  get waiting() {
    return this.outbox.all().filter(({ who }) => this.speaks(who));
  }

  /** @param {Parameters<Outbox["add"]>[0]} said @returns {boolean} whether there was room for it */
  post(said) {
    if (this.outbox.full) return false;
    this.outbox.add(said);
    this.sender.pump();
    this.changed("outbox");
    return true;
  }

  /** Tries again, now. @param {string} id */
  retry(id) {
    this.sender.retry(id);
    if (!this.ready) this.link.restart();
    this.changed("outbox");
  }

  /** Takes a message back. @param {string} id @returns {string} its text */
  withdraw(id) {
    const text = this.outbox.find(id)?.text ?? "";
    this.sender.done(id);
    this.changed("outbox");
    return text;
  }

  /** An own message is among the events. Another page that sent it waits for its acknowledgement. @param {string} id */
  arrived(id) {
    const waiting = this.outbox.find(id);
    if (waiting !== null && this.outbox.mine(waiting)) this.sender.done(id);
  }

  /** After a welcome: what was in the air goes out again. */
  resume() {
    this.sender.lost();
    this.sender.pump();
  }

  /** Tells the other side that somebody writes here, not more often than need be. @param {Request} request */
  writing(request) {
    if (Date.now() - this.typed > TYPING_EVERY_MS && this.link.send(request)) this.typed = Date.now();
  }

  /** Shows for a moment who types; null: nobody. @param {Speaker | null} from @param {string} [conversation] */
  showTyping(from, conversation = "") {
    clearTimeout(this.typing.get(conversation)?.timer);
    this.typing.delete(conversation);
    if (from !== null) {
      const timer = window.setTimeout(() => this.showTyping(null, conversation), TYPING_SHOWN_MS);
      this.typing.set(conversation, { from, timer });
    }
    this.changed("typing");
  }

  /** @private */
  poll() {
    if (this.waiting.length === 0) return;
    this.outbox.touch();
    this.sender.pump();
    this.changed("outbox");
  }
}
