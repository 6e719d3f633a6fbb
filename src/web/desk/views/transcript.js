// What was said in a chat: the bot's part folded to one line, the shopper and the shop on two sides, what happened in
// small grey lines, and what is for colleagues only on a ground of its own.

import { el, fill, list, set, text } from "../../shared/dom.js";
import { linked } from "../../shared/links.js";
import { isWithdrawn, pieces, tally } from "../chat.js";
import { hour } from "../clock.js";
import { wordsFor } from "../strings.js";
import { phraseWords } from "../strings.phrases.js";
import { drawEvent } from "./event.js";
import { drawProgress, waitingFile } from "./files.js";
import { PastTalks } from "./past.js";

/** @typedef {import("../../shared/protocol.js").DeskEvent} DeskEvent */
/** @typedef {import("../../shared/outbox.js").Waiting} Waiting */
/** @typedef {import("../chat.js").Chat} Chat */
/** @typedef {import("../state.js").DeskState} DeskState */
/** @typedef {import("../strings.js").Words} Words */
/** @typedef {{ key: string, event?: DeskEvent, bot?: DeskEvent[], waiting?: Waiting, after?: DeskEvent, read?: boolean }} Row */

/** Nearer to the end than this the transcript follows what is new, pixels. */
const NEAR_PX = 120;

export class Transcript {
  /** @param {import("../store.js").Store<DeskState>} store @param {import("../client.js").DeskClient} client */
  constructor(store, client) {
    this.store = store;
    this.client = client;
    this.rows = el("div", { class: "rows" });
    this.typing = el("p", { class: "typing", hidden: true });
    this.past = new PastTalks(store, client, { nearest: true, onDrawn: () => this.settle() });
    this.element = el("div", { class: "transcript", role: "log", tabindex: "0" }, this.past.element, this.rows, this.typing);
    this.element.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.atEnd = true;
    this.top = 0;
    this.shown = "";
    this.last = "";
    this.turned = false;
    /** Bots' parts that are unfolded in the chat that is shown. @type {Set<string>} */
    this.unfolded = new Set();
  }

  get near() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  /** Stays at the end when it was in sight before anything was drawn. @param {boolean} following */
  follow(following) {
    const last = `${this.rows.lastElementChild?.getAttribute("data-key")} ${this.typing.hidden}`;
    if (this.turned || (following && last !== this.last)) this.toEnd();
    this.last = last;
    this.turned = false;
  }

  /** There is more or less room than before. */
  settle() {
    if (this.atEnd) this.toEnd();
  }

  /** @private Only who scrolls up leaves the end: less room is told as scrolling too, before it is told as less room. */
  scrolled() {
    const { scrollTop } = this.element;
    if (this.near) this.atEnd = true;
    else if (scrollTop < this.top) this.atEnd = false;
    this.top = scrollTop;
  }

