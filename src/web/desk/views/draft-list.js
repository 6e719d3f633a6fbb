// The drafts of a shop: what each would change, tried together, given to a colleague, timed, published or thrown away.

import { el, fill, text } from "../../shared/dom.js";
import { hour } from "../clock.js";
import { SHARES, actOnDraft, draftsOf, hasForm, mend, publishDraft, shadowOf, shareOf, tryDraft } from "../kept-changes.js";
import { wordsFor } from "../strings.js";
import { draftWords } from "../strings.drafts.js";
import { questionWords } from "../strings.questions.js";
import { changeName } from "./change-name.js";
import { effectView } from "./effect.js";

/** @typedef {import("../kept-changes.js").Draft} Draft */
/** @typedef {import("../kept-changes.js").Drafts} Drafts */
/** @typedef {import("../kept-changes.js").Act} Act */

/** Counts the fields, so that each has its label. */
let made = 0;

export class DraftList {
  /** @param {string} lang @param {string} shop @param {() => void} onPublished what answers is another */
  constructor(lang, shop, onPublished) {
    this.lang = lang;
    this.shop = shop;
    this.onPublished = onPublished;
    const words = (this.words = draftWords(lang));
    this.common = questionWords(lang);
    /** Whether it was opened by itself once, since something waits. */
    this.called = false;
    this.summary = el("summary", {}, words.title);
    this.way = el("button", { type: "button", class: "plain", onclick: () => this.show() });
    /** Stands at the top of the page: the drafts are far below. */
    this.notice = el("p", { class: "drafts-notice", hidden: true }, this.way);
    this.list = el("ol", { class: "drafts", "aria-label": words.title });
    this.status = el("div", { class: "publications-status", role: "status" });
    this.problem = el("p", { class: "problem", role: "alert" });
    this.element = el("details", { class: "morning-log" }, this.summary, el("p", { class: "soft hint" }, words.hint), this.problem, this.status, this.list);
    this.load();
  }

  /** Draws the list anew. */
  async load() {
    const { words } = this;
    const answer = await draftsOf(this.lang, this.shop);
    if ("error" in answer) {
      text(this.problem, answer.error);
      return;
    }
    const { drafts } = answer.value;
    const waits = drafts.filter((draft) => draft.waits).length;
    text(this.summary, fill(drafts.length === 0 ? words.title : waits > 0 ? words.titleWaits : words.titleSome, { n: drafts.length, waits }));
    this.list.replaceChildren(...drafts.map((draft) => this.row(draft, answer.value)));
    if (drafts.length === 0) this.list.append(el("li", { class: "soft" }, words.none));
    text(this.way, fill(words.waiting, { n: waits }));
    this.notice.hidden = waits === 0;
    if (waits > 0 && !this.called) this.element.open = true;
    this.called ||= waits > 0;
  }

  /** @private Goes to the list. */
  show() {
    this.element.open = true;
    this.summary.focus();
    this.element.scrollIntoView({ block: "start" });
  }

