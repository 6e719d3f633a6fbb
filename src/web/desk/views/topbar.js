// The bar at the top: who is signed in, whether chats are assigned, how the link is.

import { el, fill, set, text } from "../../shared/dom.js";
import { handlesCustomers } from "../staff.js";
import { wordsFor } from "../strings.js";

/** A reconnect shorter than this is not worth a word, milliseconds. */
const BLINK_MS = 1500;
/** One that the server asked for may take longer, milliseconds. */
const PLANNED_MS = 10_000;

export class TopBar {
  /**
   * @param {import("../store.js").Store<import("../state.js").DeskState>} store
   * @param {{ onStatus: (available: boolean) => void, onSound: () => void, onLanguage: () => void, onHelp: () => void, onInvite: () => void, onSignOut: () => void }} acts
   */
  constructor(store, acts) {
    this.store = store;
    this.acts = acts;
    this.lostAt = 0;
    this.lostTimer = 0;
    this.title = el("h1");
    this.available = el("button", {
      type: "button",
      class: "switch",
      role: "switch",
      onclick: () => acts.onStatus(!store.state.available),
    });
    this.who = el("span", { class: "me" });
    this.online = el("span", { class: "online" });
    this.link = el("p", { class: "link", role: "status" });
    this.sound = el("button", { type: "button", class: "plain", onclick: acts.onSound });
    this.shop = el("a", { href: "/", class: "plain" });
    this.help = el("button", { type: "button", class: "plain", "aria-keyshortcuts": "?", onclick: acts.onHelp });
    this.invite = el("button", { type: "button", class: "plain", onclick: acts.onInvite });
    this.people = el("a", { href: "#people", class: "plain" });
    this.customers = el("a", { href: "#customers", class: "plain" });
    this.language = el("button", { type: "button", class: "plain", onclick: acts.onLanguage });
    this.out = el("button", { type: "button", class: "plain", onclick: acts.onSignOut });
    this.element = el(
      "header",
      { class: "top" },
      this.title,
      this.available,
      this.who,
      this.online,
      this.link,
      el("nav", {}, this.sound, this.invite, this.people, this.customers, this.help, this.shop, this.language, this.out),
    );
    store.watch(["lang", "me", "available", "online", "sound", "link"], () => this.draw());
    store.watch(["lang", "link", "planned"], () => this.drawLink());
  }

  /** @private */
  draw() {
    const { lang, me, available, online, sound, link } = this.store.state;
    const words = wordsFor(lang);
    text(this.title, words.title);
    text(this.available, available ? words.available : words.away);
    set(this.available, {
      "aria-checked": String(available),
      "aria-label": words.available,
      title: words.availableHint,
      disabled: link !== "ready",
    });
    text(this.who, me?.name ?? "");
    text(this.online, fill(words.online, { n: online }));
    text(this.sound, sound ? words.soundOn : words.soundOff);
    text(this.shop, words.shop);
    text(this.help, words.help);
    text(this.invite, words.invite);
    this.invite.hidden = !(me?.supervisor ?? false);
    text(this.people, words.people);
    text(this.customers, words.customers);
    this.customers.hidden = !handlesCustomers(me?.roles ?? []);
    text(this.language, words.language);
    text(this.out, words.signOut);
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
