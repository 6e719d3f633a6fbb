// What is shown to somebody who is not signed in.

import { el, text } from "../../shared/dom.js";
import { signIn, tokenOf } from "../account.js";
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
    this.element = el("main", { class: "signin", hidden: true }, this.form);
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
    text(this.language, words.language);
    text(this.problem, this.outcome === "bad" ? words.signInBad : this.outcome === "net" ? words.signInNet : "");
    this.problem.hidden = this.outcome === "";
  }
}
