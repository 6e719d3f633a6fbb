// The morning page (早间): what was not answered well on a day, group by group, decided with one key; and what was changed.

import { el, fill, set, text } from "../../shared/dom.js";
import { hour } from "../clock.js";
import { WHYS, changesOf, morningOf, questionsOf, readsMorning, teach, tryTeach, undo, withReason } from "../morning.js";
import { readerOf } from "../state.js";
import { named, wordsFor } from "../strings.js";
import { morningWords } from "../strings.morning.js";
import { questionWords } from "../strings.questions.js";
import { effectView } from "./effect.js";
import { shopChoice } from "./field.js";
import { Keeping } from "./keeping.js";
import { GroupCard } from "./morning-group.js";

/** @typedef {import("../morning.js").Morning} Morning */
/** @typedef {import("../morning.js").Change} Change */
/** @typedef {import("../morning.js").Question} Question */
/** @typedef {import("../morning.js").Taught} Taught */

export class MorningPage {
  /** @param {import("../store.js").Store<import("../state.js").DeskState>} store */
  constructor(store) {
    this.store = store;
    this.element = el("main", { class: "people morning-page", hidden: true });
    this.loaded = "";
    /** Counts what was asked: an answer that comes late is of no use. */
    this.asked = 0;
    this.shop = "";
    /** Empty: yesterday. */
    this.day = "";
    this.why = "";
    /** Whether a decision is tried and looked at before it is live. */
    this.first = false;
    /** @type {Morning | null} */
    this.page = null;
    /** @type {GroupCard[]} */
    this.cards = [];
    /** @type {Question[] | null} */
    this.known = null;
    this.words = morningWords(store.state.lang);
    this.element.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("hashchange", () => this.build());
    store.watch(["lang", "me"], () => {
      if (this.loaded !== readerOf(store.state)) this.build();
    });
  }

  /** @private Only while it is looked at. */
  build() {
    const { lang, me } = this.store.state;
    if (location.hash.slice(1).split("=")[0] !== "morning" || me === null || !readsMorning(me.roles ?? [])) return;
    this.loaded = readerOf(this.store.state);
    const words = (this.words = morningWords(lang));
    const shops = Object.entries(me.titles?.shops ?? {});
    if (!shops.some(([shop]) => shop === this.shop)) this.shop = shops[0]?.[0] ?? "";
    const title = el("h2", { tabindex: "-1" }, words.title);
    const option = (/** @type {string} */ value, /** @type {string} */ label) => el("option", { value }, label);
    this.shopField = shopChoice("morning-shop", shops, this.shop, lang);
    this.dayField = el("input", { id: "morning-day", type: "date", value: this.day });
    this.whyField = el("select", { id: "morning-why" }, option("", words.all), ...WHYS.map((why) => option(why, words.whys[why])));
    this.whyField.value = this.why;
    const turn = () => {
      this.shop = this.shopField?.value ?? "";
      this.day = this.dayField?.value ?? "";
      this.known = null;
      this.load();
    };
    this.shopField.addEventListener("change", turn);
    this.dayField.addEventListener("change", turn);
    this.whyField.addEventListener("change", () => {
      this.why = this.whyField?.value ?? "";
      this.draw();
    });
    const first = el("input", { id: "morning-first", type: "checkbox", checked: this.first });
    first.addEventListener("change", () => (this.first = first.checked));
    const field = (/** @type {HTMLElement} */ input, /** @type {string} */ label) => el("span", {}, el("label", { for: input.id }, label), " ", input);
    this.summary = el("p", { class: "morning-summary", role: "status" });
    this.beside = el("p", { class: "soft" });
    this.outcome = el("div", { class: "morning-outcome", role: "status" });
    this.problem = el("p", { class: "problem", role: "alert" });
    this.groups = el("ul", { class: "morning-groups", "aria-label": words.groups });
    this.changesTitle = el("summary", {}, words.changes);
    this.changesList = el("ul", { class: "morning-changes", "aria-label": words.changes });
    this.changes = el("details", { class: "morning-log" }, this.changesTitle, this.changesList);
    this.changes.addEventListener("toggle", () => this.changes?.open && this.readChanges());
    this.element.replaceChildren(
      el("p", {}, el("a", { href: "#chats" }, words.back)),
      title,
      el("p", { class: "soft hint" }, words.hint),
      el("p", { class: "morning-filters" }, field(this.shopField, words.shop), field(this.dayField, words.day), field(this.whyField, words.why), field(first, words.first)),
      this.summary,
      this.beside,
      this.outcome,
      this.problem,
      this.groups,
      this.changes,
    );
    title.focus();
    this.load();
  }

  /** @private */
  async load() {
    const asked = ++this.asked;
    const { words } = this;
    this.page = null;
    this.groups?.replaceChildren();
    if (this.outcome !== undefined) this.outcome.replaceChildren();
    this.say(words.loading, "", "");
    const answer = await morningOf(this.store.state.lang, this.shop, this.day);
    if (asked !== this.asked) return;
    if ("error" in answer) this.say("", "", answer.error);
    else {
      this.page = answer.value;
      this.day = answer.value.day;
      if (this.dayField !== undefined) set(this.dayField, { value: this.day, max: answer.value.today });
      this.draw();
    }
    if (this.changes?.open) this.readChanges();
  }

