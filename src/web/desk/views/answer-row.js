// One answer in the form of a question: its words, its language, its days and its period, and how it stands to those of the common pack.

import { el, fill } from "../../shared/dom.js";

/** @typedef {import("../questions.js").WrittenAnswer} WrittenAnswer */

/** Counts the fields, so that each has its label. */
let made = 0;

export class AnswerRow {
  /**
   * @param {WrittenAnswer} answer
   * @param {{ words: import("../strings.questions.js").QuestionWords, name: string, periods: import("../shop.js").Period[], beside: boolean | null, may: boolean, onRemove: (row: AnswerRow) => void, onInput: () => void }} wishes
   *   `beside`: in turn with those of the common pack; `null` where there is no common pack
   */
  constructor(answer, { words, name, periods, beside, may, onRemove, onInput }) {
    this.words = words;
    this.name = name;
    const id = `answer-${++made}`;
    const lines = answer.text.split("\n").length;
    this.text = el("textarea", { id, rows: String(Math.min(8, Math.max(2, lines + Math.floor(answer.text.length / 60)))), maxlength: "2000", disabled: !may });
    this.text.value = answer.text;
    this.label = el("label", { for: id });
    const option = (/** @type {[string, string]} */ [value, label]) => el("option", { value }, label);
    this.lang = el("select", { id: `${id}-lang`, disabled: !may }, ...Object.entries(words.langs).map(option));
    this.lang.value = answer.lang ?? "";
    this.from = el("input", { id: `${id}-from`, type: "date", disabled: !may });
    this.from.value = answer.from ?? "";
    this.to = el("input", { id: `${id}-to`, type: "date", disabled: !may });
    this.to.value = answer.to ?? "";
    const named = periods.map(({ name, from, to }) => /** @type {[string, string]} */ ([name, `${name}（${from} – ${to}）`]));
    if (answer.period !== undefined && !periods.some(({ name }) => name === answer.period)) named.push([answer.period, answer.period]);
    this.period = named.length === 0 ? null : el("select", { id: `${id}-period`, disabled: !may }, option(["", words.always]), ...named.map(option));
    if (this.period !== null) this.period.value = answer.period ?? "";
    this.mode = beside === null ? null : el("select", { id: `${id}-mode`, disabled: !may }, ...Object.entries(words.modes).map(option));
    if (this.mode !== null) this.mode.value = beside ? "beside" : "instead";
    this.removal = el("button", { type: "button", class: "plain remove", onclick: () => onRemove(this) }, words.remove);
    const field = (/** @type {HTMLElement} */ input, /** @type {string} */ label) => el("span", {}, el("label", { for: input.id }, label), " ", input);
    this.element = el(
      "li",
      { class: "answer-row", oninput: onInput, onchange: onInput },
      this.label,
      this.text,
      el("p", { class: "answer-fields" }, field(this.lang, words.language), field(this.from, words.from), field(this.to, words.to), this.period !== null && field(this.period, words.only), this.mode !== null && field(this.mode, words.mode), may && this.removal),
    );
  }

  /** @param {number} index from 0 */
  number(index) {
    const name = fill(this.name, { n: index + 1 });
    this.label.textContent = name;
    for (const [part, label] of /** @type {const} */ ([[this.lang, this.words.language], [this.from, this.words.from], [this.to, this.words.to], [this.period, this.words.only], [this.mode, this.words.mode]])) part?.setAttribute("aria-label", `${name} · ${label}`);
    this.removal.setAttribute("aria-label", fill(this.words.removeThis, { text: name }));
  }

  get beside() {
    return this.mode?.value === "beside";
  }

  /** @returns {WrittenAnswer} */
  get answer() {
    return { text: this.text.value, ...(this.lang.value !== "" && { lang: this.lang.value }), ...(this.from.value !== "" && { from: this.from.value }), ...(this.to.value !== "" && { to: this.to.value }), ...(this.period !== null && this.period.value !== "" && { period: this.period.value }) };
  }
}
