// The windows that do something with a chat: hand it on, note, put off, find another.

import { el, fill, text } from "../../shared/dom.js";
import { isBlank } from "../../shared/writing.js";
import { named, shopName, wordsFor } from "../strings.js";
import { dialog } from "./dialogs.js";
import { Picker } from "./picker.js";
import { stateName } from "./topbar.js";

/** @typedef {import("../chat.js").Chat} Chat */
/** @typedef {import("../../shared/protocol.js").TransferTo} TransferTo */
/** @typedef {import("./picker.js").Choice} Choice */
/** @typedef {import("../store.js").Store<import("../state.js").DeskState>} DeskStore */

/** The server takes no longer notes, characters. */
const NOTE_MOST = 2000;
const MINUTE_MS = 60_000;
/** How long a chat is put off, minutes. */
const LATER = [10, 30, 60];
const MORNING = 9;

/** Whom a chat is handed on to, with a note. */
export class Transfer {
  /** @param {DeskStore} store @param {(chat: Chat, to: TransferTo, note: string) => boolean} onDone whether it went out */
  constructor(store, onDone) {
    this.store = store;
    this.onDone = onDone;
    /** @type {Chat | null} */
    this.chat = null;
    this.modern = false;
    /** @type {Map<string, TransferTo>} */
    this.to = new Map();
    this.noteLabel = el("label", { for: "note" });
    this.note = el("textarea", { id: "note", rows: "3", maxlength: String(NOTE_MOST), class: "inside-field" });
    this.cancel = el("button", { type: "button", onclick: () => this.element.close() });
    this.done = el("button", { type: "button", class: "primary", onclick: () => this.finish() });
    this.problem = el("p", { class: "problem", role: "alert", hidden: true });
    // Choosing is not yet handing on: the note comes first.
    this.picker = new Picker("transfer", () => this.note.focus(), this.noteLabel, this.note, this.problem, el("p", { class: "row" }, this.cancel, this.done));
    this.note.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      // By the time the desk hears of the key the window is closed: it is not to send what is in the editor.
      event.preventDefault();
      this.finish();
    });
    // Who has room changes while one looks.
    store.watch(["team"], () => {
      if (this.element.open && this.chat !== null) this.picker.renew(this.choices(this.chat, this.modern, wordsFor(store.state.lang)));
    });
  }

  get element() {
    return this.picker.element;
  }

  /** @param {Chat} chat @param {string} name @param {boolean} modern whether the server knows more than the queue */
  open(chat, name, modern) {
    const words = wordsFor(this.store.state.lang);
    this.chat = chat;
    this.modern = modern;
    this.note.value = "";
    this.problem.hidden = true;
    text(this.noteLabel, words.transferNote);
    text(this.cancel, words.cancel);
    text(this.done, words.transferDo);
    this.picker.open(this.choices(chat, modern, words), `${fill(words.transferTitle, { name })} — ${words.transferField}`, words.transferNone);
  }

  /** @private @param {Chat} chat @param {boolean} modern @param {import("../strings.js").Words} words @returns {Choice[]} */
  choices(chat, modern, words) {
    const { team, me } = this.store.state;
    this.to.clear();
    /** @type {Choice[]} */
    const choices = [];
    const add = (/** @type {string} */ key, /** @type {TransferTo} */ to, /** @type {Omit<Choice, "key">} */ shown) => {
      this.to.set(key, to);
      choices.push({ key, ...shown });
    };
    const others = [...team.values()].filter(({ agent, shops = [] }) => agent !== me?.agent && (shops.length === 0 || chat.card === null || shops.includes(chat.card.shop)));
    const ready = (/** @type {typeof others[number]} */ one) => one.here && one.state === "online" && one.open < one.capacity;
    // Who can take it at once stands first, and of these who has the fewest.
    others.sort((one, other) => Number(ready(other)) - Number(ready(one)) || one.open - other.open || (one.name < other.name ? -1 : 1));
    if (modern) {
      for (const one of others) {
        const hint = `${one.here ? stateName(one, words) : words.presence.offline} · ${one.open} / ${one.capacity}`;
        add(`agent-${one.agent}`, { kind: "agent", agent: one.agent }, { label: one.name, hint, disabled: !ready(one) });
      }
      const groups = new Set(others.flatMap(({ groups = [] }) => groups));
      for (const group of groups) add(`group-${group}`, { kind: "group", group }, { label: fill(words.transferGroup, { name: group }) });
      if (others.some(({ supervisor }) => supervisor)) add("supervisor", { kind: "supervisor" }, { label: words.transferSupervisor });
    }
    add("queue", { kind: "queue" }, { label: words.transferQueue, words: words.release });
    return choices;
  }

  /** @private */
  finish() {
    const to = this.to.get(this.picker.chosen?.key ?? "");
    if (to === undefined || this.chat === null) return;
    // What is written stays until it has gone.
    const gone = this.onDone(this.chat, to, this.note.value.trim());
    text(this.problem, gone ? "" : wordsFor(this.store.state.lang).errors.other);
    this.problem.hidden = gone;
    if (gone) this.element.close();
  }
}

