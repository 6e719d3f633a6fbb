// The page of the search (查找): what is looked for stands in the address, what was found in a list, and one talk is read
// beside it.

import { el, fill, list, set, text } from "../../shared/dom.js";
import { readerOf } from "../state.js";
import { named, shopName, titleIn, wordsFor } from "../strings.js";
import { talkWords } from "../strings.talks.js";
import { FIELDS, REASONS, STARS, faultOf, find, hashOf, soughtIn } from "../talks.js";
import { marked } from "./marks.js";
import { TalkReading, overSocket, stepIn } from "./talk-reading.js";

/** @typedef {import("../talks.js").FoundTalk} FoundTalk */
/** @typedef {import("../talks.js").Field} Field */

/** Whether there is room for all fields at once. */
const roomy = () => window.matchMedia("(min-width: 45rem)").matches;

/** @param {string} hash */
const pageIn = (hash) => hash.slice(1).split("=")[0];

export class TalksPage {
  /**
   * @param {import("../store.js").Store<import("../state.js").DeskState>} store
   * @param {import("../client.js").DeskClient} client
   * @param {import("../board.js").Names} names
   * @param {(conversation: string) => void} onChat shows a chat among the others
   */
  constructor(store, client, names, onChat) {
    this.store = store;
    this.names = names;
    this.words = talkWords(store.state.lang);
    this.loaded = "";
    /** What was looked for last, as the address says it; null before. @type {string | null} */
    this.looked = null;
    this.here = false;
    /** Counts what was asked: an answer that comes late is of no use. */
    this.asked = 0;
    this.busy = false;
    /** @type {FoundTalk[]} */
    this.talks = [];
    /** @type {string | undefined} */
    this.next = undefined;
    this.building = false;
    this.problem = "";
    /** @type {Partial<Record<Field, HTMLInputElement | HTMLSelectElement>>} */
    this.fields = {};
    this.title = el("h2", { tabindex: "-1" });
    this.hint = el("p", { class: "soft" });
    this.form = el("form", { class: "talk-form", role: "search" });
    this.told = el("p", { class: "soft", role: "status" });
    this.refused = el("p", { class: "problem", role: "alert" });
    this.results = el("ul", { class: "talk-list" });
    this.more = el("button", { type: "button", onclick: () => this.goOn() });
    this.reading = new TalkReading(store, overSocket(client), { nameOf: (talk) => this.nameOf(talk), onClose: () => this.back(), onChat, reviews: true });
    this.element = el(
      "main",
      { class: "talks", hidden: true },
      el("section", { class: "pane talk-find" }, el("div", { class: "scroll", tabindex: "0" }, el("div", { class: "talk-ask" }, this.title, this.hint, this.form, this.told, this.refused), this.results, el("p", { class: "talk-more" }, this.more))),
      this.reading.element,
    );
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.search();
    });
    this.element.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("hashchange", () => {
      if (this.here && pageIn(location.hash) !== "talks") this.leave();
    });
    store.watch(["lang", "me"], () => {
      if (this.loaded !== readerOf(store.state)) this.turn();
    });
    store.watch(["team"], () => this.drawAgents());
  }

  /** It has become the page that is looked at, or its address is another. */
  shown() {
    this.turn();
    if (this.here) return;
    this.here = true;
    // Whoever comes here wants to write what is looked for.
    this.fields.words?.focus();
  }

  /** @private */
  leave() {
    this.here = false;
    if (this.reading.talk !== null) this.open(null);
  }

  /** @private The address is another, or who reads it. Only while it is looked at. */
  turn() {
    const { state } = this.store;
    if (pageIn(location.hash) !== "talks" || state.me === null) return;
    const reader = readerOf(state);
    if (this.loaded !== reader) {
      this.loaded = reader;
      this.looked = null;
      this.words = talkWords(state.lang);
      this.build();
    }
    if (this.looked === location.hash) return;
    this.looked = location.hash;
    const sought = soughtIn(location.hash);
    for (const field of FIELDS) this.put(field, sought[field]);
    this.load();
  }

  /** @private @param {Field} field @param {string} value */
  put(field, value) {
    const input = this.fields[field];
    if (input === undefined) return;
    // Somebody who works here no more, or whom this page does not know yet, can be looked for all the same.
    if (input instanceof HTMLSelectElement && ![...input.options].some((option) => option.value === value)) input.append(el("option", { value }, value));
    input.value = value;
  }

  /** @private */
  build() {
    const { lang, me } = this.store.state;
    const { words } = this;
    const all = wordsFor(lang);
    text(this.title, words.title);
    text(this.hint, words.hint);
    text(this.more, words.more);
    set(this.results, { "aria-label": words.results });
    const option = (/** @type {string} */ value, /** @type {string} */ label) => el("option", { value }, label);
    const select = (/** @type {Field} */ field, /** @type {[string, string][]} */ choices) => {
      const input = el("select", { id: `talk-${field}`, onchange: () => this.search() }, option("", words.any), ...choices.map(([value, label]) => option(value, label)));
      this.fields[field] = input;
      return input;
    };
    const input = (/** @type {Field} */ field, /** @type {Record<string, unknown>} */ props) => {
      const made = el("input", { id: `talk-${field}`, autocomplete: "off", spellcheck: "false", ...props });
      this.fields[field] = made;
      return made;
    };
    const shops = /** @type {[string, any][]} */ (Object.entries(me?.titles?.shops ?? {}));
    const labelled = (/** @type {Field} */ field, /** @type {HTMLElement} */ made, /** @type {boolean} */ hidden = false) => el("span", { class: `talk-field talk-field-${field}`, hidden }, el("label", { for: made.id }, words[field]), made);
    const clear = el("a", { href: "#talks", class: "plain" }, words.clear);
    const fields = el(
      "div",
      { class: "talk-conditions" },
      labelled("order", input("order", {})),
      labelled("customer", input("customer", {})),
      labelled("agent", select("agent", [])),
      labelled("from", input("from", { type: "date", onchange: () => this.search() })),
      labelled("until", input("until", { type: "date", onchange: () => this.search() })),
      labelled("reason", select("reason", REASONS.map((reason) => [reason, all.reasons[reason]]))),
      labelled("stars", select("stars", STARS.map((stars) => [stars, stars === "low" ? words.low : fill(words.starsN, { n: stars })]))),
      labelled("state", select("state", [["open", words.open], ["ended", words.ended]])),
      labelled("shop", select("shop", shops.map(([shop, title]) => [shop, titleIn(title, lang) || shop])), shops.length < 2),
      labelled("tag", input("tag", {})),
      labelled("vip", select("vip", [["yes", words.onlyVip]])),
      clear,
    );
    this.conditions = el("details", { class: "talk-details", open: roomy() || FIELDS.some((field) => field !== "words" && soughtIn(location.hash)[field] !== "") }, el("summary", {}, words.conditions), fields);
    this.form.replaceChildren(
      el("span", { class: "talk-field talk-words" }, el("label", { for: "talk-words" }, words.words), input("words", { type: "search", "aria-keyshortcuts": "/" })),
      el("button", { type: "submit", class: "primary" }, words.look),
      this.conditions,
    );
    this.drawAgents();
  }

  /** @private Colleagues by name, as far as they are known. */
  drawAgents() {
    const input = this.fields.agent;
    if (input === undefined) return;
    const chosen = input.value || soughtIn(location.hash).agent;
    const team = [...this.store.state.team.values()].sort((one, other) => one.name.localeCompare(other.name));
    const choices = [["", this.words.any], ...team.map(({ agent, name }) => [agent, name])];
    const same = choices.length === input.children.length && choices.every(([value, label], index) => {
      const option = /** @type {HTMLOptionElement} */ (input.children[index]);
      return option.value === value && option.text === label;
    });
    if (same) return;
    input.replaceChildren(...choices.map(([value, label]) => el("option", { value }, label)));
    this.put("agent", chosen);
  }

  /** @private What the fields say becomes the address; the same once more is asked once more. */
  search() {
    const sought = soughtIn("");
    for (const field of FIELDS) sought[field] = this.fields[field]?.value ?? "";
    const fault = faultOf(sought);
    if (fault !== null) return this.refuse(this.words[fault]);
    const hash = hashOf(sought);
    if (hash !== location.hash) location.hash = hash;
    else this.load();
  }

  /** @private From the beginning. */
  load() {
    this.open(null);
    this.talks = [];
    this.next = undefined;
    const fault = faultOf(soughtIn(location.hash));
    return fault === null ? this.ask() : this.refuse(this.words[fault]);
  }

  /** @private Says why nothing was looked for; what is in the fields stays. @param {string} problem */
  refuse(problem) {
    this.asked += 1;
    this.busy = false;
    this.open(null);
    this.talks = [];
    this.next = undefined;
    this.problem = problem;
    this.draw();
  }

  /** @private Earlier ones; the focus goes to the first of them. */
  async goOn() {
    const known = this.talks.length;
    await this.ask();
    this.results.children[known]?.querySelector("button")?.focus();
  }

  /** @private */
  async ask() {
    const asked = (this.asked += 1);
    this.busy = true;
    this.problem = "";
    this.draw();
    const answer = await find(this.store.state.lang, soughtIn(location.hash), this.next);
    if (asked !== this.asked) return;
    this.busy = false;
    if ("error" in answer) this.problem = answer.error;
    else {
      this.talks.push(...answer.value.talks);
      this.next = answer.value.next;
      this.building = answer.value.building;
    }
    this.draw();
  }

  /** @private @param {FoundTalk} talk */
  nameOf({ shopper }) {
    return this.names.of(shopper, wordsFor(this.store.state.lang));
  }

  /** @private @param {FoundTalk | null} talk */
  open(talk) {
    this.reading.show(talk);
    this.element.dataset.reading = talk === null ? "no" : "yes";
    this.draw();
  }

  /** @private Back to the list, where the talk stands that was read. */
  back() {
    const { talk } = this.reading;
    this.open(null);
    if (talk !== null) this.button(talk.conversation)?.focus();
  }

  /** @private @param {string} conversation @returns {HTMLButtonElement | null} */
  button(conversation) {
    return this.results.querySelector(`[data-key="${CSS.escape(conversation)}"] button`);
  }

  /** @private */
  draw() {
    const { words, talks, next } = this;
    const { lang } = this.store.state;
    const nothingAsked = hashOf(soughtIn(location.hash)) === "#talks";
    const none = next !== undefined ? words.foundNoneYet : nothingAsked ? words.nothing : words.foundNone;
    const found = talks.length === 0 ? none : fill(next === undefined ? words.found : words.foundMore, { n: talks.length });
    text(this.told, this.problem !== "" ? "" : this.busy ? words.searching : this.building ? `${found} ${words.building}` : found);
    text(this.refused, this.problem);
    this.refused.hidden = this.problem === "";
    list(
      this.results,
      talks,
      ({ conversation }) => conversation,
      (talk) => el("li", {}, el("button", { type: "button", class: "found", onclick: () => this.open(talk) }, el("span", { class: "found-date" }), el("b"), el("span", { class: "soft found-who" }), el("span", { class: "soft found-stars" }), el("span", { class: "found-text" }))),
      (item, talk) => this.drawTalk(item, talk, lang),
    );
    set(this.more, { hidden: next === undefined, disabled: this.busy });
  }

  /** @private @param {HTMLElement} item @param {FoundTalk} talk @param {string} lang */
  drawTalk(item, talk, lang) {
    const { words } = this;
    const button = /** @type {HTMLElement} */ (item.firstElementChild);
    const [date, name, who, stars, said] = button.children;
    const then = new Date(talk.began);
    text(date, then.toLocaleString(lang, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", ...(then.getFullYear() !== new Date().getFullYear() && { year: "numeric" }) }));
    text(name, [talk.vip ? "★VIP" : "", this.nameOf(talk), ...(talk.tags ?? []).map((tag) => `#${tag}`)].filter(Boolean).join(" "));
    const reason = talk.reason === undefined ? "" : named(wordsFor(lang).reasons, talk.reason);
    text(who, [shopName(this.store.state, talk.shop), talk.agents.join(lang.startsWith("en") ? ", " : "、") || words.bot, reason, talk.ended === undefined ? words.open : "", fill(words.messages, { n: talk.messages }), talk.places.length > 1 ? fill(words.places, { n: talk.places.length }) : ""].filter(Boolean).join(" · "));
    text(stars, talk.stars === undefined ? "" : `★${talk.stars}`);
    set(stars, { "aria-label": talk.stars === undefined ? null : fill(words.starsN, { n: talk.stars }), role: talk.stars === undefined ? null : "img" });
    const shown = talk.from === undefined ? "" : words.by[talk.from];
    if (said.textContent !== shown + talk.text) said.replaceChildren(el("span", { class: "soft" }, shown), ...marked(talk.text, talk.marks));
    set(button, { "aria-current": this.reading.talk?.conversation === talk.conversation ? "true" : null });
  }

  /** @private @param {KeyboardEvent} event */
  key(event) {
    const { target } = event;
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    const writing = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    if (this.does(event.key, writing, target)) event.preventDefault();
  }

  /** @private @param {string} key @param {boolean} writing @param {EventTarget | null} target @returns {boolean} whether the key means something here */
  does(key, writing, target) {
    const { letters } = this.store.state;
    const inReading = target instanceof Node && this.reading.element.contains(target);
    if (key === "Escape" && inReading) this.back();
    else if (writing) {
      if (key !== "ArrowDown" || target !== this.fields.words || this.talks.length === 0) return false;
      stepIn(this.results, 1);
    } else if ((key === "ArrowDown" && !inReading) || (letters && key === "j")) stepIn(this.results, 1);
    else if ((key === "ArrowUp" && !inReading) || (letters && key === "k")) stepIn(this.results, -1);
    else if (letters && key === "n") this.reading.step(1);
    else if (letters && key === "p") this.reading.step(-1);
    else if (letters && key === "/") this.fields.words?.focus();
    else return false;
    return true;
  }
}