  /** @private @param {Draft} draft @param {Drafts} all */
  row(draft, all) {
    const { words, lang } = this;
    const { asked, sent_back: back, due, failed, shadow, share } = draft;
    const name = (/** @type {{ by: string, by_name: string | null }} */ { by, by_name: known }) => known ?? by;
    const tag = (/** @type {string} */ label) => el("span", { class: "question-tag" }, ` ${label}`);
    const told = [
      draft.busy && el("p", { class: "soft" }, words.busy),
      draft.older && el("p", { class: "soft" }, words.older),
      asked !== null && el("p", {}, fill(asked.words === "" ? words.askedPlain : words.asked, { by: name(asked), to: asked.to_name ?? asked.to, words: asked.words })),
      back !== null && el("p", { class: "problem" }, fill(words.sentBack, { by: name(back), words: back.words })),
      due !== null && el("p", {}, fill(words.due, { name: name(due), time: shown(due.shown) })),
      shadow !== null && el("p", {}, fill(words.shadowed, { name: name(shadow), time: shown(shadow.shown) })),
      share !== null && el("p", {}, fill(words.shared, { name: name(share), time: shown(share.shown), percent: share.percent })),
      failed !== null && el("p", { class: "problem" }, fill(words.failed, { time: hour(failed.at, lang), message: failed.message })),
      draft.in_the_way !== null && el("p", { class: "problem" }, draft.in_the_way),
      draft.in_the_way === null && draft.files.length === 0 && el("p", { class: "soft" }, words.nothingLeft),
    ];
    const may = all.may_teach && !draft.busy;
    const status = el("div", { class: "draft-status", role: "status" });
    const changes = draft.changes.map((change) => {
      const label = changeName(lang, change);
      const again = el("button", { type: "button", class: "plain", "aria-label": fill(words.mendThis, { text: label }), onclick: () => mend(this.shop, draft.id, change.wish) }, words.mend);
      const remove = el("button", { type: "button", class: "plain remove", "aria-label": fill(words.removeThis, { text: label }), onclick: () => this.act(draft, { remove: change.id }) }, words.remove);
      return el("li", {}, label, el("span", { class: "soft" }, fill(words.by, { name: name(change) })), " ", may && hasForm(change.wish) && again, " ", may && remove);
    });
    return el(
      "li",
      { "data-draft": draft.id },
      el("p", {}, el("b", {}, hour(draft.at, lang)), " ", fill(words.from, { name: name(draft) }), draft.waits && tag(words.waitsTag), due !== null && tag(words.dueTag), shadow !== null && tag(words.shadowTag), share !== null && tag(fill(words.shareTag, { percent: share.percent }))),
      ...told,
      el("ul", { "aria-label": words.changes }, ...changes),
      ...draft.files.map((file) => diff(`${this.common.diff} · ${file.name}`, file.diff)),
      may && this.acts(draft, all, status),
      status,
    );
  }

  /** @private @param {Draft} draft @param {Drafts} all @param {HTMLElement} status */
  acts(draft, all, status) {
    const { words, common } = this;
    const days = el("select", { id: `draft-days-${++made}` }, ...Object.entries(common.daysOf).map(([value, label]) => el("option", { value }, label)));
    const place = el("div", { class: "publication-back" });
    /** @type {HTMLButtonElement[]} */
    const buttons = [];
    const button = (/** @type {string} */ label, /** @type {(place: HTMLElement, button: HTMLButtonElement) => void} */ run, looks = "") => {
      const one = el("button", { type: "button", class: looks }, label);
      one.addEventListener("click", () => run(place, one));
      buttons.push(one);
      return one;
    };
    const n = draft.changes.length;
    const waits = async (/** @type {() => Promise<void>} */ work) => {
      for (const one of buttons) one.disabled = true;
      await work();
      for (const one of buttons) one.disabled = false;
    };
    return el(
      "div",
      {},
      el(
        "div",
        { class: "draft-acts" },
        el("span", {}, el("label", { for: days.id }, common.days), " ", days),
        button(common.try, () => waits(() => this.tryOut(draft, days.value, status))),
        draft.shadow !== null && button(words.shadowSee, () => waits(() => this.tryOut(draft, "", status))),
        button(words.publish, (at, from) => this.sure(at, from, fill(words.publishSure, { n }), () => waits(() => this.publish(draft, status))), "primary"),
        button(words.ask, (at, from) => this.askColleague(draft, all, at, from)),
        draft.asked?.to === all.me && button(words.sendBack, (at, from) => this.write(at, from, words.why, true, (why) => this.act(draft, { send_back: why }))),
        draft.due === null ? button(words.schedule, (at, from) => this.schedule(draft, all, at, from)) : button(words.unschedule, () => this.act(draft, { at: "" })),
        draft.shadow === null ? button(words.shadow, () => this.act(draft, { shadow: true })) : button(words.unshadow, () => this.act(draft, { shadow: false })),
        ...(draft.share === null
          ? [button(words.share, (at, from) => this.chooseShare(draft, at, from))]
          : [button(words.shareSee, () => waits(() => this.compare(draft, status))), button(words.unshare, () => this.act(draft, { share: 0 }))]),
        button(words.discard, (at, from) => this.sure(at, from, fill(words.discardSure, { n }), () => this.act(draft, { discard: true })), "plain remove"),
      ),
      place,
    );
  }

