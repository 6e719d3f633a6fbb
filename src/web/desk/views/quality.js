// The page of the reviews (质检): talks that are drawn, were assessed, are about oneself, or are shared; beside the list the talk, and
// what was said of it.

import { el, fill, list, set, text } from "../../shared/dom.js";
import { noteWithdrawn } from "../chat.js";
import { RULES, SIZES, VIEWS, draw, hashOf, listed, markedSeqs, openTalk, pointsOf, soughtIn } from "../quality.js";
import { handlesCustomers } from "../staff.js";
import { readerOf } from "../state.js";
import { shopName, titleIn, wordsFor } from "../strings.js";
import { qualityWords } from "../strings.quality.js";
import { ReviewPanel } from "./review.js";
import { TalkReading, stepIn } from "./talk-reading.js";

/** @typedef {import("../quality.js").DrawnTalk} DrawnTalk */
/** @typedef {import("../quality.js").Listed} Listed */
/** @typedef {import("../quality.js").Sought} Sought */
/** A line of the list. @typedef {{ conversation: string, shop: string, shopper: string, at: number, who: string, about: string[], chips: string[] }} Line */

/** @param {string} hash */
const pageIn = (hash) => hash.slice(1).split("=")[0];

export class QualityPage {
  /**
   * @param {import("../store.js").Store<import("../state.js").DeskState>} store
   * @param {import("../board.js").Names} names
   * @param {(conversation: string) => void} onChat shows a chat among the others
   */
  constructor(store, names, onChat) {
    this.store = store;
    this.names = names;
    this.words = qualityWords(store.state.lang);
    this.loaded = "";
    /** What the list was asked for last, as the address says it. */
    this.looked = "";
    /** Counts what was asked: an answer that comes late is of no use. */
    this.asked = 0;
    this.chosen = 0;
    /** The talk that is open, with its events. @type {import("../quality.js").Opened | null} */
    this.opened = null;
    /** @type {Line[]} */
    this.lines = [];
    this.title = el("h2", { tabindex: "-1" });
    this.views = el("nav", { class: "quality-views" });
    this.hint = el("p", { class: "soft" });
    this.form = el("p", { class: "quality-form" });
    this.told = el("p", { class: "soft", role: "status" });
    this.refused = el("p", { class: "problem", role: "alert" });
    this.results = el("ul", { class: "talk-list" });
    const source = { open() {}, close() {}, read: () => ({ events: this.opened?.events ?? [], refused: "" }) };
    this.reading = new TalkReading(store, source, { nameOf: ({ shopper }) => this.names.of(shopper, wordsFor(store.state.lang)), onClose: () => this.back(), onChat });
    this.panel = new ReviewPanel(store, { onMark: (seq) => this.reading.goTo(seq), onChanged: () => this.load(false) });
    this.element = el(
      "main",
      { class: "talks quality", hidden: true },
      el("section", { class: "pane talk-find" }, el("div", { class: "scroll", tabindex: "0" }, el("div", { class: "talk-ask" }, this.title, this.views, this.hint, this.form, this.told, this.refused), this.results)),
      el("div", { class: "quality-side" }, this.reading.element, this.panel.element),
    );
    this.element.addEventListener("keydown", (event) => this.key(event));
    store.watch(["lang", "me"], () => this.turn());
    window.addEventListener("hashchange", () => this.turn());
  }

  /** It has become the page that is looked at. */
  shown() {
    this.turn();
    this.title.focus();
  }

  /** @private Whether the reader draws and assesses. */
  get assesses() {
    return handlesCustomers(this.store.state.me?.roles ?? []);
  }

  /** @private @returns {Sought} */
  get sought() {
    const sought = soughtIn(location.hash);
    const views = this.assesses ? VIEWS : VIEWS.filter((view) => view === "own" || view === "shared");
    const view = views.find((view) => view === sought.view) ?? views[0];
    const shops = Object.keys(this.store.state.me?.titles?.shops ?? {});
    return { ...sought, view, shop: view === "draw" ? sought.shop || shops[0] || "" : "" };
  }

  /** @private The address is another, or who reads it. Only while it is looked at. */
  turn() {
    const { state } = this.store;
    if (pageIn(location.hash) !== "quality" || state.me === null) return;
    const reader = readerOf(state);
    const other = this.loaded !== reader;
    this.loaded = reader;
    if (!other && this.looked === location.hash) return;
    this.looked = location.hash;
    this.words = qualityWords(state.lang);
    this.build();
    this.load(true);
    const { talk } = soughtIn(location.hash);
    if (talk !== "") this.choose(talk);
  }