  /** @private */
  toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
    this.atEnd = true;
  }

  /** Whether the shopper is typing. */
  drawTyping() {
    const { chat, typing, lang } = this.store.state;
    set(this.typing, { hidden: chat === null || chat.place !== "mine" || !typing.has(chat.conversation) });
    text(this.typing, wordsFor(lang).typing);
  }

  /** @param {Chat} chat @param {Words} words */
  draw(chat, words) {
    const { lang } = this.store.state;
    const other = this.shown !== `${chat.conversation} ${lang}`;
    if (other) {
      this.rows.textContent = "";
      this.unfolded.clear();
    }
    this.turned = this.turned || other;
    this.shown = `${chat.conversation} ${lang}`;
    set(this.element, { "aria-label": chat.card === null ? words.chats : chat.card.shopper, "aria-busy": String(other) });
    /** @type {Row[]} */
    const rows = [];
    const { read } = chat;
    for (const piece of pieces(chat.events)) rows.push({ ...piece, after: rows[rows.length - 1]?.event, read: "event" in piece && piece.event.seq === read });
    for (const waiting of this.client.unsent(chat)) rows.push({ key: waiting.id, waiting });
    list(
      this.rows,
      rows,
      (row) => row.key,
      () => el("div"),
      (element, row) => this.row(element, row, words, lang),
    );
  }

  /** @private @param {HTMLElement} element @param {Row} row @param {Words} words @param {string} lang */
  row(element, { key, event, bot, waiting, after, read = false }, words, lang) {
    const trouble = waiting === undefined ? undefined : this.client.sender.trouble.get(waiting.id);
    const late = waiting !== undefined && this.client.late(waiting);
    const state = waiting !== undefined ? `waiting ${trouble} ${late}` : bot !== undefined ? `bot ${bot.length} ${this.unfolded.has(key)}` : `event ${event?.seq} ${event !== undefined && isWithdrawn(event)} ${read}`;
    if (element.dataset.state !== state) {
      element.dataset.state = state;
      this.rowAnew(element, { key, event, bot, waiting, after, read }, late || trouble !== undefined, words, lang);
    }
    if (waiting?.file !== undefined) drawProgress(element, waiting.file.id === "" ? (this.client.carries?.progress.get(key) ?? 0) : 1, lang);
  }

  /** @private @param {HTMLElement} element @param {Row} row @param {boolean} failing @param {Words} words @param {string} lang */
  rowAnew(element, { key, event, bot, waiting, after, read = false }, failing, words, lang) {
    element.textContent = "";
    if (bot !== undefined) this.botPart(element, key, bot, words, lang);
    else if (event !== undefined) {
      drawEvent(element, event, after, words, this.store.state);
      if (event.kind === "agent_said") element.append(this.beside(event, read, words));
    }
    else if (waiting !== undefined) this.waiting(element, waiting, failing, words, lang);
  }

  /** @private Below what people said: whether the shopper has seen it, and for two minutes the way to take back what is one's own. @param {DeskEvent} event @param {boolean} read @param {Words} words */
  beside(event, read, words) {
    const { me, chat } = this.store.state;
    const foot = el("p", { class: "said-foot" }, read && el("span", { class: "read-mark" }, `✓ ${words.seenMark}`));
    const left = event.at + (me?.withdraw_within_ms ?? 0) - this.client.now;
    if (left > 0 && chat !== null && event.name === me?.name && !isWithdrawn(event)) {
      const button = el("button", { type: "button", class: "plain withdraw", onclick: () => this.client.unsay(chat, event.seq) }, words.withdraw);
      foot.append(button);
      setTimeout(() => {
        if (button === document.activeElement) this.element.focus();
        button.remove();
        foot.hidden = foot.childElementCount === 0;
      }, left);
    }
    foot.hidden = foot.childElementCount === 0;
    return foot;
  }

  /** @private @param {HTMLElement} element @param {string} key @param {DeskEvent[]} bot @param {Words} words @param {string} lang */
  botPart(element, key, bot, words, lang) {
    const open = this.unfolded.has(key);
    const { asked, answered, missed } = tally(bot);
    const label = fill(words.botPart, { asked, answered }) + (missed > 0 ? fill(words.botMissed, { n: missed }) : "");
    const turn = () => {
      if (!this.unfolded.delete(key)) this.unfolded.add(key);
      this.row(element, { key, bot }, words, lang);
      /** @type {HTMLElement} */ (element.firstElementChild).focus();
    };
    element.className = "bot-part";
    element.append(el("button", { type: "button", class: "fold", "aria-expanded": String(open), onclick: turn }, open ? words.botFold : label));
    if (!open) return;
    let after = /** @type {DeskEvent | undefined} */ (undefined);
    const inner = el("div", { class: "rows" });
    for (const event of bot) {
      const row = el("div");
      drawEvent(row, event, after, words, this.store.state);
      inner.append(row);
      after = event;
    }
    element.append(inner);
  }

  /**
   * @private Not confirmed yet: on its way, or not delivered and tried again by itself. What will not be sent comes
   * back into the editor and is not here.
   * @param {HTMLElement} element
   * @param {Waiting} waiting
   * @param {boolean} failing
   * @param {Words} words
   * @param {string} lang
   */
  waiting(element, waiting, failing, words, lang) {
    element.className = `said ${waiting.inside ? "inside" : "agent"} ${failing ? "failed" : "sending"}`;
    element.append(
      el("p", { class: "head" }, el("b", {}, waiting.inside ? `${words.inside} · ${words.you}` : words.you), ` ${hour(waiting.at, lang)}`),
      el("div", { class: "body" }, ...(waiting.file ? [this.goingFile(waiting, waiting.file, lang)] : [waiting.lent === undefined ? "" : `[${phraseWords(lang)[waiting.lent.kind]}] `, ...linked(waiting.text)])),
    );
    if (!failing) return element.append(el("p", { class: "soft" }, words.sending));
    const button = (/** @type {string} */ label, /** @type {() => void} */ onclick) => el("button", { type: "button", onclick }, label);
    element.append(
      el("p", { class: "problem" }, words.undelivered),
      el("p", { class: "mend" }, button(words.again, () => this.client.retry(waiting.id)), button(words.keep, () => this.client.takeBack(waiting))),
    );
  }

  /** @private @param {Waiting} waiting @param {import("../../shared/protocol.js").SentFile} file @param {string} lang */
  goingFile(waiting, file, lang) {
    return waitingFile(file, {
      find: () => this.client.carrier.then((carrier) => carrier?.find(waiting.id)),
      onCancel: () => this.client.takeBack(waiting),
      lang,
    });
  }
}
