// The page of the numbers: how the day or the week went, by day, hour, agent, shop and question, with small plots and a sheet of each
// table.

import { el, fill, set, text } from "../../shared/dom.js";
import { SPANS, REASONS, agentColumns, csvOf, daysOf, figureColumns, hashOf, keptOf, lasting, nameOf, numbersOf, orDash, percent, questionColumns, solvedOf, spanIn, starsOf } from "../numbers.js";
import { handlesCustomers } from "../staff.js";
import { readerOf } from "../state.js";
import { named, titleIn } from "../strings.js";
import { numberWords } from "../strings.numbers.js";
import { plot } from "./plot.js";
import { saveText } from "./saving.js";

/** @typedef {import("../numbers.js").Numbers} Numbers */
/** @typedef {import("../numbers.js").Figures} Figures */
/**
 * @template Row
 * @typedef {import("../numbers.js").Column<Row>} Column
 */

export class NumbersPage {
  /** @param {import("../store.js").Store<import("../state.js").DeskState>} store */
  constructor(store) {
    this.store = store;
    this.element = el("main", { class: "people numbers-page", hidden: true });
    this.loaded = "";
    /** Counts what was asked: an answer that comes late is of no use. */
    this.asked = 0;
    this.words = numberWords(store.state.lang);
    this.today = "";
    window.addEventListener("hashchange", () => this.build());
    store.watch(["lang", "me"], () => {
      if (this.loaded !== readerOf(store.state)) this.build();
    });
  }

  /** @private Only while it is looked at. */
  build() {
    const { lang, me } = this.store.state;
    if (location.hash.slice(1).split("=")[0] !== "numbers" || me === null || !handlesCustomers(me.roles ?? [])) return;
    const first = this.loaded !== readerOf(this.store.state) || this.results === undefined;
    this.span = spanIn(location.hash);
    if (first) this.frame(numberWords(lang));
    this.loaded = readerOf(this.store.state);
    if (this.shopField !== undefined) this.shopField.value = this.span.shop;
    this.load();
  }

  /** @private What stands there whatever the numbers are. @param {import("../strings.numbers.js").NumberWords} words */
  frame(words) {
    this.words = words;
    const title = el("h2", { tabindex: "-1" }, words.title);
    const option = (/** @type {string} */ value, /** @type {string} */ label) => el("option", { value }, label);
    const shops = Object.keys(this.store.state.me?.titles?.shops ?? {});
    this.shopField = el("select", { id: "numbers-shop" }, option("", words.allShops), ...shops.map((shop) => option(shop, this.shop(shop))));
    this.spanField = el("select", { id: "numbers-span" }, ...[...SPANS, /** @type {const} */ ("own")].map((name) => option(name, words.spans[name])));
    this.fromField = el("input", { id: "numbers-from", type: "date" });
    this.untilField = el("input", { id: "numbers-until", type: "date" });
    this.shopField.addEventListener("change", () => this.go({ shop: this.shopField?.value ?? "" }));
    this.spanField.addEventListener("change", () => {
      const name = SPANS.find((name) => name === this.spanField?.value);
      if (name === undefined) this.fromField?.focus();
      else this.go(name === "today" ? { from: "", until: "" } : daysOf(name, this.today));
    });
    const dates = () => {
      const from = this.fromField?.value ?? "";
      const until = this.untilField?.value ?? "";
      if (from !== "" && until !== "") this.go({ from, until });
    };
    this.fromField.addEventListener("change", dates);
    this.untilField.addEventListener("change", dates);
    const refresh = el("button", { type: "button" }, words.refresh);
    refresh.addEventListener("click", () => this.load());
    const field = (/** @type {HTMLElement} */ input, /** @type {string} */ label, hidden = false) => el("span", { hidden }, el("label", { for: input.id }, label), " ", input);
    this.status = el("p", { class: "numbers-status", role: "status" });
    this.problem = el("p", { class: "problem", role: "alert" });
    this.results = el("div", { class: "numbers-results" });
    this.element.replaceChildren(
      el("p", {}, el("a", { href: "#chats" }, words.back)),
      title,
      el("p", { class: "soft hint" }, words.hint),
      el("p", { class: "morning-filters" }, field(this.shopField, words.shop, shops.length < 2), field(this.spanField, words.span), field(this.fromField, words.from), field(this.untilField, words.until), refresh),
      this.status,
      this.problem,
      this.results,
    );
    title.focus();
  }

