// The drafts of a shop, and the list of what has answered in it with the way back to any of it.

import { el, fill, text } from "../../shared/dom.js";
import { hour } from "../clock.js";
import { goBack, publicationsOf, wouldGoBack } from "../publications.js";
import { publicationWords } from "../strings.publications.js";
import { changeName } from "./change-name.js";
import { DraftList } from "./draft-list.js";

/** @typedef {import("../publications.js").Publication} Publication */
/** @typedef {import("../morning.js").Change} Change */

export class PublicationList {
  /** @param {string} lang @param {string} shop @param {() => void} onBack what answers is another */
  constructor(lang, shop, onBack) {
    this.lang = lang;
    this.shop = shop;
    this.onBack = onBack;
    const words = (this.words = publicationWords(lang));
    this.list = el("ol", { class: "publications", "aria-label": words.title });
    this.status = el("div", { class: "publications-status", role: "status" });
    this.problem = el("p", { class: "problem", role: "alert" });
    this.details = el("details", { class: "morning-log" }, el("summary", {}, words.title), el("p", { class: "soft hint" }, words.hint), this.problem, this.status, this.list);
    this.details.addEventListener("toggle", () => this.read());
    this.drafts = new DraftList(lang, shop, () => {
      this.read();
      onBack();
    });
    this.element = el("div", {}, this.drafts.element, this.details);
  }

  /** Draws both anew. */
  async load() {
    await Promise.all([this.drafts.load(), this.read()]);
  }

  /** @private Only while it is open. */
  async read() {
    if (!this.details.open) return;
    const answer = await publicationsOf(this.lang, this.shop);
    if ("error" in answer) {
      text(this.problem, answer.error);
      return;
    }
    const { publications, may_teach: may } = answer.value;
    this.list.replaceChildren(...publications.map((one, at) => this.row(one, may, at === publications.length - 1)));
    if (publications.length === 0) this.list.append(el("li", { class: "soft" }, this.words.none));
  }

  /** @private @param {Publication} one @param {boolean} may @param {boolean} first */
  row(one, may, first) {
    const { words, lang } = this;
    const { at, by, by_name: name, live, changes, files, at_start: started, since } = one;
    const when = hour(at, lang);
    const who = by !== null ? (name ?? by) : first && started ? words.first : words.byFiles;
    const notes = changes.length > 0 || files.length > 0 || first ? "" : started ? words.atStart : words.unknownFiles;
    const diff = (/** @type {string} */ label, /** @type {string} */ shown) => el("details", {}, el("summary", {}, label), el("pre", { class: "diff", tabindex: "0" }, shown));
    const place = el("div", { class: "publication-back" });
    const back = el("button", { type: "button", class: "plain", "aria-label": fill(words.backTo, { at: when }) }, words.back);
    back.addEventListener("click", () => this.ask(one, back, place));
    return el(
      "li",
      {},
      el("p", {}, el("b", {}, when), " ", who, live && el("span", { class: "question-tag" }, ` ${words.live}`), may && since > 0 && back),
      notes !== "" && el("p", { class: "soft" }, notes),
      ...changes.map((change) => (change.file === undefined ? el("p", {}, changeName(this.lang, change)) : diff(changeName(this.lang, change), change.file.diff))),
      ...files.map((file) => {
        const label = fill(words.counts, { name: file.name, removed: file.removed, added: file.added });
        return file.diff === undefined ? el("p", { class: "soft" }, label) : diff(label, file.diff);
      }),
      place,
    );
  }

  /** @private What going back would come to, and whether it is to be so. @param {Publication} one @param {HTMLButtonElement} button @param {HTMLElement} place */
  async ask(one, button, place) {
    text(this.problem, "");
    button.disabled = true;
    const answer = await wouldGoBack(this.lang, this.shop, one.id);
    button.disabled = false;
    if ("error" in answer) {
      text(this.problem, answer.error);
      return;
    }
    this.offer(one, button, place, answer.value);
  }

  /** @private @param {Publication} one @param {HTMLButtonElement} button @param {HTMLElement} place @param {import("../publications.js").GoneBack} would */
  offer(one, button, place, { steps, left }) {
    const { words } = this;
    const sure = el("button", { type: "button", class: "primary" }, words.sure);
    const leave = el("button", { type: "button" }, words.leave);
    sure.addEventListener("click", () => this.back(one, button, place, steps.map(({ id }) => id)));
    leave.addEventListener("click", () => {
      place.replaceChildren();
      button.focus();
    });
    const row = (/** @type {Change & { again?: boolean }} */ change) => el("li", {}, change.again === true ? `${words.again}：` : "", changeName(this.lang, change));
    place.replaceChildren(
      el("p", {}, steps.length > 0 ? words.would : words.nothing),
      el("ul", {}, ...steps.map(row)),
      left.length > 0 ? el("p", { class: "problem" }, words.left) : "",
      el("ul", {}, ...left.map(row)),
      el("p", { class: "row" }, steps.length > 0 && sure, leave),
    );
    (steps.length > 0 ? sure : leave).focus();
  }

  /** @private @param {Publication} one @param {HTMLButtonElement} button @param {HTMLElement} place @param {readonly string[]} seen what it was said to come to */
  async back(one, button, place, seen) {
    const { words } = this;
    place.replaceChildren(el("p", { class: "soft" }, words.busy));
    const answer = await goBack(this.lang, this.shop, one.id, seen);
    place.replaceChildren();
    if ("error" in answer) {
      text(this.problem, answer.error);
      return;
    }
    const { done, left } = answer.value;
    if (!done) {
      // Somebody has changed something meanwhile: it is looked at anew.
      this.offer(one, button, place, answer.value);
      return;
    }
    this.status.replaceChildren(el("p", {}, left.length > 0 ? words.donePart : words.done), ...(left.length > 0 ? [el("ul", {}, ...left.map((change) => el("li", {}, changeName(this.lang, change))))] : []));
    this.details.querySelector("summary")?.focus();
    await this.load();
    this.onBack();
  }
}
