// One member of staff on the people page, and the boxes that choose roles and shops.

import { el, fill, set, text } from "../../shared/dom.js";
import { act, change, newLink } from "../staff.js";

/** @typedef {import("../staff.js").Person} Person */
/** @typedef {import("../strings.people.js").PeopleWords} PeopleWords */

/** @typedef {{ lang: string, words: PeopleWords, roles: string[], shops: string[] }} Choices what may be chosen, and the words for it */

/** A group of boxes, of which some are ticked. */
export class Boxes {
  /** @param {string} label @param {{ value: string, label: string }[]} choices @param {readonly string[]} chosen */
  constructor(label, choices, chosen) {
    this.inputs = choices.map(({ value }) => el("input", { type: "checkbox", value, checked: chosen.includes(value) }));
    const labels = choices.map((choice, index) => el("label", {}, this.inputs[index], " ", choice.label));
    this.element = el("fieldset", { class: "boxes" }, el("legend", {}, label), ...labels);
  }

  /** @returns {string[]} */
  get chosen() {
    return this.inputs.filter((input) => input.checked).map((input) => input.value);
  }
}

/** @param {Choices} choices @param {readonly string[]} had @param {readonly string[]} chosen */
export function roleBoxes({ words, roles }, had, chosen) {
  const names = /** @type {Record<string, string>} */ (words.roleNames);
  const all = [...new Set([...roles, ...had])];
  return new Boxes(words.roles, all.map((value) => ({ value, label: names[value] ?? value })), chosen);
}

/** @param {Choices} choices @param {readonly string[]} had */
export function shopBoxes({ words, shops }, had) {
  const all = [...new Set([...shops, ...had])];
  return new Boxes(words.shops, all.map((value) => ({ value, label: value })), had);
}

/** @param {PeopleWords} words @param {readonly string[]} chosen none: any */
export function languageBoxes(words, chosen) {
  return new Boxes(words.languages, Object.entries(words.languageNames).map(([value, label]) => ({ value, label })), chosen);
}

/** @param {string} id @param {PeopleWords} words @param {number} capacity */
export function capacityField(id, words, capacity) {
  const field = el("input", { id, type: "number", min: "1", max: "100", value: String(capacity), required: true });
  return { field, element: el("p", {}, el("label", { for: id }, words.capacity), " ", field) };
}

/** What a member is good at, as words between commas. @param {string} id @param {PeopleWords} words @param {readonly string[]} groups */
export function groupsField(id, words, groups) {
  const field = el("input", { id, value: groups.join("、"), autocomplete: "off" });
  const chosen = () => [...new Set(field.value.split(/[,，、;；\n]/).map((one) => one.trim()).filter(Boolean))];
  return { chosen, element: el("p", {}, el("label", { for: id }, words.groups), " ", field) };
}

/** A link that was made, to be copied. @param {Choices} choices @param {import("../staff.js").NewLink} made */
export function linkMade({ lang, words }, made) {
  const time = new Date(made.expires).toLocaleString(lang);
  const hint = fill(words.linkIs, { name: made.name, time });
  const value = new URL(made.link, location.href).href;
  const field = el("input", { readonly: true, "aria-label": hint, class: "made", value });
  const copy = el("button", { type: "button", onclick: () => copied() }, words.copy);
  const copied = async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(value);
      text(copy, words.copied);
    } catch {
      // Without a secure address there is no clipboard; the link is selected for Ctrl+C.
    }
  };
  return el("div", {}, el("p", {}, hint), el("p", { class: "row" }, field, copy));
}

export class PersonCard {
  /**
   * @param {Choices} choices
   * @param {Person} person
   * @param {() => void} onChanged the list is to be drawn anew
   */
  constructor(choices, person, onChanged) {
    this.choices = choices;
    this.person = person;
    this.onChanged = onChanged;
    const { words } = choices;
    this.roles = roleBoxes(choices, person.roles, person.roles);
    this.shops = shopBoxes(choices, person.shops);
    this.capacity = capacityField(`capacity-${person.id}`, words, person.capacity);
    this.groups = groupsField(`groups-${person.id}`, words, person.groups ?? []);
    this.languages = languageBoxes(words, person.languages ?? []);
    this.outcome = el("div", { role: "status" });
    const title = person.disabled ? `${person.name} · ${words.disabled}` : person.name;
    const fields = person.disabled ? [] : [this.roles.element, this.shops.element, this.groups.element, this.languages.element, this.capacity.element];
    this.element = el(
      "form",
      { class: "person", "data-person": person.name },
      el("h3", {}, title),
      ...fields,
      el("p", { class: "row" }, ...this.buttons()),
      this.outcome,
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
  }

  /** @private */
  buttons() {
    const { words } = this.choices;
    /** @param {string} label @param {() => void} onclick */
    const button = (label, onclick) => el("button", { type: "button", onclick }, label);
    if (this.person.disabled) return [button(words.enable, () => this.act("enable", words.saved))];
    return [
      el("button", { type: "submit", class: "primary" }, words.save),
      button(words.link, () => this.link()),
      button(words.signOutAll, () => this.act("signout", words.signedOut)),
      button(words.disable, () => {
        if (confirm(fill(words.disableSure, { name: this.person.name }))) this.act("disable", words.saved);
      }),
    ];
  }

  /** @private */
  async save() {
    const wanted = { roles: this.roles.chosen, shops: this.shops.chosen, capacity: Number(this.capacity.field.value), groups: this.groups.chosen(), languages: this.languages.chosen };
    this.tell(await change(this.choices.lang, this.person.id, wanted), this.choices.words.saved);
  }

  /** @private */
  async link() {
    const answer = await newLink(this.choices.lang, this.person.id);
    if ("value" in answer) this.outcome.replaceChildren(linkMade(this.choices, answer.value));
    else this.tell(answer, "");
  }

  /** @private @param {"disable" | "enable" | "signout"} what @param {string} done */
  async act(what, done) {
    if (this.tell(await act(this.choices.lang, this.person.id, what), done) && what !== "signout") this.onChanged();
  }

  /** @private @param {import("../staff.js").Answer<unknown>} answer @param {string} done @returns {boolean} */
  tell(answer, done) {
    const refused = "error" in answer;
    const said = el("p", {}, refused ? answer.error : done);
    set(said, { class: refused ? "problem" : null });
    this.outcome.replaceChildren(said);
    return !refused;
  }
}
