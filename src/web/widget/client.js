// The shopper's side of the protocol: session and talk joined. The view only asks and draws.

import { Session } from "../shared/session.js";
import { keys, load, remove, save } from "../shared/storage.js";
import { wellFormed } from "../shared/writing.js";
import { scopeOf } from "./scope.js";
import { Talk } from "./talk.js";

/** @typedef {import("../shared/protocol.js").ChatFrame} ChatFrame */
/** @typedef {import("../shared/protocol.js").ChatRequest} ChatRequest */
/** @typedef {import("../shared/outbox.js").Waiting} Waiting */
/** open: when the talk was so last; 0 once its end was read. @typedef {{ token?: string, conversation?: string, read?: number, open?: number }} Remembered */
/** @typedef {{ shop: string, lang: string, customer: string | null, signature: string | null }} Identity */

/** What only the shop can mend. */
const SHOP_ERRORS = ["origin", "unknown_shop", "shop_gone", "bad_signature", "signature_expired", "signed_only"];
/** For whoever builds the shop's page, where the server has said nothing. @type {Record<string, string>} */
const ADVICE = {
  origin: "this page may not open the chat; add its origin to origins in [shops.SHOP] of the server's settings",
  unknown_shop: "the server has no shop of this name; check data-shop",
  blocked: "this page does not let the chat connect: allow the server in connect-src of its Content-Security-Policy, and use https on both",
};
/** Nobody comes back to an older draft, milliseconds. */
const DRAFT_MS = 7 * 86_400_000;

/** @extends {Session<ChatRequest, ChatFrame>} */
export class ChatClient extends Session {
  /** @param {() => Identity} identity @param {() => void} onChange */
  constructor(identity, onChange) {
    const { shop, customer } = identity();
    const key = scopeOf(shop, customer);
    super("v1/chat", `${key}.outbox.`);
    this.key = key;
    this.identity = identity;
    this.onChange = onChange;
    /** The chat was signed out of in another page. */
    this.onForgotten = () => {};
    /** @type {(code: string) => void} */
    this.onError = () => {};
    this.talk = new Talk();
    /** Asked for and not confirmed by the server yet; asked again after a reconnect. */
    this.wants = { human: false, stars: 0, close: false };
    /** The talk in which another agent was asked for. */
    this.another = this.talk.conversation;
    /** Another talk is open already: the one whose end is being told is followed by it. */
    this.next = false;
    /** Told. */
    this.seen = 0;
    /** Whether there has been a reason to connect. */
    this.begun = false;
    this.shopError = "";
    /** @type {Promise<any> | null} */
    this.carrying = null;
    const stored = (/** @type {StorageEvent} */ { key, newValue }) => {
      if (key !== this.key) return;
      if (newValue === null) return this.onForgotten();
      if (this.talk.closed && this.elsewhere) this.link.restart();
      onChange();
    };
    window.addEventListener("storage", stored, { signal: this.over.signal });
    if (customer !== null) this.adopt(shop, customer);
  }

  /** @private Earlier versions kept a customer's unsent words under the shop alone. @param {string} shop @param {string} customer */
  adopt(shop, customer) {
    for (const key of keys(`${scopeOf(shop, null)}.outbox.`)) {
      const waiting = load(key, /** @type {Waiting | null} */ (null));
      if (waiting?.who !== customer) continue;
      save(this.outbox.prefix + waiting.id, waiting);
      remove(key);
    }
  }

  /** What is written and not sent. */
  get draft() {
    const { text = "", at = 0 } = load(`${this.key}.draft`, /** @type {{ text?: string, at?: number }} */ ({}));
    return Date.now() - at > DRAFT_MS ? "" : text;
  }

  set draft(text) {
    if (text === "") remove(`${this.key}.draft`);
    else save(`${this.key}.draft`, { text, at: Date.now() });
  }

  /** @override @returns {ChatRequest} */
  hello() {
    const { conversation, after, closed } = this.talk;
    const { token = null, conversation: before = null, open = 0 } = this.remembered;
    // The end of the talk that was shown last may have come while nobody looked.
    const shown = conversation ?? (open > 0 ? before : null);
    return { type: "hello", ...this.identity(), token, ...(closed ? { after: 0 } : { after, conversation: shown }) };
  }

  /** @override @param {import("../shared/session.js").Changed} what */
  changed(what) {
    if (what === "refused") {
      const { code, message } = this.turned;
      this.shopError = code;
      console.warn(`yingda: ${message || ADVICE[code] || code} (${window.location.origin})`);
    }
    this.onChange();
  }

  /** @override Another customer's words are not this one's. @param {string | null} who */
  speaks(who) {
    return who === null || who === this.identity().customer;
  }

  /** @override After the end, only what may have arrived before it. @param {Waiting} waiting */
  wanted(waiting) {
    return super.wanted(waiting) && (!this.talk.closed || waiting.conversation === this.talk.conversation);
  }

  /** @override @param {Waiting} waiting */
  transmit(waiting) {
    /** @type {Extract<ChatRequest, { type: "message" }>} */
    const request = { type: "message", id: waiting.id, text: wellFormed(waiting.text) };
    const { file } = waiting;
    if (file?.id === "") {
      this.carrier.then((carrier) => carrier?.carry(waiting));
      return false;
    }
    if (file) request.files = [file];
    if (!this.talk.takes(request)) {
      this.rejected(waiting, "too_long");
      return false;
    }
    if (!this.link.send(request)) return false;
    this.outbox.put({ ...waiting, conversation: this.talk.conversation });
    return true;
  }

  /** @returns {Promise<import("./carrier.js").Carrier | null>} */
  get carrier() {
    return (this.carrying ??= import("./carrier.js").then(({ Carrier }) => new Carrier(this), () => (this.carrying = null)));
  }

