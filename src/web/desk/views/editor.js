// Where the agent writes: at most one suggestion, phrases with their blanks, what the standards warn of, and a draft for each chat.

import { el, fill, set, text } from "../../shared/dom.js";
import { grow, isBlank, sendsOnEnter } from "../../shared/writing.js";
import { blanks, filled } from "../phrases.js";
import { breaches } from "../standards.js";
import { titleIn } from "../strings.js";
import { phraseWords } from "../strings.phrases.js";
import { Attaching } from "./attaching.js";
import { phraseFile } from "./phrase-file.js";
import { PhraseList } from "./phrase-list.js";

/** @typedef {import("../chat.js").Chat} Chat */
/** @typedef {import("../strings.js").Words} Words */
/** @typedef {import("../../shared/protocol.js").Suggestion} Suggestion */

export class Editor {
  /**
   * @param {import("../client.js").DeskClient} client
   * @param {import("../drafts.js").Drafts} drafts
   * @param {{ onSent: () => void, onNext: () => void }} wiring
   */
  constructor(client, drafts, { onSent, onNext }) {
    this.client = client;
    this.drafts = drafts;
    this.onSent = onSent;
    this.onNext = onNext;
    /** @type {Chat | null} */
    this.chat = null;
    /** @type {Words | null} */
    this.words = null;
    /** A lane in which no ready word is offered. */
    this.grave = false;
    this.hint = el("kbd", { "aria-hidden": "true" }, "Tab");
    this.whose = el("span", { class: "offer-from soft" });
    this.offer = el("span", { class: "offer" });
    this.suggestion = el("button", { type: "button", class: "suggestion", hidden: true, onclick: () => this.accept() }, this.hint, this.whose, this.offer);
    this.warning = el("p", { class: "warning", role: "status" });
    this.phrases = new PhraseList(() => client.store.state.lang, {
      onPick: (phrase) => this.insert(phrase),
      onClose: () => this.shut(),
      onSlash: () => this.put("/"),
    });
    /** The phrase that the draft of a chat was begun with. @type {Map<string, { id: string, title?: string, file?: import("../../shared/protocol.js").SentFile }>} */
    this.used = new Map();
    this.goes = el("p", { class: "goes-along", hidden: true, role: "status" });
    /** What was to be sent with blanks in it: once more, and it is. */
    this.unfilled = "";
    this.open = el("button", { type: "button", class: "phrases-open", "aria-keyshortcuts": "/", onclick: () => (this.phrases.isOpen ? this.shut() : this.openPhrases()) });
    this.attaching = new Attaching(client);
    const { choosing } = this.attaching;
    this.input = el("textarea", { rows: "2", id: "reply", autocomplete: "off", "aria-describedby": "reply-hint" });
    this.button = el("button", { type: "button", class: "primary send", onclick: () => this.send() });
    this.keys = el("p", { id: "reply-hint", class: "hint" });
    this.element = el("div", { class: "editor" }, this.phrases.element, this.suggestion, this.goes, this.warning, el("div", { class: "write" }, this.open, choosing.button, choosing.input, this.input, this.button), this.keys);
    this.input.addEventListener("compositionend", () => this.slash());
    this.input.addEventListener("input", (event) => {
      if (!(event instanceof InputEvent && event.isComposing) && this.slash()) return;
      this.changed();
      if (this.chat !== null) client.types(this.chat);
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    sendsOnEnter(this.input, () => this.send());
  }

  /** @private The sign alone asks for the phrases; an input method may write its own for the same key. @returns {boolean} */
  slash() {
    const { input } = this;
    if (!/^[/／、]$/.test(input.value) || this.chat?.place !== "mine") return false;
    input.value = "";
    this.changed();
    return this.openPhrases();
  }

  /** The list of phrases, above what is written. @returns {boolean} whether there is a chat to write in */
  openPhrases() {
    const { chat } = this;
    if (chat?.place !== "mine" || chat.card === null) return false;
    this.phrases.open(chat.card.shop);
    this.drawOpen();
    return true;
  }

  /** @private */
  shut() {
    this.phrases.close();
    this.drawOpen();
    this.input.focus();
  }

  /** @private */
  drawOpen() {
    set(this.open, { "aria-expanded": String(this.phrases.isOpen) });
  }

  /** @private @param {Pick<import("../phrases.js").Phrase, "id" | "text" | "file"> & { title?: string }} phrase */
  insert({ id, text: said, title, file }) {
    const { chat } = this;
    if (chat === null) return;
    const { me, lang } = this.client.store.state;
    const shop = titleIn(/** @type {any} */ (me?.titles?.shops[chat.card?.shop ?? ""]), lang);
    // What a shopper is called nobody has told: it stays a blank.
    const known = { name: "", order: chat.case?.slots?.order_number ?? "", shop, agent: me?.name ?? "" };
    this.put(filled(said, known, phraseWords(lang).names));
    this.used.set(chat.conversation, { id, title, file });
    this.drawOpen();
    this.drawFile();
  }

  /** @private What goes out with the words, and a way to leave it out. */
  drawFile() {
    const { chat } = this;
    const used = this.used.get(chat?.conversation ?? "");
    const key = used?.file === undefined ? "" : `${chat?.conversation} ${used.file.id}`;
    if (this.goes.getAttribute("data-key") === key) return;
    this.goes.setAttribute("data-key", key);
    set(this.goes, { hidden: key === "" });
    if (used?.file === undefined) return this.goes.replaceChildren();
    const { lang } = this.client.store.state;
    const words = phraseWords(lang);
    const leave = () => {
      this.used.set(chat?.conversation ?? "", { ...used, file: undefined });
      this.drawFile();
      this.input.focus();
    };
    this.goes.replaceChildren(phraseFile(used, used.file, chat?.card?.shop ?? "", lang), el("span", { class: "soft" }, words.goesAlong), el("button", { type: "button", class: "plain", "aria-label": words.leaveOut, onclick: leave }, "×"));
  }

  /** @private To the next blank, or the one before; where there is none Tab goes on. @param {boolean} back @returns {boolean} */
  toBlank(back) {
    const { selectionStart: start, selectionEnd: end, value } = this.input;
    const all = blanks(value);
    const inOne = all.some((blank) => blank.start === start && blank.end === end);
    const next = back ? inOne && all.reverse().find((blank) => blank.end <= start) : all.find((blank) => blank.start >= end);
    if (!next) return false;
    this.input.setSelectionRange(next.start, next.end);
    return true;
  }

  /** @private At most one, and none where a ready word would hurt. A server of before says no more than its words. @returns {Suggestion | null} */
  get offered() {
    const told = this.chat?.place === "mine" && !this.grave ? this.chat.case : null;
    const [first] = told?.suggestions ?? [];
    return told?.suggestion ?? (first === undefined ? null : { text: first, from: "bot" });
  }

  /** @private */
  get suggested() {
    return this.offered?.text ?? "";
  }

  /** @private Tab takes the suggestion into an empty editor, or goes from blank to blank; otherwise it goes on. @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing && event.keyCode !== 229) {
      // Not the Enter that only sends.
      event.stopImmediatePropagation();
      event.preventDefault();
      return this.sendAndNext();
    }
    if (event.key !== "Tab" || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const accepts = !event.shiftKey && this.input.value === "" && this.suggested !== "";
    if (accepts) this.accept();
    else if (!this.toBlank(event.shiftKey)) return;
    event.preventDefault();
  }

  /** @private */
  accept() {
    const { offered } = this;
    if (offered === null) return;
    if (offered.phrase) this.insert({ id: offered.phrase, text: offered.text, file: offered.file ?? undefined });
    else this.put(offered.text);
  }

  /** Puts a text in at the cursor, its first blank selected; what was typed stays. @param {string} words */
  put(words) {
    const { input } = this;
    const at = input.selectionEnd;
    const before = input.value.slice(0, at);
    const gap = before !== "" && !/\s$/.test(before) ? "\n" : "";
    input.setRangeText(gap + words, at, at, "end");
    this.changed();
    input.focus();
    const from = at + gap.length;
    const first = blanks(input.value).find(({ start, end }) => start >= from && end <= from + words.length);
    if (first !== undefined) input.setSelectionRange(first.start, first.end);
  }

  /** @private */
  changed() {
    if (this.chat !== null) this.drafts.put(this.chat.conversation, this.input.value);
    if (this.input.value === "") this.used.delete(this.chat?.conversation ?? "");
    this.drawFile();
    grow(this.input);
    this.enable();
    this.warn();
  }

  /** @private @returns {boolean} whether anything went out */
  send() {
    const { chat, input } = this;
    const written = input.value.trim();
    if (chat === null || chat.place !== "mine" || isBlank(written)) return false;
    input.focus();
    const [blank] = blanks(input.value);
    if (blank !== undefined && this.unfilled !== input.value) {
      this.unfilled = input.value;
      input.setSelectionRange(blank.start, blank.end);
      this.warn();
      return false;
    }
    // The server refuses it too; here it need not leave the editor.
    if (breaches(written, this.client.store.state.standards, chat.card?.shop).some((one) => this.stops(one))) {
      this.warn();
      return false;
    }
    const used = this.used.get(chat.conversation);
    if (!this.client.say(chat, written, used?.id, used?.file)) return false;
    input.value = this.unfilled = "";
    this.changed();
    this.onSent();
    return true;
  }

  /** Sends what is written, and goes to the next that hurts; with nothing written it only goes. */
  sendAndNext() {
    const { chat, input } = this;
    const written = chat?.place === "mine" && !isBlank(input.value);
    if (!written || this.send()) this.onNext();
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
    set(this.button, { disabled: this.chat?.place !== "mine" || isBlank(this.input.value) });
    set(this.suggestion, { hidden: this.suggested === "" || this.input.value !== "" });
  }

  /** @private Whether the shop lets nothing be sent that breaks this rule. @param {import("../standards.js").Breach} breach */
  stops({ rule }) {
    const shop = this.chat?.card?.shop ?? "";
    return this.client.store.state.blocked[shop]?.includes(rule) ?? false;
  }

  /** @private What the standards say of it; what the shop does not block can be sent all the same. */
  warn() {
    const { words } = this;
    if (words === null) return;
    const { standards, lang } = this.client.store.state;
    const names = /** @type {Record<string, string>} */ (words.standards);
    // A newer server may have rules that this page does not know: it calls them itself.
    const said = (/** @type {import("../standards.js").Breach} */ { rule, word, title }) => fill(names[rule] ?? `${titleIn(title, lang) || rule} {word}`, { word });
    const found = breaches(this.input.value, standards, this.chat?.card?.shop);
    const told = (/** @type {string} */ pattern, /** @type {import("../standards.js").Breach[]} */ of) => (of.length === 0 ? "" : fill(pattern, { rules: of.map(said).join(words.standards.between) }));
    const stops = found.filter((one) => this.stops(one));
    const warning = [told(words.standards.blocked, stops), told(words.standards.warning, found.filter((one) => !stops.includes(one)))].filter(Boolean).join(" ");
    set(this.warning, { class: stops.length > 0 ? "warning stops" : "warning" });
    const asks = this.unfilled !== "" && this.unfilled === this.input.value;
    const left = asks ? fill(phraseWords(lang).blanksLeft, { n: blanks(this.input.value).length }) : "";
    text(this.warning, [left, warning].filter(Boolean).join(" "));
  }

  /** @param {Chat} chat @param {Words} words @param {boolean} grave */
  draw(chat, words, grave) {
    this.words = words;
    this.grave = grave;
    if (this.chat?.conversation !== chat.conversation) {
      this.chat = chat;
      this.input.value = this.drafts.find(chat.conversation)?.text ?? "";
      this.phrases.close();
      this.unfilled = "";
      grow(this.input);
    }
    this.chat = chat;
    const mine = chat.place === "mine";
    if (!mine) this.phrases.close();
    const { short, title } = phraseWords(this.client.store.state.lang);
    text(this.open, short);
    set(this.open, { title: `${title} /`, disabled: !mine });
    this.drawOpen();
    const placeholder = mine ? words.write : chat.endedAt === null ? words.writeNot : words.writeEnded;
    set(this.input, { placeholder, "aria-label": words.write, readonly: !mine && this.input.value === "" });
    text(this.button, words.send);
    text(this.keys, words.writeHint);
    text(this.offer, this.suggested);
    set(this.suggestion, { title: this.suggested, "aria-label": `${words.suggestion}（${words.suggestionFrom[this.offered?.from ?? "bot"]} · ${words.suggestionHint}）: ${this.suggested}` });
    text(this.whose, this.offered === null ? "" : words.suggestionFrom[this.offered.from]);
    this.drawFile();
    this.enable();
    this.warn();
  }
}