/** Words for colleagues, in a window of their own: the editor is for the shopper only. */
export class InsideNote {
  /** @param {DeskStore} store @param {import("../drafts.js").Drafts} returned what was to be sent and was not @param {(chat: Chat, words: string) => boolean} onDone whether there was room for it */
  constructor(store, returned, onDone) {
    this.store = store;
    this.returned = returned;
    /** @type {Chat | null} */
    this.chat = null;
    /** What came back while another note was being written. @type {{ chat: Chat, name: string }[]} */
    this.next = [];
    this.label = el("label", { for: "inside-note", id: "inside-label" });
    this.field = el("textarea", { id: "inside-note", rows: "4", maxlength: String(NOTE_MOST), class: "inside-field" });
    this.cancel = el("button", { type: "button", onclick: () => this.element.close() });
    this.done = el("button", { type: "submit", class: "primary" });
    this.problem = el("p", { class: "problem", role: "alert", hidden: true });
    const form = el("form", { class: "window" }, this.label, this.field, this.problem, el("p", { class: "row" }, this.cancel, this.done));
    this.element = dialog(form);
    this.element.setAttribute("aria-labelledby", "inside-label");
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      // Not the key that sends what is in the editor.
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.chat === null || isBlank(this.field.value)) return this.field.focus();
      // What is written stays until it has gone.
      const gone = onDone(this.chat, this.field.value.trim());
      text(this.problem, gone ? "" : wordsFor(store.state.lang).errors.stuck);
      this.problem.hidden = gone;
      if (!gone) return;
      returned.put(this.chat.conversation, "");
      this.element.close();
    });
    this.field.addEventListener("input", () => {
      const { conversation = "" } = this.chat ?? {};
      if (returned.find(conversation) !== null) returned.put(conversation, this.field.value);
    });
    this.element.addEventListener("close", () => {
      const next = this.element.open ? undefined : this.next.shift();
      if (next !== undefined) this.open(next.chat, next.name);
    });
  }

  /** A note that was not sent comes back, behind what is being written for the same chat. @param {Chat} chat @param {string} name @param {string} words */
  bring(chat, name, words) {
    const here = this.element.open && this.chat?.conversation === chat.conversation;
    const before = here ? this.field.value : (this.returned.find(chat.conversation)?.text ?? "");
    const all = isBlank(before) ? words : `${before}\n${words}`;
    this.returned.put(chat.conversation, all, true);
    if (here) this.field.value = all;
    else if (this.element.open) this.next = [...this.next.filter((one) => one.chat.conversation !== chat.conversation), { chat, name }];
    else this.open(chat, name);
  }

  /** @param {Chat} chat @param {string} name how its shopper is called */
  open(chat, name) {
    const words = wordsFor(this.store.state.lang);
    this.chat = chat;
    this.field.value = this.returned.find(chat.conversation)?.text ?? "";
    this.problem.hidden = true;
    // It may come back while another chat is looked at.
    const elsewhere = chat.conversation !== this.store.state.chat?.conversation;
    text(this.label, elsewhere ? `${name} — ${words.noteField}` : words.noteField);
    text(this.cancel, words.cancel);
    text(this.done, words.noteDo);
    this.element.showModal();
    this.field.focus();
  }
}

