// One chat as the desk knows it: its events by place, what this agent wrote and the server has not confirmed,
// and the card that came with it. No DOM here.

/** @typedef {import("../shared/protocol.js").DeskEvent} DeskEvent */
/** @typedef {import("../shared/protocol.js").TicketCard} TicketCard */
/** @typedef {import("../shared/outbox.js").Waiting} Waiting */

/** @typedef {"mine" | "waiting" | "elsewhere"} Place */

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
    /** The code of the last refusal that concerns this chat. */
    this.error = "";
    /** Whether this link brings the chat's events. */
    this.followed = false;
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

  /** @param {DeskEvent} event @returns {boolean} whether it is new here */
  add(event) {
    if (event.seq <= this.after) return false;
    this.events.push(event);
    if (event.kind === "agent_said") this.sent = this.sent.filter((one) => one.id !== event.id);
    return true;
  }

  /** @param {string} id */
  has(id) {
    return this.events.some((event) => event.kind === "agent_said" && event.id === id);
  }
}
