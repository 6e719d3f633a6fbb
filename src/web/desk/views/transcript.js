// What was said in a chat, with what the bot decided behind a fold, and what this agent wrote at the end.

import { el, fill, list, set, text } from "../../shared/dom.js";
import { linked } from "../../shared/links.js";
import { hour } from "../clock.js";
import { named, signalTitle, wordsFor } from "../strings.js";
import { percent } from "./case.js";
import { nameOf } from "./lists.js";

/** @typedef {import("../../shared/protocol.js").DeskEvent} DeskEvent */
/** @typedef {import("../../shared/protocol.js").Decision} Decision */
/** @typedef {import("../../shared/outbox.js").Waiting} Waiting */
/** @typedef {import("../state.js").DeskState} DeskState */
/** @typedef {import("../strings.js").Words} Words */
/** @typedef {{ key: string, event?: DeskEvent, waiting?: Waiting }} Row */

/** Nearer to the end than this the transcript follows what is new, pixels. */
const NEAR_PX = 120;

export class Transcript {
  /** @param {import("../store.js").Store<DeskState>} store @param {import("../client.js").DeskClient} client */
  constructor(store, client) {
    this.store = store;
    this.client = client;
    this.rows = el("div", { class: "rows" });
    this.typing = el("p", { class: "typing", hidden: true });
    this.element = el("div", { class: "transcript", role: "log", tabindex: "0" }, this.rows, this.typing);
    this.shown = "";
    this.last = "";
    this.turned = false;
  }

  get near() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  /** Stays at the end when it was in sight before anything was drawn. @param {boolean} following */
  follow(following) {
    const last = `${this.rows.lastElementChild?.getAttribute("data-key")} ${this.typing.hidden}`;
    if (this.turned || (following && last !== this.last)) this.element.scrollTop = this.element.scrollHeight;
    this.last = last;
    this.turned = false;
  }

  /** Whether the shopper is typing. */
  drawTyping() {
    const { chat, typing, lang } = this.store.state;
    this.typing.hidden = chat === null || chat.place !== "mine" || !typing.has(chat.conversation);
    text(this.typing, wordsFor(lang).typing);
  }

  /** @param {import("../chat.js").Chat} chat @param {Words} words */
  draw(chat, words) {
    const { lang } = this.store.state;
    const other = this.shown !== `${chat.conversation} ${lang}`;
    if (other) this.rows.textContent = "";
    this.turned = this.turned || other;
    this.shown = `${chat.conversation} ${lang}`;
    set(this.element, { "aria-label": chat.card === null ? words.mine : nameOf(chat.card, words), "aria-busy": String(other) });
    /** @type {Row[]} */
    const rows = chat.events.map((event) => ({ key: event.kind === "agent_said" && event.id ? event.id : `${event.seq}`, event }));
    for (const waiting of this.client.unsent(chat)) rows.push({ key: `${waiting.id}`, waiting });
    list(
      this.rows,
      rows,
      (row) => row.key,
      () => el("div"),
      (element, row) => this.row(element, row, words, lang),
    );
  }

  /** @private @param {HTMLElement} element @param {Row} row @param {Words} words @param {string} lang */
  row(element, { event, waiting }, words, lang) {
    const trouble = waiting === undefined ? undefined : this.client.sender.trouble.get(waiting.id);
    const late = waiting !== undefined && this.client.late(waiting);
    const state = event === undefined ? `waiting ${trouble} ${late} ${words.sending}` : `event ${event.seq}`;
    if (element.dataset.state === state) return;
    element.dataset.state = state;
    element.textContent = "";
    if (event !== undefined) this.event(element, event, words, lang);
    else if (waiting !== undefined) this.waiting(element, waiting, late || trouble !== undefined, words, lang);
  }

  /** @private @param {HTMLElement} element @param {DeskEvent} event @param {Words} words @param {string} lang */
  event(element, event, words, lang) {
    const from = { received: "shopper", answered: "bot", agent_said: "agent" }[event.kind];
    if (from === undefined) return this.notice(element, event, words, lang);
    element.className = `said ${from}`;
    const name = from === "shopper" ? words.shopper : from === "bot" ? words.bot : (event.name ?? words.you);
    element.append(
      el("p", { class: "head" }, el("b", {}, name), ` ${hour(event.at, lang)}`),
      el("p", { class: "body" }, ...linked(event.text ?? "")),
    );
    const choices = event.choices ?? [];
    if (choices.length > 0) {
      element.append(el("p", { class: "soft" }, `${words.buttons}: ${choices.map(({ label }) => label).join(" · ")}`));
    }
    if (event.decision) element.append(decision(event.decision, words, this.store.state));
  }

  /** @private @param {HTMLElement} element @param {DeskEvent} event @param {Words} words @param {string} lang */
  notice(element, event, words, lang) {
    element.className = "notice";
    const values = { name: event.name ?? words.you, n: event.stars ?? 0 };
    const parts = [fill(named(words.events, event.kind), values)];
    if (event.reason) parts.push(named(words.reasons, event.reason));
    for (const { id, evidence } of event.signals ?? []) {
      parts.push(signalTitle(this.store.state, id) + (evidence ? `「${evidence}」` : ""));
    }
    element.append(el("p", {}, `${parts.join(" · ")} · ${hour(event.at, lang)}`));
    if (event.text) element.append(el("p", { class: "told" }, ...linked(event.text)));
    if (event.decision) element.append(decision(event.decision, words, this.store.state));
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
    element.className = `said agent ${failing ? "failed" : "sending"}`;
    element.append(
      el("p", { class: "head" }, el("b", {}, words.you), ` ${hour(waiting.at, lang)}`),
      el("p", { class: "body" }, ...linked(waiting.text)),
    );
    if (!failing) return element.append(el("p", { class: "soft" }, words.sending));
    const button = (/** @type {string} */ label, /** @type {() => void} */ onclick) =>
      el("button", { type: "button", onclick }, label);
    element.append(
      el("p", { class: "problem" }, words.undelivered),
      el(
        "p",
        { class: "mend" },
        button(words.again, () => this.client.retry(waiting.id)),
        button(words.keep, () => this.client.takeBack(waiting)),
      ),
    );
  }
}

/** @param {Decision} decision @param {Words} words @param {DeskState} state */
function decision({ kind, intents, alternatives, signals, slots }, words, state) {
  const line = (/** @type {string} */ name, /** @type {string[]} */ values) =>
    values.length > 0 && el("div", {}, el("dt", {}, name), el("dd", {}, values.join("、")));
  const questions = (/** @type {Decision["intents"]} */ all) =>
    all.map(({ id, confidence }) => `${id} ${percent(confidence)}`);
  const others = (alternatives ?? []).filter(({ id }) => !intents.some((one) => one.id === id));
  const summary = [named(words.decisions, kind), ...questions(intents)].join(" · ");
  return el(
    "details",
    { class: "decision" },
    el("summary", {}, `${words.details}: ${summary}`),
    el(
      "dl",
      {},
      line(words.candidates, questions(others)),
      line(words.signalsSeen, (signals ?? []).map(({ id, score }) => `${signalTitle(state, id)} ${percent(score)}`)),
      line(words.slotsRead, Object.entries(slots ?? {}).map(([name, value]) => `${named(words.slotNames, name)}: ${value}`)),
    ),
  );
}
