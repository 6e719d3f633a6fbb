// What an agent is told above the chats: danger, chats that are or will be taken back, and whether notifications are
// wanted. Each stays until it is dealt with.

import { el, list, set, text } from "../../shared/dom.js";
import { wordsFor } from "../strings.js";

/** @typedef {import("../state.js").Told} Told */

/**
 * @typedef {object} Wiring
 * @property {(told: Told) => void} onAct the first button
 * @property {(told: Told) => void} onDismiss
 * @property {(wanted: boolean) => void} onNotify
 * @property {() => boolean} asks whether the agent is to be asked for notifications
 */

export class Banners {
  /** @param {import("../store.js").Store<import("../state.js").DeskState>} store @param {Wiring} wiring */
  constructor(store, wiring) {
    this.store = store;
    this.wiring = wiring;
    this.question = el("span", { class: "words" });
    this.yes = el("button", { type: "button", class: "primary", onclick: () => wiring.onNotify(true) });
    this.no = el("button", { type: "button", onclick: () => wiring.onNotify(false) });
    this.ask = el("div", { class: "banner ask", hidden: true }, this.question, this.yes, this.no);
    this.list = el("ul", { class: "told-list" });
    this.news = el("p", { class: "sr", role: "alert" });
    this.element = el("section", { class: "banners" }, this.list, this.ask, this.news);
    /** What was read aloud already. @type {Set<string>} */
    this.read = new Set();
    store.watch(["lang", "told", "presence"], () => this.draw());
    store.watch(["lang", "notify", "me", "chat"], () => this.drawAsk());
    store.watch(["now"], () => this.drawTimes());
  }

  /** @private */
  draw() {
    const { told, lang } = this.store.state;
    const words = wordsFor(lang);
    set(this.element, { "aria-label": words.reminders });
    list(
      this.list,
      told,
      ({ key }) => key,
      (one) =>
        el(
          "li",
          { class: `banner told-${one.kind}` },
          el("span", { class: "words" }),
          el("button", { type: "button", class: "see", onclick: () => this.wiring.onAct(one) }),
          el("button", { type: "button", class: "dismiss", onclick: () => this.wiring.onDismiss(one) }),
        ),
      (element, one) => {
        const [said, see, dismiss] = /** @type {HTMLElement[]} */ ([...element.children]);
        text(said, one.say(words));
        text(see, one.kind === "taken" ? words.takeAgain : words.dangerSee);
        set(see, { hidden: one.conversation === undefined || one.kind === "kept" });
        text(dismiss, words.dismiss);
        if (this.read.has(one.key)) return;
        this.read.add(one.key);
        text(this.news, one.say(words));
      },
    );
    for (const key of this.read) if (!told.some((one) => one.key === key)) this.read.delete(key);
  }

  /** @private */
  drawTimes() {
    const { told, lang } = this.store.state;
    const words = wordsFor(lang);
    told.forEach((one, index) => {
      const said = this.list.children[index]?.firstElementChild;
      if (one.kind === "soon" && said) text(said, one.say(words));
    });
  }

  /** @private Asked once, when somebody sits here, and answered by a click. */
  drawAsk() {
    const { lang, me } = this.store.state;
    const words = wordsFor(lang);
    set(this.ask, { hidden: me === null || !this.wiring.asks() });
    text(this.question, words.notifyAsk);
    text(this.yes, words.notifyYes);
    text(this.no, words.notifyNo);
  }
}
