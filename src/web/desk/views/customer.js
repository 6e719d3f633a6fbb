// The column at the right: why the customer came, what is not answered, what was read, what colleagues noted.

import { el, list, set, text } from "../../shared/dom.js";
import { handlesCustomers } from "../staff.js";
import { named, shopName, signalTitle, wordsFor } from "../strings.js";
import { reasonOf } from "./conversation.js";
import { CustomerCardView } from "./customer-card.js";
import { percent } from "./decision.js";
import { OrdersView } from "./orders.js";
import { PastTalks } from "./past.js";
import { whyWords } from "./why.js";

/** @typedef {import("../../shared/protocol.js").Slots} Slots */

/** More values than there are keys for are copied by a click. */
const KEYS = 9;

export class Customer {
  /**
   * @param {import("../store.js").Store<import("../state.js").DeskState>} store
   * @param {import("../client.js").DeskClient} client
   * @param {import("../board.js").Names} names
   * @param {{ onClose: () => void, onCopied: (value: string) => void, onAsk: (question: string) => void }} wiring
   */
  constructor(store, client, names, { onClose, onCopied, onAsk }) {
    this.store = store;
    this.names = names;
    this.onCopied = onCopied;
    this.onAsk = onAsk;
    this.close = el("button", { type: "button", class: "plain drawer-close", onclick: onClose }, "×");
    this.name = el("h2", { id: "customer-title" });
    this.shop = el("p", { class: "soft" });
    this.data = el("a", { class: "plain" });
    this.whyTitle = el("h3");
    this.reason = el("p", { class: "case-reason" });
    this.queue = el("p", { class: "soft why" });
    this.signals = el("ul", { class: "signals" });
    this.signalsTitle = el("summary");
    this.signalsBox = el("details", { class: "more-signals" }, this.signalsTitle, this.signals);
    this.noteTitle = el("b");
    this.note = el("p", { class: "body" });
    this.noteBox = el("div", { class: "said inside note" }, el("p", { class: "head" }, this.noteTitle), this.note);
    this.askedTitle = el("h3");
    this.asked = el("ul", { class: "asked" });
    this.nothing = el("p", { class: "soft" });
    this.givenTitle = el("h3");
    this.given = el("dl", { class: "given" });
    this.givenHint = el("p", { class: "soft" });
    this.givenBox = el("section", {}, this.givenTitle, this.given, this.givenHint);
    this.body = el(
      "div",
      { class: "case" },
      el("section", {}, this.whyTitle, this.reason, this.queue, this.signalsBox),
      this.noteBox,
      el("section", {}, this.askedTitle, this.asked, this.nothing),
      this.givenBox,
    );
    this.card = new CustomerCardView(store);
    this.orders = new OrdersView(store, onCopied);
    this.past = new PastTalks(store, client, { nearest: false });
    this.element = el(
      "aside",
      { id: "customer", class: "pane customer", "aria-labelledby": "customer-title" },
      el("div", { class: "customer-head" }, this.name, this.close, this.shop, this.data),
      el("div", { class: "scroll", tabindex: "0" }, this.body, this.orders.element, this.card.element, this.past.element),
    );
    store.watch(["lang", "me", "chat", "why", "counts"], () => this.draw());
  }

  /** @private The values that were read, in the order of their keys. @returns {[string, string][]} */
  get values() {
    return Object.entries(this.store.state.chat?.case?.slots ?? {});
  }

  /** Copies the n-th value that was read. @param {number} n from 1 */
  async copy(n) {
    const value = this.values[n - 1]?.[1];
    if (value === undefined) return;
    try {
      await navigator.clipboard.writeText(value);
      this.onCopied(value);
    } catch {
      // Without a secure address there is no clipboard: the value is selected for Ctrl+C.
      const shown = this.given.children[n - 1]?.querySelector(".value");
      if (shown) getSelection()?.selectAllChildren(shown);
    }
  }

  /** @private */
  draw() {
    const { state } = this.store;
    const { chat, lang, me } = state;
    const words = wordsFor(lang);
    const card = chat?.card ?? null;
    const matter = chat?.case ?? null;
    text(this.name, card === null ? words.customer : this.names.of(card.shopper, words));
    set(this.close, { "aria-label": words.hideCustomer });
    text(this.shop, card === null ? "" : [shopName(state, card.shop), card.here ? words.here : ""].filter(Boolean).join(" · "));
    text(this.data, words.thisCustomer);
    set(this.data, { href: chat === null ? null : `#customers=${encodeURIComponent(chat.conversation)}` });
    set(this.data, { hidden: chat === null || !handlesCustomers(me?.roles ?? []) });
    set(this.body, { hidden: chat === null || matter === null });
    if (chat === null || matter === null) return;
    this.element.dataset.lane = card?.lane ?? "normal";
    text(this.whyTitle, words.why);
    text(this.reason, reasonOf(chat, state, words));
    text(this.queue, whyWords(state.why?.conversation === chat.conversation ? state.why : null, words, lang));
    const more = matter.signals.slice(0, 6);
    text(this.signalsTitle, words.whyMore);
    list(
      this.signals,
      more,
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
    set(this.signalsBox, { hidden: more.length === 0 });
    text(this.noteTitle, `${words.inside} · ${words.noteFrom}`);
    text(this.note, matter.note ?? "");
    set(this.noteBox, { hidden: !matter.note });
    // Whoever has asked for a person has been heard: it is no question that is left.
    const open = matter.open_questions.filter(({ intent }) => intent !== "service.human");
    text(this.askedTitle, words.asked);
    list(
      this.asked,
      open,
      (question) => question.intent,
      () => el("li"),
      (element, { label }) => text(element, label),
    );
    text(this.nothing, words.nothingAsked);
    set(this.nothing, { hidden: open.length > 0 });
    this.drawGiven(words);
  }

  /** @private @param {import("../strings.js").Words} words */
  drawGiven(words) {
    const { values } = this;
    text(this.givenTitle, words.given);
    text(this.givenHint, words.copyHint);
    list(
      this.given,
      values,
      ([name]) => name,
      ([name]) => {
        const at = () => this.values.findIndex(([other]) => other === name) + 1;
        return el("div", {}, el("dt"), el("dd", {}, el("button", { type: "button", class: "copy", onclick: () => this.copy(at()) }, el("kbd", { "aria-hidden": "true" }), el("span", { class: "value" }))));
      },
      (element, [name, value]) => {
        const at = values.findIndex(([other]) => other === name) + 1;
        text(/** @type {Element} */ (element.firstElementChild), named(words.slotNames, name));
        const button = /** @type {HTMLElement} */ (element.querySelector("button"));
        const [key, said] = /** @type {HTMLElement[]} */ ([...button.children]);
        text(key, String(at));
        set(key, { hidden: at > KEYS });
        text(said, value);
        set(button, { "aria-label": `${words.copy} ${value}`, "aria-keyshortcuts": at > KEYS ? null : String(at) });
      },
    );
    set(this.givenBox, { hidden: values.length === 0 });
  }
}
