// Rows do not move under the pointer: while it moves over the list, and a moment after, what is where stays there.

/** So long after its last movement, milliseconds. */
const AFTER_MS = 2500;
/** And never longer than this at once: whoever leaves the pointer there is to see what comes, milliseconds. */
const MOST_MS = 12_000;

export class Stillness {
  /** @param {HTMLElement} element @param {() => void} onOver the rows may move again */
  constructor(element, onOver) {
    this.onOver = onOver;
    this.since = 0;
    this.until = 0;
    this.timer = 0;
    element.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.moved());
    element.addEventListener("pointerleave", () => this.end());
  }

  get holds() {
    return Date.now() < this.until;
  }

  /** @private */
  moved() {
    const now = Date.now();
    if (!this.holds) this.since = now;
    this.until = Math.min(now + AFTER_MS, this.since + MOST_MS);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.end(), Math.max(0, this.until - now) + 1);
  }

  /** Rows may move at once. */
  end() {
    clearTimeout(this.timer);
    if (this.until === 0) return;
    this.until = 0;
    this.onOver();
  }
}
