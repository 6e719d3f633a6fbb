// The page of questions (问题): the questions of a shop, found by title, words or a shopper's sentence, and the form of one.

import { el, fill, text } from "../../shared/dom.js";
import { readsMorning, undo } from "../morning.js";
import { takeMending } from "../kept-changes.js";
import { listOf, merged, newQuestion, noWords, questionOf } from "../questions.js";
import { readerOf } from "../state.js";
import { morningWords } from "../strings.morning.js";
import { questionWords } from "../strings.questions.js";
import { shopChoice } from "./field.js";
import { PublicationList } from "./publications.js";
import { QuestionForm } from "./question-form.js";

/** @typedef {import("../questions.js").Listed} Listed */
/** @typedef {import("../questions.js").OwnWords} OwnWords */
/** @typedef {import("../questions.js").Question} Question */

/** Nobody reads more; who seeks writes more. */
const MOST = 400;
/** So long nothing is asked while somebody types, milliseconds. */
const QUIET_MS = 200;

export class QuestionsPage {
  /** @param {import("../store.js").Store<import("../state.js").DeskState>} store */
  constructor(store) {
    this.store = store;
    this.element = el("main", { class: "people questions-page", hidden: true });
    this.loaded = "";
    /** Counts what was asked: an answer that comes late is of no use. */
    this.asked = 0;
    this.opening = 0;
    this.shop = "";
    this.sought = "";
    this.timer = 0;
    this.may = false;
    this.writable = false;
    /** What was written and not saved, with what it was built on. @type {Map<string, { question: Question, words: OwnWords }>} */
    this.drafts = new Map();
    /** Colleagues may share a browser: whose drafts these are. */
    this.whose = "";
    /** @type {QuestionForm | null} */
    this.form = null;
    this.words = questionWords(store.state.lang);
    window.addEventListener("hashchange", () => this.turn());
    store.watch(["lang", "me"], () => {
      if (this.loaded !== readerOf(store.state)) this.build();
    });
  }

  /** @private */
  get here() {
    const { me } = this.store.state;
    return location.hash.slice(1).split("=")[0] === "questions" && me !== null && readsMorning(me.roles ?? []);
  }

  /** @private The page is looked at, or another question is asked for in the address. */
  turn() {
    if (!this.here) return;
    if (this.loaded !== readerOf(this.store.state)) this.build();
    else {
      this.load();
      this.open();
    }
  }