  /** @override After the end a hello would begin the next talk, which nobody has asked for yet. */
  idle() {
    return this.talk.closed;
  }

  /** @override */
  awaiting() {
    return this.talk.owner === "queue" || this.talk.owner === "agent";
  }

  /** @returns {Remembered} */
  get remembered() {
    return load(this.key, {});
  }

  /** Whether another page has begun the next talk. */
  get elsewhere() {
    const { conversation } = this.remembered;
    return conversation !== undefined && conversation !== this.talk.conversation;
  }

  start() {
    this.begun = true;
    this.link.start();
    this.onChange();
  }

  /** @param {string} text @returns {boolean} whether there was room for it */
  say(text) {
    const taken = this.post({ text, who: this.identity().customer });
    if (taken && this.talk.closed) this.link.restart();
    return taken;
  }

  /** A button under a message. @param {import("../shared/protocol.js").Choice} choice */
  choose({ intent, label }) {
    if (intent === (this.talk.shop?.person ?? "service.human")) this.human();
    else this.say(label);
  }

  /** @override @param {string} id */
  retry(id) {
    super.retry(id);
    if (this.talk.closed) this.link.restart();
  }

  human() {
    if (this.talk.owner === "agent") this.another = this.talk.conversation;
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
    if (!this.sender.busy) this.begin({ type: "close" });
  }

  /** The shopper is writing: a person at the desk is told so. */
  types() {
    if (this.talk.owner === "agent") this.writing({ type: "typing" });
  }

  /** The shopper has seen the talk as far as it is here. */
  read() {
    const { conversation, after, closed } = this.talk;
    const before = this.remembered;
    if (conversation === null || before.conversation !== conversation) return;
    const open = closed ? 0 : before.open;
    if ((before.read ?? 0) < after || before.open !== open) save(this.key, { ...before, read: after, open });
  }

  /** Tells that the last words are seen, once. */
  sees() {
    const { marks, owner, replaying, entries, part } = this.talk;
    if (!marks || owner !== "agent" || replaying) return;
    const last = entries.filter((one) => one.part === part && one.from === "agent").pop();
    if (last !== undefined && last.seq > this.seen && this.link.send({ type: "seen", seq: last.seq })) this.seen = last.seq;
  }

  /** What others wrote and this shopper has not seen. */
  get unread() {
    const { conversation, read } = this.remembered;
    const seen = conversation === this.talk.conversation ? (read ?? 0) : 0;
    const { entries, part } = this.talk;
    return entries.filter((one) => one.part === part && one.seq > seen && !one.withdrawn && /bot|agent/.test(one.from)).length;
  }

  /** Brings what waits to be acknowledged into the talk, whichever page it was said in. */
  gather() {
    this.talk.unsent(this.waiting, this.sender.trouble);
  }

  /** @private @param {ChatRequest} request */
  begin(request) {
    if (this.link.state === "stopped") this.start();
    else this.link.send(request);
    this.onChange();
  }

  /** @override @param {ChatFrame} frame */
  take(frame) {
    const { talk } = this;
    switch (frame.type) {
      case "welcome":
        this.welcomed(frame);
        break;
      case "ack":
        this.gather();
        talk.ack(frame.id, frame.seq, frame);
        this.sender.done(frame.id);
        if (this.wants.close && !this.sender.busy) this.link.send({ type: "close" });
        // It answers within a breath; until then the shopper sees that something happens.
        if (talk.owner === "bot") this.showTyping("bot");
        break;
      case "message":
      case "owner":
      case "rated":
      case "withdrawn":
        this.happened(frame);
        break;
      case "queue":
        talk.queue = frame;
        break;
      case "typing":
        if (frame.from !== "shopper") this.showTyping(frame.from);
        break;
      case "error":
        this.refused(frame);
        break;
      default: // A newer server may say more.
    }
    this.onChange();
  }

  /** @private @param {Extract<ChatFrame, { type: "message" | "owner" | "rated" | "withdrawn" }>} frame */
  happened(frame) {
    const { talk } = this;
    if (frame.type === "message" && frame.from === "shopper" && frame.id) {
      this.gather();
      talk.event(frame);
      this.arrived(frame.id);
    } else {
      talk.event(frame);
      this.showTyping(null);
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
    this.seen = 0;
    const { conversation, read } = this.remembered;
    const same = conversation === frame.conversation;
    const open = Date.now();
    save(this.key, { token: frame.token, conversation: frame.conversation, read: same ? read : 0, open });
    if (other) this.wants = { human: this.wants.human, stars: 0, close: false };
    this.settle(frame.conversation);
    this.resume();
    if (this.wants.human) this.link.send({ type: "human" });
    if (this.wants.stars > 0) this.link.send({ type: "rate", stars: this.wants.stars });
    if (this.wants.close && !this.sender.busy) this.link.send({ type: "close" });
  }

  /** @private What went out in an earlier talk may have arrived: the shopper decides. @param {string} conversation */
  settle(conversation) {
    for (const one of this.waiting) {
      const moved = one.conversation !== null && one.conversation !== conversation;
      if (moved && one.error === undefined && this.outbox.mine(one)) this.rejected(one, "moved");
    }
  }

  /** @private @param {Extract<ChatFrame, { type: "error" }>} frame */
  refused({ code, id, message }) {
    // The close that follows says it to whoever builds the shop's page.
    if (SHOP_ERRORS.includes(code)) {
      this.turned = { code, message };
      this.shopError = code;
      return;
    }
    if (!this.ready || code === "too_large") return;
    if (id !== undefined && this.sender.refused(id, code)) return;
    // Answers to what was asked again by itself concern nobody.
    if (this.talk.closed && code === "closed") return;
    this.wants = { human: false, stars: 0, close: false };
    this.onError(code);
  }
}
