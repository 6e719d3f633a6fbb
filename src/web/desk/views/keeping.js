// The button of a form that keeps its change for later: in a new draft or beside others, with a reason.

import { el } from "../../shared/dom.js";
import { hour } from "../clock.js";
import { draftsOf, keepChange } from "../kept-changes.js";
import { draftWords } from "../strings.drafts.js";
import { changeName } from "./change-name.js";

/** Counts the fields, so that each has its label. */
let made = 0;

export class Keeping {
  /**
   * @param {string} lang @param {string} shop
   * @param {{ wished: (goes: boolean) => import("../kept-changes.js").Wished | null, reason: () => string, onRefused: (refusal: { error: string, code?: string }) => void, onKept: (said: string) => void }} acts
   *   `wished`: what the form says, or that the thing goes; `null` where there is nothing to keep
   */
  constructor(lang, shop, acts) {
    this.lang = lang;
    this.shop = shop;
    this.acts = acts;
    const words = (this.words = draftWords(lang));
    this.button = el("button", { type: "button", class: "keep", onclick: () => this.open() }, words.keep);
    this.place = el("div", { class: "keeping" });
    /** The draft whose change is mended here: it stands there again. */
    this.into = "";
  }

  /** Asks where it is to be kept, and why. @param {boolean} [goes] that the thing goes is kept, and not what the form says */
  async open(goes = false) {
    const { words, lang, place } = this;
    if (this.acts.wished(goes) === null) return;
    const answer = await draftsOf(lang, this.shop);
    if ("error" in answer) {
      this.acts.onRefused(answer);
      return;
    }
    const id = ++made;
    const label = (/** @type {import("../kept-changes.js").Draft} */ { at, by, by_name: name, changes }) => `${hour(at, lang)} · ${name ?? by} · ${changes.map((change) => changeName(lang, change)).join("；").slice(0, 40)}`;
    const into = el("select", { id: `keep-into-${id}` }, el("option", { value: "" }, words.fresh), ...answer.value.drafts.filter(({ busy }) => !busy).map((draft) => el("option", { value: draft.id }, label(draft))));
    const reason = el("input", { id: `keep-reason-${id}`, maxlength: "200", autocomplete: "off" });
    if (answer.value.drafts.some(({ id: known, busy }) => known === this.into && !busy)) into.value = this.into;
    reason.value = this.acts.reason();
    const yes = el("button", { type: "button", class: "primary" }, words.keepTitle);
    yes.addEventListener("click", () => this.keep(into.value, reason.value.trim(), goes, yes));
    reason.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      // The form around it would be saved.
      event.preventDefault();
      yes.click();
    });
    place.replaceChildren(
      el("p", { class: "field" }, el("label", { for: into.id }, words.keepIn), into),
      el("p", { class: "field" }, el("label", { for: reason.id }, words.keepReason), reason),
      el("p", { class: "row" }, yes, el("button", { type: "button", onclick: () => this.close() }, words.no)),
    );
    into.focus();
    place.scrollIntoView({ block: "nearest" });
  }

  /** Takes the small form away. */
  close() {
    this.place.replaceChildren();
    this.button.focus();
  }

  /** @private @param {string} draft @param {string} reason @param {boolean} goes @param {HTMLButtonElement} yes */
  async keep(draft, reason, goes, yes) {
    const wished = this.acts.wished(goes);
    if (wished === null) return;
    yes.disabled = true;
    const answer = await keepChange(this.lang, draft, reason, wished);
    yes.disabled = false;
    if ("error" in answer) {
      this.acts.onRefused(answer);
      return;
    }
    this.place.replaceChildren();
    this.acts.onKept(this.words.kept);
  }
}
