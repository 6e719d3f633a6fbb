// The form of one question: what shoppers see, what the shop says of it, tried before it is saved, and brought together
// with what somebody else has saved meanwhile.

import { el, fill, set, text } from "../../shared/dom.js";
import { beginning, changedLines, editOf, merged, noWords, questionOf, same, save, tryOut } from "../questions.js";
import { wordsFor } from "../strings.js";
import { AnswerRow } from "./answer-row.js";
import { effectView } from "./effect.js";
import { Field, line } from "./field.js";
import { Keeping } from "./keeping.js";

/** @typedef {import("../questions.js").Question} Question */
/** @typedef {import("../questions.js").OwnWords} OwnWords */
/** @typedef {import("../questions.js").Preview} Preview */
/** @typedef {import("../strings.questions.js").QuestionWords} QuestionWords */

/** Without what is empty: a row that nobody has written in is no answer. @param {OwnWords} words @returns {OwnWords} */
const tidy = (words) => ({
  ...words,
  answers: words.answers.filter(({ text }) => text.trim() !== ""),
  more_answers: words.more_answers.filter(({ text }) => text.trim() !== ""),
  agent: words.agent.filter(({ text }) => text.trim() !== ""),
});

export class QuestionForm {
  /**
   * @param {{ lang: string, shop: string, words: QuestionWords, question: Question, draft?: OwnWords, may: boolean, writable: boolean }} about
   * @param {{ onDraft: (words: OwnWords | null, question: Question) => void, onSaved: (saved: import("../questions.js").Saved, form: QuestionForm, since: OwnWords | null) => void, onKept: () => void, onClose: () => void }} acts
   */
  constructor(about, acts) {
    this.lang = about.lang;
    this.shop = about.shop;
    this.words = about.words;
    this.question = about.question;
    this.may = about.may;
    this.acts = acts;
    /** @type {AnswerRow[]} */
    this.rows = [];
    const { words, may, question } = this;
    const { common } = question;
    const draft = about.draft ?? question.own;
    const input = () => this.changed();
    this.heading = el("h3", { tabindex: "-1" }, question.id === "" ? words.newTitle : question.title);
    this.status = el("div", { class: "question-status", role: "status" });
    this.problem = el("div", { class: "problem", role: "alert" });
    this.previewTitle = el("h4");
    this.previewList = el("ul", { class: "preview", tabindex: "0", "aria-label": words.preview });
    this.title = el("input", { id: "question-title", maxlength: "30", autocomplete: "off", disabled: !may, oninput: input });
    this.titleEn = el("input", { id: "question-title-en", maxlength: "60", autocomplete: "off", disabled: !may, oninput: input });
    if (common !== null) {
      this.title.placeholder = fill(words.asPack, { title: common.title });
      this.titleEn.placeholder = fill(words.asPack, { title: common.title_en });
    }
    this.answers = el("ul", { class: "answer-rows" });
    /** What agents may send. @type {AnswerRow[]} */
    this.agentRows = [];
    this.agent = el("ul", { class: "answer-rows" });
    const packAgent = common?.agent ?? [];
    this.common = el("details", { class: "common-answers", hidden: common === null });
    this.mutes = el("ul", { class: "mutes" });
    this.muted = el("div", {}, el("h4", {}, words.muted), this.mutes);
    this.examples = el("ul", { class: "own-examples" });
    this.more = el("textarea", { id: "question-examples", rows: "3", disabled: !may, oninput: input });
    this.off = el("input", { id: "question-off", type: "checkbox", disabled: !may, onchange: input });
    this.reason = new Field(words.reason, line("", may, { id: "question-reason", maxlength: "200" }));
    this.days = el("select", { id: "question-days" }, ...Object.entries(words.daysOf).map(([value, label]) => el("option", { value }, label)));
    this.try = el("button", { type: "button", onclick: () => this.tryOut() }, words.try);
    this.save = el("button", { type: "submit", class: "primary", disabled: !about.writable && about.may }, words.save);
    this.drop = el("button", { type: "button", class: "plain", onclick: () => this.revert() }, words.drop);
    this.keeping = new Keeping(about.lang, about.shop, {
      wished: () => this.wished(),
      reason: () => this.reason.value.trim(),
      onRefused: (refusal) => this.refused(refusal),
      onKept: (said) => this.keptForLater(said),
    });
    const packExamples = common?.examples ?? [];
    this.element = el(
      "form",
      { class: "question-form", novalidate: true, "aria-label": words.fields.answers, onsubmit: (/** @type {Event} */ event) => this.submit(event) },
      el("p", { class: "question-close" }, el("button", { type: "button", class: "plain", onclick: () => acts.onClose() }, words.closeQuestion)),
      this.heading,
      el("p", { class: "soft" }, common === null ? words.ownOne : words.commonOne, question.id !== "" && ` ${question.id}`),
      question.id !== "" && el("section", {}, this.previewTitle, this.previewList),
      question.asks.length > 0 && el("section", {}, el("h4", {}, words.asks), el("ul", { class: "preview" }, ...question.asks.map((ask) => el("li", {}, this.lang.startsWith("en") ? ask.en : ask.zh)))),
      el("p", { class: "field" }, el("label", { for: this.title.id }, words.heading), this.title),
      el("p", { class: "field" }, el("label", { for: this.titleEn.id }, words.headingEn), this.titleEn),
      el("h4", {}, words.answers),
      el("p", { class: "soft hint" }, words.answersHint),
      this.answers,
      may && el("p", {}, el("button", { type: "button", onclick: () => this.addAnswer({ text: "" }, false, true) }, words.addAnswer)),
      this.common,
      this.muted,
      el("h4", {}, words.agent),
      el("p", { class: "soft hint" }, words.agentHint),
      this.agent,
      may && el("p", {}, el("button", { type: "button", onclick: () => this.addAnswer({ text: "" }, false, true, true) }, words.addAgent)),
      packAgent.length > 0 && el("details", { class: "common-answers" }, el("summary", {}, fill(words.packAgent, { n: packAgent.length })), el("ul", { class: "pack-answers" }, ...packAgent.map((one) => el("li", {}, el("span", { class: "morning-text" }, one.text))))),
      el("h4", {}, words.examples),
      el("p", { class: "soft hint" }, words.examplesHint),
      this.examples,
      may && el("p", { class: "field" }, el("label", { for: this.more.id }, words.addExamples), this.more),
      packExamples.length > 0 && el("details", { class: "pack-examples" }, el("summary", {}, fill(words.packExamples, { n: packExamples.length })), el("ul", { tabindex: "0", "aria-label": fill(words.packExamples, { n: packExamples.length }) }, ...packExamples.map((one) => el("li", {}, one)))),
      common !== null && el("p", { class: "off-field" }, this.off, " ", el("label", { for: this.off.id }, words.offLabel)),
      may && this.reason.element,
      this.problem,
      this.status,
      may && this.keeping.place,
      may && el("div", { class: "question-acts" }, el("span", {}, el("label", { for: this.days.id }, words.days), " ", this.days), this.try, this.save, this.keeping.button, this.drop),
    );
    this.show(draft);
    this.preview(words.preview, question.preview);
  }

