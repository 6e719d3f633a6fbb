// The two lists on the left: who waits, and whom this agent has.

import { el, fill, list, set, text } from "../shared/dom.js";
import { lasting, standing } from "./clock.js";
import { returnedDrafts } from "./drafts.js";
import { named } from "./strings.js";

/** @typedef {import("../shared/protocol.js").TicketCard} TicketCard */
/** @typedef {import("./client.js").Client} Client */
/** @typedef {import("./strings.js").Words} Words */

/** More cards than this help nobody; the queue is served in order. */
const SHOWN = 60;

export class Lists {
  /** @param {Client} client */
  constructor(client) {
    this.client = client;
    this.waitingTitle = el("h2", { id: "waiting-title" });
    this.waitingNone = el("p", { class: "none" });
    this.waiting = el("ul", { class: "cards" });
    this.more = el("p", { class: "none" });
    this.mineTitle = el("h2", { id: "mine-title" });
    this.mineNone = el("p", { class: "none" });
    this.mine = el("ul", { class: "cards" });
    this.unsentTitle = el("h2", { id: "unsent-title" });
    this.unsent = el("ul", { class: "cards unsent", "aria-labelledby": "unsent-title" });
    this.waitingPane = el(
      "section",
      { class: "pane waiting", "aria-labelledby": "waiting-title" },
      this.waitingTitle,
      el("div", { class: "scroll", tabindex: "-1" }, this.waitingNone, this.waiting, this.more),
    );
    this.minePane = el(
      "section",
      { class: "pane mine", "aria-labelledby": "mine-title" },
      this.mineTitle,
      el("div", { class: "scroll", tabindex: "-1" }, this.mineNone, this.mine, this.unsentTitle, this.unsent),
    );
  }

  /** @param {Words} words */
  draw(words) {
    const { client } = this;
    const { waiting, mine } = client;
    const slots = fill(words.slots, { n: mine.length, slots: client.me?.slots ?? 0 });
    text(this.waitingTitle, `${words.waiting} ${waiting.length}`);
    text(this.mineTitle, `${words.mine} ${slots}`);
    text(this.waitingNone, words.noneWaiting);
    this.waitingNone.hidden = waiting.length > 0;
    text(this.mineNone, words.noneMine);
    this.mineNone.hidden = mine.length > 0;
    text(this.more, fill(words.more, { n: waiting.length - SHOWN }));
    this.more.hidden = waiting.length <= SHOWN;
    const key = (/** @type {TicketCard} */ card) => card.conversation;
    list(this.waiting, waiting.slice(0, SHOWN), key, (card) => this.waitingCard(card), (element, card) => {
      this.fillCard(element, card, words, fill(words.waits, { time: this.age(card) }));
      const take = /** @type {HTMLButtonElement} */ (element.lastElementChild);
      text(take, words.take);
      set(take, { disabled: !client.ready, "aria-label": `${words.take} ${nameOf(card, words)}` });
    });
    list(this.mine, mine, key, (card) => this.card(card), (element, card) => {
      const open = card.waiting_since !== undefined && card.waiting_since !== null;
      element.classList.toggle("answered", !open);
      this.fillCard(element, card, words, open ? fill(words.unanswered, { time: this.age(card) }) : words.answered);
    });
    this.drawUnsent(words);
  }

  /** @private What was not sent in chats that have gone elsewhere: nothing an agent wrote is lost from sight. @param {Words} words */
  drawUnsent(words) {
    const { client } = this;
    const near = new Set([...client.mine, ...client.waiting].map((card) => card.conversation));
    const drafts = client.boarded ? returnedDrafts().filter(({ conversation }) => !near.has(conversation)) : [];
    text(this.unsentTitle, words.unsent);
    this.unsentTitle.hidden = this.unsent.hidden = drafts.length === 0;
    list(
      this.unsent,
      drafts,
      ({ conversation }) => conversation,
      ({ conversation }) => {
        const open = el("button", { type: "button", class: "open", onclick: () => client.select(conversation) }, el("span", { class: "last" }));
        return el("li", { class: "card" }, open);
      },
      (element, draft) => {
        const open = /** @type {HTMLElement} */ (element.firstElementChild);
        text(/** @type {Element} */ (open.firstElementChild), draft.text);
        set(open, { "aria-current": client.selected === draft.conversation ? "true" : null });
      },
    );
  }

  /** @private @param {TicketCard} card */
  age(card) {
    return lasting(this.client.now - (card.waiting_since ?? this.client.now));
  }

  /** @private @param {TicketCard} card */
  card({ conversation }) {
    const open = el(
      "button",
      { type: "button", class: "open", onclick: () => this.client.select(conversation) },
      el("span", { class: "line" }, el("b", { class: "name" }), el("span", { class: "lane" })),
      el("span", { class: "reason" }),
      el("span", { class: "last" }),
      el("span", { class: "line times" }, el("span"), el("span", { class: "standing" })),
    );
    return el("li", { class: "card" }, open);
  }

  /** @private @param {TicketCard} card */
  waitingCard(card) {
    const element = this.card(card);
    const take = () => this.client.takeChat(card.conversation);
    element.append(el("button", { type: "button", class: "take", onclick: take }));
    return element;
  }

  /**
   * @private
   * @param {HTMLElement} element
   * @param {TicketCard} card
   * @param {Words} words
   * @param {string} age
   */
  fillCard(element, card, words, age) {
    const open = /** @type {HTMLElement} */ (element.firstElementChild);
    const [head, reason, last, times] = /** @type {HTMLElement[]} */ ([...open.children]);
    element.dataset.lane = card.lane;
    set(open, { "aria-current": this.client.selected === card.conversation ? "true" : null });
    text(head.children[0], nameOf(card, words));
    text(head.children[1], named(words.lanes, card.lane));
    text(reason, reasonOf(card, words));
    text(last, card.last_text);
    const { text: left, urgency } = standing(card, this.client.now, words);
    text(times.children[0], age);
    const clock = /** @type {HTMLElement} */ (times.children[1]);
    text(clock, left);
    clock.dataset.urgency = urgency;
    clock.hidden = element.classList.contains("answered");
  }
}

/** A visitor without a name is called so in the agent's language. @param {TicketCard} card @param {Words} words */
export function nameOf(card, words) {
  return card.shopper.replace(/^访客 /, `${words.visitor} `);
}

/** The reason and the words that show it. @param {TicketCard} card @param {Words} words */
export function reasonOf(card, words) {
  const strongest = card.signals[0];
  const reason = named(words.reasons, card.reason);
  if (strongest === undefined) return reason;
  const evidence = strongest.evidence === "" ? "" : `「${strongest.evidence}」`;
  return `${named(words.signals, strongest.id)} ${evidence}`.trim();
}
