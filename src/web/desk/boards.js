// What the floor looks like from one desk: who waits, whom this agent has, who is here. Frames become values of the
// store and chats of the client.

import { byLane, isPressing } from "./attention.js";
import { follows } from "./board.js";

/** @typedef {import("../shared/protocol.js").DeskFrame} DeskFrame */
/** @typedef {import("../shared/protocol.js").TicketCard} TicketCard */

export class Boards {
  /** @param {import("./client.js").DeskClient} client */
  constructor(client) {
    this.client = client;
    /** The pressing chats that are known, so that each is told once. @type {Set<string>} */
    this.pressing = new Set();
    /** Whether the next colleagues that come are all there are. */
    this.anew = false;
  }

  /** The link is another: who went away meanwhile is not told. */
  lost() {
    this.anew = true;
  }

  /** @param {Extract<DeskFrame, { type: "case" }>} frame */
  learn({ conversation, reason, signals, open_questions, slots = {}, note = "", suggestions = [], suggestion }) {
    const chat = this.client.chats.get(conversation);
    if (chat === undefined) return;
    chat.told = { reason, signals, open_questions, slots, note, suggestions, suggestion };
    this.client.touched(chat);
  }

  /** @param {Extract<DeskFrame, { type: "team" }>} frame */
  team({ set, gone = [] }) {
    const { me, team: before } = this.client.store.state;
    const team = new Map(this.anew ? [] : before);
    this.anew = false;
    for (const agent of gone) team.delete(agent);
    for (const member of set) team.set(member.agent, member);
    this.client.store.set({ team });
    const own = set.find(({ agent }) => agent === me?.agent);
    if (own !== undefined) this.client.store.set({ presence: { state: own.state, reason: own.reason ?? "" } });
  }

  /** All of it: a beginning. @param {Extract<DeskFrame, { type: "board" }>} frame */
  whole({ waiting, waiting_count = waiting.length, mine, left = [], counts, agents_online: online, notices = [], now }) {
    const oldest = waiting.reduce((least, card) => Math.min(least, card.waiting_since ?? Infinity), Infinity);
    // A server of before counts none but those who wait.
    const counted = counts?.agents_online ? counts : { waiting: waiting_count, lanes: byLane(waiting), left: 0, oldest: oldest === Infinity ? undefined : oldest, agents_online: online };
    this.becomes({ waiting, mine, left, counts: counted, notices }, now);
  }

  /** What is different. @param {Extract<DeskFrame, { type: "board_changes" }>} frame */
  changed({ waiting, mine, left, counts, notices, now }) {
    const { state } = this.client.store;
    this.becomes({
      waiting: waiting === undefined ? state.waiting : follows(state.waiting, waiting),
      mine: mine === undefined ? state.mine : follows(state.mine, mine),
      left: left === undefined ? state.left : follows(state.left, left),
      counts: counts ?? state.counts,
      notices: notices ?? state.notices,
    }, now);
  }

  /** @private @param {Pick<import("./state.js").DeskState, "waiting" | "mine" | "left" | "counts" | "notices">} board @param {number} now */
  becomes(board, now) {
    const { waiting, mine, left, counts, notices } = board;
    this.client.skew = now - Date.now();
    const { boarded, chat: shown } = this.client.store.state;
    const before = new Set([...this.client.chats.values()].filter((chat) => chat.place === "mine"));
    const was = JSON.stringify([shown?.card, shown?.place]);
    const stood = shown?.place;
    for (const chat of this.client.chats.values()) chat.place = "elsewhere";
    for (const card of [...left, ...waiting]) {
      const chat = this.client.chats.get(card.conversation);
      if (chat !== undefined) Object.assign(chat, { card, place: "waiting" });
    }
    for (const card of mine) Object.assign(this.client.chat(card.conversation), { card, place: "mine" });
    this.client.store.set({ waiting, mine, left, counts, now, boarded: true });
    // Each board brings them anew; they are drawn, and read aloud, when they are others.
    if (JSON.stringify(notices) !== JSON.stringify(this.client.store.state.notices)) this.client.store.set({ notices });
    if (shown !== null && JSON.stringify([shown.card, shown.place]) !== was) this.client.store.touch("chat");
    if (shown !== null && shown.place !== stood) this.client.askWhy(shown.conversation);
    if (!boarded) this.client.partings.recover(mine);
    for (const { conversation } of mine) {
      this.client.follow(conversation);
      const chat = this.client.chat(conversation);
      if (!before.has(chat)) this.client.listeners.onAssigned(chat, boarded);
    }
    for (const chat of before) if (chat.place !== "mine") this.client.partings.undo(chat.conversation);
    for (const chat of [...this.client.chats.values()]) {
      if (chat.place !== "mine" && chat !== this.client.store.state.chat) this.client.leave(chat);
    }
    if (!this.client.modern) this.alarm([...mine, ...waiting], boarded);
  }

  /** @private A server of before sends no alerts: each chat that has become pressing is told, once. @param {TicketCard[]} cards @param {boolean} fresh */
  alarm(cards, fresh) {
    const pressing = new Set();
    for (const { conversation, lane, shop, signals } of cards) {
      if (!isPressing(lane)) continue;
      pressing.add(conversation);
      if (fresh && !this.pressing.has(conversation)) this.client.listeners.onAlert({ alert: "danger", conversation, shop, lane, evidence: signals[0] });
    }
    this.pressing = pressing;
  }
}
