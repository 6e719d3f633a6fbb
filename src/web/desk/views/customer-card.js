// What colleagues keep of the customer of the chat that is looked at: VIP, tags, notes. It is asked for with each chat.

import { el, fill, list, set, text } from "../../shared/dom.js";
import { cardOf, changeCard } from "../customer-card.js";
import { cardWords } from "../strings.card.js";

/** @typedef {import("../customer-card.js").CustomerCard} CustomerCard */
/** @typedef {import("../customer-card.js").CustomerNote} CustomerNote */

export class CustomerCardView {
  /** @param {import("../store.js").Store<import("../state.js").DeskState>} store */
  constructor(store) {
    this.store = store;
    this.conversation = "";
    /** @type {CustomerCard | null} */
    this.card = null;
    /** Notes that were not kept, by chat. @type {Map<string, string>} */
    this.drafts = new Map();
    /** Counts what was asked; of which of it the card is: an answer older than that is of no use. */
    this.asked = 0;
    this.answered = 0;
    /** Who reads it: colleagues may share a browser. */
    this.reader = "";
    this.title = el("h3", { id: "card-title" });
    this.vip = el("button", { type: "button", class: "vip", onclick: () => this.turnVip() });
    this.tags = el("ul", { class: "tags" });
    this.none = el("span", { class: "soft" });
    this.known = el("datalist", { id: "shop-tags" });
    this.tag = el("input", { class: "tag-field", list: "shop-tags", maxlength: "40", autocomplete: "off", spellcheck: "false", required: true });
    this.add = el("button", { type: "submit" });
    this.tagForm = el("form", { class: "tag-form" }, this.tag, this.add, this.known);
    this.notesTitle = el("h3", { id: "card-notes" });
    this.notes = el("ul", { class: "card-notes", "aria-labelledby": "card-notes" });
    this.note = el("textarea", { class: "note-field", rows: "2", required: true });
    this.keep = el("button", { type: "submit" });
    this.noteForm = el("form", { class: "note-form" }, this.note, this.keep);
    this.told = el("p", { class: "soft card-told", role: "status" });
    this.problem = el("p", { class: "problem", role: "alert" });
    this.element = el(
      "section",
      { class: "customer-card", "aria-labelledby": "card-title", hidden: true },
      el("div", { class: "card-head" }, this.title, this.vip),
      el("div", { class: "card-tags" }, this.tags, this.none),
      this.tagForm,
      this.notesTitle,
      this.notes,
      this.noteForm,
      this.told,
      this.problem,
    );
    this.tagForm.addEventListener("submit", (event) => {
      event.preventDefault();
      this.addTag();
    });
    this.noteForm.addEventListener("submit", (event) => {
      event.preventDefault();
      this.addNote();
    });
    this.note.addEventListener("input", () => this.drafts.set(this.conversation, this.note.value));
    store.watch(["lang", "chat", "me"], () => this.turn());
    // What could not be asked for without a link is asked for now.
    store.watch(["link"], () => {
      if (store.state.link === "ready" && this.card === null && this.conversation !== "") this.load(this.conversation);
    });
  }

  /** @private Another chat, another language, or somebody else reads it. */
  turn() {
    const { chat, me } = this.store.state;
    const conversation = chat?.conversation ?? "";
    if (me !== null && me.agent !== this.reader) {
      this.reader = me.agent;
      this.drafts.clear();
      this.conversation = "";
    }
    if (conversation === this.conversation) return this.draw();
    this.conversation = conversation;
    this.card = null;
    this.answered = this.asked + 1;
    this.tag.value = "";
    this.note.value = this.drafts.get(conversation) ?? "";
    this.tell("", "");
    this.draw();
    if (conversation !== "") this.load(conversation);
  }

  /** @private @param {string} conversation */
  async load(conversation) {
    const asked = (this.asked += 1);
    const answer = await cardOf(this.store.state.lang, conversation);
    // A server of before has no card: then there is none to see.
    if (conversation === this.conversation && "value" in answer) this.take(asked, answer.value);
    this.draw();
  }

  /** @private @param {number} asked @param {CustomerCard} card */
  take(asked, card) {
    if (asked < this.answered) return;
    this.answered = asked;
    this.card = card;
  }

