// What of all that comes the agent has not seen, and what is done about it: marks, tones, notifications, lines above
// the chats.

import { fill } from "../shared/dom.js";
import { arrange, isOpen, isPressing } from "./attention.js";
import { lasting } from "./clock.js";
import { named, wordsFor } from "./strings.js";

/** @typedef {import("./chat.js").Chat} Chat */
/** @typedef {import("./state.js").Told} Told */
/** @typedef {import("./client.js").DeskAlert} DeskAlert */

/** Lines that need nothing done go by themselves, milliseconds. */
const BRIEF_MS = 8000;
/** More lines than this hide the chats. */
const MOST = 4;
/** Alerts come at once; the boards and states that they are about may come this much later, milliseconds. */
const SETTLE_MS = 2000;

export class Watch {
  /**
   * @param {import("./store.js").Store<import("./state.js").DeskState>} store
   * @param {import("./client.js").DeskClient} client
   * @param {import("./seen.js").Seen} seen
   * @param {import("./alert.js").Alert} alert
   * @param {import("./alert.js").Notifications} notifications
   * @param {{ shown: () => boolean, nameOf: (chat: Pick<Chat, "card">) => string, onOpen: (conversation: string) => void, say: (words: string) => void }} page whether the chats are the page that is shown
   */
  constructor(store, client, seen, alert, notifications, page) {
    this.store = store;
    this.client = client;
    this.seen = seen;
    this.alert = alert;
    this.notifications = notifications;
    this.page = page;
    /** Chats that came while nobody looked and were not touched since. @type {Set<string>} */
    this.fresh = new Set();
    store.watch(["lang", "mine", "unread", "signedOut", "parting"], () => this.title());
    store.watch(["chat", "mine"], () => this.count());
  }

  /** @private Whether this chat is before the agent's eyes. @param {string | undefined} conversation */
  before(conversation) {
    return conversation === this.store.state.chat?.conversation && this.page.shown() && this.alert.awake;
  }

  /** What is looked at is read; the rest is counted. */
  count() {
    const { mine, unread: before } = this.store.state;
    const unread = new Map();
    for (const { conversation } of mine) {
      const chat = this.client.chats.get(conversation);
      if (chat === undefined) continue;
      if (this.before(conversation)) {
        this.seen.read(chat);
        this.fresh.delete(conversation);
      }
      const count = this.seen.unread(chat) || (this.fresh.has(conversation) ? 1 : 0);
      if (count > 0) unread.set(conversation, count);
    }
    for (const conversation of this.fresh) if (!mine.some((card) => card.conversation === conversation)) this.fresh.delete(conversation);
    if (unread.size !== before.size || [...unread].some(([conversation, count]) => before.get(conversation) !== count)) this.store.set({ unread });
  }

  /** The agent is there again: what stands before her is seen. */
  awake() {
    const { chat, unread } = this.store.state;
    if (chat !== null && unread.has(chat.conversation)) this.count();
  }

  /** @param {Chat} chat @param {boolean} fresh @param {boolean} own the agent took it herself */
  assigned(chat, fresh, own) {
    if (!fresh || own) return this.count();
    if (!this.before(chat.conversation)) this.fresh.add(chat.conversation);
    this.count();
    // Also when it is shown at once: whoever had nothing to do may look elsewhere.
    this.call(chat, wordsFor(this.store.state.lang).newChat);
  }

  /** @param {Chat} chat */
  spoken(chat) {
    this.count();
    if (!this.before(chat.conversation)) this.call(chat, wordsFor(this.store.state.lang).newWords);
  }

  /** @private @param {Chat} chat @param {string} template */
  call(chat, template) {
    const { sound } = this.store.state;
    const words = fill(template, { name: this.page.nameOf(chat) });
    this.alert.ring("soft", sound);
    this.page.say(words);
    if (!this.alert.inFront) this.notifications.show(chat.conversation, words, this.lastWords(chat), () => this.page.onOpen(chat.conversation));
  }

  /** @private @param {Chat} chat */
  lastWords({ events, card }) {
    const said = events.filter(({ kind }) => kind === "received");
    return said[said.length - 1]?.text ?? card?.last_text ?? "";
  }

