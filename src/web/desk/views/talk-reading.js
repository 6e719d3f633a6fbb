// A talk that was found, read beside the list: nothing can be written here, and what was found is marked.

import { el, fill, list, set, text } from "../../shared/dom.js";
import { wordsBeside } from "../../shared/files.js";
import { hashOfTalk } from "../quality.js";
import { named, wordsFor } from "../strings.js";
import { talkWords } from "../strings.talks.js";
import { drawEvent } from "./event.js";
import { markWithin } from "./marks.js";

/** @typedef {import("../talks.js").FoundTalk} FoundTalk */
/** @typedef {import("../../shared/protocol.js").DeskEvent} DeskEvent */

/**
 * Where the events of a talk come from.
 * @typedef {object} Source
 * @property {(conversation: string) => void} open
 * @property {(conversation: string) => void} close
 * @property {(conversation: string) => { events: readonly DeskEvent[], refused: string }} read
 */

/** Over the desk's socket, under the reader's own right and not as the past of another chat. @param {import("../client.js").DeskClient} client @returns {Source} */
export const overSocket = ({ past }) => ({
  open: (conversation) => past.open(conversation, conversation),
  close: (conversation) => past.close(conversation),
  read: (conversation) => ({ events: past.reading.get(conversation)?.chat.events ?? [], refused: past.reading.get(conversation)?.refused ?? "" }),
});

/** In a list of talks, from the one that has the focus, or is read, to its neighbour. @param {Element} results @param {1 | -1} by */
export function stepIn(results, by) {
  const buttons = /** @type {HTMLButtonElement[]} */ ([...results.querySelectorAll("button")]);
  const here = buttons.findIndex((button) => button === document.activeElement);
  const read = buttons.findIndex((button) => button.getAttribute("aria-current") === "true");
  const from = here >= 0 ? here : read;
  buttons[from < 0 ? 0 : Math.min(Math.max(from + by, 0), buttons.length - 1)]?.focus();
}

export class TalkReading {
  /**
   * @param {import("../store.js").Store<import("../state.js").DeskState>} store
   * @param {Source} source
   * @param {{ nameOf: (talk: FoundTalk) => string, onClose: () => void, onChat: (conversation: string) => void, reviews?: boolean }} wiring `reviews`: leads to what is said of a talk
   */
  constructor(store, source, { nameOf, onClose, onChat, reviews = false }) {
    this.store = store;
    this.source = source;
    this.nameOf = nameOf;
    /** @type {FoundTalk | null} */
    this.talk = null;
    /** Which of the places is looked at, from 0. */
    this.at = 0;
    this.arrived = false;
    this.title = el("h2", { id: reviews ? "talk-title" : "reviewed-title" });
    this.about = el("p", { class: "soft" });
    this.where = el("span", { class: "soft talk-where", role: "status" });
    this.previous = el("button", { type: "button", class: "plain", "aria-keyshortcuts": "p", onclick: () => this.step(-1) });
    this.next = el("button", { type: "button", class: "plain", "aria-keyshortcuts": "n", onclick: () => this.step(1) });
    this.chat = el("button", { type: "button", class: "plain to-chat", onclick: () => this.talk !== null && onChat(this.talk.conversation) });
    this.review = reviews ? el("a", { class: "plain to-review" }) : null;
    this.close = el("button", { type: "button", class: "plain", "aria-keyshortcuts": "Escape", onclick: onClose }, "×");
    this.head = el("div", { class: "talk-head" }, el("div", { class: "talk-about" }, this.title, this.about), this.chat, this.review, this.where, this.previous, this.next, this.close);
    this.rows = el("div", { class: "rows" });
    this.told = el("p", { class: "soft talk-told", role: "status" });
    this.body = el("div", { class: "talk-body", role: "region", "aria-labelledby": this.title.id, tabindex: "0" }, this.rows, this.told);
    this.choose = el("p", { class: "soft talk-choose" });
    this.element = el("section", { class: "pane talk-read" }, this.choose, this.head, this.body);
    store.watch(["lang", "past"], () => this.draw());
  }

