// One group of the morning page: the sentences, what was said, and what may be decided about them.

import { el, fill, set, text } from "../../shared/dom.js";
import { found } from "../morning.js";

/** @typedef {import("../morning.js").Group} Group */
/** @typedef {import("../morning.js").Question} Question */
/** @typedef {import("../morning.js").Wish} Wish */
/** @typedef {import("../strings.morning.js").MorningWords} MorningWords */

/** More sentences are folded, and not ticked: nobody teaches what was not looked at. */
const OPEN = 8;

export class GroupCard {
  /**
   * @param {Group} group
   * @param {MorningWords} words
   * @param {boolean} may whether it may be decided
   * @param {{ questions: () => Promise<Question[]>, onWish: (card: GroupCard, sentences: string[], wish: Wish) => void }} acts
   */
  constructor(group, words, may, acts) {
    this.group = group;
    this.words = words;
    this.may = may;
    this.acts = acts;
    const lead = `lead-${group.id}`;
    this.boxes = group.sentences.map((sentence, index) => el("input", { type: "checkbox", checked: !sentence.hidden && index < OPEN, disabled: sentence.hidden || !may, "aria-label": fill(words.teachThis, { text: sentence.text }) }));
    const sentences = group.sentences.map(({ text: said, people, hidden }, index) =>
      el("li", {}, el("label", {}, may && this.boxes[index], el("span", { class: "morning-text" }, said)), people > 1 && el("span", { class: "soft" }, fill(words.people, { n: people })), hidden && el("span", { class: "soft" }, words.hidden)),
    );
    const folded = sentences.splice(OPEN);
    const beyond = group.different - group.sentences.length;
    const said = group.said.map(({ text: reply, messages }) => el("li", {}, fill(words.saidTo, { text: reply, n: messages })));
    this.problem = el("p", { class: "problem", role: "alert" });
    this.diff = el("pre", { class: "diff", tabindex: "0", hidden: true });
    this.busy = el("p", { class: "soft", role: "status" });
    this.trial = el("div", { class: "morning-trial", hidden: true });
    this.element = el(
      "li",
      { class: "morning-group", tabindex: "-1", "aria-labelledby": lead },
      el(
        "p",
        { class: "morning-head" },
        el("b", { id: lead }, `${fill(words.people, { n: group.people })}：${group.sentences[0]?.text ?? ""}`),
        el("span", { class: "soft" }, fill(words.times, { n: group.messages })),
        ...group.why.map(({ why, messages }) => el("span", { class: "morning-why" }, `${words.whys[why] ?? why} ${messages}`)),
      ),
      el("ul", { class: "morning-sentences" }, ...sentences),
      folded.length > 0 && el("details", {}, el("summary", {}, fill(words.more, { n: folded.length })), el("ul", { class: "morning-sentences" }, ...folded)),
      beyond > 0 && el("p", { class: "soft" }, fill(words.beyond, { n: beyond })),
      said.length > 0 && el("details", {}, el("summary", {}, words.said), el("ul", { class: "morning-said" }, ...said)),
      may && this.options(),
      this.busy,
      this.trial,
      this.problem,
      this.diff,
    );
  }

  /** What a decision would do, and whether it is to be so, now or later. @param {HTMLElement[]} parts @param {() => void} apply @param {import("./keeping.js").Keeping} keeping */
  showTrial(parts, apply, keeping) {
    const { words, trial } = this;
    const go = el("button", { type: "button", class: "primary", onclick: apply }, words.apply);
    const leave = el("button", { type: "button", onclick: () => this.endTrial() }, words.leave);
    trial.replaceChildren(el("p", { role: "status" }, words.tried), ...parts, el("p", { class: "row" }, go, keeping.button, leave), keeping.place);
    trial.hidden = false;
    go.focus();
  }

  /** Back to what may be decided. */
  endTrial() {
    const focused = this.trial.contains(document.activeElement);
    this.trial.hidden = true;
    this.trial.replaceChildren();
    if (focused) this.element.focus();
  }