  /** @private The words in the fields. @param {OwnWords} draft */
  show(draft) {
    this.title.value = draft.title;
    this.titleEn.value = draft.title_en;
    this.off.checked = draft.off;
    this.rows = [];
    this.answers.replaceChildren();
    for (const answer of draft.answers) this.addAnswer(answer, false, false);
    for (const answer of draft.more_answers) this.addAnswer(answer, true, false);
    this.agentRows = [];
    this.agent.replaceChildren();
    for (const answer of draft.agent) this.addAnswer(answer, false, false, true);
    this.mute = [...draft.mute];
    this.drawMuted();
    this.kept = [...draft.examples];
    this.drawExamples();
    this.more.value = "";
    this.drawCommon();
    this.changed();
  }

  /** @private @param {string} title @param {Preview[]} preview */
  preview(title, preview) {
    const { words } = this;
    text(this.previewTitle, title);
    const meta = (/** @type {Preview} */ { lang, from, to, period, when, whose, case: row }) =>
      [row !== "" && fill(words.case, { case: row }), words.langs[/** @type {"zh"} */ (lang)] ?? lang, (from !== undefined || to !== undefined) && fill(words.period, { from: from ?? words.open, to: to ?? words.open }), period, words.when[when], words.whose[whose]].filter(Boolean).join(" · ");
    this.previewList.replaceChildren(
      ...preview.map((one) => el("li", { class: one.when }, el("span", { class: "bubble" }, one.text === null ? el("span", { class: "soft" }, words.depends) : "", one.text ?? one.source), el("span", { class: "soft" }, meta(one)))),
      preview.length === 0 ? el("li", { class: "soft" }, words.previewNone) : "",
    );
  }

  /** @private @param {import("../questions.js").WrittenAnswer} answer @param {boolean} beside @param {boolean} focus @param {boolean} [forAgents] */
  addAnswer(answer, beside, focus, forAgents = false) {
    const { words, may, question } = this;
    const [rows, list, name] = forAgents ? [this.agentRows, this.agent, words.agentText] : [this.rows, this.answers, words.answer];
    const hasMode = question.common !== null && !forAgents;
    const periods = question.periods ?? [];
    const row = new AnswerRow(answer, { words, name, periods, may, beside: hasMode ? beside : null, onRemove: (gone) => this.removeAnswer(gone, rows), onInput: () => this.changed() });
    rows.push(row);
    row.number(rows.length - 1);
    list.append(row.element);
    if (focus) row.text.focus();
  }

