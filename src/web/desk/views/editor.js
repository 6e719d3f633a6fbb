// Where the agent writes: ready replies that are put in beside what is typed, and a draft for each chat.

import { el, list, set, text } from "../../shared/dom.js";
import { grow, isBlank, sendsOnEnter } from "../../shared/writing.js";

/** @typedef {import("../chat.js").Chat} Chat */
/** @typedef {import("../strings.js").Words} Words */

const READY = 3;

export class Editor {
  /** @param {import("../client.js").DeskClient} client @param {import("../drafts.js").Drafts} drafts */
  constructor(client, drafts) {
    this.client = client;
    this.drafts = drafts;
    /** @type {Chat | null} */
    this.chat = null;
    this.readyTitle = el("h3", { class: "sr" });
    this.ready = el("ul", { class: "ready" });
    this.input = el("textarea", { rows: "2", id: "reply", autocomplete: "off" });
    this.button = el("button", { type: "button", class: "primary", onclick: () => this.send() });
    this.element = el(
      "div",
      { class: "editor" },
      this.readyTitle,
      this.ready,
      el("div", { class: "write" }, this.input, this.button),
    );
    this.input.addEventListener("input", () => {
      this.changed();
      if (this.chat !== null) client.types(this.chat);
    });
    sendsOnEnter(this.input, () => this.send());
  }

  /** @private @returns {string[]} */
  get suggestions() {
    return this.chat?.place === "mine" ? (this.chat.card?.suggestions ?? []).slice(0, READY) : [];
  }

  /** Puts the n-th ready reply in at the cursor; what was typed stays. @param {number} n from 1 */
  insert(n) {
    const reply = this.suggestions[n - 1];
    if (reply !== undefined) this.put(reply);
  }

  /** Puts a text in at the cursor. @param {string} words */
  put(words) {
    const { input } = this;
    const at = input.selectionEnd;
    const before = input.value.slice(0, at);
    const gap = before !== "" && !/\s$/.test(before) ? "\n" : "";
    input.setRangeText(gap + words, at, at, "end");
    this.changed();
    input.focus();
  }

  /** @private */
  changed() {
    if (this.chat !== null) this.drafts.put(this.chat.conversation, this.input.value);
    grow(this.input);
    this.enable();
  }

  /** @private */
  send() {
    const { chat, input } = this;
    const written = input.value.trim();
    if (chat === null || chat.place !== "mine" || isBlank(written)) return;
    input.focus();
    if (!this.client.say(chat, written)) return;
    input.value = "";
    this.changed();
  }

  /** Words that were not sent come back behind what is being written in their chat. @param {string} conversation @param {string} words */
  bring(conversation, words) {
    const shown = this.chat?.conversation === conversation;
    const before = shown ? this.input.value : (this.drafts.find(conversation)?.text ?? "");
    const all = before.trim() === "" ? words : `${before}\n${words}`;
    this.drafts.put(conversation, all, true);
    if (!shown) return;
    this.input.value = all;
    grow(this.input);
    this.enable();
  }

  /** @private */
  enable() {
    this.button.disabled = this.chat?.place !== "mine" || isBlank(this.input.value);
  }

  /** @param {Chat} chat @param {Words} words */
  draw(chat, words) {
    if (this.chat?.conversation !== chat.conversation) {
      this.input.value = this.drafts.find(chat.conversation)?.text ?? "";
      this.chat = chat;
      grow(this.input);
    }
    this.chat = chat;
    const mine = chat.place === "mine";
    set(this.input, { placeholder: mine ? words.write : words.writeNot, "aria-label": words.write, readonly: !mine && this.input.value === "" });
    text(this.button, words.send);
    this.enable();
    text(this.readyTitle, words.ready);
    this.readyTitle.hidden = this.suggestions.length === 0;
    list(
      this.ready,
      this.suggestions.map((reply, index) => ({ reply, n: index + 1 })),
      ({ n }) => String(n),
      ({ n }) => {
        const button = el("button", { type: "button", onclick: () => this.insert(n) }, el("kbd", {}, `Alt ${n}`), el("span"));
        return el("li", {}, button);
      },
      (element, { reply, n }) => {
        const button = /** @type {HTMLElement} */ (element.firstElementChild);
        text(/** @type {Element} */ (button.lastElementChild), reply);
        set(button, { title: reply, "aria-keyshortcuts": `Alt+${n}` });
      },
    );
  }
}
