// The panel: the parts of an open chat.

import { el, icon, set, text } from "../shared/dom.js";
import { Composer } from "./composer.js";
import { Banner, Rating } from "./status.js";
import { fetchWords, wordsFor } from "./strings.js";
import { Thread } from "./thread.js";

/** @typedef {import("./client.js").ChatClient} ChatClient */

export { fetchWords };

/** Less than this is the browser's own bars; more is a keyboard, pixels. */
const KEYBOARD_PX = 120;
const CROSS = "M6 6l12 12 M18 6L6 18";

export class Panel {
  /** @param {ChatClient} client @param {() => void} redraw @param {() => void} onClose */
  constructor(client, redraw, onClose) {
    this.client = client;
    this.redraw = redraw;
    this.onClose = onClose;
    /** @type {Promise<unknown> | null} */
    this.files = null;
    this.banner = new Banner(redraw);
    this.rating = new Rating((stars) => client.rate(stars), () => this.act(() => client.link.restart()));
    this.thread = new Thread(
      (choice) => this.act(() => client.choose(choice)),
      (entry) => this.act(() => client.retry(entry.key)),
      (entry) => this.composer.bring(client.withdraw(entry.key)),
    );
    this.composer = new Composer((words) => this.say(words), (written) => this.written(written));
    this.composer.put(client.draft);
    this.thread.log.addEventListener("scroll", () => this.sees(), { passive: true });
    client.onError = (code) => this.banner.fail(code);
    this.title = el("h2", { id: "title", tabindex: "-1" });
    this.who = el("p", { class: "who" });
    this.shut = el("button", { type: "button", class: "shut", onclick: () => this.close() }, icon(CROSS));
    this.human = el("button", { type: "button", class: "chip human", onclick: () => this.act(() => client.human()) });
    this.end = el("button", { type: "button", class: "chip", onclick: () => this.sure(true) });
    this.tools = el("div", { class: "tools" }, this.human, this.end);
    this.endAsk = el("span");
    this.endYes = el("button", { type: "button", class: "chip", onclick: () => this.finish() });
    this.endNo = el("button", { type: "button", class: "chip", onclick: () => this.sure(false) });
    this.asking = el("div", { class: "tools", role: "group", hidden: true }, this.endAsk, this.endYes, this.endNo);
    this.panel = el(
      "section",
      { class: "panel", role: "dialog", "aria-labelledby": "title", hidden: true },
      el("div", { class: "bar" }, el("div", {}, this.title, this.who), this.shut),
      el("div", { class: "middle" }, this.thread.log, this.thread.below),
      this.banner.element,
      this.rating.element,
      el("div", { class: "bottom" }, this.tools, this.asking, this.composer.element),
    );
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      // A dialog of the page around the chat stays open.
      event.preventDefault();
      if (this.asking.hidden) this.close();
      else this.sure(false);
    });
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  /** @param {boolean} [quiet] leaves the focus where it is */
  open(quiet = false) {
    if (this.isOpen) return;
    this.panel.hidden = false;
    this.client.start();
    this.redraw();
    this.watchSeen();
    this.thread.toEnd();
    this.composer.fit();
    if (!quiet) this.rest();
  }

  /** @private A phone's keyboard lies over the page: the panel keeps to what of it can be seen. */
  watchSeen() {
    this.seen = new AbortController();
    const { signal } = this.seen;
    const view = window.visualViewport;
    if (!view) return;
    const fit = () => {
      const following = this.thread.near;
      // Somebody who has zoomed in looks at a part of the panel.
      const whole = view.scale > 1.01;
      const covered = !whole && document.documentElement.clientHeight - view.height > KEYBOARD_PX;
      this.panel.classList.toggle("squeezed", covered);
      this.panel.style.setProperty("--seen-top", covered ? `${view.offsetTop}px` : null);
      this.panel.style.setProperty("--seen-height", covered ? `${view.height}px` : null);
      if (following) this.thread.toEnd();
    };
    view.addEventListener("resize", fit, { signal });
    view.addEventListener("scroll", fit, { signal });
    fit();
  }

  /** Leaves the page for good. */
  dispose() {
    this.seen?.abort();
    this.panel.remove();
  }

  /** @private What stands at the end is before the shopper's eyes. */
  sees() {
    if (this.isOpen && document.visibilityState === "visible" && this.thread.near) this.client.sees();
  }

  /** @private @param {string} text what stands in the field now */
  written(text) {
    this.client.draft = text;
    if (text !== "") this.client.types();
  }

  /** Where the focus belongs when nothing else has it. */
  rest() {
    // On a phone the keyboard would cover the talk at once. Whoever has no pointer at all writes on keys.
    const phone = matchMedia("(hover: none) and (pointer: coarse)").matches;
    const target = phone ? this.title : this.composer.input;
    target.focus();
  }

  /** @private Does what a button says; the button may be gone after it. @param {() => void} work */
  act(work) {
    work();
    this.rest();
  }

  close() {
    this.seen?.abort();
    this.panel.hidden = true;
    this.onClose();
  }

  /** Opens with this text ready to be sent. @param {string} words */
  ask(words) {
    this.open();
    this.composer.put(words);
    this.client.draft = words;
    this.composer.input.focus();
  }

  /** @private @param {string} words */
  say(words) {
    const taken = this.client.say(words);
    if (!taken) this.banner.fail("stuck");
    return taken;
  }

  /** @private @param {boolean} asking */
  sure(asking) {
    this.asking.hidden = !asking;
    this.tools.hidden = asking;
    (asking ? this.endNo : this.end).focus();
  }

  /** @private */
  finish() {
    this.sure(false);
    this.act(() => this.client.close());
  }

  /** @param {import("./strings.js").Language} lang @param {string} name the shop's own title, or empty */
  draw(lang, name) {
    const words = wordsFor(lang, this.redraw);
    if (words === undefined) return;
    const { client } = this;
    const { talk } = client;
    client.gather();
    // Measured before the banner takes room from the log.
    const following = this.thread.near;
    if (this.isOpen && document.visibilityState === "visible") client.read();
    text(this.title, name || talk.shop?.name || words.title);
    this.panel.dataset.owner = talk.owner;
    const busy = talk.owner === "queue" ? words.requeued : words.bot;
    text(this.who, talk.owner === "agent" ? talk.agent || words.agent : talk.closed ? words.closed : busy);
    set(this.shut, { "aria-label": words.close, title: words.close });
    text(this.human, talk.owner === "agent" ? words.another : words.human);
    this.human.hidden = talk.closed;
    const again = talk.owner === "agent" && client.another === talk.conversation;
    this.human.disabled = talk.owner === "queue" || client.wants.human || again;
    text(this.end, words.end);
    this.end.hidden = talk.closed || talk.after === 0;
    text(this.endAsk, words.endSure);
    text(this.endYes, words.yes);
    text(this.endNo, words.no);
    this.files ??= import("./files.js").then(({ Files }) => new Files(this), () => (this.files = null));
    this.thread.files?.drawButton(words, lang);
    this.thread.draw(client, words, lang);
    this.banner.draw(client, words);
    this.rating.draw(client, words);
    this.composer.draw(words);
    this.thread.follow(following, words);
    this.sees();
  }
}
