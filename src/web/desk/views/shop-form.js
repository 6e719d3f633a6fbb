// The form of the hours, of a fact or of an article: tried before it is saved, with a word beside each field that holds what cannot
// be, and brought together with what somebody else has saved meanwhile.

import { el, fill, set } from "../../shared/dom.js";
import { same } from "../questions.js";
import { changedLines, merged, save, tryOut } from "../shop.js";
import { wordsFor } from "../strings.js";
import { effectView } from "./effect.js";
import { Field, line } from "./field.js";
import { heardView } from "./heard.js";
import { Keeping } from "./keeping.js";

/** @typedef {import("../shop.js").Thing} Thing */
/** @typedef {import("../shop.js").What} What */
/** @typedef {import("../strings.shop.js").ShopWords} ShopWords */
/** @typedef {import("../strings.questions.js").QuestionWords} QuestionWords */
/**
 * @typedef {object} Fields the fields of one kind of thing
 * @property {HTMLElement} element
 * @property {any} said
 * @property {(thing: any) => void} show
 * @property {(problems: Map<string, string>) => void} mark
 */
/**
 * @typedef {object} About
 * @property {string} lang
 * @property {string} shop
 * @property {What} what
 * @property {string} title
 * @property {Thing | null} base as it was read; `null` for a new one
 * @property {Thing} empty a new one without anything in it
 * @property {string} removes what the button says that takes it out; empty where it cannot go
 * @property {ShopWords} words
 * @property {QuestionWords} common words of the page of questions
 * @property {boolean} may
 * @property {boolean} writable
 */

export class ShopForm {
  /**
   * @param {About} about
   * @param {(onInput: () => void) => Fields} fieldsOf
   * @param {{ onDraft: (said: Thing | null, base: Thing | null) => void, onSaved: (saved: import("../shop.js").Saved, wanted: Thing | null, since: Thing | null) => void, onKept: () => void, onClose: () => void, read: () => Promise<Thing | null> }} acts
   *   `read`: what the file says by now; `since`: what was written while it was being saved
   */
  constructor(about, fieldsOf, acts) {
    this.about = about;
    this.base = about.base;
    this.acts = acts;
    const { common, may, writable, removes } = about;
    this.fields = fieldsOf(() => this.changed());
    this.heading = el("h3", { tabindex: "-1" }, about.title);
    this.problem = el("div", { class: "problem", role: "alert" });
    this.status = el("div", { class: "question-status", role: "status" });
    this.reason = new Field(common.reason, line("", may, { id: "shop-reason", maxlength: "200" }));
    this.days = el("select", { id: "shop-days" }, ...Object.entries(common.daysOf).map(([value, label]) => el("option", { value }, label)));
    this.try = el("button", { type: "button", onclick: () => this.tryOut() }, common.try);
    this.save = el("button", { type: "submit", class: "primary", disabled: may && !writable }, common.save);
    this.drop = el("button", { type: "button", class: "plain", onclick: () => this.revert() }, common.drop);
    this.removal = el("button", { type: "button", class: "plain remove", disabled: !writable, onclick: () => this.offer() }, removes);
    this.sure = el("div", { class: "shop-sure" });
    this.keeping = new Keeping(about.lang, about.shop, {
      wished: (goes) => this.wished(goes),
      reason: () => this.reason.value.trim(),
      onRefused: (refusal) => this.refused(refusal),
      onKept: (said) => this.keptForLater(said),
    });
    this.element = el(
      "form",
      { class: "question-form shop-form", novalidate: true, "aria-label": about.title, onsubmit: (/** @type {Event} */ event) => this.submit(event) },
      about.what !== "hours" && el("p", { class: "question-close" }, el("button", { type: "button", class: "plain", onclick: () => acts.onClose() }, common.closeQuestion)),
      this.heading,
      this.fields.element,
      may && this.reason.element,
      may && removes !== "" && this.base !== null && el("p", {}, this.removal),
      this.sure,
      this.problem,
      this.status,
      may && this.keeping.place,
      may && el("div", { class: "question-acts" }, el("span", {}, el("label", { for: this.days.id }, common.days), " ", this.days), this.try, this.save, this.keeping.button, this.drop),
    );
    this.fields.show(this.base ?? about.empty);
    this.changed();
  }

