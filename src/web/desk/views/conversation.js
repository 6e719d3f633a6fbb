// The middle: one chat with what can be done with it, its transcript and the editor.

import { el, fill, set, text } from "../../shared/dom.js";
import { fileError } from "../strings.files.js";
import { named, shopName, wordsFor } from "../strings.js";
import { isPressing } from "../attention.js";
import { Editor } from "./editor.js";
import { Menu } from "./menu.js";
import { Transcript } from "./transcript.js";

/** @typedef {import("./acting.js").Act} Act */

/** What stands in the head as buttons; of these the ones that a narrow one has no room for are in its menu. */
const BUTTONS = /** @type {const} */ (["take", "reopen", "transfer", "note", "snooze", "bot", "end"]);
const ALWAYS = ["take", "reopen", "transfer", "end"];

export class Conversation {
  /**
   * @param {import("../store.js").Store<import("../state.js").DeskState>} store
   * @param {import("../client.js").DeskClient} client
   * @param {import("../drafts.js").Drafts} drafts
   * @param {import("../board.js").Names} names
   * @param {{ acts: () => Record<string, Act>, onSent: () => void, onNext: () => void }} wiring
   */
  constructor(store, client, drafts, names, { acts, onSent, onNext }) {
    this.store = store;
    this.client = client;
    this.names = names;
    this.acts = acts;
    this.editor = new Editor(client, drafts, { onSent, onNext });
    this.transcript = new Transcript(store, client);
    this.back = el("button", { type: "button", class: "back", onclick: () => client.deselect() });
    this.name = el("h2", { id: "chat-title", tabindex: "-1" });
    this.lane = el("span", { class: "lane" });
    this.about = el("span", { class: "about" });
    this.buttons = BUTTONS.map((name) => el("button", { type: "button", class: `act ${CLASSES[name] ?? ""}${ALWAYS.includes(name) ? "" : name === "note" ? " some-room" : " roomy"}`, onclick: () => this.run(name) }));
    this.more = new Menu("more");
    this.caseLine = el("button", { type: "button", class: "case-line", "aria-controls": "customer", onclick: () => this.run("customer") });
    this.problem = el("p", { class: "problem", role: "alert", hidden: true });
    this.chat = el(
      "div",
      { class: "chat" },
      el("div", { class: "chat-head" }, this.back, this.name, this.lane, this.about, el("div", { class: "actions" }, ...this.buttons, this.more.element)),
      this.caseLine,
      this.transcript.element,
      this.problem,
      this.editor.element,
    );
    this.emptyText = el("p", { class: "big" });
    this.emptyMore = el("p");
    this.empty = el("div", { class: "empty" }, this.emptyText, this.emptyMore);
    this.element = el("section", { class: "pane conversation", "aria-labelledby": "chat-title" }, this.chat, this.empty);
    this.editor.attaching.choosing.watch(this.element);
    store.watch(["lang", "me", "link", "chat", "outbox", "boarded", "drawer", "column", "counts", "standards"], () => this.draw());
    store.watch(["lang", "typing", "chat"], () => this.drawTyping());
    store.watch(["lang", "mine", "waiting"], () => this.drawEmpty());
    // The end stays in sight when a keyboard comes up or the window shrinks.
    new ResizeObserver(() => this.transcript.settle()).observe(this.transcript.element);
  }

  /** @private @param {string} name */
  run(name) {
    const act = this.acts()[name];
    if (act !== undefined && !act.disabled) act.run();
  }

  /** @private */
  drawTyping() {
    const following = this.transcript.near;
    this.transcript.drawTyping();
    this.transcript.follow(following);
  }

  /** @private */
  drawEmpty() {
    const { lang, mine } = this.store.state;
    const words = wordsFor(lang);
    text(this.emptyText, mine.length > 0 && mine.every((card) => !card.waiting_since) ? words.allDone : words.choose);
    text(this.emptyMore, mine.length > 0 ? words.allDoneMore : words.chooseMore);
  }

  /** @private */
  draw() {
    const { state } = this.store;
    const { chat, lang } = state;
    const words = wordsFor(lang);
    set(this.chat, { hidden: chat === null });
    set(this.empty, { hidden: chat !== null });
    if (chat === null) {
      set(this.element, { "aria-labelledby": null, "aria-label": words.choose });
      return;
    }
    set(this.element, { "aria-labelledby": "chat-title", "aria-label": null });
    const { card } = chat;
    // Measured before anything takes room from it.
    const following = this.transcript.near;
    text(this.back, "‹");
    set(this.back, { "aria-label": words.back });
    text(this.name, card === null ? words.shopper : this.names.of(card.shopper, words));
    const lane = card !== null && card.lane !== "normal" ? card.lane : null;
    set(this.lane, { hidden: lane === null });
    this.chat.dataset.lane = card?.lane ?? "normal";
    text(this.lane, lane === null ? "" : named(words.lanes, lane));
    text(this.about, card === null ? "" : [shopName(state, card.shop), card.here ? words.here : ""].filter(Boolean).join(" · "));
    this.drawActs(words);
    const { open_questions: open = [] } = chat.case ?? {};
    text(this.caseLine, card === null ? "" : [`${words.why}: ${reasonOf(chat, state, words)}`, open.length > 0 && fill(words.askedN, { n: open.length })].filter(Boolean).join(" · "));
    set(this.caseLine, { "aria-expanded": String(state.drawer) });
    set(this.caseLine, { hidden: card === null });
    this.transcript.draw(chat, words);
    text(this.problem, chat.error === "" ? "" : chat.errorSaid || (fileError(chat.error, lang) ?? named(words.errors, chat.error in words.errors ? chat.error : "other")));
    set(this.problem, { hidden: chat.error === "" });
    this.editor.attaching.draw(chat, this.element);
    this.editor.draw(chat, words, card !== null && (isPressing(card.lane) || card.lane === "urgent"));
    this.transcript.follow(following);
  }

  /** @private @param {import("../strings.js").Words} words */
  drawActs(words) {
    const acts = this.acts();
    BUTTONS.forEach((name, index) => {
      const button = this.buttons[index];
      const { shown, label, disabled } = acts[name];
      text(button, label);
      // A button that goes away must not take the focus with it.
      if (!shown && button === document.activeElement) this.name.focus();
      set(button, { hidden: !shown });
      set(button, { disabled: disabled ?? false });
    });
    const entries = Object.entries(acts)
      .filter(([name, { shown, inChat }]) => shown && inChat && !ALWAYS.includes(name))
      .map(([key, { label, disabled, run, href }]) => ({ key, label, disabled, run, href }));
    this.more.draw(words.moreActs, "⋯", entries);
    set(this.more.element, { hidden: entries.length === 0 });
    // Where all else stands as buttons already, the menu is for what does not.
    this.more.element.classList.toggle("narrow", entries.every(({ key }) => BUTTONS.some((name) => name === key)));
  }
}

/** @type {Partial<Record<string, string>>} */
const CLASSES = { take: "primary", end: "close-chat" };

/** The reason and the words that show it, on one line. @param {import("../chat.js").Chat} chat @param {import("../state.js").DeskState} state @param {import("../strings.js").Words} words */
export function reasonOf(chat, { lang }, words) {
  const { reason, signals = [] } = chat.case ?? chat.card ?? {};
  const strongest = signals[0];
  if (strongest === undefined) return reason === undefined ? "" : named(words.reasons, reason);
  const quote = strongest.evidence === "" ? "" : lang.startsWith("en") ? `“${strongest.evidence}”` : `「${strongest.evidence}」`;
  return `${named(words.lanes, chat.card?.lane ?? "")} ${quote}`.trim();
}
