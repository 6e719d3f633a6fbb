// A window to find something by typing: what fits is listed, arrows choose, Enter takes it.

import { el, list, set, text } from "../../shared/dom.js";
import { dialog } from "./dialogs.js";

/**
 * @typedef {object} Choice
 * @property {string} key
 * @property {string} label
 * @property {string} [hint] small, at the right
 * @property {string} [words] what else it is found by
 * @property {boolean} [disabled]
 */

/** More than these nobody reads. */
const MOST = 40;

export class Picker {
  /** @param {string} id of the window @param {(choice: Choice) => void} onPick @param {...HTMLElement} more below the list */
  constructor(id, onPick, ...more) {
    this.onPick = onPick;
    /** @type {readonly Choice[]} */
    this.choices = [];
    /** @type {Choice | null} */
    this.chosen = null;
    this.label = el("label", { for: `${id}-field`, id: `${id}-label` });
    this.field = el("input", { id: `${id}-field`, autocomplete: "off", spellcheck: "false", role: "combobox", "aria-expanded": "true", "aria-controls": `${id}-list`, "aria-autocomplete": "list" });
    this.options = el("ul", { id: `${id}-list`, class: "options", role: "listbox", "aria-labelledby": `${id}-label` });
    this.none = el("p", { class: "none", role: "status" });
    this.window = el("div", { class: "window picker" }, this.label, this.field, this.options, this.none, ...more);
    this.element = dialog(this.window);
    this.element.setAttribute("aria-labelledby", `${id}-label`);
    this.id = id;
    this.field.addEventListener("input", () => this.find());
    this.field.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {readonly Choice[]} choices @param {string} label @param {string} none */
  open(choices, label, none) {
    this.choices = choices;
    text(this.label, label);
    this.emptyWords = none;
    this.field.value = "";
    this.find();
    this.element.showModal();
    this.field.focus();
  }

  /** The same list with other choices; what is chosen stays so. @param {readonly Choice[]} choices */
  renew(choices) {
    const { chosen } = this;
    this.choices = choices;
    this.find();
    this.chosen = this.found?.find(({ key, disabled }) => key === chosen?.key && !disabled) ?? this.chosen;
    this.drawChosen();
  }

  /** @private */
  find() {
    const sought = this.field.value.trim().toLowerCase();
    const fits = (/** @type {Choice} */ { label, hint = "", words = "" }) => `${label} ${hint} ${words}`.toLowerCase().includes(sought);
    this.found = this.choices.filter(fits).slice(0, MOST);
    this.chosen = this.found.find(({ disabled }) => !disabled) ?? null;
    list(
      this.options,
      this.found,
      ({ key }) => key,
      (choice) => el("li", { id: `${this.id}-${choice.key}`, role: "option", onclick: () => this.pick(choice.key) }, el("span", { class: "item-label" }), el("span", { class: "item-hint" })),
      (element, { label, hint = "", disabled = false }) => {
        const [title, more] = element.children;
        text(title, label);
        text(more, hint);
        set(element, { "aria-disabled": disabled ? "true" : null });
      },
    );
    text(this.none, this.found.length === 0 ? (this.emptyWords ?? "") : "");
    this.drawChosen();
  }

  /** @private */
  drawChosen() {
    for (const option of this.options.children) set(option, { "aria-selected": String(option.getAttribute("data-key") === this.chosen?.key) });
    set(this.field, { "aria-activedescendant": this.chosen === null ? null : `${this.id}-${this.chosen.key}` });
    this.options.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  /** @private @param {string} key */
  pick(key) {
    const choice = this.choices.find((one) => one.key === key);
    if (choice === undefined || choice.disabled) return;
    this.chosen = choice;
    this.drawChosen();
    this.onPick(choice);
  }

  /** @private @param {KeyboardEvent} event */
  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const open = (this.found ?? []).filter(({ disabled }) => !disabled);
    const at = open.findIndex((one) => one === this.chosen);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (open.length > 0) this.chosen = open[(at + (event.key === "ArrowDown" ? 1 : -1) + open.length) % open.length];
      this.drawChosen();
    } else if (event.key === "Enter") {
      if (this.chosen !== null) this.pick(this.chosen.key);
    } else return;
    event.preventDefault();
  }
}
