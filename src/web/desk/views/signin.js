// What is shown to somebody who is not signed in.

import { el, text } from "../../shared/dom.js";
import { signIn, tokenOf } from "../account.js";
import { signInByPassword } from "../staff.js";
import { wordsFor } from "../strings.js";

export class SignIn {
  /**
   * @param {import("../store.js").Store<import("../state.js").DeskState>} store
   * @param {() => void} onIn
   * @param {() => void} onLanguage
   */
  constructor(store, onIn, onLanguage) {
    this.store = store;
    this.onIn = onIn;
    this.title = el("h1");
    this.hint = el("p", { id: "signin-hint" });
    this.label = el("label", { for: "signin-link" });
    this.field = el("input", { id: "signin-link", autocomplete: "off", required: true, "aria-describedby": "signin-hint" });
    this.button = el("button", { type: "submit", class: "primary" });
    this.language = el("button", { type: "button", class: "plain", onclick: onLanguage });
    this.problem = el("p", { class: "problem", role: "alert", hidden: true });
    this.form = el("form", {}, this.title, this.hint, this.label, this.field, this.problem, this.button, this.language);
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
    /** @type {"" | "in" | "bad" | "net"} */
    this.outcome = "";
    store.watch(["lang", "signedOut"], () => this.draw());
  }

  /** @private */
  async submit() {
    const token = tokenOf(this.field.value);
    const outcome = token === null ? "bad" : await signIn(token);
    this.field.value = "";
    this.failed(outcome === "in" ? "" : outcome);
    if (outcome === "in") this.onIn();
    else this.field.focus();
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

  /** @param {"" | "in" | "bad" | "net"} outcome */
  failed(outcome) {
    this.outcome = outcome;
    this.draw();
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
    text(this.language, words.language);
    text(this.problem, this.outcome === "bad" ? words.signInBad : this.outcome === "net" ? words.signInNet : "");
    this.problem.hidden = this.outcome === "";
  }
}