  /** @private Only while it is looked at. */
  build() {
    if (!this.here) return;
    const { lang, me } = this.store.state;
    this.loaded = readerOf(this.store.state);
    const whose = me?.agent ?? "";
    if (whose !== this.whose) this.drafts.clear();
    this.whose = whose;
    const words = (this.words = questionWords(lang));
    const shops = Object.entries(me?.titles?.shops ?? {});
    const [shop] = this.wanted;
    if (shops.some(([id]) => id === shop)) this.shop = shop;
    if (!shops.some(([id]) => id === this.shop)) this.shop = shops[0]?.[0] ?? "";
    const title = el("h2", { tabindex: "-1" }, words.title);
    this.shopField = shopChoice("questions-shop", shops, this.shop, lang);
    this.shopField.addEventListener("change", () => {
      this.shop = this.shopField?.value ?? "";
      location.hash = "#questions";
      this.load();
      this.open();
      this.publish();
    });
    this.soughtField = el("input", { id: "questions-sought", type: "search", autocomplete: "off", spellcheck: "false", maxlength: "200" });
    this.soughtField.value = this.sought;
    this.soughtField.addEventListener("input", () => {
      this.sought = this.soughtField?.value ?? "";
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.load(), QUIET_MS);
    });
    this.fresh = el("button", { type: "button", hidden: true, onclick: () => (location.hash = `#questions=${encodeURIComponent(this.shop)}/`) }, words.fresh);
    this.summary = el("p", { class: "soft", role: "status" });
    this.problem = el("p", { class: "problem", role: "alert" });
    this.read = el("div", { class: "read-as" });
    this.list = el("ul", { class: "question-list", "aria-label": words.list });
    this.side = el("div", { class: "question-side" });
    this.published = el("div");
    this.waiting = el("div");
    const field = (/** @type {HTMLElement} */ input, /** @type {string} */ label) => el("span", {}, el("label", { for: input.id }, label), " ", input);
    this.element.replaceChildren(
      el("p", {}, el("a", { href: "#chats" }, words.back)),
      title,
      this.waiting,
      el("p", { class: "soft hint" }, words.hint),
      el("p", { class: "morning-filters" }, field(this.shopField, words.shop), field(this.soughtField, words.sought), this.fresh),
      this.problem,
      el("div", { class: "questions-both" }, el("div", { class: "question-found" }, this.summary, this.read, this.list), this.side),
      this.published,
    );
    title.focus();
    this.form = null;
    this.load();
    this.open();
    this.publish();
  }

  /** @private What has answered in the shop. */
  publish() {
    this.publications = new PublicationList(this.store.state.lang, this.shop, () => {
      this.load();
      // What is written and not saved stays in the form; it is told when it is saved.
      if (this.form?.dirty !== true) this.open();
    });
    this.published?.replaceChildren(this.publications.element);
    this.waiting?.replaceChildren(this.publications.drafts.notice);
  }

  /** @private The shop and the question in the address; `null` for none, empty for a new one. @returns {[string, string | null]} */
  get wanted() {
    const rest = location.hash.slice(1).split("=").slice(1).join("=");
    const cut = rest.indexOf("/");
    if (cut < 0) return ["", null];
    try {
      return [decodeURIComponent(rest.slice(0, cut)), decodeURIComponent(rest.slice(cut + 1))];
    } catch {
      // An address that was cut short.
      return ["", null];
    }
  }

  /** @private */
  async load() {
    const asked = ++this.asked;
    const { words, shop } = this;
    const answer = await listOf(this.store.state.lang, shop, this.sought);
    if (asked !== this.asked || this.list === undefined) return;
    const problem = "error" in answer ? answer.error : "";
    if (this.problem !== undefined) text(this.problem, problem);
    if ("error" in answer) return;
    const { questions, read = [], may_teach: may, writable } = answer.value;
    const knew = this.may === may && this.writable === writable;
    this.may = may;
    this.writable = writable;
    if (this.fresh !== undefined) this.fresh.hidden = !may;
    const notes = [questions.length === 0 ? words.none : fill(words.count, { n: questions.length }), questions.length > MOST && fill(words.more, { n: questions.length - MOST }), !may && words.mayNot, may && !writable && words.readOnly];
    if (this.summary !== undefined) text(this.summary, notes.filter(Boolean).join(" "));
    const link = (/** @type {string} */ id, /** @type {string} */ title) => el("a", { href: `#questions=${encodeURIComponent(shop)}/${encodeURIComponent(id)}` }, title);
    const likely = read.map(({ id, title, confidence }) => el("li", {}, link(id, title), " ", el("span", { class: "soft" }, fill(words.sure, { percent: Math.round(confidence * 100) }))));
    const sentence = this.sought.trim() !== "";
    this.read?.replaceChildren(...(sentence ? [el("p", { class: "soft" }, likely.length > 0 ? words.readAs : words.readNothing), el("ul", {}, ...likely)] : []));
    this.list.replaceChildren(...questions.slice(0, MOST).map((one) => this.row(one, link(one.id, one.title))));
    this.mark();
    if (!knew && this.form !== null) this.open();
  }

  /** @private @param {Listed} one @param {HTMLElement} link */
  row({ id, whose, changed, off, held }, link) {
    const { words } = this;
    const tags = [whose === "shop" ? words.whose.shop : changed ? words.changed : "", off && words.off].filter(Boolean);
    return el("li", { "data-id": id }, link, ...tags.map((tag) => el("span", { class: "question-tag" }, String(tag))), el("span", { class: "question-tag drafted", hidden: true }, words.drafted), held !== undefined && el("span", { class: "soft held" }, held));
  }

  /** @private Which is open, and what was not saved. */
  mark() {
    const [, wanted] = this.wanted;
    for (const row of this.list?.children ?? []) {
      const id = /** @type {HTMLElement} */ (row).dataset.id ?? "";
      const link = row.querySelector("a");
      if (id === wanted) link?.setAttribute("aria-current", "true");
      else link?.removeAttribute("aria-current");
      const drafted = row.querySelector(".drafted");
      if (drafted instanceof HTMLElement) drafted.hidden = !this.drafts.has(`${this.shop}/${id}`);
    }
  }

  /** @private The question of the address. */
  async open() {
    const [shop, id] = this.wanted;
    const opening = ++this.opening;
    this.element.dataset.open = String(id !== null);
    this.mark();
    if (id === null || shop !== this.shop) {
      this.form = null;
      this.side?.replaceChildren();
      return;
    }
    const kept = takeMending(`#questions=${encodeURIComponent(shop)}/${encodeURIComponent(id)}`);
    const draft = kept === undefined ? this.drafts.get(`${shop}/${id}`) : undefined;
    /** @type {Question} */
    let question;
    if (draft !== undefined) question = draft.question;
    else if (id === "") question = newQuestion();
    else {
      const answer = await questionOf(this.store.state.lang, shop, id);
      if (opening !== this.opening) return;
      if ("error" in answer) {
        this.side?.replaceChildren(el("p", { class: "problem", role: "alert" }, answer.error));
        return;
      }
      question = answer.value;
    }
    if (kept?.wish.kind !== "question") {
      this.show(question, draft?.words).heading.focus();
      return;
    }
    // What was kept, on top of what is live by now.
    const { base, words } = kept.wish;
    const form = this.show(question, id === "" ? words : merged({ ...noWords(), ...base }, { ...noWords(), ...question.own }, { ...noWords(), ...words }).words);
    form.keeping.into = kept.draft;
    form.heading.focus();
  }

  /** @private @param {Question} question @param {OwnWords} [draft] */
  show(question, draft) {
    const { shop, may, writable, words } = this;
    const key = `${shop}/${question.id}`;
    const form = new QuestionForm(
      { lang: this.store.state.lang, shop, words, question, may, writable, ...(draft !== undefined && { draft }) },
      {
        // Words that were joined with somebody else's are built on what that person saved.
        onDraft: (said, built) => {
          if (said === null) this.drafts.delete(key);
          else this.drafts.set(key, { question: built, words: said });
          this.mark();
        },
        onSaved: (saved, { question: { id }, shop: where }, since) => this.saved(saved, where, id, since),
        onKept: () => this.publications?.load(),
        onClose: () => (location.hash = "#questions"),
      },
    );
    this.form = form;
    this.side?.replaceChildren(form.element);
    return form;
  }

  /**
   * @private It answers: the question as it is now, and what has become of it.
   * @param {import("../questions.js").Saved} saved @param {string} shop @param {string} id of the form, empty for a new question @param {OwnWords | null} since what was written while it was being saved
   */
  saved({ change, answered, moved, moved_count: count, warnings, question }, shop, id, since) {
    const { words } = this;
    if (since !== null) this.drafts.set(`${shop}/${question.id}`, { question, words: since });
    if (shop !== this.shop) return;
    const morning = morningWords(this.store.state.lang);
    const [, wanted] = this.wanted;
    if (wanted !== id) {
      // Another one is looked at by now.
      this.load();
      return;
    }
    if (wanted === "") history.replaceState(null, "", `#questions=${encodeURIComponent(this.shop)}/${encodeURIComponent(question.id)}`);
    const form = this.show(question, since ?? undefined);
    /** @type {HTMLElement[]} */
    const parts = [el("p", {}, change.file === undefined ? words.savedSame : words.saved)];
    for (const one of answered) parts.push(el("p", {}, fill(words.wouldSay, { text: one.text, said: one.said.replace(/\s*\n\s*/g, " ") })));
    if (change.file !== undefined) {
      const back = el("button", { type: "button" }, morning.undo);
      back.addEventListener("click", () => this.takeBack(change.id, question.id, back));
      parts.push(el("p", {}, back));
    }
    if (count > 0) {
      const titles = (/** @type {string[]} */ all) => all.join("、") || morning.nothingRead;
      parts.push(el("p", {}, fill(morning.moved, { n: count })), el("ul", {}, ...moved.map((one) => el("li", {}, fill(morning.movedOne, { text: one.text, before: titles(one.before), after: titles(one.after) })))));
    }
    if (warnings.length > 0) parts.push(el("ul", {}, ...warnings.map(({ message }) => el("li", {}, message))));
    if (change.file !== undefined) parts.push(el("details", {}, el("summary", {}, `${words.diff} · ${change.file.name}`), el("pre", { class: "diff", tabindex: "0" }, change.file.diff)));
    form.done(...parts);
    form.heading.focus();
    this.load();
    this.publications?.load();
  }

  /** @private @param {string} change @param {string} id @param {HTMLButtonElement} button */
  async takeBack(change, id, button) {
    button.disabled = true;
    const { shop } = this;
    const answer = await undo(this.store.state.lang, shop, change);
    button.disabled = false;
    if (shop !== this.shop || this.wanted[1] !== id) return;
    if ("error" in answer) {
      this.form?.done(el("p", { class: "problem" }, answer.error));
      return;
    }
    // What was written since it was saved stays in the form.
    await this.open();
    this.form?.done(el("p", {}, morningWords(this.store.state.lang).undone));
    this.load();
    this.publications?.load();
  }
}
