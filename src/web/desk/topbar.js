// The bar at the top: who is signed in, whether chats are assigned, how the link is.

import { el, fill, set, text } from "../shared/dom.js";

/** @typedef {import("./client.js").Client} Client */
/** @typedef {import("./strings.js").Words} Words */

/** A reconnect shorter than this is not worth a word, milliseconds. */
const BLINK_MS = 1500;
/** One that the server asked for may take longer, milliseconds. */
const PLANNED_MS = 10_000;

export class TopBar {
  /**
   * @param {Client} client
   * @param {import("./alert.js").Alert} alert
   * @param {{ onLanguage: () => void, onHelp: () => void, onInvite: () => void, onSignOut: () => void }} acts
   */
  constructor(client, alert, acts) {
    this.client = client;
    this.alert = alert;
    this.lostAt = 0;
    this.title = el("h1");
    this.available = el("button", {
      type: "button",
      class: "switch",
      role: "switch",
      onclick: () => client.status(!client.available),
    });
    this.who = el("span", { class: "me" });
    this.online = el("span", { class: "online" });
    this.link = el("p", { class: "link", role: "status" });
    this.sound = el("button", {
      type: "button",
      class: "plain",
      onclick: () => {
        alert.setSound(!alert.sound);
        client.listeners.onChange();
      },
    });
    this.shop = el("a", { href: "/", class: "plain" });
    this.help = el("button", { type: "button", class: "plain", "aria-keyshortcuts": "?", onclick: acts.onHelp });
    this.invite = el("button", { type: "button", class: "plain", onclick: acts.onInvite });
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
      el("nav", {}, this.sound, this.invite, this.help, this.shop, this.language, this.out),
    );
  }

  /** @param {Words} words */
  draw(words) {
    const { client } = this;
    text(this.title, words.title);
    text(this.available, client.available ? words.available : words.away);
    set(this.available, {
      "aria-checked": String(client.available),
      "aria-label": words.available,
      title: words.availableHint,
      disabled: !client.ready,
    });
    text(this.who, client.me?.name ?? "");
    text(this.online, fill(words.online, { n: client.online }));
    if (client.ready) this.lostAt = 0;
    else if (this.lostAt === 0) this.lostAt = Date.now();
    const blink = client.link.planned ? PLANNED_MS : BLINK_MS;
    text(this.link, this.lostAt > 0 && Date.now() - this.lostAt > blink ? words.connecting : "");
    text(this.sound, this.alert.sound ? words.soundOn : words.soundOff);
    text(this.shop, words.shop);
    text(this.help, words.help);
    text(this.invite, words.invite);
    this.invite.hidden = !(client.me?.supervisor ?? false);
    text(this.language, words.language);
    text(this.out, words.signOut);
  }
}