  /** @private @param {AnswerRow} row @param {AnswerRow[]} rows */
  removeAnswer(row, rows) {
    const at = rows.indexOf(row);
    rows.splice(at, 1);
    row.element.remove();
    rows.forEach((other, index) => other.number(index));
    (rows[Math.min(at, rows.length - 1)]?.text ?? this.heading).focus();
    this.changed();
  }

  /** @private The answers of the common pack, and what may be done with them. */
  drawCommon() {
    const { words, may, question } = this;
    const { common, preview } = question;
    if (common === null) return;
    const said = (/** @type {string} */ source) => preview.find((one) => one.whose === "pack" && one.source === source);
    const sources = common.answers.map((answer) => answer.text);
    const rows = common.answers.map(({ text: source }) => {
      const shown = said(source);
      const silent = el("button", { type: "button", class: "plain", "aria-label": `${words.mute}：${source.slice(0, 30)}` }, words.mute);
      silent.addEventListener("click", () => {
        this.mute = [...(this.mute ?? []), beginning(source, sources)];
        silent.disabled = true;
        this.drawMuted();
        this.changed();
      });
      return el("li", {}, el("span", { class: "morning-text" }, source), el("span", { class: "soft" }, shown === undefined ? words.notSaid : words.said), may && shown !== undefined && silent);
    });
    const langs = [...new Set(preview.filter((one) => one.whose === "pack").map((one) => one.lang))];
    const copies = langs.map((lang) => {
      const copy = el("button", { type: "button" }, `${words.copy} · ${words.langs[/** @type {"zh"} */ (lang)] ?? lang}`);
      copy.addEventListener("click", () => {
        copy.disabled = true;
        const first = this.rows.length;
        const those = common.answers.filter(({ text: source }) => said(source)?.lang === lang);
        for (const answer of those) this.addAnswer({ ...answer }, false, false);
        this.rows[first]?.text.focus();
        this.changed();
      });
      return copy;
    });
    this.common.replaceChildren(
      el("summary", {}, fill(words.packAnswers, { n: common.answers.length })),
      may && copies.length > 0 ? el("p", { class: "row" }, ...copies, el("span", { class: "soft" }, words.copyHint)) : "",
      el("ul", { class: "pack-answers" }, ...rows),
    );
  }

  /** @private */
  drawMuted() {
    const { words, may } = this;
    const mute = this.mute ?? [];
    this.muted.hidden = mute.length === 0;
    this.mutes.replaceChildren(
      ...mute.map((begins) => {
        const again = el("button", { type: "button", class: "plain", "aria-label": fill(words.unmute, { text: begins }) }, words.remove);
        again.addEventListener("click", () => {
          this.mute = (this.mute ?? []).filter((other) => other !== begins);
          this.drawMuted();
          this.drawCommon();
          this.changed();
        });
        return el("li", {}, el("span", { class: "morning-text" }, `${begins}…`), may && again);
      }),
    );
  }

  /** @private */
  drawExamples() {
    const { words, may } = this;
    this.examples.replaceChildren(
      ...(this.kept ?? []).map((one) => {
        const remove = el("button", { type: "button", class: "plain remove", "aria-label": fill(words.removeThis, { text: one }) }, words.remove);
        remove.addEventListener("click", () => {
          this.kept = (this.kept ?? []).filter((other) => other !== one);
          this.drawExamples();
          this.more.focus();
          this.changed();
        });
        return el("li", {}, el("span", { class: "morning-text" }, one), may && remove);
      }),
    );
  }

  /** What the form says. @returns {OwnWords} */
  get said() {
    const plain = (/** @type {boolean} */ beside) => this.rows.filter((row) => row.beside === beside).map(({ answer }) => answer);
    const added = this.more.value.split("\n").map((line) => line.trim()).filter((line) => line !== "");
    return tidy({
      title: this.title.value.trim(),
      title_en: this.titleEn.value.trim(),
      examples: [...new Set([...(this.kept ?? []), ...added])],
      answers: plain(false),
      more_answers: plain(true),
      agent: this.agentRows.map(({ answer }) => answer),
      mute: this.mute ?? [],
      off: this.off.checked,
    });
  }

  get dirty() {
    return !same(this.said, tidy({ ...noWords(), ...this.question.own }));
  }

  /** @private */
  changed() {
    const { dirty } = this;
    this.drop.hidden = !dirty;
    this.acts.onDraft(dirty ? this.said : null, this.question);
  }

  /** @private */
  revert() {
    this.show(this.question.own);
    this.tell("");
    this.status.replaceChildren();
    this.preview(this.words.preview, this.question.preview);
    this.heading.focus();
  }

