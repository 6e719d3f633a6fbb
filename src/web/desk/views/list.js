// The one list of attention: what the agent owes, what the shoppers owe, what is put off, and behind them who waits.

import { el, fill, list, set, text } from "../../shared/dom.js";
import { save } from "../../shared/storage.js";
import { GROUPS, LANES, arrange } from "../attention.js";
import { hour, short } from "../clock.js";
import { QUEUE } from "../state.js";
import { wordsFor } from "../strings.js";
import { drawClock, drawRow, makeRow } from "./row.js";
import { Selecting } from "./selecting.js";
import { Stillness } from "./stillness.js";

/** @typedef {import("../../shared/protocol.js").TicketCard} TicketCard */
/** @typedef {import("../state.js").DeskState} DeskState */
/** @typedef {{ card: TicketCard, gone: boolean }} Item */
/** @typedef {"owed" | "theirs" | "later" | "waiting" | "left"} Part */

/** More rows than this help nobody; the queue is served in order. */
const SHOWN = 60;

export class AttentionList {
  /**
   * @param {import("../store.js").Store<DeskState>} store
   * @param {import("../client.js").DeskClient} client
   * @param {import("../drafts.js").Drafts} drafts
   * @param {import("../board.js").Names} names
   * @param {(conversation: string) => void} onOpen
   */
  constructor(store, client, drafts, names, onOpen) {
    this.store = store;
    this.client = client;
    this.drafts = drafts;
    this.names = names;
    this.onOpen = onOpen;
    /** What was drawn last, by part. @type {Record<Part, Item[]>} */
    this.items = { owed: [], theirs: [], later: [], waiting: [], left: [] };
    this.leftOpen = false;
    this.endedOpen = false;
    /** The row that Tab comes to. */
    this.at = "";
    this.selecting = new Selecting(store, client, () => this.draw());
    this.heading = el("h2", { class: "sr", id: "list-title" });
    this.none = el("p", { class: "none" });
    this.unsentTitle = el("h2", { id: "unsent-title" });
    this.unsent = el("ul", { class: "rows-list", "aria-labelledby": "unsent-title" });
    this.unsentGroup = el("section", { class: "group unsent" }, el("div", { class: "group-head" }, this.unsentTitle), this.unsent);
    this.titles = GROUPS.map((group) => el("h2", { id: `${group}-title` }));
    this.lists = GROUPS.map((group) => el("ul", { class: "rows-list", "aria-labelledby": `${group}-title` }));
    this.groups = GROUPS.map((group, index) =>
      el("section", { class: `group mine ${group}` }, el("div", { class: "group-head" }, this.titles[index]), this.lists[index]),
    );
    this.fold = el("button", { type: "button", class: "fold-head", "aria-controls": "queue-body", onclick: () => this.openQueue(!store.state.queueOpen) });
    this.oldest = el("span", { class: "oldest", "aria-hidden": "true" });
    this.takeNext = el("button", { type: "button", class: "take-next", "aria-keyshortcuts": "a", onclick: () => this.next() });
    this.lanes = el("ul", { class: "lane-counts" });
    this.waiting = el("ul", { class: "rows-list", "aria-labelledby": "waiting-title" });
    this.more = el("p", { class: "none" });
    this.body = el("div", { id: "queue-body", class: "queue-body" }, this.selecting.element, this.waiting, this.more);
    this.laneRow = el("div", { class: "lane-row" }, this.lanes, this.selecting.toggle);
    this.queue = el(
      "section",
      { class: "group waiting", "aria-labelledby": "waiting-title", onkeydown: (/** @type {KeyboardEvent} */ event) => this.selecting.key(event) },
      el("div", { class: "group-head" }, el("h2", { id: "waiting-title" }, this.fold), this.oldest, this.takeNext),
      this.laneRow,
      this.body,
    );
    this.leftFold = el("button", { type: "button", class: "fold-head", "aria-controls": "left-body", onclick: () => this.openLeft() });
    this.left = el("ul", { id: "left-body", class: "rows-list", "aria-labelledby": "left-title" });
    this.leftGroup = el("section", { class: "group left" }, el("div", { class: "group-head" }, el("h2", { id: "left-title" }, this.leftFold)), this.left);
    this.endedFold = el("button", { type: "button", class: "fold-head", "aria-controls": "ended-body", onclick: () => this.openEnded() });
    this.ended = el("ul", { id: "ended-body", class: "rows-list", "aria-labelledby": "ended-title" });
    this.endedGroup = el("section", { class: "group ended-chats" }, el("div", { class: "group-head" }, el("h2", { id: "ended-title" }, this.endedFold)), this.ended);
    this.partings = el("ul", { class: "partings" });
    this.scroll = el("div", { class: "scroll", tabindex: "-1" }, this.unsentGroup, this.none, ...this.groups, this.queue, this.leftGroup, this.endedGroup);
    this.element = el("section", { class: "pane list", "aria-labelledby": "list-title" }, this.heading, this.scroll, this.partings);
    this.still = new Stillness(this.scroll, () => this.draw());
    this.scroll.addEventListener("keydown", (event) => this.key(event));
    this.scroll.addEventListener("focusin", ({ target }) => this.arrived(/** @type {HTMLElement} */ (target)));
    store.watch(["lang", "me", "link", "boarded", "waiting", "left", "counts", "mine", "chat", "closing", "unread", "parting", "queueOpen", "presence"], () => this.draw());
    store.watch(["lang", "boarded", "waiting", "left", "mine", "drafts", "chat"], () => this.drawUnsent());
    store.watch(["lang", "parting"], () => this.drawPartings());
    store.watch(["lang", "ended", "mine", "chat"], () => this.drawEnded());
    store.watch(["now"], () => this.drawTimes());
  }

