// The connection of one shopper: joins link, outbox, storage and talk. The view above it only asks and draws.

import { keep, recall } from "../shared/keep.js";
import { Outbox } from "../shared/outbox.js";
import { Post } from "../shared/post.js";
import { Link, socketUrl } from "../shared/socket.js";
import { Talk } from "./talk.js";

/** @typedef {import("../shared/protocol.js").ChatFrame} ChatFrame */
/** @typedef {import("../shared/protocol.js").ChatRequest} ChatRequest */
/** @typedef {import("../shared/outbox.js").Waiting} Waiting */
/**
 * @typedef {{ token?: string, conversation?: string, read?: number, open?: number }} Remembered open: when the talk
 *   was so last; 0 once its end was read
 */

/**
 * @typedef {object} Identity
 * @property {string} shop
 * @property {string} lang
 * @property {string | null} customer
 * @property {string | null} signature
 */

/** While a person is awaited, a silent link is doubted after so long, though nobody looks, milliseconds. */
const SILENCE_MS = 45_000;
/** How often what waits is looked after, milliseconds. */
const TEND_MS = 2000;
const TYPING_EVERY_MS = 3000;
const TYPING_SHOWN_MS = 5000;
/** What only the shop can mend. */
const SHOP_ERRORS = ["origin", "unknown_shop", "bad_signature"];
/** The close code for a frame that is larger than the server takes. */
const TOO_LARGE = 1009;

export class Visitor {
  /**
   * @param {() => Identity} identity
   * @param {() => void} onChange
   */
  constructor(identity, onChange) {
    this.identity = identity;
    this.onChange = onChange;
    /** @type {(code: string) => void} */
    this.onError = () => {};
    this.key = `yingda.${identity().shop}`;
    this.outbox = new Outbox(`${this.key}.outbox.`);
    this.talk = new Talk();
    /** Asked for and not confirmed by the server yet; asked again after a reconnect. */
    this.wants = { human: false, stars: 0, close: false };
    /** @type {import("../shared/protocol.js").Speaker | null} */
    this.typing = null;
    this.typingTimer = 0;
    this.typingSent = 0;
    /** Another talk is open already: the one whose end is being told is followed by it. */
    this.next = false;
    /** Whether there has been a reason to connect. */
    this.begun = false;
    this.post = new Post({
      outbox: this.outbox,
      // After the end, only what may have arrived before it is asked about; the rest is for the next talk.
      wanted: ({ who, conversation }) =>
        this.link.state === "ready" &&
        this.speaks(who) &&
        (!this.talk.closed || conversation === this.talk.conversation),
      lane: () => "",
      send: (waiting) => this.sends(waiting),
      onRefused: (waiting, error) => this.outbox.put({ ...waiting, error }),
      onChange,
    });
    /** @type {Link<ChatRequest, ChatFrame>} */
    this.link = new Link({
      url: socketUrl("../v1/chat", import.meta.url),
      hello: () => this.hello(),
      ping: { type: "ping" },
      onFrame: (frame) => this.take(frame),
      onState: () => onChange(),
      onLost: (code) => this.post.lost(code === TOO_LARGE),
      onRefused: () => onChange(),
      // After the end a hello would begin the next talk, which nobody has asked for yet.
      idle: () => this.talk.closed,
      silence: () => (this.talk.owner === "queue" || this.talk.owner === "agent" ? SILENCE_MS : 0),
      unsent: () => this.waiting.some((one) => one.error === undefined),
    });
    window.addEventListener("storage", ({ key }) => {
      if (key === this.key && this.talk.closed && this.elsewhere) this.link.restart();
      if (key?.startsWith(this.key)) this.onChange();
    });
    setInterval(() => this.tend(), TEND_MS);
  }

  /** @returns {Remembered} */
  get remembered() {
    return recall("local", this.key, {});
  }

  /** Whether another page of this shopper has begun the next talk. */
  get elsewhere() {
    const { conversation } = this.remembered;
    return conversation !== undefined && conversation !== this.talk.conversation;
  }

  /** What this shopper has said and the server has not acknowledged, in whatever page. */
  get waiting() {
    return this.outbox.all().filter(({ who }) => this.speaks(who));
  }

  /** @private Another customer's words are not this one's. @param {string | null} who */
  speaks(who) {
    return who === null || who === this.identity().customer;
  }

  start() {
    this.begun = true;
    this.link.start();
    this.onChange();
  }

  /** @private @returns {ChatRequest} */
  hello() {
    const { conversation, after, closed } = this.talk;
    const { token = null, conversation: before = null, open = 0 } = this.remembered;
    // The end of the talk that was shown last may have come while nobody looked.
    const shown = conversation ?? (open > 0 ? before : null);
    return { type: "hello", ...this.identity(), token, ...(closed ? { after: 0 } : { after, conversation: shown }) };
  }

  /** @param {string} text @returns {boolean} whether there was room for it */
  say(text) {
    if (this.outbox.full) return false;
    this.outbox.add({ text, who: this.identity().customer });
    if (this.talk.closed) this.link.restart();
    else this.post.pump();
    this.onChange();
    return true;
  }

