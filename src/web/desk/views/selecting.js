// Several of those who wait are ended at once: the boxes that choose them, what stands above the list, and the window that asks.
// For supervisors, after an attack.

import { el, fill, set, text } from "../../shared/dom.js";
import { wordsFor } from "../strings.js";
import { dialog } from "./dialogs.js";

/** @typedef {import("../../shared/protocol.js").TicketCard} TicketCard */
/** @typedef {import("../strings.js").Words} Words */

const MINUTE_MS = 60_000;

export class Selecting {
  /**
   * @param {import("../store.js").Store<import("../state.js").DeskState>} store
   * @param {import("../client.js").DeskClient} client
   * @param {() => void} onChange the list is to be drawn anew
   */
  constructor(store, client, onChange) {
    this.store = store;
    this.client = client;
    this.onChange = onChange;
    this.active = false;
    /** The chats that are chosen. @type {Set<string>} */
    this.chosen = new Set();
    this.toggle = el("button", { type: "button", class: "plain", onclick: () => this.turn(!this.active) });
    this.all = el("input", { type: "checkbox", onchange: () => this.chooseAll() });
    this.allLabel = el("span");
    this.some = el("button", { type: "button", class: "close-many", onclick: () => this.ask([...this.chosen]) });
    this.every = el("button", { type: "button", class: "close-many", onclick: () => this.ask([]) });
    this.tools = el("div", { class: "tools", hidden: true }, el("label", { class: "pick" }, this.all, this.allLabel), this.some, this.every);
    this.news = el("p", { class: "soft", role: "status", tabindex: "-1" });
    this.element = el("div", { class: "selecting" }, this.tools, this.news);
  }

  /** Escape ends choosing. @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== "Escape" || !this.active) return;
    this.turn(false);
    this.toggle.focus();
  }

  /** The box of one card. @param {string} conversation */
  box(conversation) {
    const input = el("input", { type: "checkbox", onchange: () => this.choose(conversation, input.checked) });
    return el("label", { class: "pick" }, input, el("span"));
  }

  /** @param {HTMLElement} box @param {string} conversation @param {string} label */
  drawBox(box, conversation, label) {
    const [input, words] = /** @type {HTMLElement[]} */ ([...box.children]);
    set(input, { checked: this.chosen.has(conversation) });
    text(words, label);
    set(box, { hidden: !this.active });
  }

  /** @param {TicketCard[]} shown @param {Words} words */
  draw(shown, words) {
    const { me, link, counts, closing, queueOpen } = this.store.state;
    const may = me?.supervisor ?? false;
    const hides = !may || counts.waiting === 0 || !queueOpen;
    if (hides) this.active = false;
    const here = new Set(shown.map((card) => card.conversation));
    for (const conversation of this.chosen) if (!here.has(conversation) || !this.active) this.chosen.delete(conversation);
    set(this.toggle, { "aria-pressed": String(this.active) });
    text(this.toggle, this.active ? words.selectEnd : words.select);
    set(this.tools, { hidden: !this.active });
    const { size } = this.chosen;
    this.all.checked = size > 0 && size === shown.length;
    this.all.indeterminate = size > 0 && size < shown.length;
    text(this.allLabel, fill(words.selectAll, { n: shown.length }));
    text(this.some, fill(words.closeSome, { n: size }));
    text(this.every, words.closeAll);
    const busy = closing === "busy" || link !== "ready";
    set(this.some, { disabled: busy || size === 0 });
    set(this.every, { disabled: busy });
    text(this.news, outcome(closing, words));
    set(this.news, { hidden: !may || closing === null });
    // A button that goes away must not take the focus with it.
    if (hides && this.toggle === document.activeElement) this.news.focus();
    set(this.toggle, { hidden: hides });
  }

  /** @private @param {boolean} active */
  turn(active) {
    this.active = active;
    this.chosen.clear();
    // What became of those before is read by now.
    if (active && this.store.state.closing !== "busy") this.store.set({ closing: null });
    this.onChange();
  }

  /** @private @param {string} conversation @param {boolean} chosen */
  choose(conversation, chosen) {
    if (chosen) this.chosen.add(conversation);
    else this.chosen.delete(conversation);
    this.onChange();
  }

  /** @private */
  chooseAll() {
    const shown = this.all.checked ? this.store.state.waiting : [];
    this.chosen = new Set(shown.map((card) => card.conversation));
    this.onChange();
  }

  /** @private Says what shoppers will see, and ends them when that is agreed to. @param {string[]} named none: all who wait now */
  ask(named) {
    const words = wordsFor(this.store.state.lang);
    const everybody = named.length === 0;
    // Whoever comes while the window is open was not meant.
    const now = this.client.now;
    const minutes = el("input", { id: "close-waited", type: "number", min: "0", max: "100000", value: "0", required: true });
    const cancel = el("button", { type: "button" }, words.cancel);
    const form = el(
      "form",
      { class: "window" },
      el("h2", { id: "closing-title" }, fill(everybody ? words.closeAllTitle : words.closeSomeTitle, { n: named.length })),
      el("p", { id: "closing-what" }, words.closeTells),
      everybody && el("p", {}, fill(words.closeAllWhich, { n: this.store.state.counts.waiting })),
      everybody && el("p", {}, el("label", { for: "close-waited" }, words.closeWaited), minutes),
      el("p", { class: "row" }, cancel, el("button", { type: "submit", class: "danger" }, words.closeGo)),
    );
    const window = dialog(form);
    window.setAttribute("aria-labelledby", "closing-title");
    window.setAttribute("aria-describedby", "closing-what");
    window.addEventListener("close", () => window.remove());
    cancel.addEventListener("click", () => window.close());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      window.close();
      this.client.closeWaiting(named, everybody ? now - Number(minutes.value) * MINUTE_MS : null);
      this.turn(false);
      this.toggle.focus();
    });
    document.body.append(window);
    window.showModal();
    cancel.focus();
  }
}

/** @param {import("../state.js").DeskState["closing"]} closing @param {Words} words */
function outcome(closing, words) {
  if (closing === null) return "";
  if (closing === "busy") return words.closing;
  return fill(closing.left === 0 ? words.closedNow : words.closedLeft, closing);
}