  /** The own chats in the order of the list, then who waits while there are none. @returns {TicketCard[]} */
  get order() {
    const { owed, theirs, later, waiting } = this.items;
    const mine = [...owed, ...theirs, ...later].filter(({ gone }) => !gone);
    return (mine.length > 0 ? mine : waiting).map(({ card }) => card);
  }

  /** @param {boolean} open */
  openQueue(open) {
    save(QUEUE, open);
    // Who asks to see rows is to see them.
    this.still.end();
    this.store.set({ queueOpen: open });
  }

  /** @private */
  openLeft() {
    this.leftOpen = !this.leftOpen;
    this.still.end();
    this.draw();
  }

  /** @private */
  openEnded() {
    this.endedOpen = !this.endedOpen;
    this.drawEnded();
  }

  /** Takes whoever is next. */
  next() {
    const { waiting, left } = this.store.state;
    const card = waiting[0] ?? left[0];
    this.still.end();
    if (card !== undefined) this.client.takeChat(card.conversation);
  }

  /** The focus goes to the row of the chat that is looked at. */
  focus() {
    const current = this.scroll.querySelector(".open[aria-current=true]") ?? this.opens[0];
    if (current instanceof HTMLElement) current.focus();
    else this.scroll.focus();
  }

  /** @private */
  get opens() {
    // What is folded is not there, so that nothing need be measured.
    return /** @type {HTMLElement[]} */ ([...this.scroll.querySelectorAll(".card .open:enabled")]);
  }

  /** @private @param {HTMLElement} target */
  arrived(target) {
    const key = target.closest(".card")?.getAttribute("data-key");
    if (key && key !== this.at) {
      this.at = key;
      this.rove();
    }
  }

  /** @private One stop of Tab for all rows. */
  rove() {
    const opens = this.opens;
    const stop = opens.find((open) => open.parentElement?.dataset.key === this.at) ?? opens.find((open) => open.getAttribute("aria-current") === "true") ?? opens[0];
    for (const open of opens) {
      const index = open === stop ? 0 : -1;
      set(open, { tabIndex: index });
      const take = open.parentElement?.querySelector(".take");
      if (take) set(take, { tabIndex: index });
    }
  }

