// The fields of a shop's named periods: a name, and from which day and minute to which.

import { el, fill, text } from "../../shared/dom.js";
import { Field, line } from "./field.js";

/** @typedef {import("../shop.js").Period} Period */
/** @typedef {{ name: Field, fromDay: Field, fromTime: Field, toDay: Field, toTime: Field }} Parts */
/** @typedef {Parts & { element: HTMLElement, label: HTMLElement, removal: HTMLElement }} Row */

/** A day, and the time where one is chosen. @param {Field} day @param {Field} time */
const moment = (day, time) => [day.value, day.value !== "" && time.value].filter(Boolean).join(" ");

export class PeriodFields {
  /** @param {import("../strings.shop.js").ShopWords} words @param {boolean} may @param {() => void} onInput */
  constructor(words, may, onInput) {
    this.words = words;
    this.may = may;
    this.onInput = onInput;
    /** @type {Row[]} */
    this.rows = [];
    this.list = el("ul", { class: "shop-holidays" });
    this.wrong = el("p", { class: "field-wrong", hidden: true });
    this.more = el("button", { type: "button" }, words.addPeriod);
    this.more.addEventListener("click", () => {
      this.add({ name: "", from: "", to: "" }).name.input.focus();
      onInput();
    });
    this.element = el("div", {}, el("h4", {}, words.periods), el("p", { class: "soft hint" }, words.periodsHint), this.list, this.wrong, may && el("p", {}, this.more));
  }

  /** @param {Period[]} periods */
  show(periods) {
    this.rows = [];
    this.list.replaceChildren();
    for (const period of periods) this.add(period);
  }

  /** @private @param {Period} period */
  add({ name, from, to }) {
    const { words, may, onInput } = this;
    const input = (/** @type {string} */ value, /** @type {import("../../shared/dom.js").Props} */ props) => line(value, may, { oninput: onInput, onchange: onInput, ...props });
    const [fromDay = "", fromTime = ""] = from.split(" ");
    const [toDay = "", toTime = ""] = to.split(" ");
    const removal = el("button", { type: "button", class: "plain remove" }, words.remove);
    const label = el("b");
    /** @type {Row} */
    const row = {
      name: new Field(words.periodName, input(name, { maxlength: "30" })),
      fromDay: new Field(words.from, input(fromDay, { type: "date" })),
      fromTime: new Field(words.fromTime, input(fromTime, { type: "time" })),
      toDay: new Field(words.toDay, input(toDay, { type: "date" })),
      toTime: new Field(words.toTime, input(toTime, { type: "time" })),
      label,
      removal,
      element: el("li"),
    };
    row.element.append(el("p", {}, label), row.name.element, row.fromDay.element, row.fromTime.element, row.toDay.element, row.toTime.element, ...(may ? [removal] : []));
    removal.addEventListener("click", () => {
      const at = this.rows.indexOf(row);
      this.rows.splice(at, 1);
      row.element.remove();
      this.number();
      (this.rows[Math.min(at, this.rows.length - 1)]?.name.input ?? this.more).focus();
      onInput();
    });
    this.rows.push(row);
    this.list.append(row.element);
    this.number();
    return row;
  }

  /** @private */
  number() {
    const { words } = this;
    this.rows.forEach(({ label, name, fromDay, fromTime, toDay, toTime, removal }, index) => {
      const nth = fill(words.period, { n: index + 1 });
      text(label, nth);
      for (const [{ input }, part] of /** @type {const} */ ([[name, words.periodName], [fromDay, words.from], [fromTime, words.fromTime], [toDay, words.toDay], [toTime, words.toTime]])) input.setAttribute("aria-label", `${nth} · ${part}`);
      removal.setAttribute("aria-label", fill(words.removeThis, { text: nth }));
    });
  }

  /** @returns {Period[]} */
  get said() {
    return this.rows.map(({ name, fromDay, fromTime, toDay, toTime }) => ({ name: name.value.trim(), from: moment(fromDay, fromTime), to: moment(toDay, toTime) }));
  }

  /** @param {Map<string, string>} problems by field */
  mark(problems) {
    this.rows.forEach(({ name, fromDay }, at) => {
      name.mark(problems.get(`periods.${at}.name`) ?? "");
      fromDay.mark(problems.get(`periods.${at}.from`) ?? "");
    });
    const all = problems.get("periods") ?? "";
    text(this.wrong, all);
    this.wrong.hidden = all === "";
  }
}