  /** @param {Thing} draft what was written before and not saved */
  resume(draft) {
    this.fields.show(draft);
    this.changed();
  }

  get dirty() {
    return !same(this.fields.said, this.base ?? this.about.empty);
  }

  /** @private */
  changed() {
    const { dirty } = this;
    this.drop.hidden = !dirty;
    this.acts.onDraft(dirty ? this.fields.said : null, this.base);
  }

  /** @private */
  revert() {
    this.fields.show(this.base ?? this.about.empty);
    this.fields.mark(new Map());
    this.tell("");
    this.status.replaceChildren();
    this.changed();
    this.heading.focus();
  }

  /** @private @param {Thing | null} wanted @returns {import("../shop.js").Edit} */
  edit(wanted) {
    const { shop, what } = this.about;
    return { shop, what, base: this.base, wanted };
  }

  /** @private @param {boolean} waits @param {string} told */
  wait(waits, told) {
    this.waits = waits;
    set(this.element, { "aria-busy": String(waits) });
    for (const button of [this.try, this.save, this.keeping.button, this.drop, this.removal]) set(button, { "aria-disabled": String(waits) });
    if (waits) {
      this.tell("");
      this.fields.mark(new Map());
    }
    this.status.replaceChildren(...(waits ? [el("p", {}, told)] : []));
  }

  /** @private What is wrong, with the change that somebody else may make. @param {string} problem @param {string} [diff] */
  tell(problem, diff = "") {
    this.problem.replaceChildren(...(problem === "" ? [] : [el("p", {}, problem)]), ...(diff === "" ? [] : [el("pre", { class: "diff", tabindex: "0" }, diff)]));
  }

  /** @private */
  async tryOut() {
    if (this.waits) return;
    const { words, common, lang } = this.about;
    this.wait(true, common.trying);
    const days = this.days.value;
    const answer = await tryOut(lang, this.edit(this.fields.said), Number(days));
    this.wait(false, "");
    if ("error" in answer) return this.refused(answer);
    const { files, warnings, effect } = answer.value;
    this.status.replaceChildren(
      el("p", {}, files.length > 0 ? common.tried : common.triedNothing),
      ...(files.length > 0 ? [heardView(answer.value, words, common.langs, false)] : []),
      ...(warnings.length > 0 ? [el("ul", {}, ...warnings.map(({ message }) => el("li", {}, message)))] : []),
      ...(effect === null ? [] : [effectView(effect, common, wordsFor(lang).decisions, lang, days)]),
      ...files.map(({ name, diff }) => el("details", {}, el("summary", {}, `${common.diff} · ${name}`), el("pre", { class: "diff", tabindex: "0" }, diff))),
    );
    this.status.scrollIntoView({ block: "nearest" });
  }

  /** @private @param {Event} event */
  async submit(event) {
    event.preventDefault();
    if (this.waits || !this.about.may || !this.about.writable) return;
    if (!this.dirty) {
      this.status.replaceChildren(el("p", {}, this.about.common.nothing));
      return;
    }
    await this.make(this.fields.said);
  }

  /** @private Whether it is really to go. */
  offer() {
    if (this.waits) return;
    const { words, title } = this.about;
    const leave = () => {
      this.sure.replaceChildren();
      this.removal.focus();
    };
    const yes = el("button", { type: "button", class: "primary" }, words.yes);
    yes.addEventListener("click", async () => {
      this.sure.replaceChildren();
      await this.make(null);
    });
    const later = el("button", { type: "button" }, this.keeping.words.keep);
    later.addEventListener("click", () => {
      this.sure.replaceChildren();
      this.keeping.open(true);
    });
    this.sure.replaceChildren(el("p", {}, fill(words.sure, { name: title })), el("p", { class: "row" }, yes, later, el("button", { type: "button", onclick: leave }, words.no)));
    yes.focus();
    this.sure.scrollIntoView({ block: "nearest" });
  }