  /** @private @param {string} summary @param {string} beside @param {string} problem */
  say(summary, beside, problem) {
    if (this.summary !== undefined) text(this.summary, summary);
    if (this.beside !== undefined) text(this.beside, beside);
    if (this.problem !== undefined) text(this.problem, problem);
  }

  /** @private */
  draw() {
    const { page, words } = this;
    if (page === null) return;
    const shown = withReason(page.groups, this.why);
    const { all_messages: all, mended, settled, left_out: more, groups, cut, may_teach: may, writable } = page;
    const beside = [
      mended > 0 && fill(words.mended, { n: mended }),
      settled > 0 && fill(words.settled, { n: settled }),
      more > 0 && fill(words.leftOut, { n: groups.length, more }),
      cut && words.cut,
      !may && words.mayNot,
      may && !writable && words.readOnly,
      shown.length === 0 && groups.length > 0 && words.noneOfReason,
    ];
    const told = all === 0 ? words.nothingSaid : groups.length === 0 ? words.allWell : words.summary;
    const summary = fill(told, { day: page.day, all, messages: page.messages, people: page.people, groups: groups.length + more });
    this.say(summary, beside.filter((line) => line !== false).join(" "), "");
    this.cards = shown.map((group) => new GroupCard(group, words, may, { questions: () => this.questions(), onWish: (card, sentences, wish) => this.decide(card, sentences, wish) }));
    this.groups?.replaceChildren(...this.cards.map(({ element }) => element));
  }

  /** @private Asked for once a shop. */
  async questions() {
    if (this.known === null) {
      const answer = await questionsOf(this.store.state.lang, this.shop);
      this.known = "error" in answer ? null : answer.value.questions;
    }
    return this.known ?? [];
  }

  /** @private @param {GroupCard} card @param {string[]} sentences @param {import("../morning.js").Wish} wish */
  async decide(card, sentences, wish) {
    if (card.waits) return;
    if (this.first && wish.as !== "ignore") await this.tries(card, sentences, wish);
    else await this.makes(card, sentences, wish);
  }

  /** @private What it would do, and then whether it is to be so. @param {GroupCard} card @param {string[]} sentences @param {import("../morning.js").Wish} wish */
  async tries(card, sentences, wish) {
    const { shop } = this;
    const { lang } = this.store.state;
    card.wait(true);
    const answer = await tryTeach(lang, shop, sentences, wish);
    card.wait(false);
    if ("error" in answer) {
      card.tell(answer.error, answer.diff);
      card.element.focus();
      return;
    }
    const { answered, effect, warnings } = answer.value;
    const words = questionWords(lang);
    /** @type {HTMLElement[]} */
    const parts = answered.map((one) => el("p", {}, fill(words.wouldSay, { text: one.text, said: one.said.replace(/\s*\n\s*/g, " ") })));
    if (effect !== null) parts.push(effectView(effect, words, wordsFor(lang).decisions, lang, "1"));
    if (warnings.length > 0) parts.push(el("ul", {}, ...warnings.map(({ message }) => el("li", {}, message))));
    const keeping = new Keeping(lang, shop, {
      wished: () => ({ decision: { shop, group: card.group.id, sentences, ...wish } }),
      reason: () => "",
      onRefused: ({ error }) => card.tell(error),
      onKept: (said) => {
        card.endTrial();
        this.outcome?.replaceChildren(el("p", {}, said, " ", el("a", { href: "#questions" }, keeping.words.title)));
      },
    });
    card.showTrial(parts, () => this.makes(card, sentences, wish), keeping);
  }

  /** @private @param {GroupCard} card @param {string[]} sentences @param {import("../morning.js").Wish} wish */
  async makes(card, sentences, wish) {
    const { shop } = this;
    card.wait(true);
    const answer = await teach(this.store.state.lang, shop, card.group.id, sentences, wish);
    card.wait(false);
    if ("error" in answer) {
      card.tell(answer.error, answer.diff);
      card.element.focus();
      return;
    }
    if (shop !== this.shop) return;
    if (wish.as === "new") this.known = null;
    this.drop(card);
    this.tell(answer.value);
    if (this.changes?.open) this.readChanges();
  }

  /** @private It is decided: the next one is looked at. The groups may have been drawn anew meanwhile. @param {GroupCard} card */
  drop({ group: { id } }) {
    const { page, cards } = this;
    if (page !== null) page.groups = page.groups.filter((group) => group.id !== id);
    const at = cards.findIndex(({ group }) => group.id === id);
    if (at < 0) return;
    const [{ element }] = cards.splice(at, 1);
    element.remove();
    const next = cards[Math.min(at, cards.length - 1)];
    if (next !== undefined) next.element.focus();
    else this.element.querySelector("h2")?.focus();
  }