/** Until when a chat is put off. */
export class Snooze {
  /** @param {DeskStore} store @param {(chat: Chat, until: number) => void} onDone */
  constructor(store, onDone) {
    this.store = store;
    this.onDone = onDone;
    /** @type {Chat | null} */
    this.chat = null;
    this.title = el("h2", { id: "snooze-title" });
    this.hint = el("p", { class: "soft" });
    this.times = el("div", { class: "times" });
    this.cancel = el("button", { type: "button", onclick: () => this.element.close() });
    this.element = dialog(el("div", { class: "window" }, this.title, this.times, this.hint, el("p", { class: "row" }, this.cancel)));
    this.element.setAttribute("aria-labelledby", "snooze-title");
  }

  /** @param {Chat} chat @param {number} now server time */
  open(chat, now) {
    const words = wordsFor(this.store.state.lang);
    this.chat = chat;
    text(this.title, words.snoozeTitle);
    text(this.hint, words.snoozeWake);
    text(this.cancel, words.cancel);
    const morning = new Date(now);
    morning.setDate(morning.getDate() + 1);
    morning.setHours(MORNING, 0, 0, 0);
    const button = (/** @type {string} */ label, /** @type {number} */ until) =>
      el("button", { type: "button", onclick: () => this.finish(until) }, label);
    this.times.replaceChildren(
      ...LATER.map((minutes) => button(fill(words.snoozeMinutes, { n: minutes }), now + minutes * MINUTE_MS)),
      button(words.snoozeTomorrow, morning.getTime()),
    );
    this.element.showModal();
    /** @type {HTMLElement} */ (this.times.firstElementChild).focus();
  }

  /** @private @param {number} until */
  finish(until) {
    this.element.close();
    if (this.chat !== null) this.onDone(this.chat, until);
  }
}

/** Finds chats and commands by typing. */
export class Jump {
  /** @param {DeskStore} store @param {import("../board.js").Names} names @param {(conversation: string) => void} onOpen */
  constructor(store, names, onOpen) {
    this.store = store;
    this.names = names;
    /** @type {Record<string, import("./acting.js").Act>} */
    this.acts = {};
    this.picker = new Picker("jump", ({ key }) => {
      this.picker.element.close();
      const [kind, what] = [key.slice(0, 4), key.slice(5)];
      if (kind === "chat") onOpen(what);
      else if (this.acts[what]?.href !== undefined) location.hash = this.acts[what].href ?? "";
      else this.acts[what]?.run();
    });
  }

  get element() {
    return this.picker.element;
  }

  /** @param {Record<string, import("./acting.js").Act>} acts */
  open(acts) {
    const { mine, waiting, left, lang } = this.store.state;
    const words = wordsFor(lang);
    this.acts = acts;
    const chat = (/** @type {string} */ where) => (/** @type {import("../state.js").TicketCard} */ card) => ({
      key: `chat-${card.conversation}`,
      label: this.names.of(card.shopper, words),
      hint: where,
      words: [card.shopper, card.last_text, shopName(this.store.state, card.shop), named(words.lanes, card.lane)].join(" "),
    });
    const commands = Object.entries(acts)
      .filter(([, { shown, disabled }]) => shown && !disabled)
      .map(([name, { label }]) => ({ key: `does-${name}`, label, hint: words.jumpCommand }));
    this.picker.open([...mine.map(chat(words.jumpMine)), ...[...waiting, ...left].map(chat(words.jumpWaiting)), ...commands], words.jumpField, words.jumpNone);
  }
}
