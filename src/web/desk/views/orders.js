// The orders of the customer of the chat that is looked at, with where they are on their way. They are asked for with each chat, and
// what cannot be seen now says why and can be asked for again.

import { el, fill, text } from "../../shared/dom.js";
import { hour } from "../clock.js";
import { ordersOf } from "../orders.js";
import { orderWords } from "../strings.orders.js";

/** @typedef {import("../orders.js").Known} Known */
/** @typedef {import("../orders.js").Order} Order */
/** @typedef {import("../orders.js").Parcel} Parcel */
/** @typedef {import("../strings.orders.js").OrderWords} OrderWords */

export class OrdersView {
  /** @param {import("../store.js").Store<import("../state.js").DeskState>} store @param {(value: string) => void} onCopied */
  constructor(store, onCopied) {
    this.store = store;
    this.onCopied = onCopied;
    /** What is shown: which chat, for whom, in which language. */
    this.shown = "";
    /** Counts what was asked: an answer that comes late is of no use. */
    this.asked = 0;
    this.title = el("h3", { id: "orders-title" });
    this.again = el("button", { type: "button", class: "plain", onclick: () => this.load(true) });
    this.told = el("p", { class: "soft orders-told", role: "status" });
    this.orders = el("ul", { class: "orders", "aria-labelledby": "orders-title" });
    this.element = el("section", { class: "orders-part", "aria-labelledby": "orders-title", hidden: true }, el("div", { class: "card-head" }, this.title, this.again), this.told, this.orders);
    store.watch(["lang", "chat", "me"], () => this.turn());
  }

  /** @private Another chat, another language, or somebody else reads it. */
  turn() {
    const { chat, me, lang } = this.store.state;
    const shown = chat === null || me === null ? "" : `${chat.conversation} ${me.agent} ${lang}`;
    if (shown === this.shown) return;
    this.shown = shown;
    this.asked += 1;
    this.element.hidden = true;
    if (shown !== "") this.load(false);
  }

  /** @private @param {boolean} fresh */
  async load(fresh) {
    const { chat, lang } = this.store.state;
    if (chat === null) return;
    const words = orderWords(lang);
    const asked = (this.asked += 1);
    this.again.disabled = true;
    if (fresh) text(this.told, words.loading);
    const answer = await ordersOf(lang, chat.conversation, fresh);
    if (asked !== this.asked) return;
    this.again.disabled = false;
    // What is wrong with the chat itself is told with the chat.
    this.element.hidden = "error" in answer || answer.value.state === "off";
    if ("value" in answer) this.draw(answer.value, words, lang);
    if (fresh) this.again.focus();
  }

  /** @private @param {Known} known @param {OrderWords} words @param {string} lang */
  draw(known, words, lang) {
    text(this.title, words.title);
    text(this.again, words.again);
    this.again.hidden = known.state === "visitor";
    const { told, orders } = said(known, words, lang);
    text(this.told, told);
    this.orders.replaceChildren(...orders.map((order) => this.order(order, words, lang)));
    this.orders.hidden = orders.length === 0;
  }

  /** @private @param {Order} order @param {OrderWords} words @param {string} lang */
  order({ id, at, status = "", total = "", url = "", items = [], parcels = [] }, words, lang) {
    const copy = el("button", { type: "button", class: "plain order-id", "aria-label": fill(words.copy, { id }), onclick: () => this.copy(id) }, id);
    const day = at === undefined ? "" : new Date(at).toLocaleDateString(lang, { month: "short", day: "numeric" });
    return el(
      "li",
      { class: "order" },
      el("p", { class: "order-head" }, copy, url !== "" && el("a", { href: url, target: "_blank", rel: "noopener noreferrer", "aria-label": fill(words.open, { id }) }, "↗"), el("b", {}, status)),
      el("p", { class: "soft" }, [day, total].filter(Boolean).join(" · ")),
      ...items.map(({ title, variant = "", count }) => el("p", {}, [count > 1 ? fill(words.times, { title, n: count }) : title, variant].filter(Boolean).join(" · "))),
      ...parcels.map((parcel) => parcelView(parcel, words, lang)),
    );
  }

  /** @private @param {string} id */
  async copy(id) {
    try {
      await navigator.clipboard.writeText(id);
      this.onCopied(id);
    } catch {
      // Without a secure address there is no clipboard: the number can be selected.
    }
  }
}

/** What is said above the orders, and the orders. @param {Known} known @param {OrderWords} words @param {string} lang @returns {{ told: string, orders: readonly Order[] }} */
function said(known, words, lang) {
  switch (known.state) {
    case "visitor":
      return { told: words.visitor, orders: [] };
    case "unavailable":
      return { told: fill(words.unavailable, { why: words.why[known.why] ?? words.why.status }), orders: [] };
    case "orders": {
      const { orders, more, at } = known;
      const parts = [orders.length === 0 && words.none, fill(words.asOf, { time: hour(at, lang) }), more > 0 && fill(words.more, { n: more })];
      return { told: parts.filter(Boolean).join(" · "), orders };
    }
    default:
      return { told: "", orders: [] };
  }
}

/** @param {Parcel} parcel @param {OrderWords} words @param {string} lang */
function parcelView({ carrier = "", number = "", status = "", steps = [] }, words, lang) {
  const step = (/** @type {import("../orders.js").Step} */ { at, text: what }) => el("li", {}, [at === undefined ? "" : new Date(at).toLocaleString(lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" }), what].filter(Boolean).join(" "));
  return el(
    "div",
    { class: "parcel" },
    el("p", {}, [words.parcel, carrier, number, status].filter(Boolean).join(" · ")),
    steps.length > 0 && el("p", { class: "soft" }, steps[0].text),
    steps.length > 1 && el("details", {}, el("summary", {}, fill(words.steps, { n: steps.length })), el("ol", { class: "steps" }, ...steps.map(step))),
  );
}