  /** @private @param {import("../customer-card.js").CardChange} change @param {string} said @returns {Promise<boolean>} whether it was done */
  async change(change, said) {
    const { conversation } = this;
    const asked = (this.asked += 1);
    const answer = await changeCard(this.store.state.lang, conversation, change);
    if (conversation !== this.conversation) return "value" in answer;
    if ("error" in answer) this.tell("", answer.error);
    else {
      this.take(asked, answer.value);
      this.tell(said, "");
    }
    this.draw();
    return "value" in answer;
  }

  /** @private @param {string} said @param {string} problem */
  tell(said, problem) {
    text(this.told, said);
    text(this.problem, problem);
    this.problem.hidden = problem === "";
  }

  /** @private */
  turnVip() {
    const words = cardWords(this.store.state.lang);
    const vip = !(this.card?.vip ?? false);
    return this.change({ vip }, vip ? words.vipSet : words.vipUnset);
  }

  /** @private */
  async addTag() {
    const tag = this.tag.value.trim();
    if (tag === "") return;
    if (await this.change({ tag }, fill(cardWords(this.store.state.lang).tagged, { tag }))) this.tag.value = "";
    this.tag.focus();
  }

  /** @private @param {string} tag */
  async removeTag(tag) {
    await this.change({ no_tag: tag }, fill(cardWords(this.store.state.lang).untagged, { tag }));
    // The button that had the focus is gone.
    if (document.activeElement === document.body) this.tag.focus();
  }

  /** @private */
  async addNote() {
    const { conversation } = this;
    const note = this.note.value.trim();
    if (note === "" || !(await this.change({ note }, cardWords(this.store.state.lang).noted))) return;
    this.drafts.delete(conversation);
    if (conversation === this.conversation) this.note.value = "";
  }

  /** @private @param {string} id */
  async removeNote(id) {
    await this.change({ no_note: id }, cardWords(this.store.state.lang).unnoted);
    if (document.activeElement === document.body) this.note.focus();
  }

  /** @private */
  draw() {
    const { card } = this;
    const { lang } = this.store.state;
    const words = cardWords(lang);
    this.element.hidden = card === null;
    if (card === null) return;
    text(this.title, words.title);
    text(this.vip, `${card.vip ? "★" : "☆"} ${words.vip}`);
    set(this.vip, { "aria-pressed": String(card.vip), title: card.vip ? words.vipOff : words.vipOn });
    set(this.tags, { "aria-label": words.tags, hidden: card.tags.length === 0 });
    list(
      this.tags,
      card.tags,
      (tag) => tag,
      (tag) => el("li", { class: "tag" }, el("span", {}, tag), el("button", { type: "button", class: "plain", onclick: () => this.removeTag(tag) }, "×")),
      (item, tag) => set(/** @type {Element} */ (item.lastElementChild), { "aria-label": fill(words.removeTag, { tag }) }),
    );
    text(this.none, words.noTags);
    this.none.hidden = card.tags.length > 0;
    set(this.tag, { "aria-label": words.addTag, placeholder: words.addTag });
    text(this.add, words.add);
    this.known.replaceChildren(...card.shop_tags.filter((tag) => !card.tags.includes(tag)).map((value) => el("option", { value })));
    text(this.notesTitle, words.notes);
    list(
      this.notes,
      card.notes,
      ({ id }) => id,
      ({ id, text: said }) => el("li", { class: "said inside" }, el("p", { class: "head" }, el("b"), " ", el("span", { class: "note-at" }), " ", el("button", { type: "button", class: "plain", onclick: () => this.removeNote(id) }, "×")), el("p", { class: "body" }, said)),
      (item, note) => this.drawNote(item, note, words, lang),
    );
    this.notes.hidden = card.notes.length === 0;
    set(this.note, { "aria-label": words.notes, placeholder: words.noteHint });
    text(this.keep, words.keep);
  }

  /** @private @param {HTMLElement} item @param {CustomerNote} note @param {import("../strings.card.js").CardWords} words @param {string} lang */
  drawNote(item, { name, at, own }, words, lang) {
    const [who, when, remove] = /** @type {HTMLElement[]} */ ([.../** @type {Element} */ (item.firstElementChild).children]);
    text(who, name);
    text(when, new Date(at).toLocaleDateString(lang, { year: "numeric", month: "short", day: "numeric" }));
    set(remove, { "aria-label": words.removeNote, hidden: !own });
  }
}