  /** @private Opens a small form below the buttons. @param {HTMLElement} place @param {HTMLButtonElement} from @param {(string | HTMLElement | false)[]} parts @param {() => void} onYes */
  offer(place, from, parts, onYes) {
    const { words } = this;
    const close = () => {
      place.replaceChildren();
      from.focus();
    };
    const form = el("form", { novalidate: true }, ...parts, el("p", { class: "row" }, el("button", { type: "submit", class: "primary" }, words.yes), el("button", { type: "button", onclick: close }, words.no)));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      onYes();
    });
    place.replaceChildren(form);
    /** @type {HTMLElement | null} */ (form.querySelector("input, select, textarea, button"))?.focus();
  }

  /** @private @param {HTMLElement} place @param {HTMLButtonElement} from @param {string} question @param {() => void} run */
  sure(place, from, question, run) {
    this.offer(place, from, [el("p", {}, question)], () => {
      place.replaceChildren();
      run();
    });
  }

  /** @private Words to a colleague. @param {HTMLElement} place @param {HTMLButtonElement} from @param {string} label @param {boolean} needed @param {(words: string) => void} run */
  write(place, from, label, needed, run) {
    const field = el("textarea", { id: `draft-words-${++made}`, rows: "2", maxlength: "500", required: needed });
    this.offer(place, from, [el("p", { class: "field" }, el("label", { for: field.id }, label), field)], () => {
      if (!needed || field.value.trim() !== "") run(field.value.trim());
      else field.focus();
    });
  }

  /** @private @param {Draft} draft @param {Drafts} all @param {HTMLElement} place @param {HTMLButtonElement} from */
  askColleague(draft, { colleagues, me }, place, from) {
    const { words } = this;
    const others = colleagues.filter(({ id }) => id !== me);
    if (others.length === 0) {
      place.replaceChildren(el("p", { class: "soft", role: "status" }, words.noColleague));
      return;
    }
    const whom = el("select", { id: `draft-whom-${++made}` }, ...others.map(({ id, name }) => el("option", { value: id }, name)));
    const field = el("textarea", { id: `draft-words-${++made}`, rows: "2", maxlength: "500" });
    const parts = [el("p", { class: "field" }, el("label", { for: whom.id }, words.colleague), whom), el("p", { class: "field" }, el("label", { for: field.id }, words.words), field)];
    this.offer(place, from, parts, () => this.act(draft, { ask: { to: whom.value, words: field.value.trim() } }));
  }

  /** @private @param {Draft} draft @param {Drafts} all @param {HTMLElement} place @param {HTMLButtonElement} from */
  schedule(draft, { now }, place, from) {
    const { words } = this;
    const field = el("input", { id: `draft-time-${++made}`, type: "datetime-local", min: now, required: true });
    field.value = now;
    this.offer(place, from, [el("p", { class: "field" }, el("label", { for: field.id }, fill(words.time, { now: shown(now) })), field)], () => {
      if (field.value !== "") this.act(draft, { at: field.value });
      else field.focus();
    });
  }

  /** @private @param {Draft} draft @param {HTMLElement} place @param {HTMLButtonElement} from */
  chooseShare(draft, place, from) {
    const { words } = this;
    const field = el("select", { id: `draft-share-${++made}` }, ...SHARES.map((percent) => el("option", { value: String(percent) }, `${percent}%`)));
    this.offer(place, from, [el("p", {}, words.shareHint), el("p", { class: "field" }, el("label", { for: field.id }, words.shareField), field)], () => this.act(draft, { share: Number(field.value) }));
  }

  /** @private What became of the talks of both. @param {Draft} draft @param {HTMLElement} status */
  async compare(draft, status) {
    const { words, lang } = this;
    const answer = await shareOf(lang, this.shop, draft.id);
    if ("error" in answer) {
      status.replaceChildren(el("p", { class: "problem" }, answer.error));
      return;
    }
    const { draft: its, live, cut } = answer.value;
    const part = (/** @type {number} */ of, /** @type {number} */ all) => (all === 0 ? "–" : `${of} (${Math.round((100 * of) / all)}%)`);
    const stars = (/** @type {import("../kept-changes.js").Arm} */ arm) => (arm.rated === 0 ? "–" : `${(arm.stars / arm.rated).toFixed(1)} (${arm.rated})`);
    /** @type {[string, (arm: import("../kept-changes.js").Arm) => string][]} */
    const rows = [
      [words.arms.talks, (arm) => String(arm.talks)],
      [words.arms.messages, (arm) => String(arm.messages)],
      [words.arms.not_understood, (arm) => part(arm.not_understood, arm.messages)],
      [words.arms.asked_again, (arm) => part(arm.asked_again, arm.messages)],
      [words.arms.handed_off, (arm) => part(arm.handed_off, arm.talks)],
      [words.arms.stars, stars],
    ];
    status.replaceChildren(
      el(
        "table",
        { class: "draft-arms" },
        el("caption", {}, fill(words.compared, { time: shown(draft.share?.shown ?? "") })),
        el("thead", {}, el("tr", {}, el("td"), el("th", { scope: "col" }, words.armDraft), el("th", { scope: "col" }, words.armLive))),
        el("tbody", {}, ...rows.map(([label, of]) => el("tr", {}, el("th", { scope: "row" }, label), el("td", {}, of(its)), el("td", {}, of(live))))),
      ),
      cut ? el("p", { class: "soft" }, words.comparedCut) : "",
    );
  }

  /** @private @param {Draft} draft @param {Act} act */
  async act(draft, act) {
    text(this.problem, "");
    const answer = await actOnDraft(this.lang, this.shop, draft.id, act);
    await this.done("error" in answer ? answer.error : "", this.words.done);
  }

  /** @private What became of it, above the list drawn anew. @param {string} problem @param {string} said */
  async done(problem, said) {
    await this.load();
    text(this.problem, problem);
    this.status.replaceChildren(...(problem === "" ? [el("p", {}, said)] : []));
    this.summary.focus();
  }

  /** @private @param {Draft} draft @param {string} days empty: since it answers silently @param {HTMLElement} status */
  async tryOut(draft, days, status) {
    const { common, lang, words } = this;
    status.replaceChildren(el("p", {}, common.trying));
    const answer = await (days === "" ? shadowOf(lang, this.shop, draft.id) : tryDraft(lang, this.shop, draft.id, Number(days)));
    const span = days !== "" || draft.shadow === null ? days : fill(words.shadowSince, { time: shown(draft.shadow.shown) });
    if ("error" in answer) {
      status.replaceChildren(el("p", { class: "problem" }, answer.error));
      return;
    }
    const { files, answered, warnings, effect } = answer.value;
    status.replaceChildren(
      el("p", {}, files.length > 0 ? common.tried : common.triedNothing),
      ...answered.map((one) => el("p", {}, fill(common.wouldSay, { text: one.text, said: one.said.replace(/\s*\n\s*/g, " ") }))),
      ...(warnings.length > 0 ? [el("ul", {}, ...warnings.map(({ message }) => el("li", {}, message)))] : []),
      ...(effect === null ? [] : [effectView(effect, common, wordsFor(lang).decisions, lang, span)]),
    );
  }

  /** @private @param {Draft} draft @param {HTMLElement} status */
  async publish(draft, status) {
    status.replaceChildren(el("p", {}, this.words.busyNow));
    const answer = await publishDraft(this.lang, this.shop, draft);
    await this.done("error" in answer ? answer.error : "", this.words.published);
    if ("value" in answer) this.onPublished();
  }
}

/** A moment as the server has written it. @param {string} time */
const shown = (time) => time.replace("T", " ");

/** @param {string} label @param {string} lines */
const diff = (label, lines) => el("details", {}, el("summary", {}, label), el("pre", { class: "diff", tabindex: "0" }, lines));
