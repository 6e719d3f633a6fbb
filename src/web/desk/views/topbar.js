// The bar at the top: what this agent does now, how many chats, how the link is, the pages, and what is one's own.

import { el, fill, set, text } from "../../shared/dom.js";
import { readsMorning } from "../morning.js";
import { handlesCustomers } from "../staff.js";
import { LANGUAGES, scriptOf, wordsFor } from "../strings.js";
import { draftWords } from "../strings.drafts.js";
import { Menu } from "./menu.js";

/** A reconnect shorter than this is not worth a word, milliseconds. */
const BLINK_MS = 1500;
/** One that the server asked for may take longer, milliseconds. */
const PLANNED_MS = 10_000;
/** The pages that there are, and who may see each. @type {readonly (readonly [string, "chats" | "floor" | "numbers" | "quality" | "talks" | "phrases" | "morning" | "questions" | "profile" | "people" | "customers"])[]} */
const PAGES = [["#chats", "chats"], ["#floor", "floor"], ["#numbers", "numbers"], ["#quality", "quality"], ["#talks", "talks"], ["#phrases", "phrases"], ["#morning", "morning"], ["#questions", "questions"], ["#shop", "profile"], ["#people", "people"], ["#customers", "customers"]];

/** @typedef {import("../../shared/protocol.js").PresenceState} PresenceState */

/**
 * @typedef {object} TopActs
 * @property {() => void} onSkip
 * @property {(state: PresenceState, reason: string) => void} onPresence
 * @property {() => void} onSound
 * @property {() => void} onNotify
 * @property {(lang: string) => void} onLanguage
 * @property {() => void} onHelp
 * @property {() => void} onInvite
 * @property {() => void} onSignOut
 * @property {() => "granted" | "denied" | "default" | "none"} permission
 * @property {() => boolean} notifies
 */

export class TopBar {
  /** @param {import("../store.js").Store<import("../state.js").DeskState>} store @param {TopActs} acts */
  constructor(store, acts) {
    this.store = store;
    this.acts = acts;
    this.lostAt = 0;
    this.lostTimer = 0;
    this.skip = el("button", { type: "button", class: "skip", onclick: acts.onSkip });
    this.title = el("h1");
    this.presence = new Menu("presence");
    this.slots = el("span", { class: "slots" });
    this.online = el("span", { class: "online" });
    this.link = el("p", { class: "link", role: "status" });
    this.pages = PAGES.map(([href]) => el("a", { href, class: "page" }));
    this.nav = el("nav", { class: "pages" }, ...this.pages);
    this.help = el("button", { type: "button", class: "plain help", "aria-keyshortcuts": "?", onclick: acts.onHelp }, "?");
    this.own = new Menu("own");
    this.element = el(
      "header",
      { class: "top" },
      this.skip,
      this.title,
      this.presence.element,
      this.slots,
      this.online,
      this.link,
      this.nav,
      this.help,
      this.own.element,
    );
    window.addEventListener("hashchange", () => this.drawPages());
    store.watch(["lang", "me", "presence", "counts", "mine", "link"], () => this.draw());
    store.watch(["lang", "me", "sound", "notify"], () => this.drawOwn());
    store.watch(["lang", "me", "draftsWaiting"], () => this.drawPages());
    store.watch(["lang", "link", "planned"], () => this.drawLink());
  }

  /** @private */
  draw() {
    const { lang, me, presence, counts, mine, link } = this.store.state;
    const words = wordsFor(lang);
    text(this.skip, words.skip);
    text(this.title, words.title);
    this.element.dataset.state = presence.state;
    set(this.presence.button, { disabled: link !== "ready" });
    this.presence.draw(words.presence.label, stateName(presence, words), this.states());
    text(this.slots, fill(words.slots, { n: mine.length, slots: me?.slots ?? 0 }));
    text(this.online, fill(words.online, { n: counts.agents_online }));
    set(this.help, { "aria-label": words.help, title: words.help });
  }

