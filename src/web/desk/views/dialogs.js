// The windows that open over the desk: keys, invitation, what is asked before one goes home.

import { el, fill, text } from "../../shared/dom.js";
import { invite } from "../account.js";
import { TABLE } from "../keys.js";

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

/** The keys there are, by where they mean something, and the switch for those that are single letters. */
export class Help {
  /** @param {(on: boolean) => void} onLetters */
  constructor(onLetters) {
    this.title = el("h2", { id: "help-title" });
    this.groups = el("div", { class: "key-groups" });
    this.letters = el("input", { type: "checkbox", id: "letters", onchange: () => onLetters(this.letters.checked) });
    this.lettersLabel = el("label", { for: "letters" });
    this.lettersHint = el("p", { class: "soft" });
    this.close = el("button", { type: "button", autofocus: true, onclick: () => this.element.close() });
    this.element = dialog(
      el(
        "div",
        { class: "window wide-window" },
        this.title,
        this.groups,
        el("p", { class: "pick" }, this.letters, this.lettersLabel),
        this.lettersHint,
        el("p", { class: "row" }, this.close),
      ),
    );
    this.element.setAttribute("aria-labelledby", "help-title");
  }

  /** @param {Words} words @param {boolean} letters */
  draw(words, letters) {
    text(this.title, words.help);
    text(this.close, words.close);
    text(this.lettersLabel, words.singleKeys);
    text(this.lettersHint, words.singleKeysHint);
    this.letters.checked = letters;
    const groups = /** @type {const} */ (["editor", "anywhere", "outside"]);
    this.groups.replaceChildren(
      ...groups.map((where) =>
        el(
          "section",
          {},
          el("h3", {}, words.keyGroups[where]),
          el(
            "dl",
            { class: "keys" },
            ...TABLE.filter(([place]) => place === where).map(([, key, what]) => el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, words.keyNames[what]))),
          ),
        ),
      ),
    );
  }
}

/** What is asked before chats are given away by going home. */
export class HandOn {
  /** @param {() => void} onDone */
  constructor(onDone) {
    this.title = el("h2", { id: "hand-on-title" });
    this.more = el("p", { id: "hand-on-more" });
    this.cancel = el("button", { type: "button", onclick: () => this.element.close() });
    this.done = el("button", { type: "submit", class: "primary" });
    const form = el("form", { class: "window" }, this.title, this.more, el("p", { class: "row" }, this.cancel, this.done));
    this.element = dialog(form);
    this.element.setAttribute("aria-labelledby", "hand-on-title");
    this.element.setAttribute("aria-describedby", "hand-on-more");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.element.close();
      onDone();
    });
  }

  /** @param {Words} words @param {number} count */
  open(words, count) {
    text(this.title, fill(words.presence.handOn, { n: count }));
    text(this.more, words.presence.handOnMore);
    text(this.cancel, words.cancel);
    text(this.done, words.presence.handOnDo);
    this.element.showModal();
    this.cancel.focus();
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