  /** @private What has become of a decision. @param {Taught} taught */
  tell({ change, answered, moved, moved_count: count, warnings }) {
    const { words } = this;
    const first = answered[0];
    /** @type {(HTMLElement | false)[]} */
    const parts = [];
    const said = first?.said.replace(/\s*\n\s*/g, " ") ?? "";
    if (change.did === "ignore") parts.push(el("p", {}, words.ignored));
    else if (change.file === undefined) parts.push(el("p", {}, words.same));
    else if (change.did === "nothing") parts.push(el("p", {}, fill(words.liveNothing, { text: first?.text ?? "", said })));
    else parts.push(el("p", {}, fill(words.live, { text: first?.text ?? "", title: change.title ?? "", said })));
    const back = el("button", { type: "button", "aria-label": fill(words.undoThis, { text: change.sentences[0] ?? "" }) }, words.undo);
    back.addEventListener("click", () => this.takeBack(change, back));
    parts.push(el("p", {}, back));
    if (count > 0) {
      const titles = (/** @type {string[]} */ all) => all.join("、") || words.nothingRead;
      const row = (/** @type {import("../morning.js").Moved} */ one) => el("li", {}, fill(words.movedOne, { text: one.text, before: titles(one.before), after: titles(one.after) }));
      parts.push(el("p", {}, fill(words.moved, { n: count })), el("ul", {}, ...moved.map(row), count > moved.length && el("li", {}, "…")));
    }
    if (warnings.length > 0) parts.push(el("ul", {}, ...warnings.map(({ message }) => el("li", {}, message))));
    if (change.file !== undefined) parts.push(el("details", {}, el("summary", {}, `${words.diff} · ${change.file.name}`), el("pre", { class: "diff", tabindex: "0" }, change.file.diff)));
    this.outcome?.replaceChildren(...parts.filter((part) => part !== false));
  }

  /** @private @param {Change} change @param {HTMLButtonElement} button */
  async takeBack(change, button) {
    const { words, shop } = this;
    button.disabled = true;
    const answer = await undo(this.store.state.lang, shop, change.id);
    button.disabled = false;
    if (shop !== this.shop) return;
    if ("error" in answer) {
      if (this.problem !== undefined) text(this.problem, answer.error);
      return;
    }
    await this.load();
    this.outcome?.replaceChildren(el("p", {}, change.file === undefined ? words.undoneIgnore : words.undone));
    this.element.querySelector("h2")?.focus();
  }

  /** @private */
  async readChanges() {
    const { shop, words } = this;
    const { lang } = this.store.state;
    const answer = await changesOf(lang, shop);
    if (shop !== this.shop || this.changesList === undefined) return;
    if ("error" in answer) {
      if (this.problem !== undefined) text(this.problem, answer.error);
      return;
    }
    const { changes } = answer.value;
    this.changesList.replaceChildren(...changes.map((change) => this.change(change)));
    if (changes.length === 0) this.changesList.append(el("li", { class: "soft" }, words.noChanges));
  }

  /** @private @param {Change} change */
  change(change) {
    const { words } = this;
    const { did, title = "", sentences, reason = "", file, by_name: name, by = "", at = 0, in_force: holds } = change;
    const may = this.page?.may_teach === true && holds;
    const button = el("button", { type: "button", class: "plain remove" }, words.undo);
    set(button, { "aria-label": fill(words.undoThis, { text: sentences[0] ?? fill(named(words.did, did), { title }) }) });
    button.addEventListener("click", () => {
      if (button.dataset.sure !== undefined) {
        this.takeBack(change, button);
        return;
      }
      button.dataset.sure = "";
      text(button, words.undoSure);
      set(button, { "aria-label": null });
    });
    return el(
      "li",
      {},
      el("p", {}, el("b", {}, fill(named(words.did, did), { title })), " ", el("span", { class: "soft" }, fill(words.by, { who: name || by, at: hour(at, this.store.state.lang) })), !holds && did !== "undo" && el("span", { class: "soft" }, ` · ${words.taken}`)),
      el("p", { class: "morning-text" }, reason || sentences.join(" / ")),
      file !== undefined && el("details", {}, el("summary", {}, `${words.diff} · ${file.name}`), el("pre", { class: "diff", tabindex: "0" }, file.diff)),
      may && el("p", {}, button),
    );
  }

  /** @private @param {KeyboardEvent} event */
  key(event) {
    const { target } = event;
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type !== "checkbox")) return;
    const at = this.cards.findIndex(({ element }) => element.contains(/** @type {Node} */ (target)));
    // Letters are keys of the group that is looked at; elsewhere only for those who want them.
    if (at < 0 && !this.store.state.letters) return;
    const key = event.key.toLowerCase();
    const step = { j: 1, arrowdown: 1, k: -1, arrowup: -1 }[key];
    if (step !== undefined && this.cards.length > 0) {
      const next = at < 0 ? 0 : Math.max(0, Math.min(this.cards.length - 1, at + step));
      this.cards[next].element.focus();
      this.cards[next].element.scrollIntoView({ block: "nearest" });
    } else if (at < 0 || !this.cards[at].key(key)) return;
    event.preventDefault();
  }
}