  /** @private What stands there whatever is found. */
  build() {
    const { words, sought } = this;
    const { lang, me } = this.store.state;
    text(this.title, words.title);
    set(this.views, { "aria-label": words.title });
    set(this.results, { "aria-label": words.results });
    const views = this.assesses ? VIEWS : /** @type {const} */ (["own", "shared"]);
    this.views.replaceChildren(...views.map((view) => el("a", { href: hashOf({ ...soughtIn(""), view }), "aria-current": view === sought.view ? "page" : null }, words.views[view])));
    text(this.hint, words.hint[sought.view || "own"]);
    this.form.hidden = sought.view !== "draw";
    if (sought.view !== "draw") return this.form.replaceChildren();
    const shops = /** @type {[string, any][]} */ (Object.entries(me?.titles?.shops ?? {}));
    const select = (/** @type {"shop" | "rule" | "size"} */ field, /** @type {[string, string][]} */ choices, /** @type {string} */ value, hidden = false) => {
      const input = el("select", { id: `quality-${field}`, onchange: () => this.go({ [field]: input.value, ...(field === "shop" && { day: "" }), round: "" }) }, ...choices.map(([key, label]) => el("option", { value: key }, label)));
      input.value = value;
      return el("span", { class: "talk-field", hidden }, el("label", { for: input.id }, words[field]), input);
    };
    this.day = el("input", { id: "quality-day", type: "date", value: sought.day, onchange: () => this.day?.value !== "" && this.go({ day: this.day?.value ?? "", round: "" }) });
    const round = Number(sought.round || 1);
    this.form.replaceChildren(
      select("shop", shops.map(([shop, title]) => [shop, titleIn(title, lang) || shop]), sought.shop, shops.length < 2),
      el("span", { class: "talk-field" }, el("label", { for: "quality-day" }, words.day), this.day),
      select("rule", [["", words.random], ...RULES.map((rule) => /** @type {[string, string]} */ ([rule, words.rules[rule]]))], sought.rule),
      select("size", SIZES.map((size) => [String(size), String(size)]), sought.size || "10"),
      el("button", { type: "button", onclick: () => this.go({ round: String(round + 1) }) }, words.nextRound),
    );
  }

  /** @private @param {Partial<Sought>} change */
  go(change) {
    const hash = hashOf({ ...this.sought, talk: "", ...change });
    if (hash === location.hash) this.load(true);
    else location.hash = hash;
  }

  /** @private Asks for the list. @param {boolean} fresh another list: what is open is closed */
  async load(fresh) {
    const asked = (this.asked += 1);
    const { words, sought } = this;
    const { lang } = this.store.state;
    if (fresh) {
      this.chosen += 1;
      this.open(null);
      this.lines = [];
      text(this.told, words.loading);
      text(this.refused, "");
      this.draw();
    }
    const answer = sought.view === "draw" ? await draw(lang, sought) : await listed(lang, sought.view || "own");
    if (asked !== this.asked) return;
    if ("error" in answer) {
      text(this.told, "");
      text(this.refused, answer.error);
    } else if ("ended" in answer.value) {
      const { talks, ended, cut, day, today, round } = answer.value;
      if (this.day !== undefined) set(this.day, { value: day, max: today });
      this.lines = talks.map((talk) => this.drawnLine(talk));
      const found = talks.length === 0 ? words.none : fill(words.drawn, { day, round, n: talks.length, ended });
      text(this.told, cut ? `${found} ${words.cut}` : found);
    } else {
      const { talks } = answer.value;
      this.lines = talks.map((talk) => this.listedLine(talk));
      const view = sought.view === "draw" || sought.view === "" ? "own" : sought.view;
      text(this.told, talks.length === 0 ? words.listedNone[view] : fill(words.listed, { n: talks.length }));
    }
    this.draw();
  }

  /** @private @param {DrawnTalk} talk @returns {Line} */
  drawnLine({ conversation, shop, shopper, began, ended, agents, stars, messages, marks, assessments, points }) {
    const { words } = this;
    const rules = RULES.filter((rule) => marks.some((mark) => mark.rule === rule));
    return {
      conversation,
      shop,
      shopper,
      at: ended ?? began,
      who: agents.map(({ name }) => name).join(this.store.state.lang.startsWith("en") ? ", " : "、"),
      about: [fill(words.messages, { n: messages }), stars === undefined ? "" : fill(words.starsN, { n: stars }), assessments > 0 ? fill(words.assessedN, { n: assessments, points }) : ""],
      chips: rules.map((rule) => words.rules[rule]),
    };
  }

