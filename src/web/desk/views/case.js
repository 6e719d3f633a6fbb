// The card on top of a conversation: why it came, what was asked, what is still open.

import { el, list, text } from "../../shared/dom.js";
import { named, shopName, signalTitle } from "../strings.js";

/** @typedef {import("../../shared/protocol.js").TicketCard} TicketCard */
/** @typedef {import("../strings.js").Words} Words */

export class Case {
  constructor() {
    this.whyTitle = el("h3");
    this.reason = el("p", { class: "case-reason" });
    this.signals = el("ul", { class: "signals" });
    this.askedTitle = el("h3");
    this.asked = el("ul", { class: "asked" });
    this.nothing = el("p", { class: "soft" });
    this.givenTitle = el("h3");
    this.given = el("dl", { class: "given" });
    this.givenBox = el("div", {}, this.givenTitle, this.given);
    this.lastTitle = el("h3");
    this.last = el("p", { class: "case-last" });
    this.noteTitle = el("h3");
    this.note = el("p");
    this.noteBox = el("div", { class: "note" }, this.noteTitle, this.note);
    this.element = el(
      "section",
      { class: "case" },
      el("div", {}, this.whyTitle, this.reason, this.signals),
      el("div", {}, this.askedTitle, this.asked, this.nothing),
      this.givenBox,
      el("div", {}, this.lastTitle, this.last),
      this.noteBox,
    );
  }

  /** @param {TicketCard | null} card @param {Words} words @param {import("../state.js").DeskState} state */
  draw(card, words, state) {
    this.element.hidden = card === null;
    if (card === null) return;
    this.element.setAttribute("aria-label", words.why);
    this.element.dataset.lane = card.lane;
    text(this.whyTitle, words.why);
    text(this.reason, [shopName(state, card.shop), named(words.reasons, card.reason)].filter(Boolean).join(" · "));
    list(
      this.signals,
      card.signals,
      (signal) => signal.id,
      () => el("li", {}, el("b"), el("q"), el("span", { class: "soft" })),
      (element, { id, evidence, score }) => {
        const [name, quote, strength] = element.children;
        text(name, signalTitle(state, id));
        text(quote, evidence);
        /** @type {HTMLElement} */ (quote).hidden = evidence === "";
        text(strength, percent(score));
      },
    );
    text(this.askedTitle, words.asked);
    list(
      this.asked,
      card.open_questions,
      (question) => question.intent,
      () => el("li"),
      (element, { label }) => text(element, label),
    );
    text(this.nothing, words.nothingAsked);
    this.nothing.hidden = card.open_questions.length > 0;
    text(this.givenTitle, words.given);
    const given = Object.entries(card.slots ?? {});
    list(
      this.given,
      given,
      ([name]) => name,
      () => el("div", {}, el("dt"), el("dd")),
      (element, [name, value]) => {
        const [title, said] = element.children;
        text(title, named(words.slotNames, name));
        text(said, value);
      },
    );
    this.givenBox.hidden = given.length === 0;
    text(this.lastTitle, words.lastWords);
    text(this.last, card.last_text);
    text(this.noteTitle, words.noteFrom);
    text(this.note, card.note);
    this.noteBox.hidden = card.note === "";
  }
}

/** @param {number} share 0 to 1 */
export function percent(share) {
  return `${Math.round(share * 100)}%`;
}
