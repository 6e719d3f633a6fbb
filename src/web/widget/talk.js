// The talk as this page knows it: a fold over frames, each event once and in the order of the log. No DOM here.

/** @typedef {import("../shared/protocol.js").ChatFrame} ChatFrame */
/** @typedef {import("../shared/protocol.js").Choice} Choice */
/** @typedef {import("../shared/outbox.js").Waiting} Waiting */
/** @typedef {"sending" | "sent" | "failed"} Delivery */
/** @typedef {Extract<ChatFrame, { type: "welcome" }>} Welcome */

/**
 * @typedef {object} Entry
 * @property {string} key
 * @property {number} part which conversation on this page, from 0
 * @property {number} seq Infinity while not stored
 * @property {number} at
 * @property {"shopper" | "bot" | "agent" | "notice"} from
 * @property {string} text
 * @property {string} [name]
 * @property {"agent_joined" | "returned" | "requeued" | "closed" | "gone"} [notice]
 * @property {Choice[]} [choices]
 * @property {import("../shared/protocol.js").SentFile[]} [files]
 * @property {string | null} [talk]
 * @property {Delivery} [state]
 * @property {string} [error] why it failed
 * @property {boolean} [again] it is tried again by itself
 * @property {boolean} [withdrawn] whoever wrote it took it back
 */

export class Talk {
  constructor() {
    /** @type {string | null} */
    this.conversation = null;
    this.part = 0;
    /** The last event seen of this conversation. */
    this.after = 0;
    /** The last event there was at the welcome: until then what arrives is history. */
    this.known = 0;
    /** @type {import("../shared/protocol.js").OwnerWho} */
    this.owner = "bot";
    /** @type {string | null} */
    this.agent = null;
    /** @type {{ position: number, wait_s?: number, staffed: boolean } | null} */
    this.queue = null;
    /** In about how many seconds the bot replies, when it cannot at once. @type {number | null} */
    this.answerIn = null;
    /** @type {number | null} */
    this.stars = null;
    /** The shop's name and its own words; an older server sends none. @type {Welcome["shop"]} */
    this.shop = undefined;
    /** @type {Welcome["words"]} */
    this.words = undefined;
    /** What the server takes; an older one does not say. */
    this.most = { chars: Infinity, bytes: Infinity };
    /** @type {Welcome["files"]} */
    this.files = undefined;
    /** Whether the server wants to know what was seen. */
    this.marks = false;
    /** @type {Entry[]} */
    this.entries = [];
    /** @type {Map<string, Entry>} */
    this.own = new Map();
    /** Own messages that left the outbox in another page. @type {Map<string, Entry>} */
    this.vanished = new Map();
  }

  get closed() {
    return this.owner === "closed";
  }

  /** Whether a message is not too long for the server. @param {{ text: string }} request */
  takes(request) {
    const { chars, bytes } = this.most;
    // Few are near the limits, and counting takes time.
    if (request.text.length * 4 < Math.min(chars, bytes) / 2) return true;
    return [...request.text].length <= chars && new TextEncoder().encode(JSON.stringify(request)).length <= bytes;
  }

  get replaying() {
    return this.after < this.known;
  }

  /**
   * @param {Welcome} frame
   * @returns {boolean} whether another conversation began
   */
  welcome(frame) {
    const other = this.conversation !== null && this.conversation !== frame.conversation;
    if (other) {
      this.part += 1;
      this.after = 0;
      this.owner = "bot";
      this.agent = this.queue = this.stars = null;
    }
    this.conversation = frame.conversation;
    this.known = frame.seq;
    this.shop = frame.shop;
    this.words = frame.words;
    this.files = frame.files;
    this.marks = frame.seen ?? false;
    this.most = { chars: frame.max_chars ?? Infinity, bytes: frame.max_bytes ?? Infinity };
    const key = `${this.part}:gone`;
    if (frame.history_gone && this.after === 0 && !this.entries.some((one) => one.key === key)) {
      this.place({ key, part: this.part, seq: 0.5, at: 0, from: "notice", text: "", notice: "gone" });
    }
    return other;
  }

