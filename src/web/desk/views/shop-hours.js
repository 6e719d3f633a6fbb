// The fields of a shop's hours: a line for each day of the week, days on which it does not hold, and named periods.

import { el, fill, text } from "../../shared/dom.js";
import { Field, line } from "./field.js";
import { PeriodFields } from "./shop-periods.js";

/** @typedef {import("../shop.js").Hours} Hours */
/** @typedef {import("../shop.js").Holiday} Holiday */
/** @typedef {{ from: Field, to: Field, hours: Field, element: HTMLElement, label: HTMLElement, removal: HTMLElement }} Row */

export class HoursFields {
  /** @param {import("../strings.shop.js").ShopWords} words @param {boolean} may @param {string} told as shoppers are told today @param {() => void} onInput */
  constructor(words, may, told, onInput) {
    this.words = words;
    this.may = may;
    this.onInput = onInput;
    /** @type {Row[]} */
    this.rows = [];
    this.days = words.days.map((day) => new Field(day, line("", may, { placeholder: words.closed, maxlength: "80", oninput: onInput })));
    this.week = el("div", { class: "shop-week" }, ...this.days.map(({ element }) => element));
    this.holidays = el("ul", { class: "shop-holidays" });
    this.wrong = el("p", { class: "field-wrong", hidden: true });
    this.periods = new PeriodFields(words, may, onInput);
    const like = el("button", { type: "button", class: "plain" }, words.likeMonday);
    like.addEventListener("click", () => {
      for (const { input } of this.days) input.value = this.days[0]?.value ?? "";
      onInput();
    });
    const more = el("button", { type: "button" }, words.addHoliday);
    more.addEventListener("click", () => {
      this.add({ from: "", to: "", hours: "" }).from.input.focus();
      onInput();
    });
    this.element = el(
      "div",
      {},
      el("p", { class: "soft" }, fill(words.told, { said: told })),
      el("h4", {}, words.week),
      el("p", { class: "soft hint" }, words.weekHint),
      this.week,
      may && el("p", {}, like),
      el("h4", {}, words.holidays),
      el("p", { class: "soft hint" }, words.holidaysHint),
      this.holidays,
      this.wrong,
      may && el("p", {}, more),
      this.periods.element,
    );
  }

  /** @param {Hours} hours */
  show({ week, holidays, periods = [] }) {
    this.days.forEach(({ input }, day) => (input.value = week[day] ?? ""));
    this.rows = [];
    this.holidays.replaceChildren();
    for (const holiday of holidays) this.add(holiday);
    this.periods.show(periods);
  }

  /** @private @param {Holiday} holiday */
  add({ from, to, hours }) {
    const { words, may, onInput } = this;
    const day = (/** @type {string} */ value) => line(value, may, { type: "date", oninput: onInput, onchange: onInput });
    const removal = el("button", { type: "button", class: "plain remove" }, words.remove);
    const label = el("b");
    /** @type {Row} */
    const row = {
      from: new Field(words.from, day(from)),
      to: new Field(words.to, day(to)),
      hours: new Field(words.hours, line(hours, may, { placeholder: words.closed, maxlength: "80", oninput: onInput })),
      label,
      removal,
      element: el("li"),
    };
    const past = to !== "" && to < new Date().toISOString().slice(0, 10);
    row.element.append(el("p", {}, label, past && el("span", { class: "soft" }, ` ${words.past}`)), row.from.element, row.to.element, row.hours.element, ...(may ? [removal] : []));
    removal.addEventListener("click", () => {
      const at = this.rows.indexOf(row);
      this.rows.splice(at, 1);
      row.element.remove();
      this.number();
      (this.rows[Math.min(at, this.rows.length - 1)]?.from.input ?? this.days[0]?.input)?.focus();
      onInput();
    });
    this.rows.push(row);
    this.holidays.append(row.element);
    this.number();
    return row;
  }

  /** @private */
  number() {
    this.rows.forEach(({ label, from, to, hours, removal }, index) => {
      const name = fill(this.words.holiday, { n: index + 1 });
      text(label, name);
      for (const [{ input }, part] of /** @type {const} */ ([[from, this.words.from], [to, this.words.to], [hours, this.words.hours]])) input.setAttribute("aria-label", `${name} · ${part}`);
      removal.setAttribute("aria-label", fill(this.words.removeThis, { text: name }));
    });
  }

  /** @returns {Hours} */
  get said() {
    return {
      week: this.days.map(({ value }) => value.trim()),
      holidays: this.rows.map(({ from, to, hours }) => ({ from: from.value, to: to.value || from.value, hours: hours.value.trim() })),
      periods: this.periods.said,
    };
  }

  /** @param {Map<string, string>} problems by field */
  mark(problems) {
    this.days.forEach((field, day) => field.mark(problems.get(`week.${day}`) ?? ""));
    this.rows.forEach(({ from, hours }, at) => {
      from.mark(problems.get(`holidays.${at}.days`) ?? "");
      hours.mark(problems.get(`holidays.${at}.hours`) ?? "");
    });
    this.periods.mark(problems);
    const all = problems.get("holidays") ?? "";
    text(this.wrong, all);
    this.wrong.hidden = all === "";
  }
}