  /** @private @param {boolean} waits @param {string} told */
  wait(waits, told) {
    this.waits = waits;
    set(this.element, { "aria-busy": String(waits) });
    for (const button of [this.try, this.save, this.keeping.button, this.drop]) set(button, { "aria-disabled": String(waits) });
    if (waits) {
      this.tell("");
      this.status.replaceChildren(el("p", {}, told));
    }
  }

  /** @private What is wrong, with the change that somebody else may make. @param {string} problem @param {string} [diff] */
  tell(problem, diff = "") {
    this.problem.replaceChildren(...(problem === "" ? [] : [el("p", {}, problem)]), ...(diff === "" ? [] : [el("pre", { class: "diff", tabindex: "0" }, diff)]));
  }

  /** @private */
  async tryOut() {
    if (this.waits) return;
    const { words, lang } = this;
    this.wait(true, words.trying);
    const days = this.days.value;
    const answer = await tryOut(lang, this.shop, this.question, this.said, Number(days));
    this.wait(false, "");
    this.status.replaceChildren();
    if ("error" in answer) return this.refused(answer);
    const { files, answered, preview, warnings, effect } = answer.value;
    this.preview(words.previewTried, preview);
    this.status.replaceChildren(
      el("p", {}, files.length > 0 ? words.tried : words.triedNothing),
      ...answered.map((one) => el("p", {}, fill(words.wouldSay, { text: one.text, said: one.said.replace(/\s*\n\s*/g, " ") }))),
      ...(warnings.length > 0 ? [el("ul", {}, ...warnings.map(({ message }) => el("li", {}, message)))] : []),
      ...(effect === null ? [] : [effectView(effect, words, wordsFor(lang).decisions, lang, days)]),
      ...files.map(({ name, diff }) => el("details", {}, el("summary", {}, `${words.diff} · ${name}`), el("pre", { class: "diff", tabindex: "0" }, diff))),
    );
    this.status.scrollIntoView({ block: "nearest" });
  }

  /** @private @param {Event} event */
  async submit(event) {
    event.preventDefault();
    if (this.waits || !this.may) return;
    const { words } = this;
    if (!this.dirty) {
      this.status.replaceChildren(el("p", {}, words.nothing));
      return;
    }
    this.wait(true, words.saving);
    const sent = this.said;
    const answer = await save(this.lang, this.shop, this.question, sent, this.reason.value.trim());
    this.wait(false, "");
    this.status.replaceChildren();
    if ("error" in answer) return this.refused(answer);
    // What was written while it was being saved is not saved.
    const { said } = this;
    this.acts.onDraft(null, this.question);
    this.acts.onSaved(answer.value, this, same(said, sent) ? null : said);
  }

  /** @private What there is to keep. @returns {import("../kept-changes.js").Wished | null} */
  wished() {
    if (this.waits) return null;
    this.tell("");
    this.status.replaceChildren();
    if (this.dirty) return { question: editOf(this.question, this.shop, this.said) };
    this.status.replaceChildren(el("p", {}, this.words.nothing));
    return null;
  }

  /** @private It stands in a draft now; the form shows what is live. @param {string} said */
  keptForLater(said) {
    this.revert();
    this.done(el("p", {}, said));
    this.acts.onKept();
  }

  /** @private @param {{ error: string, diff?: string, code?: string }} refusal */
  async refused({ error, diff = "", code = "" }) {
    this.tell(error, diff);
    if (code === "question_changed") await this.join();
    this.problem.scrollIntoView({ block: "nearest" });
  }

  /** @private Somebody else was faster: what they changed comes into the form, and nothing of one's own is lost. */
  async join() {
    const { words, question } = this;
    const answer = await questionOf(this.lang, this.shop, question.id);
    if ("error" in answer) return;
    const base = { ...noWords(), ...question.own };
    const theirs = { ...noWords(), ...answer.value.own };
    const together = merged(base, theirs, this.said);
    this.question = answer.value;
    this.show(together.words);
    this.preview(words.preview, answer.value.preview);
    const lines = changedLines(base, theirs).map(({ key, lines: changes }) => el("li", {}, el("b", {}, words.fields[key]), el("ul", {}, ...changes.map((line) => el("li", { class: "morning-text" }, line)))));
    const both = together.both.map((key) => words.fields[key]).join("、");
    this.problem.append(el("p", {}, words.theirs), el("ul", { class: "theirs" }, ...lines), el("p", {}, both === "" ? words.merged : fill(words.both, { fields: both })));
  }

  /** What was saved, with a way back. @param {...HTMLElement} parts */
  done(...parts) {
    this.tell("");
    this.status.replaceChildren(...parts);
    this.status.scrollIntoView({ block: "nearest" });
  }
}
