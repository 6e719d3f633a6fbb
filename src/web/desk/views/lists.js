// The two lists on the left: who waits, and whom this agent has.

import { el, fill, list, set, text } from "../../shared/dom.js";
import { lasting, standing } from "../clock.js";
import { named, shopName, signalTitle, wordsFor } from "../strings.js";
import { Selecting } from "./selecting.js";

/** @typedef {import("../../shared/protocol.js").TicketCard} TicketCard */
/** @typedef {import("../state.js").DeskState} DeskState */
/** @typedef {import("../strings.js").Words} Words */

/** More cards than this help nobody; the queue is served in order. */
const SHOWN = 60;

export class Lists {
  /**
   * @param {import("../store.js").Store<DeskState>} store
   * @param {import("../client.js").DeskClient} client
   * @param {import("../drafts.js").Drafts} drafts
   */
  constructor(store, client, drafts) {
    this.store = store;
    this.client = client;
    this.drafts = drafts;
    this.selecting = new Selecting(store, client, () => this.draw());
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
      { class: "pane waiting", "aria-labelledby": "waiting-title", onkeydown: (/** @type {KeyboardEvent} */ event) => this.selecting.key(event) },
      this.waitingTitle,
      this.selecting.element,
      el("div", { class: "scroll", tabindex: "-1" }, this.waitingNone, this.waiting, this.more),
    );
    this.minePane = el(
      "section",
      { class: "pane mine", "aria-labelledby": "mine-title" },
      this.mineTitle,
      el("div", { class: "scroll", tabindex: "-1" }, this.mineNone, this.mine, this.unsentTitle, this.unsent),
    );
    store.watch(["lang", "me", "link", "boarded", "waiting", "waitingCount", "mine", "chat", "closing"], () => this.draw());
    store.watch(["lang", "boarded", "waiting", "mine", "drafts", "chat"], () => this.drawUnsent());
    store.watch(["now"], () => this.drawTimes());
  }

  /** @private */
  draw() {
    const { state } = this.store;
    const { waiting, waitingCount, mine, me, link } = state;
    const words = wordsFor(state.lang);
    const shown = waiting.slice(0, SHOWN);
    text(this.waitingTitle, `${words.waiting} ${waitingCount}`);
    text(this.mineTitle, `${words.mine} ${fill(words.slots, { n: mine.length, slots: me?.slots ?? 0 })}`);
    text(this.waitingNone, words.noneWaiting);
    this.waitingNone.hidden = waitingCount > 0;
    text(this.mineNone, words.noneMine);
    this.mineNone.hidden = mine.length > 0;
    text(this.more, fill(words.more, { n: waitingCount - shown.length }));
    this.more.hidden = waitingCount <= shown.length;
    this.selecting.draw(shown, words);
    const key = (/** @type {TicketCard} */ card) => card.conversation;
    list(this.waiting, shown, key, (card) => this.waitingCard(card), (element, card) => {
      this.fillCard(element, card, words);
      const [, box, take] = /** @type {HTMLElement[]} */ ([...element.children]);
      this.selecting.drawBox(box, card.conversation, fill(words.selectOne, { name: nameOf(card, words) }));
      take.hidden = this.selecting.active;
      text(take, words.take);
      set(take, { disabled: link !== "ready", "aria-label": `${words.take} ${nameOf(card, words)}` });
    });
    list(this.mine, mine, key, (card) => this.card(card), (element, card) => {
      element.classList.toggle("answered", !isOpen(card));
      this.fillCard(element, card, words);
    });
    this.drawTimes();
  }

  /** @private Only what moves with the clock. */
  drawTimes() {
    const { waiting, mine, now, lang } = this.store.state;
    const words = wordsFor(lang);
    const age = (/** @type {TicketCard} */ card) => lasting(now - (card.waiting_since ?? now));
    const draw = (/** @type {HTMLElement} */ cards, /** @type {TicketCard[]} */ all, /** @type {string} */ template) => {
      [...cards.children].forEach((element, index) => {
        const card = all[index];
        const times = /** @type {Element} */ (element.querySelector(".times"));
        text(times.children[0], isOpen(card) ? fill(template, { time: age(card) }) : words.answered);
        const { text: left, urgency } = standing(card, now, words);
        const clock = /** @type {HTMLElement} */ (times.children[1]);
        text(clock, left);
        clock.dataset.urgency = urgency;
        clock.hidden = !isOpen(card);
      });
    };
    draw(this.waiting, waiting, words.waits);
    draw(this.mine, mine, words.unanswered);
  }

  /** @private What was not sent in chats that have gone elsewhere: nothing an agent wrote is lost from sight. */
  drawUnsent() {
    const { lang, boarded, waiting, mine, chat } = this.store.state;
    const near = new Set([...mine, ...waiting].map((card) => card.conversation));
    const drafts = boarded ? this.drafts.returned.filter(({ conversation }) => !near.has(conversation)) : [];
    text(this.unsentTitle, wordsFor(lang).unsent);
    this.unsentTitle.hidden = this.unsent.hidden = drafts.length === 0;
    list(
      this.unsent,
      drafts,
      ({ conversation }) => conversation,
      ({ conversation }) => {
        const onclick = () => this.client.select(conversation);
        return el("li", { class: "card" }, el("button", { type: "button", class: "open", onclick }, el("span", { class: "last" })));
      },
      (element, draft) => {
        const open = /** @type {HTMLElement} */ (element.firstElementChild);
        text(/** @type {Element} */ (open.firstElementChild), draft.text);
        set(open, { "aria-current": chat?.conversation === draft.conversation ? "true" : null });
      },
    );
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
    element.append(this.selecting.box(card.conversation), el("button", { type: "button", class: "take", onclick: take }));
    return element;
  }

  /** @private @param {HTMLElement} element @param {TicketCard} card @param {Words} words */
  fillCard(element, card, words) {
    const { state } = this.store;
    const open = /** @type {HTMLElement} */ (element.firstElementChild);
    const [head, reason, last] = /** @type {HTMLElement[]} */ ([...open.children]);
    element.dataset.lane = card.lane;
    set(open, { "aria-current": state.chat?.conversation === card.conversation ? "true" : null });
    text(head.children[0], nameOf(card, words));
    text(head.children[1], named(words.lanes, card.lane));
    text(reason, [shopName(state, card.shop), reasonOf(card, words, state)].filter(Boolean).join(" · "));
    text(last, card.last_text);
  }
}

/** Whether the shopper waits for a word. @param {TicketCard} card */
export function isOpen({ waiting_since: since }) {
  return since !== undefined && since !== null;
}

/** A visitor without a name is called so in the agent's language. @param {TicketCard} card @param {Words} words */
export function nameOf(card, words) {
  return card.shopper.replace(/^访客 /, `${words.visitor} `);
}

/** The reason and the words that show it. @param {TicketCard} card @param {Words} words @param {DeskState} state */
function reasonOf(card, words, state) {
  const strongest = card.signals[0];
  const reason = named(words.reasons, card.reason);
  if (strongest === undefined) return reason;
  const evidence = strongest.evidence === "" ? "" : `「${strongest.evidence}」`;
  return `${signalTitle(state, strongest.id)} ${evidence}`.trim();
}