  /** @private */
  options() {
    const { words, group } = this;
    const button = (/** @type {string} */ key, /** @type {string} */ label, /** @type {string} */ hint, /** @type {() => void} */ run) =>
      el("button", { type: "button", class: "morning-option", "aria-keyshortcuts": key, onclick: run }, el("kbd", { "aria-hidden": "true" }, key), label, hint !== "" && el("span", { class: "soft" }, hint));
    const near = group.nearest.map(({ id, title, confidence = 0 }, index) =>
      button(String(index + 1), title, fill(words.sure, { percent: Math.round(confidence * 100) }), () => this.wish({ as: "question", question: id })),
    );
    this.sought = el("input", { id: `other-${group.id}`, autocomplete: "off", spellcheck: "false" });
    this.sought.addEventListener("input", () => this.search());
    this.results = el("div", { class: "morning-options" });
    this.seeking = el("div", { class: "morning-more", hidden: true }, el("label", { for: this.sought.id }, words.otherField), this.sought, this.results);
    this.name = el("input", { id: `title-${group.id}`, maxlength: "30", autocomplete: "off", required: true });
    this.answer = el("textarea", { id: `answer-${group.id}`, rows: "3", maxlength: "2000", required: true });
    this.making = el(
      "form",
      { class: "morning-more", hidden: true, onsubmit: (/** @type {Event} */ event) => this.make(event) },
      el("label", { for: this.name.id }, words.newTitle),
      this.name,
      el("label", { for: this.answer.id }, words.newAnswer),
      this.answer,
      el("p", { class: "row" }, el("button", { type: "submit", class: "primary" }, words.create), el("button", { type: "button", onclick: () => this.fold() }, words.cancel)),
    );
    const { seeking, making } = this;
    for (const part of [seeking, making]) part.addEventListener("keydown", (event) => this.leave(/** @type {KeyboardEvent} */ (event)));
    this.buttons = el(
      "div",
      { class: "morning-options", role: "group", "aria-label": words.belongs },
      el("span", { class: "soft" }, near.length > 0 ? words.belongs : words.none),
      ...near,
      button("/", words.other, "", () => this.seek()),
      button("N", words.fresh, "", () => this.unfold(making, this.name)),
      button("S", words.nothing, "", () => this.wish({ as: "nothing" })),
      button("X", words.ignore, "", () => this.wish({ as: "ignore" })),
    );
    return el("div", {}, this.buttons, seeking, making);
  }

  /** What a key does; whether it does anything. @param {string} key */
  key(key) {
    if (!this.may || this.waits) return false;
    const near = this.group.nearest[Number(key) - 1];
    if (near !== undefined) this.wish({ as: "question", question: near.id });
    else if (key === "n") this.unfold(this.making, this.name);
    else if (key === "s") this.wish({ as: "nothing" });
    else if (key === "x") this.wish({ as: "ignore" });
    else if (key === "/") this.seek();
    else return false;
    return true;
  }

  /** Whether it is being decided. @param {boolean} waits */
  wait(waits) {
    this.waits = waits;
    set(this.element, { "aria-busy": String(waits) });
    for (const button of this.element.querySelectorAll("button")) button.disabled = waits;
    text(this.busy, waits ? this.words.trying : "");
    if (waits) {
      this.tell("");
      this.endTrial();
    }
  }

  /** What is wrong, with the change that somebody else may make. @param {string} problem @param {string} [diff] */
  tell(problem, diff = "") {
    text(this.problem, problem);
    text(this.diff, diff);
    this.diff.hidden = diff === "";
  }

  /** @private @param {Wish} wish */
  wish(wish) {
    const { sentences } = this.group;
    // What is not to be shown any more is all of it.
    const taken = sentences.filter((_, index) => wish.as === "ignore" || this.boxes[index].checked).map((sentence) => sentence.text);
    if (taken.length === 0) this.tell(this.words.noSentence);
    else this.acts.onWish(this, taken, wish);
  }

  /** @private @param {Event} event */
  make(event) {
    event.preventDefault();
    this.wish({ as: "new", title: this.name?.value ?? "", answer: this.answer?.value ?? "" });
  }

  /** @private */
  async seek() {
    this.unfold(this.seeking, this.sought);
    this.questions = await this.acts.questions();
    this.search();
  }

  /** @private */
  search() {
    const { words } = this;
    const sought = this.sought?.value ?? "";
    const matches = found(this.questions ?? [], sought);
    const row = ({ id = "", title = "" }) => el("button", { type: "button", class: "morning-option", onclick: () => this.wish({ as: "question", question: id }) }, title, el("span", { class: "soft" }, id));
    this.results?.replaceChildren(...matches.map(row));
    if (matches.length === 0 && sought.trim() !== "" && this.questions !== undefined) this.results?.append(el("p", { class: "soft" }, words.notFound));
  }

  /** @private @param {HTMLElement | undefined} part @param {HTMLElement | undefined} field */
  unfold(part, field) {
    this.fold();
    if (part !== undefined) part.hidden = false;
    field?.focus();
  }

  /** @private */
  fold() {
    for (const part of [this.seeking, this.making]) if (part !== undefined) part.hidden = true;
    this.element.focus();
  }

  /** @private @param {KeyboardEvent} event */
  leave(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.fold();
    } else if (event.key === "Enter" && event.target === this.sought && !event.isComposing) {
      event.preventDefault();
      this.results?.querySelector("button")?.click();
    }
  }
}
