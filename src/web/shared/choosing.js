// Choosing pictures and documents to send: the button, paste and drop.

import { el, icon, set } from "./dom.js";

const PICTURE = "M4 6h16v12H4z M4 16l4.500-4.500 4 4 3-3L20 17 M15.500 9.500h.01";
const ACCEPTED = "image/*,application/pdf";
/** Chosen at once; each is a message. */
const AT_ONCE = 9;

export class Choosing {
  /** @param {() => boolean} open whether anything may be sent now @param {(chosen: File[]) => void} take */
  constructor(open, take) {
    this.open = open;
    this.take = take;
    this.input = el("input", { type: "file", accept: ACCEPTED, multiple: true, hidden: true, tabindex: "-1" });
    this.input.addEventListener("change", () => {
      this.choose([...(this.input.files ?? [])]);
      this.input.value = "";
    });
    this.button = el("button", { type: "button", class: "attach", hidden: true, onclick: () => this.input.click() }, icon(PICTURE));
  }

  /** Takes what is pasted and dropped there. @param {HTMLElement} element */
  watch(element) {
    element.addEventListener("paste", (event) => {
      // Text that was copied with its picture, as sheets do, is text.
      if (!event.clipboardData?.types.includes("text/plain")) this.receive(event, event.clipboardData);
    });
    element.addEventListener("dragover", (event) => {
      if (!this.open() || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      element.classList.add("dropping");
    });
    element.addEventListener("dragleave", (event) => {
      if (!element.contains(/** @type {Node | null} */ (event.relatedTarget))) element.classList.remove("dropping");
    });
    element.addEventListener("drop", (event) => {
      element.classList.remove("dropping");
      this.receive(event, event.dataTransfer);
    });
  }

  /** @param {{ add: string, drop: string }} words @param {HTMLElement} element where they are dropped */
  draw({ add, drop }, element) {
    set(this.button, { hidden: !this.open(), "aria-label": add, title: add });
    set(element, { "data-drop": drop });
  }

  /** @private @param {Event} event @param {DataTransfer | null} data */
  receive(event, data) {
    const found = [...(data?.files ?? [])];
    if (!this.open() || found.length === 0) return;
    event.preventDefault();
    this.choose(found);
  }

  /** @private @param {File[]} chosen */
  choose(chosen) {
    this.take(chosen.slice(0, AT_ONCE));
  }
}
