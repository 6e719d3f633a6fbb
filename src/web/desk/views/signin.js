// What is shown to somebody who is not signed in.

import { el, text } from "../../shared/dom.js";
import { linked } from "../../shared/links.js";
import { signIn, tokenOf } from "../account.js";
import { signInByPassword } from "../staff.js";
import { LANGUAGES, wordsFor } from "../strings.js";

export class SignIn {
  /**
   * @param {import("../store.js").Store<import("../state.js").DeskState>} store
   * @param {() => void} onIn
   * @param {(lang: string) => void} onLanguage
   */
  constructor(store, onIn, onLanguage) {
    this.store = store;
    this.onIn = onIn;
    this.title = el("h1");
    this.hint = el("p", { id: "signin-hint" });
    this.label = el("label", { for: "signin-link" });
    this.field = el("input", { id: "signin-link", autocomplete: "off", required: true, "aria-describedby": "signin-hint" });
    this.button = el("button", { type: "submit", class: "primary" });
    const languages = LANGUAGES.map(([lang, name]) => el("button", { type: "button", class: "plain", lang, onclick: () => onLanguage(lang) }, name));
    this.problem = el("p", { class: "problem", role: "alert", hidden: true });
    this.form = el("form", {}, this.title, this.hint, this.label, this.field, this.problem, this.button, el("p", { class: "languages" }, ...languages));
    this.nameLabel = el("label", { for: "signin-name" });
    this.name = el("input", { id: "signin-name", autocomplete: "username", required: true });
    this.passwordLabel = el("label", { for: "signin-password" });
    this.password = el("input", { id: "signin-password", type: "password", autocomplete: "current-password", required: true });
    this.byPassword = el("button", { type: "submit" });
    this.refused = el("p", { class: "problem", role: "alert", hidden: true });
    this.passwordForm = el(
      "form",
      {},
      this.nameLabel,
      this.name,
      this.passwordLabel,
      this.password,
      this.refused,
      this.byPassword,
    );
    this.element = el("main", { class: "signin", hidden: true }, this.form, this.passwordForm);
    this.passwordForm.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submitPassword();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    /** @type {import("../account.js").Failure | null} */
    this.failure = null;
    /** Of the link that was not taken. */
    this.token = "";
    store.watch(["lang", "signedOut", "turned"], () => this.draw());
  }

  /** @private */
  async submit() {
    const token = tokenOf(this.field.value);
    this.field.value = "";
    if (await this.tries(token ?? "")) this.onIn();
    else this.field.focus();
  }

  /** Signs in by a link, and shows why not. @param {string} token empty: what was given is no link @returns {Promise<boolean>} */
  async tries(token) {
    this.token = token;
    this.failure = token === "" ? { code: "bad_link", message: "" } : await signIn(token, this.store.state.lang);
    this.draw();
    return this.failure === null;
  }

  /** @private */
  async submitPassword() {
    const why = await signInByPassword(this.store.state.lang, this.name.value, this.password.value);
    this.password.value = "";
    text(this.refused, why);
    this.refused.hidden = why === "";
    if (why === "") this.onIn();
    else this.password.focus();
  }

  /** @private */
  draw() {
    const { lang, signedOut } = this.store.state;
    const words = wordsFor(lang);
    this.element.hidden = !signedOut;
    text(this.title, words.signInTitle);
    text(this.hint, words.signInHint);
    text(this.label, words.signInLabel);
    text(this.button, words.signIn);
    text(this.nameLabel, words.signInName);
    text(this.passwordLabel, words.signInPassword);
    text(this.byPassword, words.signInByPassword);
    const why = this.why(words);
    this.problem.hidden = why === "";
    if (this.problem.textContent === why) return;
    this.problem.replaceChildren(...linked(why));
    // The link that was not spent works under the address that is named.
    for (const link of this.problem.querySelectorAll("a")) {
      link.removeAttribute("target");
      if (this.token !== "") link.hash = `signin=${this.token}`;
    }
  }

  /** @private @param {import("../strings.js").Words} words */
  why(words) {
    if (this.failure === null) return this.store.state.turned;
    const { code, message } = this.failure;
    if (code === "net") return words.signInNet;
    return code === "bad_link" || message === "" ? words.signInBad : message;
  }
}
