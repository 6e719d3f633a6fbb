// The windows that open over the desk: keys, invitation, note.

import { el, list, text } from "../../shared/dom.js";
import { invite } from "../account.js";

/** @typedef {import("../strings.js").Words} Words */

/** @param {...(Node | string)} children */
export function dialog(...children) {
  const element = el("dialog", {}, ...children);
  // A click on the backdrop is a click on the dialog itself.
  element.addEventListener("click", (event) => {
    if (event.target === element) element.close();
  });
  return element;
}

export class Help {
  constructor() {
    this.title = el("h2", { id: "help-title" });
    this.keys = el("dl", { class: "keys" });
    this.close = el("button", { type: "button", onclick: () => this.element.close() });
    this.element = dialog(el("div", { class: "window" }, this.title, this.keys, el("p", { class: "row" }, this.close)));
    this.element.setAttribute("aria-labelledby", "help-title");
  }

  /** @param {Words} words */
  draw(words) {
    text(this.title, words.help);
    text(this.close, words.close);
    list(
      this.keys,
      words.keys,
      ([key]) => key,
      () => el("div", {}, el("dt", {}, el("kbd")), el("dd")),
      (element, [key, meaning]) => {
        text(/** @type {Element} */ (element.querySelector("kbd")), key);
        text(/** @type {Element} */ (element.querySelector("dd")), meaning);
      },
    );
  }
}

export class Note {
  constructor() {
    this.label = el("label", { for: "note" });
    this.field = el("textarea", { id: "note", rows: "3" });
    this.cancel = el("button", { type: "button", onclick: () => this.element.close() });
    this.done = el("button", { type: "submit", class: "primary" });
    this.form = el("form", { class: "window" }, this.label, this.field, el("p", { class: "row" }, this.cancel, this.done));
    this.element = dialog(this.form);
    this.element.setAttribute("aria-labelledby", "note-label");
    this.label.id = "note-label";
    /** @type {(note: string) => void} */
    this.then = () => {};
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.element.close();
      this.then(this.field.value.trim());
    });
  }

  /** @param {(note: string) => void} then */
  ask(then) {
    this.then = then;
    this.field.value = "";
    this.element.showModal();
    this.field.focus();
  }

  /** @param {Words} words */
  draw(words) {
    text(this.label, words.note);
    text(this.cancel, words.cancel);
    text(this.done, words.release);
  }
}

export class Invitation {
  constructor() {
    this.title = el("h2", { id: "invite-title" });
    this.nameLabel = el("label", { for: "invite-name" });
    this.name = el("input", { id: "invite-name", required: true, maxlength: "32", autocomplete: "off" });
    this.slotsLabel = el("label", { for: "invite-slots" });
    this.slots = el("input", { id: "invite-slots", type: "number", min: "1", max: "100", value: "5", required: true });
    this.make = el("button", { type: "submit", class: "primary" });
    this.close = el("button", { type: "button", onclick: () => this.element.close() });
    this.hint = el("p", { id: "invite-hint" });
    this.link = el("input", { id: "invite-link", readonly: true, "aria-labelledby": "invite-hint" });
    this.copy = el("button", { type: "button", onclick: () => this.copied() });
    this.result = el("div", { hidden: true }, this.hint, el("p", { class: "row" }, this.link, this.copy));
    this.problem = el("p", { class: "problem", role: "alert", hidden: true });
    this.form = el(
      "form",
      { class: "window" },
      this.title,
      this.nameLabel,
      this.name,
      this.slotsLabel,
      this.slots,
      this.problem,
      this.result,
      el("p", { class: "row" }, this.close, this.make),
    );
    this.element = dialog(this.form);
    this.element.setAttribute("aria-labelledby", "invite-title");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.wordCopied = "";
  }

  open() {
    this.result.hidden = this.problem.hidden = true;
    this.name.value = "";
    this.element.showModal();
    this.name.focus();
  }

  /** @private */
  async submit() {
    const answer = await invite(this.name.value.trim(), Number(this.slots.value));
    this.problem.hidden = "link" in answer;
    this.result.hidden = !("link" in answer);
    if ("link" in answer) {
      this.link.value = answer.link;
      this.link.select();
    } else text(this.problem, answer.error);
  }

  /** @private */
  async copied() {
    this.link.select();
    try {
      await navigator.clipboard.writeText(this.link.value);
      text(this.copy, this.wordCopied);
    } catch {
      // Without a secure address there is no clipboard; the link is selected for Ctrl+C.
    }
  }

  /** @param {Words} words */
  draw(words) {
    text(this.title, words.inviteTitle);
    text(this.nameLabel, words.inviteName);
    text(this.slotsLabel, words.inviteSlots);
    text(this.make, words.inviteMake);
    text(this.close, words.close);
    text(this.hint, words.inviteLink);
    if (this.result.hidden) text(this.copy, words.copy);
    this.wordCopied = words.copied;
  }
}