  /** @param {FoundTalk | null} talk */
  show(talk) {
    if (this.talk !== null) this.source.close(this.talk.conversation);
    this.talk = talk;
    this.at = 0;
    this.arrived = false;
    this.rows.textContent = "";
    if (talk !== null) this.source.open(talk.conversation);
    this.draw();
  }

  /** Goes on to the next or the previous place. @param {1 | -1} by */
  step(by) {
    const places = this.talk?.places.length ?? 0;
    if (places === 0) return;
    this.at = (this.at + by + places) % places;
    this.arrive();
    this.draw();
  }

  /** Goes to the place of this message. @param {number} seq */
  goTo(seq) {
    const at = this.talk?.places.findIndex((place) => place.seq === seq) ?? -1;
    if (at < 0) return;
    this.at = at;
    this.arrive();
    this.draw();
  }

  /** @private The message that is looked at, in sight and with the focus, so that it is read out. */
  arrive() {
    const seq = this.talk?.places[this.at]?.seq;
    const row = this.rows.querySelector(`[data-key="${seq}"]`);
    if (!(row instanceof HTMLElement)) return false;
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
    return true;
  }

  /** @private */
  draw() {
    const { talk } = this;
    const { lang } = this.store.state;
    const all = wordsFor(lang);
    const words = talkWords(lang);
    text(this.choose, words.choose);
    set(this.choose, { hidden: talk !== null });
    this.head.hidden = this.body.hidden = talk === null;
    this.element.dataset.open = talk === null ? "no" : "yes";
    if (talk === null) return;
    const date = new Date(talk.began).toLocaleString(lang, { dateStyle: "medium", timeStyle: "short" });
    text(this.title, fill(words.reading, { name: this.nameOf(talk), date }));
    text(this.about, [talk.agents.join(lang.startsWith("en") ? ", " : "、") || words.bot, talk.ended === undefined ? words.open : words.ended, words.readOnly].join(" · "));
    const places = talk.places.length;
    text(this.where, places === 0 ? "" : fill(words.place, { at: this.at + 1, n: places }));
    set(this.previous, { hidden: places < 2, "aria-label": words.previous, title: words.previous });
    set(this.next, { hidden: places < 2, "aria-label": words.next, title: words.next });
    text(this.previous, "↑");
    text(this.next, "↓");
    set(this.close, { "aria-label": words.close });
    text(this.chat, words.toChat);
    this.chat.hidden = talk.ended !== undefined;
    if (this.review !== null) {
      text(this.review, all.quality);
      set(this.review, { href: hashOfTalk(talk.conversation), hidden: talk.ended === undefined || talk.agents.length === 0 });
    }
    const { events, refused } = this.source.read(talk.conversation);
    if (this.rows.dataset.lang !== lang) this.rows.textContent = "";
    this.rows.dataset.lang = lang;
    const found = new Map(talk.places.map(({ seq, marks }) => [seq, marks]));
    list(
      this.rows,
      events,
      ({ seq }) => String(seq),
      () => el("div"),
      (row, event, before) => {
        if (row.childNodes.length > 0 || row.className !== "") return;
        drawEvent(row, event, before, all, this.store.state, { conversation: talk.conversation, pastOf: talk.conversation });
        const marks = found.get(event.seq);
        if (marks === undefined) return;
        row.classList.add("found-here");
        row.tabIndex = -1;
        const shown = wordsBeside(event.text ?? "", event.files ?? []);
        const cut = (event.text ?? "").length - shown.length;
        // Not in who said it and when: a message may be as short as a digit of the time.
        markWithin(row.querySelector(".body, .told") ?? row, shown, marks.map(([from, to]) => /** @type {const} */ ([from - cut, to - cut])));
      },
    );
    text(this.told, refused !== "" ? named(words.refused, refused in words.refused ? refused : "other") : events.length === 0 ? words.loading : "");
    this.told.hidden = this.told.textContent === "";
    if (!this.arrived && events.length > 0) this.arrived = places === 0 ? (this.body.focus(), true) : this.arrive();
  }
}
