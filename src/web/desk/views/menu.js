// A button that opens a list of things to do or to choose from, by mouse and by keys.

import { el, list, set, text } from "../../shared/dom.js";

/**
 * @typedef {object} Entry
 * @property {string} key
 * @property {string} label
 * @property {string} [hint] what it means, in small letters
 * @property {boolean} [checked] one of several of which one is so
 * @property {boolean} [disabled]
 * @property {string} [href] another page
 * @property {() => void} [run]
 */

export class Menu {
  /** @param {string} kind a class of the button */
  constructor(kind) {
    this.mark = el("span", { class: "mark", "aria-hidden": "true" });
    this.label = el("span", { class: "menu-label" });
    this.button = el("button", { type: "button", class: `menu-button ${kind}`, "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => this.toggle() }, this.mark, this.label);
    this.items = el("div", { class: "menu-items", role: "menu", hidden: true });
    this.element = el("div", { class: "menu" }, this.button, this.items);
    /** What there is, by its key. @type {Map<string, Entry>} */
    this.entries = new Map();
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && !this.element.contains(relatedTarget)) this.close();
    });
    document.addEventListener("pointerdown", ({ target }) => {
      if (!this.items.hidden && !this.element.contains(/** @type {Node} */ (target))) this.close();
    });
  }

  /** @param {string} name of the menu, for whoever does not see it @param {string} shown on the button @param {readonly Entry[]} entries */
  draw(name, shown, entries) {
    this.entries = new Map(entries.map((entry) => [entry.key, entry]));
    text(this.label, shown);
    set(this.button, { "aria-label": name === shown ? null : `${name}: ${shown}` });
    set(this.items, { "aria-label": name });
    list(
      this.items,
      entries,
      ({ key }) => key,
      ({ key, href }) => {
        const item = href === undefined ? el("button", { type: "button" }) : el("a");
        item.append(el("span", { class: "item-label" }), el("span", { class: "item-hint" }));
        item.className = "item";
        item.tabIndex = -1;
        item.addEventListener("click", () => this.take(key));
        return /** @type {HTMLElement} */ (item);
      },
      (item, entry) => {
        const { checked, href, label, hint = "", disabled = false } = entry;
        const [title, more] = item.children;
        text(title, label);
        text(more, hint);
        set(item, { role: checked === undefined ? "menuitem" : "menuitemradio", "aria-checked": checked === undefined ? null : String(checked), href: href ?? null, "aria-disabled": disabled ? "true" : null });
      },
    );
  }

  /** @private @param {string} key */
  take(key) {
    const entry = this.entries.get(key);
    if (entry === undefined || entry.disabled) return;
    this.close(true);
    entry.run?.();
  }

  /** @private */
  toggle() {
    if (!this.items.hidden) return this.close();
    this.items.hidden = false;
    set(this.button, { "aria-expanded": "true" });
    const items = this.all;
    (items.find((item) => item.getAttribute("aria-checked") === "true") ?? items[0])?.focus();
  }

  /** @param {boolean} [back] the focus goes back to the button */
  close(back = false) {
    if (this.items.hidden) return;
    this.items.hidden = true;
    set(this.button, { "aria-expanded": "false" });
    if (back) this.button.focus();
  }

  /** @private */
  get all() {
    return /** @type {HTMLElement[]} */ ([...this.items.children]);
  }

  /** @private @param {KeyboardEvent} event */
  key(event) {
    const { all } = this;
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Escape" && !this.items.hidden) this.close(true);
    else if (to !== undefined && all.length > 0) {
      if (this.items.hidden) this.toggle();
      else all[(to + all.length) % all.length].focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