  /** @private @param {KeyboardEvent} event */
  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !(event.target instanceof HTMLElement) || !event.target.matches(".open")) return;
    const opens = this.opens;
    const at = opens.indexOf(event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: opens.length - 1 }[event.key];
    if (to === undefined || opens[to] === undefined) return;
    event.preventDefault();
    opens[to].focus();
  }

  /** @private */
  draw() {
    const { state } = this.store;
    const { waiting, left, counts, mine, me, link, parting, queueOpen, presence } = state;
    const words = wordsFor(state.lang);
    this.names.learn([...mine, ...waiting, ...left]);
    const attention = arrange(mine, state.now, (conversation) => parting.has(conversation));
    text(this.heading, words.list);
    GROUPS.forEach((group, index) => {
      text(this.titles[index], `${words.groups[group]} ${attention[group].length}`);
      this.part(group, this.lists[index], attention[group]);
      set(this.groups[index], { hidden: this.items[group].length === 0 });
    });
    text(this.none, presence.state === "online" ? words.noneMine : words.noneMineAway);
    set(this.none, { hidden: this.items.owed.length + this.items.theirs.length + this.items.later.length > 0 || !state.boarded });
    text(this.fold, `${words.waiting} ${counts.waiting}`);
    set(this.fold, { "aria-expanded": String(queueOpen), title: words.openQueue });
    text(this.takeNext, words.takeNext);
    set(this.takeNext, { hidden: counts.waiting + counts.left === 0 || mine.length >= (me?.slots ?? 0) });
    set(this.takeNext, { disabled: link !== "ready" });
    this.drawLanes(words);
    const shown = waiting.slice(0, SHOWN);
    set(this.body, { hidden: !queueOpen });
    this.selecting.draw(shown, words);
    set(this.laneRow, { hidden: this.lanes.hidden && this.selecting.toggle.hidden });
    this.part("waiting", this.waiting, queueOpen ? shown : []);
    text(this.more, counts.waiting === 0 ? words.noneWaiting : fill(words.more, { n: counts.waiting - shown.length }));
    set(this.more, { hidden: counts.waiting > 0 && counts.waiting <= shown.length });
    text(this.leftFold, `${words.groups.left} ${counts.left}`);
    set(this.leftFold, { "aria-expanded": String(this.leftOpen) });
    set(this.leftGroup, { hidden: counts.left === 0 });
    set(this.left, { hidden: !this.leftOpen });
    this.part("left", this.left, this.leftOpen ? left : []);
    this.rove();
    this.drawOldest();
  }

  /** @private @param {import("../strings.js").Words} words */
  drawLanes(words) {
    const { lanes = {} } = this.store.state.counts;
    const some = LANES.filter((lane) => (lanes[lane] ?? 0) > 0);
    list(this.lanes, some, (lane) => lane, (lane) => el("li", { class: "lane", "data-lane": lane }), (element, lane) => text(element, `${words.lanesShort[lane]} ${lanes[lane]}`));
    set(this.lanes, { hidden: some.length === 0 });
  }

  /** @private One part of the list: as it is now, or as it was while the pointer is over it. @param {Part} part @param {HTMLElement} parent @param {readonly TicketCard[]} cards */
  part(part, parent, cards) {
    const { state } = this.store;
    const words = wordsFor(state.lang);
    const queued = part === "waiting" || part === "left";
    this.items[part] = this.still.holds ? held(this.items[part], queued ? [...state.waiting, ...state.left] : state.mine.filter((card) => !state.parting.has(card.conversation))) : cards.map((card) => ({ card, gone: false }));
    list(
      parent,
      this.items[part],
      ({ card }) => card.conversation,
      ({ card }) => (queued ? this.waitingRow(card) : makeRow(() => this.onOpen(card.conversation))),
      (row, { card, gone }) => {
        const name = this.names.of(card.shopper, words);
        const { conversation } = card;
        const chat = this.client.chats.get(conversation);
        drawRow(row, { card, name, unread: queued ? 0 : (state.unread.get(conversation) ?? 0), current: state.chat?.conversation === conversation, gone, queued, lastAt: chat?.lastAt ?? null }, state, words);
        if (!queued) return;
        const [, box, take] = /** @type {HTMLElement[]} */ ([...row.children]);
        this.selecting.drawBox(box, conversation, fill(words.selectOne, { name }));
        set(take, { hidden: this.selecting.active });
        text(take, words.take);
        set(take, { disabled: state.link !== "ready" || gone, "aria-label": `${words.take} ${name}` });
      },
    );
  }

  /** @private @param {TicketCard} card */
  waitingRow({ conversation }) {
    const row = makeRow(() => this.onOpen(conversation));
    row.append(this.selecting.box(conversation), el("button", { type: "button", class: "take", onclick: () => this.client.takeChat(conversation) }));
    return row;
  }

  /** @private Only what moves with the clock. */
  drawTimes() {
    const { now, lang } = this.store.state;
    const words = wordsFor(lang);
    for (const row of this.scroll.querySelectorAll(".card")) drawClock(/** @type {HTMLElement} */ (row), now, words, lang);
    this.drawOldest();
    for (const row of this.partings.children) {
      const until = this.store.state.parting.get(row.getAttribute("data-key") ?? "")?.until ?? 0;
      text(/** @type {Element} */ (row.querySelector(".seconds")), String(Math.max(0, Math.ceil((until - Date.now()) / 1000))));
    }
    // What was put off comes back by the clock.
    if (this.items.later.some(({ card }) => (card.snoozed_until ?? 0) <= now)) this.draw();
  }

  /** @private */
  drawOldest() {
    const { counts, now, lang } = this.store.state;
    text(this.oldest, counts.oldest ? fill(wordsFor(lang).oldest, { time: short(now - counts.oldest) }) : "");
  }

  /** @private What was not sent in chats that have gone elsewhere: nothing an agent wrote is lost from sight. */
  drawUnsent() {
    const { lang, boarded, waiting, left, mine, chat } = this.store.state;
    const near = new Set([...mine, ...waiting, ...left].map((card) => card.conversation));
    const drafts = boarded ? this.drafts.returned.filter(({ conversation }) => !near.has(conversation)) : [];
    text(this.unsentTitle, `${wordsFor(lang).groups.unsent} ${drafts.length}`);
    set(this.unsentGroup, { hidden: drafts.length === 0 });
    list(
      this.unsent,
      drafts,
      ({ conversation }) => conversation,
      ({ conversation }) => el("li", { class: "card" }, el("button", { type: "button", class: "open plain-row", onclick: () => this.onOpen(conversation) }, el("span", { class: "last" }))),
      (row, draft) => {
        const open = /** @type {HTMLElement} */ (row.firstElementChild);
        text(/** @type {Element} */ (open.firstElementChild), draft.text);
        set(open, { "aria-current": chat?.conversation === draft.conversation ? "true" : null });
      },
    );
  }

  /** @private What has ended lately, and is not there again. */
  drawEnded() {
    const { ended, mine, lang, chat } = this.store.state;
    const shown = ended.filter(({ conversation }) => !mine.some((card) => card.conversation === conversation));
    text(this.endedFold, `${wordsFor(lang).groups.ended} ${shown.length}`);
    set(this.endedFold, { "aria-expanded": String(this.endedOpen) });
    set(this.endedGroup, { hidden: shown.length === 0 });
    set(this.ended, { hidden: !this.endedOpen });
    list(
      this.ended,
      this.endedOpen ? shown : [],
      ({ conversation }) => conversation,
      ({ conversation }) => el("li", { class: "card" }, el("button", { type: "button", class: "open ended-row", onclick: () => this.onOpen(conversation) }, el("span", { class: "clock" }), el("span", { class: "last" }))),
      (row, { conversation, name, at }) => {
        const open = /** @type {HTMLElement} */ (row.firstElementChild);
        text(open.children[0], hour(at, lang));
        text(open.children[1], name);
        set(open, { "aria-current": chat?.conversation === conversation ? "true" : null });
      },
    );
    this.rove();
  }

  /** @private Chats that are being ended, each with the way back. */
  drawPartings() {
    const { parting, lang } = this.store.state;
    const words = wordsFor(lang);
    list(
      this.partings,
      [...parting.values()],
      ({ conversation }) => conversation,
      ({ conversation }) =>
        el(
          "li",
          {},
          el("span", { class: "ended" }),
          el("span", { class: "seconds", "aria-hidden": "true" }),
          el("button", { type: "button", class: "undo", "aria-keyshortcuts": "u", onclick: () => this.undo(conversation) }),
          el("button", { type: "button", class: "end-now", onclick: () => this.client.partings.tell(conversation) }),
        ),
      (row, { name }) => {
        const [ended, , undo, now] = row.children;
        text(ended, fill(words.ended, { name }));
        text(undo, words.undo);
        text(now, words.endNow);
      },
    );
    set(this.partings, { hidden: parting.size === 0 });
  }

  /** The chat that was ended last, or this one, goes on. @param {string} [conversation] */
  undo(conversation = this.client.partings.last?.conversation) {
    this.still.end();
    if (conversation !== undefined && this.client.partings.undo(conversation)) this.onOpen(conversation);
  }
}

/** The rows that were there, at their places, as they are now. @param {readonly Item[]} before @param {readonly TicketCard[]} cards @returns {Item[]} */
function held(before, cards) {
  const now = new Map(cards.map((card) => [card.conversation, card]));
  return before.map(({ card }) => ({ card: now.get(card.conversation) ?? card, gone: !now.has(card.conversation) }));
}