  /** @private What may be chosen. @returns {import("./menu.js").Entry[]} */
  states() {
    const { lang, me, presence } = this.store.state;
    const { presence: names } = wordsFor(lang);
    const modern = me?.state !== undefined;
    const reasons = modern ? (me?.break_reasons ?? []) : [""];
    const entry = (/** @type {PresenceState} */ state, /** @type {string} */ reason, /** @type {string} */ hint) => ({
      key: `${state} ${reason}`,
      label: stateName({ state, reason }, wordsFor(lang)),
      hint,
      checked: presence.state === state && (presence.reason === reason || reasons.length < 2 || state !== "break"),
      run: () => this.acts.onPresence(state, reason),
    });
    return [
      entry("online", "", names.hint.online),
      ...reasons.map((reason, index) => entry("break", reason, index === 0 ? names.hint.break : "")),
      ...(modern ? [entry("offline", "", names.hint.offline)] : []),
    ];
  }

  /** @private What is one's own: how one is called, and what this browser prefers. */
  drawOwn() {
    const { lang, me, sound } = this.store.state;
    const words = wordsFor(lang);
    const { acts } = this;
    const permission = acts.permission();
    /** @type {import("./menu.js").Entry[]} */
    const entries = [{ key: "sound", label: sound ? words.soundOn : words.soundOff, run: acts.onSound }];
    if (permission !== "none") {
      const label = permission === "denied" ? words.notifyDenied : acts.notifies() ? words.notifyOn : words.notifyOff;
      entries.push({ key: "notify", label, disabled: permission === "denied", run: acts.onNotify });
    }
    for (const [code, name] of LANGUAGES) {
      entries.push({ key: code, label: name, checked: scriptOf(lang) === scriptOf(code), run: () => acts.onLanguage(code) });
    }
    if (me?.supervisor) entries.push({ key: "invite", label: words.invite, run: acts.onInvite });
    entries.push({ key: "shop", label: words.shop, href: "/" });
    entries.push({ key: "out", label: words.signOut, run: acts.onSignOut });
    this.own.draw(words.menu, me?.name ?? "", entries);
  }

  /** @private */
  drawPages() {
    const { lang, me, draftsWaiting: waiting } = this.store.state;
    const words = wordsFor(lang);
    const marked = fill(draftWords(lang).waiting, { n: waiting });
    const here = location.hash.slice(1).split("=")[0];
    const shown = PAGES.some(([href]) => href === `#${here}`) ? `#${here}` : "#chats";
    PAGES.forEach(([href, name], index) => {
      const mark = name === "questions" && waiting > 0;
      text(this.pages[index], mark ? `${words[name]} · ${waiting}` : words[name]);
      set(this.pages[index], { "aria-label": mark ? `${words[name]} · ${marked}` : null, title: mark ? marked : null });
      set(this.pages[index], { "aria-current": href === shown ? "page" : null });
      this.pages[index].hidden =
        (name === "floor" && !(me?.supervisor === true && me.state !== undefined)) ||
        ((name === "morning" || name === "questions" || name === "profile") && !readsMorning(me?.roles ?? [])) ||
        ((name === "customers" || name === "numbers") && !handlesCustomers(me?.roles ?? []));
    });
    set(this.nav, { "aria-label": words.title });
  }

  /** @private */
  drawLink() {
    const { lang, link, planned } = this.store.state;
    const blink = planned ? PLANNED_MS : BLINK_MS;
    if (link === "ready") this.lostAt = 0;
    else if (this.lostAt === 0) this.lostAt = Date.now();
    const left = this.lostAt === 0 ? Infinity : this.lostAt + blink - Date.now();
    text(this.link, left <= 0 ? wordsFor(lang).connecting : "");
    clearTimeout(this.lostTimer);
    if (left > 0 && left !== Infinity) this.lostTimer = window.setTimeout(() => this.drawLink(), left);
  }
}

/** @param {{ state: PresenceState, reason?: string }} presence @param {import("../strings.js").Words} words */
export function stateName({ state, reason = "" }, { presence: names }) {
  const why = /** @type {Record<string, string>} */ (names.reasons)[reason] ?? reason;
  return why === "" || state !== "break" ? names[state] : `${names[state]} · ${why}`;
}
