// The right pane: one chat with its case, its transcript and the editor.

import { el, set, text } from "../../shared/dom.js";
import { handlesCustomers } from "../staff.js";
import { named, wordsFor } from "../strings.js";
import { Case } from "./case.js";
import { Editor } from "./editor.js";
import { nameOf } from "./lists.js";
import { Transcript } from "./transcript.js";

export class Conversation {
  /**
   * @param {import("../store.js").Store<import("../state.js").DeskState>} store
   * @param {import("../client.js").DeskClient} client
   * @param {import("../drafts.js").Drafts} drafts
   * @param {(chat: import("../chat.js").Chat) => void} onRelease asks for a note first
   */
  constructor(store, client, drafts, onRelease) {
    this.store = store;
    this.case = new Case();
    this.editor = new Editor(client, drafts);
    this.transcript = new Transcript(store, client);
    this.back = el("button", { type: "button", class: "back", onclick: () => client.deselect() });
    this.name = el("h2", { id: "chat-title", tabindex: "-1" });
    this.lane = el("span", { class: "lane" });
    const act = (/** @type {(chat: import("../chat.js").Chat) => void} */ work) => () => {
      if (store.state.chat !== null) work(store.state.chat);
    };
    this.take = el("button", { type: "button", class: "primary", onclick: act((chat) => client.takeChat(chat.conversation)) });
    this.release = el("button", { type: "button", onclick: act(onRelease) });
    this.toBot = el("button", { type: "button", onclick: act((chat) => client.end(chat, "return")) });
    this.close = el("button", { type: "button", class: "close-chat", onclick: act((chat) => client.end(chat, "close")) });
    this.customer = el("a", { class: "plain" });
    this.problem = el("p", { class: "problem", role: "alert", hidden: true });
    this.chat = el(
      "div",
      { class: "chat" },
      el(
        "div",
        { class: "chat-head" },
        this.back,
        this.name,
        this.lane,
        el("div", { class: "actions" }, this.customer, this.take, this.release, this.toBot, this.close),
      ),
      this.case.element,
      this.transcript.element,
      this.problem,
      this.editor.element,
    );
    this.emptyText = el("p", { class: "big" });
    this.emptyMore = el("p");
    this.empty = el("div", { class: "empty" }, this.emptyText, this.emptyMore);
    this.element = el("section", { class: "pane conversation", "aria-labelledby": "chat-title" }, this.chat, this.empty);
    store.watch(["lang", "me", "link", "chat", "outbox"], () => this.draw());
    store.watch(["lang", "typing", "chat"], () => this.drawTyping());
  }

  /** @private */
  drawTyping() {
    const following = this.transcript.near;
    this.transcript.drawTyping();
    this.transcript.follow(following);
  }

  /** @private */
  draw() {
    const { state } = this.store;
    const { chat, lang, link } = state;
    const words = wordsFor(lang);
    this.chat.hidden = chat === null;
    this.empty.hidden = chat !== null;
    text(this.emptyText, words.choose);
    text(this.emptyMore, words.chooseMore);
    if (chat === null) {
      set(this.element, { "aria-labelledby": null, "aria-label": words.choose });
      return;
    }
    set(this.element, { "aria-labelledby": "chat-title", "aria-label": null });
    const { card, place } = chat;
    // Measured before case and ready replies take room from it.
    const following = this.transcript.near;
    text(this.back, `‹ ${words.back}`);
    text(this.name, card === null ? words.shopper : nameOf(card, words));
    this.lane.hidden = card === null;
    if (card !== null) {
      this.chat.dataset.lane = card.lane;
      text(this.lane, named(words.lanes, card.lane));
    }
    text(this.customer, words.thisCustomer);
    set(this.customer, { href: `#customers=${encodeURIComponent(chat.conversation)}` });
    this.customer.hidden = !handlesCustomers(state.me?.roles ?? []);
    const mine = place === "mine";
    for (const [button, label, shown] of /** @type {[HTMLButtonElement, string, boolean][]} */ ([
      [this.take, words.take, place === "waiting"],
      [this.release, words.release, mine],
      [this.toBot, words.toBot, mine],
      [this.close, words.end, mine],
    ])) {
      text(button, label);
      // A button that goes away must not take the focus with it.
      if (!shown && button === document.activeElement) this.name.focus();
      button.hidden = !shown;
      button.disabled = link !== "ready";
    }
    this.case.draw(card, words, state);
    this.transcript.draw(chat, words);
    text(this.problem, chat.error === "" ? "" : named(words.errors, chat.error in words.errors ? chat.error : "other"));
    this.problem.hidden = chat.error === "";
    this.editor.draw(chat, words);
    this.transcript.follow(following);
  }
}