  /**
   * Takes an event of the log into account.
   * @param {Extract<ChatFrame, { type: "message" | "owner" | "rated" | "withdrawn" }>} frame
   * @returns {Entry | null} what is new on the page
   */
  event(frame) {
    if (frame.seq <= this.after) return null;
    this.after = frame.seq;
    const base = { key: `${this.part}:${frame.seq}`, part: this.part, seq: frame.seq };
    if (frame.type === "rated") {
      this.stars = frame.stars;
      return null;
    }
    if (frame.type === "withdrawn") {
      const said = this.entries.find((one) => one.part === this.part && one.seq === frame.of);
      if (said !== undefined) Object.assign(said, { text: "", files: undefined, withdrawn: true });
      return null;
    }
    if (frame.type === "owner" || frame.from !== "shopper") this.answerIn = null;
    if (frame.type === "owner") return this.owned(frame, base);
    if (frame.from === "shopper" && frame.id !== undefined) {
      const known = this.own.get(frame.id);
      if (known !== undefined) {
        known.text = frame.text;
        this.store(known, frame.seq, frame.at);
        return null;
      }
    }
    const { at, from, name, text, choices, files } = frame;
    /** @type {Entry} */
    const entry = { ...base, talk: this.conversation, at, from, name, text, choices, files };
    if (from === "shopper" && frame.id !== undefined) {
      entry.key = frame.id;
      entry.state = "sent";
      this.own.set(frame.id, entry);
    }
    return this.place(entry);
  }

  /**
   * @private
   * @param {Extract<ChatFrame, { type: "owner" }>} frame
   * @param {{ key: string, part: number, seq: number }} base
   */
  owned(frame, base) {
    const before = this.owner;
    const left = this.agent;
    this.owner = frame.who;
    this.agent = frame.who === "agent" ? (frame.name ?? "") : null;
    if (frame.who !== "queue") this.queue = null;
    /** @type {Entry["notice"]} */
    let notice = "returned";
    if (frame.who === "agent") notice = "agent_joined";
    else if (frame.who === "closed") notice = "closed";
    else if (frame.who === "queue") notice = "requeued";
    else if (before !== "agent" && !frame.text) return null;
    const name = frame.name ?? left ?? undefined;
    return this.place({ ...base, at: frame.at, from: "notice", notice, name, text: frame.text ?? "" });
  }

  /**
   * Own messages that are not acknowledged, as they stand now; others that are not stored were taken back, or their
   * event will come.
   * @param {readonly Waiting[]} waiting
   * @param {ReadonlyMap<string, string>} trouble why some are tried again
   */
  unsent(waiting, trouble) {
    const ids = new Set();
    for (const { id, text, at, error, file } of waiting) {
      ids.add(id);
      let entry = this.own.get(id);
      if (entry === undefined) {
        entry = { key: id, part: Infinity, seq: Infinity, at, from: "shopper", text };
        this.own.set(id, entry);
        this.place(entry);
      }
      if (entry.state === "sent") continue;
      if (file) entry.files = [file];
      const why = error ?? trouble.get(id);
      Object.assign(entry, { at, state: why === undefined ? "sending" : "failed", error: why, again: error === undefined });
    }
    for (const [id, entry] of this.own) {
      if (entry.state === "sent" || ids.has(id)) continue;
      this.own.delete(id);
      this.vanished.set(id, entry);
      this.entries.splice(this.entries.indexOf(entry), 1);
    }
  }

  /**
   * @param {string} id
   * @param {number} seq
   * @param {{ at?: number, text?: string, wait_s?: number }} [kept] as it is kept: by the server's clock, and the text, where numbers of cards in it are hidden; in how many seconds it is answered
   */
  ack(id, seq, kept = {}) {
    const entry = this.own.get(id) ?? this.vanished.get(id);
    if (entry === undefined) return;
    if (!this.own.has(id)) this.place(entry);
    this.own.set(id, entry);
    entry.text = kept.text ?? entry.text;
    this.answerIn = kept.wait_s ?? this.answerIn;
    this.store(entry, seq, kept.at ?? entry.at);
  }

  /** @private @param {Entry} entry @param {number} seq @param {number} at */
  store(entry, seq, at) {
    // What comes later brings the server's time, if what came first did not.
    if (entry.seq === seq && entry.state === "sent") return void (entry.at = at);
    Object.assign(entry, { part: this.part, talk: this.conversation, seq, at, state: "sent", error: undefined, again: undefined });
    this.entries.splice(this.entries.indexOf(entry), 1);
    this.place(entry);
  }

  /** @private @param {Entry} entry */
  place(entry) {
    let at = this.entries.length;
    while (at > 0) {
      const other = this.entries[at - 1];
      if (other.part < entry.part || (other.part === entry.part && other.seq <= entry.seq)) break;
      at -= 1;
    }
    this.entries.splice(at, 0, entry);
    return entry;
  }
}
