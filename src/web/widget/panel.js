// The launcher and the panel: everything that stands in the shadow root, and how it is drawn.

import { el, fill, icon, set, text } from "../shared/dom.js";
import { Composer } from "./composer.js";
import { Banner, Rating } from "./status.js";
import { wordsFor } from "./strings.js";
import { Thread } from "./thread.js";

/** @typedef {import("./visitor.js").Visitor} Visitor */

const BUBBLE = "M4 5.500h16v11H10.500L6 20v-3.500H4z M8 9.500h8 M8 12.500h5";
const CROSS = "M6 6l12 12 M18 6L6 18";

export class Panel {
  /**
   * @param {Visitor} visitor
   * @param {() => void} redraw
   */
  constructor(visitor, redraw) {
    this.visitor = visitor;
    this.redraw = redraw;
    this.banner = new Banner(redraw);
    this.rating = new Rating((stars) => visitor.rate(stars), () => this.act(() => visitor.again()));
    this.thread = new Thread((choice) => this.act(() => visitor.choose(choice)), (entry) => this.mend(entry));
    this.composer = new Composer((words) => visitor.say(words), () => visitor.writing());
    this.badge = el("span", { class: "badge", hidden: true, "aria-hidden": "true" });
    this.label = el("span", { class: "sr" });
    this.launcher = el(
      "button",
      { type: "button", class: "launcher", "aria-haspopup": "dialog", onclick: () => this.open() },
      icon(BUBBLE),
      this.badge,
      this.label,
    );
    this.title = el("h2", { id: "title", tabindex: "-1" });
    this.who = el("p", { class: "who" });
    this.shut = el("button", { type: "button", class: "shut", onclick: () => this.close() }, icon(CROSS));
    this.human = el("button", { type: "button", class: "chip human", onclick: () => this.act(() => visitor.human()) });
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
      if (this.asking.hidden) this.close();
      else this.sure(false);
    });
    this.frame = el("div", { class: "frame" }, this.panel, this.launcher);
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  open() {
    if (this.isOpen) return;
    this.panel.hidden = false;
    this.launcher.hidden = true;
    this.visitor.start();
    this.visitor.read(this.visitor.talk.after);
    this.redraw();
    this.thread.toEnd();
    this.composer.fit();
    this.rest();
  }

  /** @private Where the focus belongs when nothing else has it. */
  rest() {
    // On a phone the keyboard would cover the talk at once.
    const target = matchMedia("(hover: hover)").matches ? this.composer.input : this.title;
    target.focus();
  }

  /** @private Does what a button says; the button may be gone after it. @param {() => void} work */
  act(work) {
    work();
    this.rest();
  }

  close() {
    this.panel.hidden = true;
    this.launcher.hidden = false;
    this.launcher.focus();
    this.redraw();
  }

  /** Opens with this text ready to be sent. @param {string} words */
  ask(words) {
    this.open();
    this.composer.put(words);
    this.composer.input.focus();
  }

  /**
   * @private A refused message: one that is too long goes back to be shortened, others are sent again.
   * @param {import("./talk.js").Entry} entry
   */
  mend(entry) {
    if (entry.error === "too_long") this.composer.put(entry.text);
    else this.visitor.retry(entry.key);
    this.composer.input.focus();
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
    this.act(() => this.visitor.close());
  }

  /** @param {string} lang @param {string} name the shop's own title, or empty */
  draw(lang, name) {
    const words = wordsFor(lang, this.redraw);
    if (words === undefined) return;
    const { visitor } = this;
    const { talk } = visitor;
    // Measured before the banner takes room from the log.
    const following = this.thread.near;
    if (this.isOpen && document.visibilityState === "visible") visitor.read(talk.after);
    const unread = this.isOpen ? 0 : visitor.unread;
    this.badge.hidden = unread === 0;
    text(this.badge, unread > 99 ? "99+" : String(unread));
    text(this.label, unread > 0 ? `${words.open}, ${fill(words.unread, { n: unread })}` : words.open);
    set(this.frame, { lang });
    text(this.title, name || words.title);
    this.panel.dataset.owner = talk.owner;
    const busy = talk.owner === "queue" ? words.queued : words.bot;
    text(this.who, talk.owner === "agent" ? talk.agent || words.agent : talk.closed ? words.closed : busy);
    set(this.shut, { "aria-label": words.close, title: words.close });
    text(this.human, words.human);
    this.human.hidden = talk.owner === "agent" || talk.closed;
    this.human.disabled = talk.owner === "queue" || visitor.wants.human;
    text(this.end, words.end);
    this.end.hidden = talk.closed || talk.after === 0;
    text(this.endAsk, words.endSure);
    text(this.endYes, words.yes);
    text(this.endNo, words.no);
    this.thread.draw(visitor, words, lang);
    this.banner.draw(visitor, words);
    this.rating.draw(visitor, words);
    this.composer.draw(words);
    this.thread.follow(following, words);
  }
}
