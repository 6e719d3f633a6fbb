// A field of a form with its label and a word beside it when it holds what cannot be.

import { el, set, text } from "../../shared/dom.js";
import { titleIn } from "../strings.js";

/** Counts the fields, so that each has its label. */
let made = 0;

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Input */

export class Field {
  /** @param {string} label @param {Input} input @param {{ hint?: string, inline?: boolean }} [looks] `inline`: only readers of the screen hear the label */
  constructor(label, input, { hint = "", inline = false } = {}) {
    const id = (input.id ||= `field-${++made}`);
    this.input = input;
    this.hint = hint === "" ? "" : `${id}-hint`;
    this.wrong = el("span", { id: `${id}-wrong`, class: "field-wrong", hidden: true });
    if (inline) set(input, { "aria-label": label });
    if (this.hint !== "") set(input, { "aria-describedby": this.hint });
    this.element = el(inline ? "span" : "p", { class: "field" }, !inline && el("label", { for: id }, label), hint !== "" && el("span", { id: this.hint, class: "soft hint" }, hint), input, this.wrong);
  }

  get value() {
    return this.input.value;
  }

  /** What is wrong with it; empty for nothing. @param {string} problem */
  mark(problem) {
    text(this.wrong, problem);
    this.wrong.hidden = problem === "";
    const described = [this.hint, problem !== "" && this.wrong.id].filter(Boolean).join(" ");
    set(this.input, { "aria-invalid": problem === "" ? null : "true", "aria-describedby": described || null });
  }
}

/** @param {string} value @param {boolean} may @param {import("../../shared/dom.js").Props} [props] */
export function line(value, may, props = {}) {
  const input = el("input", { autocomplete: "off", spellcheck: "false", disabled: !may, ...props });
  input.value = value;
  return input;
}

/** @param {string} value @param {boolean} may @param {number} [rows] */
export function area(value, may, rows = 2) {
  const input = el("textarea", { rows: String(rows), disabled: !may });
  input.value = value;
  return input;
}

/** The choice of a shop. @param {string} id @param {readonly (readonly [string, unknown])[]} shops with their titles @param {string} chosen @param {string} lang */
export function shopChoice(id, shops, chosen, lang) {
  const select = el("select", { id }, ...shops.map(([shop, title]) => el("option", { value: shop }, titleIn(/** @type {any} */ (title), lang) || shop)));
  select.value = chosen;
  return select;
}
