// Where the shopper writes: grows with the text, Enter sends, Shift+Enter breaks the line. While an input method
// composes a word, Enter belongs to it.

import { el, icon, set } from "../shared/dom.js";

/** As much as the server takes, characters. */
const MOST = 2000;

export class Composer {
  /**
   * @param {(text: string) => void} onSend
   * @param {() => void} onWriting
   */
  constructor(onSend, onWriting) {
    this.onSend = onSend;
    this.composing = false;
    this.input = el("textarea", {
      rows: "1",
      maxlength: String(MOST),
      enterkeyhint: "send",
      autocomplete: "off",
      oncompositionstart: () => (this.composing = true),
      oncompositionend: () => (this.composing = false),
      oninput: () => {
        this.grow();
        onWriting();
      },
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
    });
    this.button = el("button", { type: "submit", class: "send" }, icon("M4 12l16-8-5 16-3.5-6.500z M11.500 13.500L20 4"));
    this.form = el(
      "form",
      {
        class: "composer",
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          this.send();
        },
      },
      this.input,
      this.button,
    );
  }

  /** @private @param {KeyboardEvent} event */
  key(event) {
    // Safari ends the composition before the key arrives and reports it as key code 229.
    const busy = this.composing || event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || busy) return;
    event.preventDefault();
    this.send();
  }

  /** @private */
  send() {
    const written = this.input.value.trim();
    this.input.focus();
    if (written === "") return;
    this.put("");
    this.onSend(written);
  }

  /** @param {string} value */
  put(value) {
    this.input.value = value;
    this.grow();
  }

  grow() {
    const { input } = this;
    set(this.button, { disabled: input.value.trim() === "" });
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight}px`;
  }

  /** @param {import("./strings.js").Strings} words */
  draw(words) {
    set(this.input, { placeholder: words.write, "aria-label": words.write });
    set(this.button, { "aria-label": words.send, title: words.send });
  }
}