  /** A button under a message. @param {import("../shared/protocol.js").Choice} choice */
  choose({ intent, label }) {
    if (intent === "service.human") this.human();
    else this.say(label);
  }

  /** Tries a message again, now. @param {string} id */
  retry(id) {
    this.post.retry(id);
    if (this.talk.closed || this.link.state === "waiting") this.link.restart();
    this.onChange();
  }

  /** Takes a message back that will not be sent. @param {string} id @returns {string} its text */
  withdraw(id) {
    const text = this.outbox.find(id)?.text ?? "";
    this.post.done(id);
    this.onChange();
    return text;
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
    if (!this.post.busy) this.begin({ type: "close" });
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

  /** The shopper has seen the talk as far as it is here. */
  read() {
    const { conversation, after, closed } = this.talk;
    const before = this.remembered;
    if (conversation === null || before.conversation !== conversation) return;
    const open = closed ? 0 : before.open;
    if ((before.read ?? 0) < after || before.open !== open) keep("local", this.key, { ...before, read: after, open });
  }

  /** What others wrote and this shopper has not seen. */
  get unread() {
    const { conversation, read } = this.remembered;
    const seen = conversation === this.talk.conversation ? (read ?? 0) : 0;
    const { entries, part } = this.talk;
    return entries.filter((one) => one.part === part && one.seq > seen && /bot|agent/.test(one.from)).length;
  }

  /** Brings what waits to be acknowledged into the talk, whichever page it was said in. */
  gather() {
    this.talk.unsent(this.waiting, this.post.trouble);
  }

  /** @private */
  tend() {
    if (this.waiting.length === 0) return;
    this.outbox.touch();
    this.post.pump();
    this.onChange();
  }

  /** @private @param {ChatRequest} request */
  begin(request) {
    if (this.link.state === "stopped") this.start();
    else this.link.send(request);
    this.onChange();
  }

  /** @private @param {Waiting} waiting */
  sends(waiting) {
    if (!this.link.send({ type: "message", id: waiting.id, text: waiting.text })) return false;
    this.outbox.put({ ...waiting, conversation: this.talk.conversation });
    return true;
  }

  /** @private @param {ChatFrame} frame */
  take(frame) {
    const { talk } = this;
    switch (frame.type) {
      case "welcome":
        this.welcomed(frame);
        break;
      case "ack":
        this.gather();
        talk.ack(frame.id, frame.seq);
        this.post.done(frame.id);
        if (this.wants.close && !this.post.busy) this.link.send({ type: "close" });
        // It answers within a breath; until then the shopper sees that something happens.
        if (talk.owner === "bot") this.shows("bot");
        break;
      case "message":
      case "owner":
      case "rated":
        this.happened(frame);
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

  /** @private @param {Extract<ChatFrame, { type: "message" | "owner" | "rated" }>} frame */
  happened(frame) {
    const { talk } = this;
    if (frame.type === "message" && frame.from === "shopper" && frame.id) {
      this.gather();
      talk.event(frame);
      // Another page that sent it waits for its acknowledgement and drops it then.
      const waiting = this.outbox.find(frame.id);
      if (waiting !== null && this.outbox.mine(waiting)) this.post.done(frame.id);
    } else {
      talk.event(frame);
      this.shows(null);
    }
    if (talk.owner !== "bot") this.wants.human = false;
    if (talk.closed) this.wants.close = false;
    if (talk.stars !== null) this.wants.stars = 0;
    if (talk.closed && this.next && !talk.replaying) this.link.restart();
  }

  /** @private @param {Extract<ChatFrame, { type: "welcome" }>} frame */
  welcomed(frame) {
    const other = this.talk.welcome(frame);
    this.next = frame.next ?? false;
    const { conversation, read } = this.remembered;
    const same = conversation === frame.conversation;
    const open = Date.now();
    keep("local", this.key, { token: frame.token, conversation: frame.conversation, read: same ? read : 0, open });
    if (other) this.wants = { human: this.wants.human, stars: 0, close: false };
    this.settle(frame.conversation);
    this.post.lost();
    this.post.pump();
    if (this.wants.human) this.link.send({ type: "human" });
    if (this.wants.stars > 0) this.link.send({ type: "rate", stars: this.wants.stars });
    if (this.wants.close && !this.post.busy) this.link.send({ type: "close" });
  }

  /**
   * @private A message that went out in an earlier talk of which the end is not known may have arrived there: only
   * the shopper can tell whether it should be said again.
   * @param {string} conversation
   */
  settle(conversation) {
    for (const one of this.waiting) {
      const moved = one.conversation !== null && one.conversation !== conversation;
      if (moved && one.error === undefined && this.outbox.mine(one)) this.outbox.put({ ...one, error: "moved" });
    }
  }

  /** @private @param {Extract<ChatFrame, { type: "error" }>} frame */
  refused({ code, id, message }) {
    // For whoever builds the shop's page; what the shopper is told is kinder.
    if (SHOP_ERRORS.includes(code)) return console.warn(`yingda: ${message}`);
    if (id !== undefined && this.post.refused(id, code)) return;
    // Answers to what was asked again by itself concern nobody.
    if (this.talk.closed && code === "closed") return;
    this.wants = { human: false, stars: 0, close: false };
    this.onError(code);
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
