// What was said of a talk, and where more is said: marks of the rules, the sheet of points, answers of the agent, notes of colleagues.

import { el, fill, set, text } from "../../shared/dom.js";
import { lasting } from "../numbers.js";
import { changeReview, pointsOf } from "../quality.js";
import { named } from "../strings.js";
import { numberWords } from "../strings.numbers.js";
import { qualityWords } from "../strings.quality.js";

/** @typedef {import("../quality.js").Reviewed} Reviewed */
/** @typedef {import("../quality.js").Assessment} Assessment */
/** @typedef {import("../quality.js").Note} Note */
/** @typedef {import("../quality.js").Item} Item */

export class ReviewPanel {
  /**
   * @param {import("../store.js").Store<import("../state.js").DeskState>} store
   * @param {{ onMark: (seq: number) => void, onChanged: () => void }} wiring
   */
  constructor(store, { onMark, onChanged }) {
    this.store = store;
    this.onMark = onMark;
    this.onChanged = onChanged;
    this.words = qualityWords(store.state.lang);
    /** @type {Reviewed | null} */
    this.talk = null;
    this.busy = false;
    /** What is written and not sent, by talk and field: it outlives what is drawn anew. @type {Map<string, Map<string, string | boolean>>} */
    this.drafts = new Map();
    this.title = el("h2", { id: "review-title", tabindex: "-1" });
    this.status = el("p", { class: "soft", role: "status" });
    this.problem = el("p", { class: "problem", role: "alert" });
    this.parts = el("div");
    this.element = el("section", { class: "pane review", "aria-labelledby": "review-title", hidden: true }, el("div", { class: "scroll review-scroll", tabindex: "0", role: "group", "aria-labelledby": "review-title" }, this.title, this.status, this.problem, this.parts));
    this.parts.addEventListener("input", ({ target }) => {
      if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) this.keep(target.id, target.type === "checkbox" ? /** @type {HTMLInputElement} */ (target).checked : target.value);
    });
    store.watch(["lang"], () => this.draw());
  }

  /** @private @param {string} field @param {string | boolean} value */
  keep(field, value) {
    const { conversation = "" } = this.talk ?? {};
    const drafts = this.drafts.get(conversation) ?? new Map();
    this.drafts.set(conversation, drafts.set(field, value));
  }

  /** @private What was written there. @param {string} field @param {string} [otherwise] */
  draft(field, otherwise = "") {
    return String(this.drafts.get(this.talk?.conversation ?? "")?.get(field) ?? otherwise);
  }

  /** @param {Reviewed | null} talk */
  show(talk) {
    this.talk = talk;
    text(this.status, "");
    text(this.problem, "");
    this.draw();
  }

  /** @private */
  draw() {
    const { talk } = this;
    this.words = qualityWords(this.store.state.lang);
    this.element.hidden = talk === null;
    text(this.title, this.words.review);
    this.parts.replaceChildren(...(talk === null ? [] : [this.marks(talk), this.assessments(talk), this.sheet(talk), this.shared(talk)].filter((part) => part !== null)));
  }

  /** @private Sends a change; what was written stays where it is refused. @param {import("../quality.js").Change} change @param {string} [form] with what the names of the fields begin that were sent */
  async change(change, form) {
    const { talk } = this;
    if (talk === null || this.busy) return;
    this.busy = true;
    text(this.status, "");
    const answer = await changeReview(this.store.state.lang, talk.conversation, change);
    this.busy = false;
    const drafts = this.drafts.get(talk.conversation);
    if (!("error" in answer) && form !== undefined) for (const field of drafts?.keys() ?? []) if (field.startsWith(form)) drafts?.delete(field);
    if (this.talk?.conversation !== talk.conversation) return;
    text(this.problem, "error" in answer ? answer.error : "");
    if ("error" in answer) return this.problem.scrollIntoView({ block: "nearest" });
    this.talk = { ...talk, ...answer.value };
    this.draw();
    text(this.status, this.words.saved);
    // What had the focus is drawn anew.
    this.title.focus();
    this.onChanged();
  }

  /** @private @param {number} at */
  time(at) {
    return new Date(at).toLocaleString(this.store.state.lang, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
  }

  /** @private @param {Reviewed} talk */
  marks({ standing, marks }) {
    const { words } = this;
    if (standing === "colleague") return null;
    const numbers = numberWords(this.store.state.lang);
    const line = (/** @type {import("../quality.js").Mark} */ mark) => {
      const lasted = mark.lasted_ms === undefined ? "" : fill(words.waited, { lasted: lasting(mark.lasted_ms, numbers), limit: lasting(mark.limit_ms, numbers) });
      const slot = mark.slot === undefined ? "" : fill(words.asked, { slot: named(words.slots, mark.slot) });
      const stars = mark.stars === undefined ? "" : fill(words.starsN, { n: mark.stars });
      const about = [mark.name, this.time(mark.at), lasted, slot, stars].filter(Boolean).join(" · ");
      return el("li", {}, el("button", { type: "button", class: "review-mark", onclick: () => this.onMark(mark.seq) }, el("span", { class: "quality-chip" }, words.rules[mark.rule]), el("span", { class: "soft" }, about), mark.quote !== "" && el("q", {}, mark.quote)));
    };
    return el("section", {}, el("h3", {}, words.marks), marks.length === 0 ? el("p", { class: "soft" }, words.noMarks) : el("ul", { class: "review-list" }, ...marks.map(line)));
  }

  /** @private @param {Reviewed} talk */
  assessments({ standing, me, review: { assessments = [] } }) {
    const { words } = this;
    if (standing === "colleague") return null;
    const shown = assessments.map((one) => this.assessment(one, standing === "assessor", one.of === me));
    return el("section", {}, el("h3", {}, words.assessments), shown.length === 0 ? el("p", { class: "soft" }, words.noAssessments) : el("ul", { class: "review-list" }, ...shown));
  }

  /** @private @param {Assessment} one @param {boolean} assesses @param {boolean} own */
  assessment(one, assesses, own) {
    const { words } = this;
    const points = pointsOf(one);
    const title = (/** @type {Item} */ item) => this.itemTitle(item);
    let sure = false;
    const takeBack = el("button", { type: "button", class: "plain", onclick: () => {
      if (sure) this.change({ take_back: one.id });
      sure = true;
      text(takeBack, words.takeBackSure);
    } }, words.takeBack);
    return el(
      "li",
      { class: "assessment" },
      el("p", { class: "assessment-head" }, el("b", {}, fill(words.byOf, { by: one.by_name, of: one.of_name })), el("span", { class: "soft" }, ` ${this.time(one.at)} `), el("span", { class: "quality-chip" }, points > 0 ? fill(words.points, { n: points }) : words.noPoints)),
      (one.deductions ?? []).length > 0 && el("ul", { class: "deductions" }, ...(one.deductions ?? []).map((item) => el("li", {}, `${title(item)} −${item.points}`))),
      one.note !== undefined && el("p", { class: "review-text" }, one.note),
      (one.answers ?? []).length > 0 && el("ul", { class: "review-answers" }, ...(one.answers ?? []).map((answer) => this.written(answer))),
      own && this.writing(`answer-${one.id}`, words.answer, words.answerHint, words.send, (said) => this.change({ answer: { assessment: one.id, text: said } }, `answer-${one.id}`)),
      assesses && takeBack,
    );
  }

  /** @private @param {Item} item */
  itemTitle({ title, title_en: english }) {
    return this.store.state.lang.startsWith("en") ? english : title;
  }

  /** @private @param {Note} note @param {Node | false} [beside] */
  written({ name, at, text: said }, beside = false) {
    return el("li", {}, el("p", {}, el("b", {}, name), el("span", { class: "soft" }, ` ${this.time(at)}`), beside), el("p", { class: "review-text" }, said));
  }

  /** @private A field with its button. @param {string} id @param {string} label @param {string} hint @param {string} button @param {(said: string) => void} send */
  writing(id, label, hint, button, send) {
    const field = el("textarea", { id, rows: "2", maxlength: "2000", placeholder: hint, value: this.draft(id) });
    const form = el("form", { class: "review-write" }, el("label", { for: id }, label), field, el("button", { type: "submit" }, button));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (field.value.trim() === "") field.focus();
      else send(field.value);
    });
    return form;
  }

  /** @private Where a supervisor takes points off. @param {Reviewed} talk */
  sheet({ standing, sheet, agents }) {
    const { words } = this;
    if (standing !== "assessor" || agents.length === 0) return null;
    const of = el("select", { id: "sheet-of" }, ...agents.map(({ id, name }) => el("option", { value: id }, name)));
    // Whoever had it last is mostly meant.
    of.value = this.draft("sheet-of", agents[agents.length - 1].id);
    const note = el("textarea", { id: "sheet-note", rows: "2", maxlength: "2000", value: this.draft("sheet-note") });
    const total = el("p", { role: "status" });
    const rows = sheet.map((item) => {
      const title = this.itemTitle(item);
      const id = `sheet-item-${item.item}`;
      const checked = this.draft(id) === "true";
      const points = el("input", { type: "number", id: `sheet-points-${item.item}`, min: "1", max: String(item.points), step: "1", value: this.draft(`sheet-points-${item.item}`, String(item.points)), disabled: !checked, required: true, "aria-label": fill(words.item, { title }) });
      const box = el("input", { type: "checkbox", id, checked });
      box.addEventListener("change", () => {
        points.disabled = !box.checked;
        sum();
      });
      points.addEventListener("input", () => sum());
      return { item, box, points, row: el("li", {}, el("label", { for: box.id }, box, title), points) };
    });
    const taken = () => rows.filter(({ box }) => box.checked).map(({ item, points }) => ({ item: item.item, points: Number(points.value) }));
    const sum = () => text(total, fill(words.total, { n: taken().reduce((all, { points }) => all + points, 0) }));
    sum();
    const form = el("form", { class: "review-sheet" }, el("p", { hidden: agents.length < 2 }, el("label", { for: of.id }, words.of), " ", of), el("ul", { class: "review-items" }, ...rows.map(({ row }) => row)), el("label", { for: note.id }, words.note), note, total, el("button", { type: "submit", class: "primary" }, words.save));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.change({ assess: { of: of.value, items: taken(), note: note.value } }, "sheet-");
    });
    return el("section", {}, el("h3", {}, words.assess), form);
  }

  /** @private @param {Reviewed} talk */
  shared({ standing, me, review: { shared, notes = [] } }) {
    const { words } = this;
    const mine = standing === "assessor" || shared?.agent === me;
    const button = (/** @type {boolean} */ share) => el("button", { type: "button", onclick: () => this.change({ share }) }, share ? words.share : words.unshare);
    const note = (/** @type {Note} */ one) => this.written(one, (standing === "assessor" || one.agent === me) && el("button", { type: "button", class: "plain", onclick: () => this.change({ no_note: one.id }) }, words.deleteNote));
    const section = el("section", {}, el("h3", {}, words.shared));
    if (shared === undefined) section.append(button(true));
    else {
      section.append(el("p", { class: "soft" }, fill(words.sharedBy, { name: shared.name, time: this.time(shared.at) })));
      if (notes.length > 0) section.append(el("ul", { class: "review-answers" }, ...notes.map(note)));
      section.append(this.writing("shared-note", words.addNote, "", words.saveNote, (said) => this.change({ note: said }, "shared-note")));
      if (mine) section.append(button(false));
    }
    set(section, { class: "review-shared" });
    return section;
  }
}
