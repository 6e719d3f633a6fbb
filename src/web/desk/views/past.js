// Earlier talks of a shopper, one line each: opened, a talk is read in its place; Escape folds it again.

import { el, fill, list, set, text } from "../../shared/dom.js";
import { named, wordsFor } from "../strings.js";
import { drawEvent } from "./event.js";

/** @typedef {import("../../shared/protocol.js").PastTalk} PastTalk */
/** @typedef {import("../strings.js").Words} Words */

/** Above a conversation so many are shown, the latest; the others are behind a button. */
const NEAREST = 3;

let sections = 0;

export class PastTalks {
  /**
   * @param {import("../store.js").Store<import("../state.js").DeskState>} store
   * @param {import("../client.js").DeskClient} client
   * @param {{ nearest: boolean, onDrawn?: () => void }} place nearest: above a conversation, the latest next to it
   */
  constructor(store, client, { nearest, onDrawn = () => {} }) {
    this.store = store;
    this.client = client;
    this.nearest = nearest;
    this.onDrawn = onDrawn;
    this.conversation = "";
    this.all = false;
    /** The talks that are unfolded here. @type {Set<string>} */
    this.unfolded = new Set();
    sections += 1;
    this.id = `past-${sections}`;
    this.title = el("h3", { id: this.id });
    this.talks = el("ul", { class: "past-talks", "aria-labelledby": this.id });
    this.more = el("button", { type: "button", class: "plain past-more", onclick: () => this.earlier() });
    this.told = el("p", { class: "soft past-told", role: "status" });
    this.element = el("section", { class: `past${nearest ? " nearest" : ""}`, "aria-live": "off", hidden: true }, this.title, nearest ? this.more : null, this.talks, nearest ? null : this.more, this.told);
    this.element.addEventListener("keydown", (event) => this.key(event));
    store.watch(["lang", "chat", "past", "link"], () => this.draw());
  }

  /** @private */
  earlier() {
    const known = this.client.past.of(this.conversation);
    if (this.nearest && !this.all && (known?.talks.length ?? 0) > NEAREST) {
      this.all = true;
      return this.draw();
    }
    this.all = true;
    this.client.past.more(this.conversation);
  }

  /** @private Escape folds the talk in which the focus is. @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    const item = /** @type {HTMLElement} */ (event.target).closest("li");
    const talk = item?.dataset.key ?? "";
    if (!this.unfolded.has(talk)) return;
    event.preventDefault();
    this.fold(talk);
    item?.querySelector("button")?.focus();
  }

  /** @private @param {string} talk */
  fold(talk) {
    if (this.unfolded.delete(talk)) this.client.past.close(talk);
    this.store.draw();
  }

  /** @private @param {string} talk */
  turn(talk) {
    if (this.unfolded.has(talk)) return this.fold(talk);
    this.unfolded.add(talk);
    this.client.past.open(talk, this.conversation);
    this.store.draw();
  }

  /** @private */
  draw() {
    const { chat, lang, link } = this.store.state;
    const words = wordsFor(lang).past;
    const conversation = chat?.conversation ?? "";
    if (conversation !== this.conversation) {
      for (const talk of this.unfolded) this.client.past.close(talk);
      this.unfolded.clear();
      this.all = false;
      this.conversation = conversation;
    }
    const known = this.client.past.of(conversation);
    const { talks = [], more = false, asked = false, refused = "" } = known ?? {};
    const shown = this.nearest ? talks.slice(0, this.all ? undefined : NEAREST).reverse() : talks;
    // Above a conversation nothing is said of what is not there: the column says it.
    set(this.element, { hidden: known === null || (this.nearest && talks.length === 0) });
    text(this.title, talks.length === 0 ? words.title : fill(words.titleN, { n: `${talks.length}${more ? "+" : ""}` }));
    list(
      this.talks,
      shown,
      (talk) => talk.conversation,
      (talk) => this.line(talk.conversation),
      (element, talk) => this.drawTalk(element, talk, lang),
    );
    const hasMore = more || shown.length < talks.length;
    // A button that goes away must not take the focus with it.
    if (!hasMore && this.more === document.activeElement) /** @type {HTMLElement | null} */ (this.talks.querySelector("li:last-child > button"))?.focus();
    text(this.more, words.more);
    set(this.more, { hidden: !hasMore, disabled: asked || link !== "ready" });
    text(this.told, refused !== "" ? named(words.refused, refused in words.refused ? refused : "other") : talks.length > 0 ? "" : asked ? words.asked : words.none);
    if (this.unfolded.size === 0) this.onDrawn();
  }

  /** @private @param {string} talk */
  line(talk) {
    return el(
      "li",
      {},
      el("button", { type: "button", class: "past-line", onclick: () => this.turn(talk) }, el("span", { class: "past-date" }), el("span", { class: "past-who" }), el("span", { class: "past-stars" }), el("span", { class: "past-count" })),
      el("p", { class: "soft past-last" }),
      el("div", { class: "past-read", hidden: true, tabindex: "0", role: "group" }, el("div", { class: "rows" }), el("p", { class: "soft" })),
    );
  }

  /** @private @param {HTMLElement} element @param {PastTalk} talk @param {string} lang */
  drawTalk(element, talk, lang) {
    const all = wordsFor(lang);
    const words = all.past;
    const open = this.unfolded.has(talk.conversation);
    const [button, last, body] = /** @type {HTMLElement[]} */ ([...element.children]);
    const [date, who, stars, count] = button.children;
    text(date, day(talk.began, this.client.now, lang));
    text(who, talk.agent ?? all.bot);
    text(stars, talk.stars === undefined ? "" : `★${talk.stars}`);
    text(count, talk.ended === undefined ? words.goesOn : fill(words.messages, { n: talk.messages }));
    set(stars, { "aria-label": talk.stars === undefined ? null : fill(words.stars, { n: talk.stars }), role: talk.stars === undefined ? null : "img" });
    set(button, { "aria-expanded": String(open), title: new Date(talk.began).toLocaleString(lang) });
    text(last, talk.last_text ?? "");
    set(last, { hidden: this.nearest || open || !talk.last_text });
    set(body, { hidden: !open, "aria-label": fill(words.readOf, { date: day(talk.began, this.client.now, lang) }) });
    const [rows, told] = body.children;
    if (!open) return void (rows.textContent = "");
    const read = this.client.past.reading.get(talk.conversation);
    const events = read?.chat.events ?? [];
    if (rows.getAttribute("data-lang") !== lang) rows.textContent = "";
    set(rows, { "data-lang": lang });
    list(
      rows,
      events,
      ({ seq }) => String(seq),
      () => el("div"),
      (row, event, before) => {
        if (row.childNodes.length === 0 && row.className === "") drawEvent(row, event, before, all, this.store.state, { conversation: talk.conversation, pastOf: this.conversation });
      },
    );
    const refused = read?.refused ?? "";
    text(told, refused !== "" ? named(words.refused, refused in words.refused ? refused : "other") : events.length === 0 ? words.asked : "");
    set(told, { hidden: told.textContent === "" });
  }
}

/** The day, with the year where it is another. @param {number} at @param {number} now @param {string} lang */
function day(at, now, lang) {
  const then = new Date(at);
  const today = new Date(now);
  if (then.toDateString() === today.toDateString()) return then.toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit" });
  return then.toLocaleDateString(lang, { month: "short", day: "numeric", ...(then.getFullYear() !== today.getFullYear() && { year: "numeric" }) });
}