  /** @private @param {Thing | null} wanted */
  async make(wanted) {
    const { lang, common } = this.about;
    this.wait(true, common.saving);
    const answer = await save(lang, this.edit(wanted), this.reason.value.trim());
    this.wait(false, "");
    if ("error" in answer) return this.refused(answer);
    // What was written while it was being saved is not saved.
    const { said } = this.fields;
    this.acts.onDraft(null, this.base);
    this.acts.onSaved(answer.value, wanted, wanted !== null && !same(said, wanted) ? said : null);
  }

  /** @private What there is to keep. @param {boolean} goes @returns {import("../kept-changes.js").Wished | null} */
  wished(goes) {
    if (this.waits) return null;
    this.tell("");
    this.status.replaceChildren();
    if (goes || this.dirty) return { thing: this.edit(goes ? null : this.fields.said) };
    this.status.replaceChildren(el("p", {}, this.about.common.nothing));
    return null;
  }

  /** @private It stands in a draft now; the form shows what is live. @param {string} said */
  keptForLater(said) {
    this.revert();
    this.done(el("p", {}, said));
    this.acts.onKept();
  }

  /** @private @param {{ error: string, diff?: string, code?: string, fields?: { field: string, message: string }[] }} refusal */
  async refused({ error, diff = "", code = "", fields = [] }) {
    this.tell(error, diff);
    if (fields.length > 0) {
      this.fields.mark(new Map(fields.map(({ field, message }) => [field, message])));
      const beside = fields.filter(({ field }) => field !== "remove");
      if (beside.length > 0) {
        this.tell(fill(this.about.words.fixFields, { n: beside.length }));
        const wrong = this.element.querySelector('[aria-invalid="true"]');
        // The field is looked at, not the words below.
        if (wrong instanceof HTMLElement) return wrong.focus();
      }
    }
    if (code === "thing_changed") await this.join();
    this.problem.scrollIntoView({ block: "nearest" });
  }

  /** @private Somebody else was faster: what they changed comes into the form, and nothing of one's own is lost. */
  async join() {
    const { words, common } = this.about;
    const { base } = this;
    const theirs = await this.acts.read();
    if (base === null) return;
    if (theirs === null) {
      this.base = null;
      this.problem.append(el("p", {}, words.gone));
      this.changed();
      return;
    }
    const together = merged(base, theirs, this.fields.said);
    this.base = theirs;
    this.fields.show(together.thing);
    this.changed();
    const lines = changedLines(base, theirs).map(({ key, lines: changes }) => el("li", {}, el("b", {}, this.partName(key)), el("ul", {}, ...changes.map((one) => el("li", { class: "morning-text" }, one)))));
    const both = together.both.map((key) => this.partName(key)).join("、");
    this.problem.append(el("p", {}, common.theirs), el("ul", { class: "theirs" }, ...lines), el("p", {}, both === "" ? common.merged : fill(common.both, { fields: both })));
  }

  /** @private @param {string} key */
  partName(key) {
    const { words } = this.about;
    const [list = "", ...rest] = key.split(".");
    const name = rest.join(".");
    if (list === "week") return words.days[Number(name)] ?? name;
    if (list === "said") return words.said[/** @type {"stock"} */ (name)] ?? name;
    if (name !== "") return name;
    return words.goods[/** @type {"name"} */ (list)] ?? words.fieldNames[/** @type {"zh"} */ (list)] ?? list;
  }

  /** What was saved, with a way back. @param {...HTMLElement} parts */
  done(...parts) {
    this.tell("");
    this.status.replaceChildren(...parts);
    this.status.scrollIntoView({ block: "nearest" });
  }
}
