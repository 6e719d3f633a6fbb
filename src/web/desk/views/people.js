// The page of the people: invite, change, new links, disable; one's own password; what was done.

import { el, text } from "../../shared/dom.js";
import { audit, inviteMember, people, setPassword, signOutEverywhere } from "../staff.js";
import { peopleWords } from "../strings.people.js";
import { PersonCard, capacityField, groupsField, languageBoxes, linkMade, roleBoxes, shopBoxes } from "./person.js";

/** @typedef {import("../strings.people.js").PeopleWords} PeopleWords */

export class PeoplePage {
  /** @param {import("../store.js").Store<import("../state.js").DeskState>} store */
  constructor(store) {
    this.store = store;
    this.element = el("main", { class: "people", hidden: true });
    /** Who looked at it, and in which language. */
    this.loaded = "";
    window.addEventListener("hashchange", () => this.load());
    // A desk that connects again is no reason to take away what is being written.
    store.watch(["lang", "me"], () => {
      const { lang, me } = store.state;
      if (me !== null && this.loaded !== JSON.stringify([lang, me.agent, me.roles, me.shops])) this.load();
    });
  }

  /** @private Only while it is looked at: nothing here comes by itself. */
  async load() {
    const { lang, me } = this.store.state;
    if (location.hash !== "#people" || me === null) return;
    this.loaded = JSON.stringify([lang, me.agent, me.roles, me.shops]);
    const words = peopleWords(lang);
    /** @type {HTMLElement[]} */
    const parts = [el("p", {}, el("a", { href: "#chats" }, words.back)), el("h2", {}, words.title)];
    const manages = me.roles.includes("supervisor") || me.roles.includes("owner");
    if (manages) {
      const answer = await people(lang);
      if ("error" in answer) parts.push(el("p", { class: "problem", role: "alert" }, answer.error));
      else parts.push(...this.everybody({ lang, words, ...answer.value }, answer.value.people));
    }
    parts.push(this.own(lang, words));
    if (manages) parts.push(this.record(lang, words));
    this.element.replaceChildren(...parts);
  }

  /** @private @param {import("./person.js").Choices} choices @param {import("../staff.js").Person[]} everybody */
  everybody(choices, everybody) {
    const cards = everybody.map((person) => new PersonCard(choices, person, () => this.load()).element);
    return [this.invitation(choices), el("section", { class: "cards" }, ...cards)];
  }

  /** @private @param {import("./person.js").Choices} choices */
  invitation(choices) {
    const { lang, words } = choices;
    const name = el("input", { id: "member-name", required: true, maxlength: "32", autocomplete: "off" });
    const roles = roleBoxes(choices, [], ["agent"]);
    const shops = shopBoxes(choices, []);
    const capacity = capacityField("member-capacity", words, 5);
    const groups = groupsField("member-groups", words, []);
    const languages = languageBoxes(words, []);
    const outcome = el("div", { role: "status" });
    const form = el(
      "form",
      { class: "person" },
      el("h3", {}, words.inviteTitle),
      el("p", {}, el("label", { for: "member-name" }, words.name), " ", name),
      roles.element,
      shops.element,
      groups.element,
      languages.element,
      capacity.element,
      el("p", { class: "row" }, el("button", { type: "submit", class: "primary" }, words.invite)),
      outcome,
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const whom = { name: name.value, roles: roles.chosen, shops: shops.chosen, capacity: Number(capacity.field.value), groups: groups.chosen(), languages: languages.chosen };
      const answer = await inviteMember(lang, whom);
      if ("error" in answer) outcome.replaceChildren(el("p", { class: "problem" }, answer.error));
      else {
        name.value = "";
        outcome.replaceChildren(linkMade(choices, answer.value));
      }
    });
    return form;
  }

  /** @private @param {string} lang @param {PeopleWords} words */
  own(lang, words) {
    const current = el("input", { id: "password-now", type: "password", autocomplete: "current-password" });
    const password = el("input", {
      id: "password-new",
      type: "password",
      autocomplete: "new-password",
      required: true,
      minlength: "10",
    });
    const outcome = el("p", { role: "status" });
    const leave = async () => {
      await signOutEverywhere(lang);
      location.replace(location.pathname);
    };
    // Password managers want to know whose password it is.
    const name = this.store.state.me?.name ?? "";
    const username = el("input", { type: "text", autocomplete: "username", value: name, hidden: true, readonly: true });
    const form = el(
      "form",
      { class: "person" },
      el("h3", {}, words.own),
      el("p", {}, words.ownHint),
      username,
      el("p", {}, el("label", { for: "password-now" }, words.current), " ", current),
      el("p", {}, el("label", { for: "password-new" }, words.password), " ", password),
      el(
        "p",
        { class: "row" },
        el("button", { type: "submit", class: "primary" }, words.setPassword),
        el("button", { type: "button", onclick: leave }, words.ownOut),
      ),
      outcome,
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const answer = await setPassword(lang, current.value, password.value);
      if (!("error" in answer)) current.value = password.value = "";
      text(outcome, "error" in answer ? answer.error : words.passwordSet);
    });
    return form;
  }

  /** @private @param {string} lang @param {PeopleWords} words */
  record(lang, words) {
    const lines = el("ol", { class: "audit" });
    const more = el("button", { type: "button", onclick: () => load() }, words.more);
    /** @type {number | undefined} */
    let before;
    const load = async () => {
      const answer = await audit(lang, before);
      if ("error" in answer) {
        lines.append(el("li", { class: "problem" }, answer.error));
        return;
      }
      lines.append(...answer.value.entries.map((entry) => el("li", {}, line(lang, words, entry))));
      before = answer.value.before;
      more.hidden = before === undefined;
    };
    load();
    return el("section", {}, el("h2", {}, words.audit), lines, el("p", {}, more));
  }
}

/** @param {string} lang @param {PeopleWords} words @param {import("../staff.js").AuditEntry} entry */
function line(lang, words, entry) {
  const actions = /** @type {Record<string, string>} */ (words.actions);
  /** @type {Record<string, string>} */
  const programs = { console: words.console, server: words.server, files: words.files };
  const actor = programs[entry.actor] ?? entry.actor_name ?? words.somebody;
  const parts = [new Date(entry.at).toLocaleString(lang), actor, actions[entry.action] ?? entry.action];
  if (entry.subject !== entry.actor) parts.push(entry.subject_name ?? entry.subject);
  const told = detail(entry);
  if (told !== null) parts.push(JSON.stringify(told));
  return parts.filter((part) => part !== "").join(" · ");
}

/**
 * What an entry's detail adds for whoever reads it: all of a start would fill the page.
 * @param {import("../staff.js").AuditEntry} entry @returns {unknown}
 */
function detail(entry) {
  if (entry.detail === null || typeof entry.detail !== "object") return null;
  if (["staff.change", "session.refused", "customer.card"].includes(entry.action)) return entry.detail;
  const { changed, pack } = /** @type {{ changed?: unknown, pack?: string }} */ (entry.detail);
  if (entry.action === "server.start") return changed ?? null;
  return entry.action === "pack.publish" && pack !== undefined ? pack.slice(0, 12) : null;
}