  /** Something that must be seen now. @param {DeskAlert} alert */
  alerted({ alert, conversation, lane, evidence, name = "", agent, until }) {
    const { state } = this.store;
    const whose = () => this.nameIn(conversation);
    const key = `${alert} ${conversation ?? agent ?? ""}`;
    const line = (/** @type {Told["kind"]} */ kind, /** @type {Told["say"]} */ say, /** @type {number} */ brief = 0) =>
      this.tell({ key, kind, ...(conversation !== undefined && { conversation }), say, ...(brief > 0 && { until: Date.now() + brief }) });
    switch (alert) {
      case "danger":
        line("danger", (words) => fill(words.danger, { lane: named(words.lanes, lane ?? "safety"), name: whose(), words: evidence?.evidence ?? "" }));
        this.alert.ring("danger", state.sound);
        if (conversation !== undefined && !this.alert.inFront) {
          this.notifications.show(conversation, named(wordsFor(state.lang).lanes, lane ?? "safety"), evidence?.evidence ?? "", () => this.page.onOpen(conversation));
        }
        return;
      case "take_back_soon":
        line("soon", (words) => fill(words.takeBackSoon, { name: whose(), time: lasting((until ?? 0) - this.client.now) }));
        break;
      case "taken_back":
        this.drop(`take_back_soon ${conversation}`);
        line("taken", (words) => fill(words.takenBack, { name: whose(), why: words.takenBackWhy.silent }));
        break;
      case "nobody_else":
        line("soon", (words) => fill(words.nobodyElse, { name: whose(), agent: name }));
        break;
      case "set_to_break":
        line("done", (words) => (agent === undefined || agent === state.me?.agent ? fill(words.presence.system, { state: words.presence.break }) : fill(words.setToBreak, { agent: name })));
        break;
      case "handed_to_you":
        line("kept", (words) => fill(words.handedToYou, { name: whose(), agent: name }), BRIEF_MS);
        break;
      case "taken_over":
        line("kept", (words) => fill(words.takenOver, { name: whose(), agent: name }));
        break;
      case "presence_set": {
        // What was set may come a moment later; what becomes of it after that was done by somebody else.
        let set = state.presence.state;
        const settled = Date.now() + SETTLE_MS;
        line("done", (words) => {
          if (Date.now() < settled) set = state.presence.state;
          return fill(words.presence.by, { name, state: words.presence[set] });
        });
        break;
      }
      case "wants_another":
        line("soon", (words) => fill(words.wantsAnother, { name: whose(), agent: name }));
        break;
      default: // A newer server may tell of more than this page knows.
        return;
    }
    this.alert.ring("soft", state.sound);
  }

  /** @private @param {string | undefined} conversation */
  nameIn(conversation) {
    const { waiting, left, mine } = this.store.state;
    const card = [...mine, ...waiting, ...left].find((one) => one.conversation === conversation) ?? this.client.chats.get(conversation ?? "")?.card ?? null;
    return this.page.nameOf({ card });
  }

  /** A line that goes by itself: something was done. @param {string} key @param {Told["say"]} say */
  done(key, say) {
    this.tell({ key, kind: "done", say, until: Date.now() + BRIEF_MS });
  }

  /** The newest first; the same once. @param {Omit<Told, "since">} told */
  tell(told) {
    this.store.set({ told: [{ ...told, since: Date.now() }, ...this.store.state.told.filter(({ key }) => key !== told.key)].slice(0, MOST) });
  }

  /** @param {string} key */
  drop(key) {
    const { told } = this.store.state;
    if (told.some((one) => one.key === key)) this.store.set({ told: told.filter((one) => one.key !== key) });
  }

  /** Once a second: calls again for what is not seen, and takes away what is over. */
  tick() {
    const { told, unread, sound, mine, waiting, left: later } = this.store.state;
    const grave = mine.some(({ conversation, lane }) => unread.has(conversation) && isPressing(lane)) || told.some(({ kind }) => kind === "danger");
    this.alert.remind(unread.size > 0 || grave, grave ? "danger" : "soft", sound);
    const now = Date.now();
    // What supervisors are told of others' chats is theirs to dismiss.
    const answered = (/** @type {Told} */ { key, kind, conversation }) => {
      if (kind !== "soon" || conversation === undefined) return false;
      const own = mine.find((card) => card.conversation === conversation);
      return own === undefined ? key.startsWith("take_back_soon ") : !isOpen(own);
    };
    // Danger is told until the chat is looked at, or a colleague has it.
    const elsewhere = (/** @type {Told} */ { conversation, since }) =>
      now - since > SETTLE_MS && ![...mine, ...waiting, ...later].some((card) => card.conversation === conversation);
    const heard = (/** @type {Told} */ one) => one.kind === "danger" && (this.before(one.conversation) || elsewhere(one));
    const left = told.filter((one) => (one.until ?? Infinity) > now && !answered(one) && !heard(one));
    if (left.length !== told.length) this.store.set({ told: left });
  }

  /** @private */
  title() {
    const { lang, mine, unread, signedOut, parting, now } = this.store.state;
    const words = wordsFor(lang);
    if (signedOut) document.title = words.signInTitle;
    else this.alert.draw(words.title, arrange(mine, now, (conversation) => parting.has(conversation)).owed.length, unread.size > 0);
  }
}
