// The list of phrases above the editor: found by typing, chosen with the arrows, put into the editor with Enter.

import { el, fill, list, set, text } from "../../shared/dom.js";
import { found, phrasesOf } from "../phrases.js";
import { phraseWords } from "../strings.phrases.js";
import { phraseFile } from "./phrase-file.js";

/** @typedef {import("../phrases.js").Phrase} Phrase */

/** More than these nobody reads. */
const MOST = 50;
/** Stands for one's own among the groups. */
const OWN = "\0own";

export class PhraseList {
  /**
   * @param {() => string} lang of the page
   * @param {{ onPick: (phrase: Phrase) => void, onClose: () => void, onSlash: () => void }} wiring onClose: Escape, the focus is to go back; onSlash: the sign itself was meant
   */
  constructor(lang, { onPick, onClose, onSlash }) {
    this.lang = lang;
    this.onPick = onPick;
    this.onClose = onClose;
    this.onSlash = onSlash;
    /** What the server said last, by shop. @type {Map<string, Phrase[]>} */
    this.known = new Map();
    this.shop = "";
    this.group = "";
    this.problem = "";
    /** @type {Phrase[]} */
    this.shown = [];
    /** @type {Phrase | null} */
    this.chosen = null;
    this.field = el("input", { id: "phrase-field", autocomplete: "off", spellcheck: "false", role: "combobox", "aria-expanded": "true", "aria-controls": "phrase-options", "aria-autocomplete": "list", "aria-describedby": "phrase-keys" });
    this.edit = el("a", { class: "plain", href: "#phrases" });
    this.shut = el("button", { type: "button", class: "plain", onclick: () => this.leave() }, "×");
    this.groups = el("div", { class: "phrase-groups", role: "group" });
    this.options = el("ul", { id: "phrase-options", class: "options phrase-options", role: "listbox" });
    this.told = el("p", { class: "soft", role: "status" });
    this.keys = el("p", { id: "phrase-keys", class: "hint" });
    this.element = el(
      "div",
      { class: "phrases", role: "group", hidden: true },
      el("div", { class: "phrase-head" }, this.field, this.edit, this.shut),
      this.groups,
      this.options,
      this.told,
      this.keys,
    );
    this.field.addEventListener("input", () => this.typed());
    this.element.addEventListener("keydown", (event) => this.key(event));
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** @param {string} shop whose phrases, beside one's own */
  open(shop) {
    this.shop = shop;
    this.group = this.problem = this.field.value = "";
    this.element.hidden = false;
    this.draw();
    this.field.focus();
    this.load(shop);
  }

  close() {
    this.element.hidden = true;
  }

  /** @private What is known is shown at once; what others have added since comes a moment later. @param {string} shop */
  async load(shop) {
    const answer = await phrasesOf(this.lang(), shop);
    if ("error" in answer) this.problem = answer.error;
    else this.known.set(shop, answer.value.phrases);
    if (this.isOpen && shop === this.shop) this.draw(this.chosen?.id);
  }

  /** @private */
  leave() {
    this.close();
    this.onClose();
  }

  /** @private */
  typed() {
    // Twice the sign means the sign.
    if (/^[/／]$/.test(this.field.value)) {
      this.close();
      return this.onSlash();
    }
    this.draw();
  }

  /** @private @param {KeyboardEvent} event */
  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const { key, target } = event;
    const inField = target === this.field;
    if (key === "Escape" || (key === "Backspace" && inField && this.field.value === "")) this.leave();
    else if (inField && (key === "ArrowDown" || key === "ArrowUp")) this.step(key === "ArrowDown" ? 1 : -1);
    else if (inField && key === "Enter") {
      if (this.chosen !== null) this.pick(this.chosen);
    } else return;
    event.preventDefault();
  }

  /** @private @param {number} by */
  step(by) {
    const { shown } = this;
    if (shown.length === 0) return;
    const at = shown.findIndex((phrase) => phrase === this.chosen);
    this.chosen = shown[(at + by + shown.length) % shown.length];
    this.drawChosen();
  }

  /** @private @param {Phrase} phrase */
  pick(phrase) {
    this.close();
    this.onPick(phrase);
  }

  /** @private @param {string} [keep] the id of the one that stays chosen */
  draw(keep) {
    const words = phraseWords(this.lang());
    const all = this.known.get(this.shop);
    set(this.element, { "aria-label": words.title });
    set(this.field, { "aria-label": words.field, placeholder: words.field });
    text(this.edit, words.edit);
    set(this.shut, { "aria-label": words.close });
    set(this.options, { "aria-label": words.list });
    text(this.keys, words.keys);
    this.drawGroups(all ?? [], words);
    const inGroup = (all ?? []).filter(({ group, shop }) => this.group === "" || (this.group === OWN ? shop === undefined : group === this.group));
    const fit = found(inGroup, this.field.value);
    this.shown = fit.slice(0, MOST);
    this.chosen = this.shown.find(({ id }) => id === keep) ?? this.shown[0] ?? null;
    list(
      this.options,
      this.shown,
      ({ id }) => id,
      ({ id }) => el("li", { id: `phrase-${id}`, role: "option", onclick: () => this.picked(id) }, el("span", { class: "item-label" }), el("span", { class: "item-hint" }), el("span", { class: "phrase-text" }), el("span", { class: "phrase-shown" })),
      (element, { id, title, group, shop, text: said, file }) => {
        const [label, hint, whole, shown] = element.children;
        if (shown.getAttribute("data-file") !== (file?.id ?? "")) {
          shown.setAttribute("data-file", file?.id ?? "");
          shown.replaceChildren(...(file === undefined ? [] : [phraseFile({ id, title }, file, this.shop, this.lang())]));
        }
        text(label, title || said);
        text(hint, [group, shop === undefined ? words.own : ""].filter(Boolean).join(" · "));
        text(whole, title === "" ? "" : said);
      },
    );
    const nothing = all === undefined ? words.loading : all.length === 0 ? words.none : words.notFound;
    text(this.told, this.problem !== "" ? this.problem : fit.length === 0 ? nothing : fill(words.found, { n: fit.length }));
    this.drawChosen();
  }

  /** @private @param {string} id */
  picked(id) {
    const phrase = this.shown.find((one) => one.id === id);
    if (phrase !== undefined) this.pick(phrase);
  }

  /** @private @param {readonly Phrase[]} all @param {import("../strings.phrases.js").PhraseWords} words */
  drawGroups(all, words) {
    const names = [...new Set(all.map(({ group }) => group).filter(Boolean))];
    const own = all.some(({ shop }) => shop === undefined) && all.some(({ shop }) => shop !== undefined);
    const groups = ["", ...(own ? [OWN] : []), ...names];
    set(this.groups, { "aria-label": words.groups });
    set(this.groups, { hidden: groups.length < 2 });
    list(
      this.groups,
      groups,
      (group) => `g ${group}`,
      (group) => el("button", { type: "button", class: "phrase-group", onclick: () => this.narrow(group) }),
      (element, group) => {
        text(element, group === "" ? words.all : group === OWN ? words.own : group);
        set(element, { "aria-pressed": String(group === this.group) });
      },
    );
  }

  /** @private @param {string} group */
  narrow(group) {
    this.group = group;
    this.draw();
    this.field.focus();
  }

  /** @private */
  drawChosen() {
    for (const option of this.options.children) set(option, { "aria-selected": String(option.getAttribute("data-key") === this.chosen?.id) });
    set(this.field, { "aria-activedescendant": this.chosen === null ? null : `phrase-${this.chosen.id}` });
    this.options.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }
}
