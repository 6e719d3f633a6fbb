// One chat as the desk knows it: its events by place, what this agent wrote and the server has not confirmed,
// and the card that came with it. No DOM here.

/** @typedef {import("../shared/protocol.js").DeskEvent} DeskEvent */
/** @typedef {import("../shared/protocol.js").TicketCard} TicketCard */
/** @typedef {import("../shared/outbox.js").Waiting} Waiting */

/** @typedef {"mine" | "waiting" | "elsewhere"} Place */
/** What an agent needs of a chat beside its events. @typedef {Omit<Extract<import("../shared/protocol.js").DeskFrame, { type: "case" }>, "type" | "conversation">} Case */

export class Chat {
  /** @param {string} conversation */
  constructor(conversation) {
    this.conversation = conversation;
    /** @type {DeskEvent[]} */
    this.events = [];
    /** @type {TicketCard | null} */
    this.card = null;
    /** @type {Place} */
    this.place = "elsewhere";
    /** As it came with the opened chat. @type {Case | null} */
    this.told = null;
    /** The code of the last refusal that concerns this chat. */
    this.error = "";
    /** What the server says of it, where the code alone says too little. */
    this.errorSaid = "";
    /** Whether this link brings the chat's events. */
    this.followed = false;
    /** Since when this page has it, server time: what is older is history and calls nobody. */
    this.since = Infinity;
    /** How far the shopper has seen it, as far as it is known. */
    this.seen = 0;
    /** Confirmed, but its event has not come yet. @type {Waiting[]} */
    this.sent = [];
  }

  get after() {
    return this.events.length === 0 ? 0 : this.events[this.events.length - 1].seq;
  }

  /** The owner epoch to write under: the newest the desk has seen. */
  get epoch() {
    const last = this.events[this.events.length - 1];
    return Math.max(this.card?.epoch ?? 0, last?.epoch ?? 0);
  }

  /** Why it came and what is open. A server of before brings it with the card. @returns {Case | null} */
  get case() {
    const { card } = this;
    if (this.told !== null || card === null) return this.told;
    const { reason, signals, open_questions = [], slots = {}, note = "", suggestions = [] } = card;
    return { reason, signals, open_questions, slots, note, suggestions };
  }

  /** When it ended, server time; null while it goes on. */
  get endedAt() {
    for (let index = this.events.length - 1; index >= 0; index -= 1) {
      const { kind, at } = this.events[index];
      if (kind === "closed") return at;
      if (kind !== "rated" && kind !== "noted") return null;
    }
    return null;
  }

  /** When anything last happened in it, server time. */
  get lastAt() {
    return this.events[this.events.length - 1]?.at ?? null;
  }

  /** @param {DeskEvent} event @returns {boolean} whether it is new here */
  add(event) {
    if (event.seq <= this.after) return false;
    this.events.push(event);
    noteWithdrawn(event, this.events);
    if (event.id) this.sent = this.sent.filter((one) => one.id !== event.id);
    return true;
  }

  /** The last own words that the shopper has seen; 0 without any. */
  get read() {
    let last = 0;
    for (const { kind, seq } of this.events) if (kind === "agent_said" && seq <= this.seen) last = seq;
    return last;
  }

  /** @param {string} id */
  has(id) {
    return this.events.some((event) => isOurs(event) && event.id === id);
  }
}

/** What was taken back by whoever wrote it. @type {WeakSet<DeskEvent>} */
const withdrawn = new WeakSet();

/** Where an event takes something back, that is remembered of what it is about. @param {DeskEvent} event @param {readonly DeskEvent[]} events */
export function noteWithdrawn({ kind, of }, events) {
  const said = kind === "withdrawn" ? events.find(({ seq }) => seq === of) : undefined;
  if (said !== undefined) withdrawn.add(said);
}

/** @param {DeskEvent} event */
export const isWithdrawn = (event) => withdrawn.has(event);

/** Whether people at desks wrote it. @param {DeskEvent} event */
function isOurs({ kind }) {
  return kind === "agent_said" || kind === "noted";
}

/** Who said what, and what happened: one piece of a chat's log as it is shown. @typedef {{ key: string, event: DeskEvent } | { key: string, bot: DeskEvent[] }} Piece */

/**
 * A chat's log with the bot's part folded: what was asked of the bot and said by it until people got the chat. What
 * made it come stays outside, and so does a talk that the bot still has.
 * @param {readonly DeskEvent[]} events
 * @returns {Piece[]}
 */
export function pieces(events) {
  /** @type {Piece[]} */
  const all = [];
  /** @type {DeskEvent[]} */
  let bot = [];
  const show = (/** @type {readonly DeskEvent[]} */ shown) => {
    for (const event of shown) all.push({ key: isOurs(event) && event.id ? event.id : String(event.seq), event });
  };
  let byBot = true;
  for (const event of events) {
    if (!byBot) {
      show([event]);
      byBot = event.kind === "returned";
    } else if (event.kind === "handed_off" || event.kind === "assigned" || event.kind === "agent_said") {
      const asked = bot.reduce((last, { kind }, index) => (kind === "received" ? index : last), -1);
      const reason = asked >= 0 && !bot.slice(asked).some(({ kind }) => kind === "answered") ? bot.splice(asked) : [];
      // A picture is for people to look at, whoever had the chat when it came.
      const pictures = bot.filter(({ files = [] }) => files.length > 0);
      const words = bot.filter((event) => !pictures.includes(event));
      if (words.some(({ kind }) => kind === "answered") && words.some(({ kind }) => kind === "received")) {
        all.push({ key: `bot ${words[0].seq}`, bot: words });
        show(pictures);
      } else show(bot);
      show([...reason, event]);
      bot = [];
      byBot = false;
    } else bot.push(event);
  }
  show(bot);
  return all;
}

/** How the bot has done in its part. @param {readonly DeskEvent[]} bot */
export function tally(bot) {
  const answered = bot.filter(({ kind, decision }) => kind === "answered" && decision?.kind === "answer").length;
  const missed = bot.filter(({ kind, decision }) => kind === "answered" && decision?.kind === "unknown").length;
  return { asked: bot.filter(({ kind }) => kind === "received").length, answered, missed };
}
