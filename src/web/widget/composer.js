// Where the shopper writes.

import { el, icon, set } from "../shared/dom.js";
import { grow, isBlank, sendsOnEnter } from "../shared/writing.js";

const PLANE = "M4 12l16-8-5 16-3.5-6.500z M11.500 13.500L20 4";

export class Composer {
  /**
   * @param {(text: string) => boolean} onSend whether it was taken
   * @param {(text: string) => void} onWriting what stands in the field, when it has changed
   */
  constructor(onSend, onWriting) {
    this.onSend = onSend;
    this.onWriting = onWriting;
    this.input = el("textarea", { rows: "1", enterkeyhint: "send", autocomplete: "off" });
    this.input.addEventListener("input", () => {
      this.fit();
      onWriting(this.input.value);
    });
    sendsOnEnter(this.input, () => this.send());
    this.button = el("button", { type: "button", class: "send", onclick: () => this.send() }, icon(PLANE));
    this.element = el("div", { class: "composer" }, this.input, this.button);
  }

  /** @private */
  send() {
    const written = this.input.value.trim();
    this.input.focus();
    if (isBlank(written) || !this.onSend(written)) return;
    this.put("");
    this.onWriting("");
  }

  /** Puts a text before what is being written. @param {string} value */
  bring(value) {
    const { value: written } = this.input;
    this.put(written === "" ? value : `${value}\n${written}`);
    this.onWriting(this.input.value);
    this.input.focus();
  }

  /** @param {string} value */
  put(value) {
    this.input.value = value;
    this.fit();
  }

  fit() {
    set(this.button, { disabled: isBlank(this.input.value) });
    grow(this.input);
  }

  /** @param {import("./strings.js").Strings} words */
  draw(words) {
    set(this.input, { placeholder: words.write, "aria-label": words.write });
    set(this.button, { "aria-label": words.send, title: words.send });
  }
}