  /** @private @param {Partial<import("../numbers.js").Span>} change */
  go(change) {
    const hash = hashOf({ ...spanIn(location.hash), ...change });
    if (hash === location.hash) this.load();
    else location.hash = hash;
  }

  /** @private @param {string} shop */
  shop(shop) {
    const { me, lang } = this.store.state;
    return titleIn(/** @type {any} */ (me?.titles?.shops?.[shop]), lang) || shop;
  }

  /** @private Asks until everything is read; what has come is shown meanwhile. */
  async load() {
    const asked = ++this.asked;
    const { words, span } = this;
    if (span === undefined) return;
    if (this.status !== undefined) text(this.status, words.loading);
    for (let more = true; more; ) {
      const answer = await numbersOf(this.store.state.lang, span);
      if (asked !== this.asked || this.element.hidden) return;
      if ("error" in answer) {
        if (this.problem !== undefined) text(this.problem, answer.error);
        if (this.status !== undefined) text(this.status, "");
        this.results?.replaceChildren();
        return;
      }
      if (this.problem !== undefined) text(this.problem, "");
      this.draw(answer.value);
      more = answer.value.read_until !== undefined;
    }
  }

  /** @private @param {Numbers} numbers */
  draw(numbers) {
    const { words } = this;
    const { lang } = this.store.state;
    const { from, until, today, total, now, read_until: readUntil } = numbers;
    this.today = today;
    for (const [input, value] of /** @type {const} */ ([[this.fromField, from], [this.untilField, until]])) {
      if (input !== undefined) set(input, { value, max: today });
    }
    if (this.spanField !== undefined) this.spanField.value = nameOf({ from, until }, today);
    const time = (/** @type {number} */ at) => new Date(at).toLocaleString(lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
    const empty = total.chats === 0 && total.kept + total.broken + total.overdue + total.waiting + total.rated === 0;
    const told = [readUntil === undefined ? fill(words.upTo, { from, until, time: time(now) }) : fill(words.reading, { time: time(readUntil) }), empty && readUntil === undefined && words.nothing];
    if (this.status !== undefined) text(this.status, told.filter(Boolean).join(" "));
    this.results?.replaceChildren(...(empty ? [] : this.parts(numbers)));
  }

  /** @private @param {Numbers} numbers */
  parts(numbers) {
    const { words } = this;
    const { total, days, hours, shops, agents, questions, from, until } = numbers;
    const figures = figureColumns(words);
    const week = days.length >= 5 && days.length <= 7;
    const several = days.length > 1;
    const reasons = REASONS.filter((reason) => (total.reasons[reason] ?? 0) > 0).map((reason) => ({ reason, times: total.reasons[reason] }));
    const name = (/** @type {string} */ table) => `yingda-${table}-${from}${from === until ? "" : `-${until}`}.csv`;
    const hour = (/** @type {number} */ at) => `${String(at).padStart(2, "0")}:00`;
    const plotted = several ? days.map((row) => ({ at: row.day.slice(5), row })) : hours.map((row) => ({ at: String(row.hour), row }));
    const byDay = { label: words.day, value: (/** @type {{ day: string }} */ row) => row.day };
    const byHour = { label: words.hour, value: (/** @type {{ hour: number }} */ row) => hour(row.hour) };
    const byShop = { label: words.shop, value: (/** @type {{ shop: string }} */ row) => this.shop(row.shop) };
    return [
      this.tiles(total),
      this.plots(plotted),
      several && this.table(words.byDay, name("days"), [byDay, ...figures], days),
      this.table(week ? words.byAgentWeek : words.byAgent, name("agents"), agentColumns(words), agents, numbers.agents_left_out),
      this.table(words.reasons, name("reasons"), [{ label: words.reason, value: (row) => named(words.why, row.reason) }, { label: words.times, value: (row) => row.times }, { label: "%", value: (row) => percent(row.times, reasons.reduce((all, { times }) => all + times, 0)) }], reasons),
      this.table(words.byQuestion, name("questions"), questionColumns(words, (shop) => this.shop(shop)), questions, numbers.questions_left_out),
      shops.length > 1 && this.table(words.byShop, name("shops"), [byShop, ...figures], shops),
      this.table(words.byHour, name("hours"), [byHour, ...figures], hours),
    ].filter((part) => part !== false);
  }

  /** @private @param {Figures} total */
  tiles(total) {
    const { words } = this;
    const tile = (/** @type {string} */ label, /** @type {string | number} */ value, /** @type {string} */ hint) => el("div", { class: "tile" }, el("dt", {}, label), el("dd", { class: "tile-value" }, String(value)), el("dd", { class: "soft" }, hint));
    const span = (/** @type {string} */ words_, /** @type {number | undefined} */ p50, /** @type {number | undefined} */ p90) => fill(words_, { p50: lasting(p50, words), p90: lasting(p90, words) });
    return el(
      "dl",
      { class: "tiles" },
      tile(words.chats, total.chats, `${words.withPeople} ${total.with_people}`),
      tile(words.solved, `${total.solved} · ${orDash(solvedOf(total), " %")}`, words.solvedHint),
      tile(words.notHandedOff, total.not_handed_off, fill(words.notHandedOffHint, { solved: total.solved, returned: total.returned, unhelped: total.unhelped, undecided: total.undecided })),
      tile(words.first, lasting(total.first_reply_p50_ms, words), total.replied === 0 ? words.none : `${span(words.halfAndNine, total.first_reply_p50_ms, total.first_reply_p90_ms)}; ${span(words.promisedAgainst, total.promised_p50_ms, total.promised_p90_ms)}`),
      tile(words.promises, orDash(keptOf(total), " %"), fill(words.promisesHint, { kept: total.kept, broken: total.broken + total.overdue, waiting: total.waiting, ended: total.ended_before })),
      tile(words.stars, orDash(starsOf(total)), fill(words.starsHint, { rated: total.rated, low: total.low })),
      tile(words.takenBack, total.taken_back, words.takenBackHint),
      tile(words.left, total.left, words.leftHint),
    );
  }

  /** @private @param {{ at: string, row: Figures }[]} plotted */
  plots(plotted) {
    const { words } = this;
    const chats = plotted.map(({ at, row }) => ({ at, value: row.chats, part: row.with_people, said: `${row.chats} / ${row.with_people}` }));
    const first = plotted.map(({ at, row }) => ({ at, value: row.first_reply_p50_ms ?? null, part: row.first_reply_p90_ms, said: `${lasting(row.first_reply_p50_ms, words)} / ${lasting(row.first_reply_p90_ms, words)}` }));
    const kept = plotted.map(({ at, row }) => ({ at, value: keptOf(row), said: orDash(keptOf(row), " %") }));
    return el("div", { class: "plots" }, plot(words.plotChats, "bars", chats, 0, words), plot(words.plotFirst, "line", first, 0, words), plot(words.plotKept, "bars", kept, 100, words));
  }

  /**
   * @private
   * @template Row
   * @param {string} title
   * @param {string} file
   * @param {readonly Column<Row>[]} columns
   * @param {readonly Row[]} rows
   * @param {number} [leftOut]
   */
  table(title, file, columns, rows, leftOut = 0) {
    const { words } = this;
    const told = el("span", { class: "soft", role: "status" });
    const csv = el("button", { type: "button", "aria-label": fill(words.csvOf, { table: title }) }, words.csv);
    csv.addEventListener("click", () => {
      saveText(file, csvOf(columns, rows));
      text(told, fill(words.exported, { file }));
    });
    const cell = (/** @type {Column<Row>} */ { value, shown }, /** @type {Row} */ row, /** @type {number} */ index) => {
      const held = value(row);
      const seen = shown === undefined ? (held === null ? "–" : String(held)) : shown(row);
      return index === 0 ? el("th", { scope: "row" }, seen) : el("td", { class: typeof held === "string" ? "words" : null }, seen);
    };
    const table = el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...columns.map(({ label, value }) => el("th", { scope: "col", class: rows.length > 0 && typeof value(rows[0]) === "string" ? "words" : null }, label)))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...columns.map((column, index) => cell(column, row, index))))),
    );
    set(table, { "aria-label": title });
    return el(
      "section",
      { class: "numbers-table" },
      el("div", { class: "numbers-head" }, el("h3", {}, title), csv, told),
      rows.length === 0 ? el("p", { class: "soft" }, words.none) : el("div", { class: "numbers-scroll", tabindex: "0", role: "group", "aria-label": title }, table),
      leftOut > 0 && el("p", { class: "soft" }, fill(words.leftOut, { n: rows.length, more: leftOut })),
    );
  }
}