  /** @private @param {Listed} talk @returns {Line} */
  listedLine({ conversation, shop, shopper, at, review: { assessments = [], shared, notes = [] } }) {
    const { words } = this;
    const answers = assessments.reduce((all, one) => all + (one.answers?.length ?? 0), 0);
    const points = assessments.reduce((all, one) => all + pointsOf(one), 0);
    const lists = this.sought.view === "shared";
    return {
      conversation,
      shop,
      shopper,
      at,
      who: lists ? (shared?.name ?? "") : [...new Set(assessments.map(({ of_name: name }) => name))].join(" "),
      about: lists ? [fill(words.notesN, { n: notes.length })] : [points > 0 ? fill(words.points, { n: points }) : words.noPoints],
      chips: !lists && answers > 0 ? [fill(words.answered, { n: answers })] : [],
    };
  }

  /** @private */
  draw() {
    const { lang } = this.store.state;
    list(
      this.results,
      this.lines,
      ({ conversation }) => conversation,
      ({ conversation }) => el("li", {}, el("button", { type: "button", class: "found", onclick: () => this.choose(conversation) }, el("span", { class: "found-date" }), el("b"), el("span", { class: "soft found-who" }), el("span", { class: "found-text" }))),
      (item, line) => {
        const button = /** @type {HTMLElement} */ (item.firstElementChild);
        const [date, name, who, chips] = button.children;
        text(date, new Date(line.at).toLocaleString(lang, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }));
        text(name, this.names.of(line.shopper, wordsFor(lang)));
        text(who, [shopName(this.store.state, line.shop), line.who, ...line.about].filter(Boolean).join(" · "));
        const shown = line.chips.join("|");
        if (/** @type {HTMLElement} */ (chips).dataset.shown !== shown) {
          chips.replaceChildren(...line.chips.map((chip) => el("span", { class: "quality-chip" }, chip)));
          /** @type {HTMLElement} */ (chips).dataset.shown = shown;
        }
        set(button, { "aria-current": this.opened?.conversation === line.conversation ? "true" : null });
      },
    );
  }

  /** @private @param {string} conversation */
  async choose(conversation) {
    const chosen = (this.chosen += 1);
    const answer = await openTalk(this.store.state.lang, conversation);
    if (chosen !== this.chosen) return;
    if ("error" in answer) {
      this.open(null);
      text(this.refused, answer.error);
      return;
    }
    text(this.refused, "");
    this.open(answer.value);
  }

  /** @private @param {import("../quality.js").Opened | null} talk */
  open(talk) {
    this.opened = talk;
    const shown = [];
    for (const event of talk?.events ?? []) {
      shown.push(event);
      noteWithdrawn(event, shown);
    }
    this.element.dataset.reading = talk === null ? "no" : "yes";
    this.panel.show(talk);
    if (talk === null) this.reading.show(null);
    else {
      const { conversation, shop, shopper, began, ended, agents, stars, messages, marks } = talk;
      const places = markedSeqs(marks).map((seq) => ({ seq, marks: this.quoted(seq) }));
      this.reading.show({ conversation, shop, shopper, began, ...(ended !== undefined && { ended }), agents: agents.map(({ name }) => name), ...(stars !== undefined && { stars }), messages, text: "", marks: [], places });
    }
    this.draw();
  }

  /** @private Where in a message its marks' sentences stand. @param {number} seq @returns {(readonly [number, number])[]} */
  quoted(seq) {
    const said = this.opened?.events.find((event) => event.seq === seq)?.text ?? "";
    const quotes = (this.opened?.marks ?? []).filter((mark) => mark.seq === seq && mark.quote !== "");
    const found = quotes.map(({ quote }) => /** @type {const} */ ([said.indexOf(quote), said.indexOf(quote) + quote.length]));
    return found.filter(([from]) => from >= 0).sort(([one], [other]) => one - other);
  }

  /** @private Back to the list, where the talk stands that was read. */
  back() {
    const conversation = this.opened?.conversation;
    this.open(null);
    if (conversation === undefined) return;
    const button = this.results.querySelector(`[data-key="${CSS.escape(conversation)}"] button`);
    if (button instanceof HTMLElement) button.focus();
  }

  /** @private @param {KeyboardEvent} event */
  key(event) {
    const { target } = event;
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    const writing = target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
    if (this.does(event.key, writing, target)) event.preventDefault();
  }

  /** @private @param {string} key @param {boolean} writing @param {EventTarget | null} target @returns {boolean} whether the key means something here */
  does(key, writing, target) {
    const { letters } = this.store.state;
    const inList = target instanceof Node && this.results.contains(target);
    if (key === "Escape" && this.opened !== null) this.back();
    else if (writing) return false;
    else if ((key === "ArrowDown" && inList) || (letters && key === "j")) stepIn(this.results, 1);
    else if ((key === "ArrowUp" && inList) || (letters && key === "k")) stepIn(this.results, -1);
    else if (letters && key === "n") this.reading.step(1);
    else if (letters && key === "p") this.reading.step(-1);
    else return false;
    return true;
  }
}
