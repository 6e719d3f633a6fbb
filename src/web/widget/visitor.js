// The connection of one shopper: joins link, outbox, storage and talk. The view above it only asks and draws.

import { freshId, keep, Outbox, recall } from "../shared/keep.js";
import { Link, socketUrl } from "../shared/socket.js";
import { Talk } from "./talk.js";

/** @typedef {import("../shared/protocol.js").ChatFrame} ChatFrame */
/** @typedef {import("../shared/protocol.js").ChatRequest} ChatRequest */
/** @typedef {{ token?: string, conversation?: string, read?: number, open?: number }} Remembered open: when it was so last */

/**
 * @typedef {object} Identity
 * @property {string} shop
 * @property {string} lang
 * @property {string | null} customer
 * @property {string | null} signature
 */

/** While a person is awaited, a silent link is doubted after so long, milliseconds. */
const SILENCE_MS = 45_000;
/** A talk that was open so lately is looked at again on the shop's next page, milliseconds. */
const RETURNING_MS = 86_400_000;
const TYPING_EVERY_MS = 3000;
const TYPING_SHOWN_MS = 5000;
/** What the server will take later, under the same id. */
const LATER = ["flood", "unavailable", "draining"];
const LATER_MS = 3000;
/** What only the shop can mend. */
const SHOP_ERRORS = ["origin", "unknown_shop", "bad_signature"];

export class Visitor {
  /**
   * @param {() => Identity} identity
   * @param {() => void} onChange
   * @param {(code: string) => void} onError
   */
  constructor(identity, onChange, onError) {
    this.identity = identity;
    this.onChange = onChange;
    this.onError = onError;
    this.key = `yingda.${identity().shop}`;
    this.outbox = new Outbox("local", `${this.key}.outbox`);
    this.talk = new Talk();
    /** Asked for and not confirmed by the server yet; asked again after a reconnect. */
    this.wants = { human: false, stars: 0, close: false };
    /** @type {import("../shared/protocol.js").Speaker | null} */
    this.typing = null;
    this.typingTimer = 0;
    this.typingSent = 0;
    /** Asked anew: what still comes was counted from another talk's numbers. */
    this.renewing = false;
    /** Whether there has been a reason to connect. */
    this.begun = false;
    /** @type {Link<ChatRequest, ChatFrame>} */
    this.link = new Link({
      url: socketUrl("../v1/chat", import.meta.url),
      hello: () => this.hello(),
      onFrame: (frame) => this.take(frame),
      onState: () => onChange(),
      onRefused: () => onChange(),
      // After the end a hello would begin the next talk, which nobody has asked for yet.
      idle: () => this.talk.closed,
      silence: () => (this.talk.owner === "queue" || this.talk.owner === "agent" ? SILENCE_MS : 0),
    });
    // Another tab had its message acknowledged, or read on.
    window.addEventListener("storage", (event) => {
      if (event.key === this.key) this.onChange();
    });
  }

  /** @returns {Remembered} */
  get remembered() {
    return recall("local", this.key, {});
  }

  /** Whether there is a talk to come back to; without one, nothing connects before the panel is opened. */
  get returning() {
    return Date.now() - (this.remembered.open ?? 0) < RETURNING_MS || this.outbox.all().length > 0;
  }

  start() {
    this.begun = true;
    for (const waiting of this.outbox.all()) this.talk.say(waiting);
    this.link.start();
  }

  /** @private @returns {ChatRequest} */
  hello() {
    const token = this.remembered.token ?? null;
    return { type: "hello", ...this.identity(), token, after: this.talk.after };
  }

  /** @param {string} text */
  say(text) {
    const waiting = { id: freshId(), text, at: Date.now(), conversation: null };
    this.outbox.put(waiting);
    this.talk.say(waiting);
    if (this.talk.closed) this.link.restart();
    else this.flush();
    this.onChange();
  }

  /** A button under a message. @param {import("../shared/protocol.js").Choice} choice */
  choose({ intent, label }) {
    if (intent === "service.human") this.human();
    else this.say(label);
  }

  /** Tries a refused message again. @param {string} id */
  retry(id) {
    const waiting = this.outbox.all().find((one) => one.id === id);
    const entry = this.talk.own.get(id);
    if (waiting === undefined || entry === undefined) return;
    this.outbox.put({ ...waiting, error: undefined, conversation: null });
    Object.assign(entry, { state: "sending", error: undefined, at: Date.now() });
    if (this.link.state === "ready" && !this.talk.closed) this.flush();
    else this.link.restart();
    this.onChange();
  }

  human() {
    this.wants.human = true;
    this.begin({ type: "human" });
  }

  /** @param {number} stars */
  rate(stars) {
    this.wants.stars = stars;
    this.begin({ type: "rate", stars });
  }

  close() {
    this.wants.close = true;
    this.begin({ type: "close" });
  }

  /** The next talk, after this one has ended. */
  again() {
    this.link.restart();
  }

  /** Tells the person at the desk that the shopper is writing. */
  writing() {
    if (this.talk.owner !== "agent" || Date.now() - this.typingSent < TYPING_EVERY_MS) return;
    if (this.link.send({ type: "typing" })) this.typingSent = Date.now();
  }

  /** @param {number} seq */
  read(seq) {
    const { conversation } = this.talk;
    const before = this.remembered;
    if (conversation === null || (before.conversation === conversation && (before.read ?? 0) >= seq)) return;
    keep("local", this.key, { ...before, conversation, read: seq });
  }

  /** What others wrote and this shopper has not seen. */
  get unread() {
    const { conversation, read } = this.remembered;
    const seen = conversation === this.talk.conversation ? (read ?? 0) : 0;
    const { entries, part } = this.talk;
    return entries.filter((one) => one.part === part && one.seq > seen && /bot|agent/.test(one.from)).length;
  }

  /** @private @param {ChatRequest} request */
  begin(request) {
    if (this.link.state === "stopped") this.start();
    else this.link.send(request);
    this.onChange();
  }

  /** @private Sends what waits, in order. */
  flush() {
    const { conversation } = this.talk;
    for (const waiting of this.outbox.all()) {
      if (waiting.error !== undefined) continue;
      this.talk.say(waiting);
      if (this.link.send({ type: "message", id: waiting.id, text: waiting.text })) {
        this.outbox.put({ ...waiting, conversation });
      }
    }
  }

  /** @private @param {ChatFrame} frame */
  take(frame) {
    const { talk } = this;
    switch (frame.type) {
      case "welcome":
        this.welcomed(frame);
        break;
      case "ack":
        this.outbox.drop(frame.id);
        talk.ack(frame.id, frame.seq);
        // It answers within a breath; until then the shopper sees that something happens.
        if (talk.owner === "bot") this.shows("bot");
        break;
      case "message":
      case "owner":
      case "rated":
        if (this.renewing) return;
        if (frame.type === "message" && frame.from === "shopper" && frame.id) this.outbox.drop(frame.id);
        else if (frame.type === "message") this.shows(null);
        talk.event(frame);
        if (talk.owner !== "bot") this.wants.human = false;
        if (frame.type === "owner") this.shows(null);
        if (talk.closed) {
          this.wants.close = false;
          keep("local", this.key, { ...this.remembered, open: 0 });
        }
        if (talk.stars !== null) this.wants.stars = 0;
        break;
      case "queue":
        talk.queue = frame;
        break;
      case "typing":
        if (frame.from !== "shopper") this.shows(frame.from);
        break;
      case "error":
        this.refused(frame);
        break;
      default: // A newer server may say more than this page knows.
    }
    this.onChange();
  }

  /** @private @param {Extract<ChatFrame, { type: "welcome" }>} frame */
  welcomed(frame) {
    const asked = this.renewing ? 0 : this.talk.after;
    this.renewing = false;
    const other = this.talk.welcome(frame);
    const { conversation, read } = this.remembered;
    const same = conversation === frame.conversation;
    const open = Date.now();
    keep("local", this.key, { token: frame.token, conversation: frame.conversation, read: same ? read : 0, open });
    if (other) {
      this.wants = { human: this.wants.human, stars: 0, close: false };
      this.settle(frame.conversation);
      // What was asked for belonged to the talk before; this one is wanted from its beginning.
      if (asked > 0) {
        this.renewing = true;
        return this.link.restart();
      }
    }
    this.flush();
    if (this.wants.human) this.link.send({ type: "human" });
    if (this.wants.stars > 0) this.link.send({ type: "rate", stars: this.wants.stars });
    if (this.wants.close) this.link.send({ type: "close" });
  }

  /**
   * @private A message that went out in an earlier talk may have arrived there: only the shopper can tell whether
   * it should be said again.
   * @param {string} conversation
   */
  settle(conversation) {
    for (const waiting of this.outbox.all()) {
      if (waiting.conversation === null || waiting.conversation === conversation) continue;
      this.outbox.put({ ...waiting, error: "moved" });
      this.talk.refuse(waiting.id, "moved");
    }
  }

  /** @private @param {Extract<ChatFrame, { type: "error" }>} frame */
  refused({ code, id, message }) {
    // For whoever builds the shop's page; what the shopper is told is kinder.
    if (SHOP_ERRORS.includes(code)) return console.warn(`yingda: ${message}`);
    const waiting = this.outbox.all().find((one) => one.id === id);
    if (waiting !== undefined && LATER.includes(code)) {
      setTimeout(() => this.flush(), LATER_MS);
    } else if (waiting !== undefined && id !== undefined) {
      this.outbox.put({ ...waiting, error: code });
      this.talk.refuse(id, code);
    } else {
      this.wants = { human: false, stars: 0, close: false };
      this.onError(code);
    }
  }

  /** @private @param {import("../shared/protocol.js").Speaker | null} from */
  shows(from) {
    this.typing = from;
    clearTimeout(this.typingTimer);
    if (from !== null) {
      this.typingTimer = window.setTimeout(() => {
        this.typing = null;
        this.onChange();
      }, TYPING_SHOWN_MS);
    }
  }
}
