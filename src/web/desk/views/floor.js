// The floor, for supervisors: who is here and with what, all open chats, and beside them the one that is read along.

import { el, fill, list, set, text } from "../../shared/dom.js";
import { LANES } from "../attention.js";
import { hour, lasting, short, standing } from "../clock.js";
import { named, shopName, wordsFor } from "../strings.js";
import { Menu } from "./menu.js";
import { drawTags } from "./row.js";
import { stateName } from "./topbar.js";

/** @typedef {import("../../shared/protocol.js").FloorChat} FloorChat */
/** @typedef {import("../../shared/protocol.js").TeamMember} TeamMember */
/** @typedef {import("../../shared/protocol.js").PresenceState} PresenceState */

/** So often the chats are asked for anew while they are looked at, milliseconds. */
const AGAIN_MS = 3000;
/** @type {readonly PresenceState[]} */
const STATES = ["online", "break", "offline"];

export class FloorPage {
  /**
   * @param {import("../store.js").Store<import("../state.js").DeskState>} store
   * @param {import("../client.js").DeskClient} client
   * @param {import("../board.js").Names} names
   * @param {import("./conversation.js").Conversation} conversation
   */
  constructor(store, client, names, conversation) {
    this.store = store;
    this.client = client;
    this.names = names;
    this.conversation = conversation;
    /** Whose chats are shown; empty: everybody's. */
    this.agent = "";
    /** Which chats: of people, the queue or the bot; empty: all. @type {"" | import("../../shared/protocol.js").OwnerWho} */
    this.owner = "";
    /** @type {Map<string, Menu>} */
    this.menus = new Map();
    this.strip = el("ul", { class: "strip" });
    this.teamTitle = el("h2", { id: "team-title" });
    this.team = el("ul", { class: "team", "aria-labelledby": "team-title" });
    this.chatsTitle = el("h2", { id: "floor-title", tabindex: "-1" });
    this.filters = el("div", { class: "filters", role: "group", "aria-labelledby": "floor-title" });
    this.chats = el("ul", { class: "rows-list", "aria-labelledby": "floor-title" });
    this.none = el("p", { class: "none" });
    this.more = el("button", { type: "button", onclick: () => client.floor.more() });
    this.side = el("div", { class: "floor-chat" });
    this.element = el(
      "main",
      { class: "floor", hidden: true },
      el("section", { class: "pane", "aria-labelledby": "team-title" }, el("div", { class: "group-head" }, this.teamTitle), el("div", { class: "scroll", tabindex: "0" }, this.team)),
      el(
        "section",
        { class: "pane", "aria-labelledby": "floor-title" },
        el("div", { class: "group-head" }, this.chatsTitle, this.filters),
        this.strip,
        el("div", { class: "scroll", tabindex: "0" }, this.chats, this.none, el("p", { class: "more-chats" }, this.more)),
      ),
      this.side,
    );
    store.watch(["lang", "team", "me", "floor", "chat", "counts"], () => this.draw());
    store.watch(["now"], () => this.drawTimes());
    setInterval(() => this.ask(), AGAIN_MS);
  }

  /** It is looked at: the chat stands here now. */
  shown() {
    this.side.append(this.conversation.element);
    this.ask();
  }

  /** @private */
  ask() {
    if (!this.element.hidden && !document.hidden && this.store.state.me?.supervisor) this.client.floor.ask(this.agent);
  }

  /** @private */
  draw() {
    if (this.element.hidden) return;
    const { team, lang, floor, counts } = this.store.state;
    const words = wordsFor(lang);
    const members = [...team.values()].sort((one, other) => Number(other.here) - Number(one.here) || STATES.indexOf(one.state) - STATES.indexOf(other.state) || (one.name < other.name ? -1 : 1));
    text(this.teamTitle, `${words.team} ${members.filter(({ here }) => here).length} / ${members.length}`);
    list(this.team, members, ({ agent }) => agent, ({ agent }) => this.memberRow(agent), (row, member) => this.member(row, member, words));
    this.names.learn(floor.chats.flatMap(({ card, ...chat }) => (card ? [card] : [/** @type {any} */ (chat)])));
    const shown = floor.chats.filter(({ owner }) => this.owner === "" || owner === this.owner);
    text(this.chatsTitle, `${words.openChats} ${shown.length}${floor.next === null ? "" : "+"}`);
    list(
      this.filters,
      /** @type {const} */ (["", "queue", "agent", "bot"]),
      (owner) => owner,
      (owner) => el("button", { type: "button", class: "plain", onclick: () => this.filter(owner) }),
      (button, owner) => {
        text(button, words.owners[owner === "" ? "all" : owner]);
        set(button, { "aria-pressed": String(owner === this.owner) });
      },
    );
    list(
      this.strip,
      LANES.filter((lane) => (counts.lanes?.[lane] ?? 0) > 0),
      (lane) => lane,
      (lane) => el("li", { class: "lane", "data-lane": lane }),
      (element, lane) => text(element, `${words.lanesShort[lane]} ${counts.lanes?.[lane] ?? 0}`),
    );
    set(this.strip, { hidden: this.strip.children.length === 0 });
    list(this.chats, shown, ({ conversation }) => conversation, (chat) => this.chatRow(chat), (row, chat) => this.chat(row, chat, words));
    text(this.none, words.noneOpen);
    set(this.none, { hidden: shown.length > 0 });
    text(this.more, words.moreActs);
    /** @type {HTMLElement} */ (this.more.parentElement).hidden = floor.next === null;
    this.drawTimes();
  }

  /** @private @param {FloorPage["owner"]} owner */
  filter(owner) {
    this.owner = owner;
    this.draw();
  }

  /** @private @param {string} agent */
  memberRow(agent) {
    const menu = new Menu("member-state");
    this.menus.set(agent, menu);
    const choose = () => {
      this.agent = this.agent === agent ? "" : agent;
      this.draw();
      this.ask();
    };
    return el("li", { class: "member" }, el("button", { type: "button", class: "open", onclick: choose }, el("span", { class: "who" }), el("span", { class: "load" }), el("span", { class: "last" })), menu.element);
  }

  /** @private @param {HTMLElement} row @param {TeamMember} member @param {import("../strings.js").Words} words */
  member(row, member, words) {
    const open = /** @type {HTMLElement} */ (row.firstElementChild);
    const [who, load] = open.children;
    row.dataset.state = member.here ? member.state : "offline";
    text(who, [member.name, member.supervisor && words.transferSupervisor, ...(member.groups ?? [])].filter(Boolean).join(" · "));
    text(load, `${member.open} / ${member.capacity}`);
    set(open, { "aria-pressed": String(this.agent === member.agent) });
    const menu = this.menus.get(member.agent);
    menu?.draw(
      `${words.presence.label} ${member.name}`,
      member.here ? stateName(member, words) : `${stateName(member, words)} · ${words.notHere}`,
      STATES.map((state) => ({ key: state, label: words.presence[state], checked: member.state === state, run: () => this.client.presence(state, "", member.agent) })),
    );
  }

  /** @private @param {FloorChat} chat */
  chatRow({ conversation }) {
    const open = el(
      "button",
      { type: "button", class: "open", onclick: () => this.client.select(conversation) },
      el("span", { class: "clock", "aria-hidden": "true" }),
      el("span", { class: "who" }, el("b", { class: "name" }), el("span", { class: "row-tags" }), el("span", { class: "in-shop" })),
      el("span", { class: "owner" }),
      el("span", { class: "last" }),
      el("span", { class: "lane" }),
    );
    return el("li", { class: "card" }, open);
  }

  /** @private @param {HTMLElement} row @param {FloorChat} chat @param {import("../strings.js").Words} words */
  chat(row, { conversation, shopper, shop, owner, agent, card }, words) {
    const { state } = this.store;
    const open = /** @type {HTMLElement} */ (row.firstElementChild);
    const [, who, whose, last, lane] = /** @type {HTMLElement[]} */ ([...open.children]);
    row.dataset.lane = card?.lane ?? "normal";
    text(who.children[0], this.names.of(shopper, words));
    drawTags(/** @type {HTMLElement} */ (who.children[1]), card ?? /** @type {any} */ ({}));
    text(who.children[2], shopName(state, shop));
    text(whose, owner === "agent" ? (state.team.get(agent ?? "")?.name ?? words.owners.agent) : named(words.owners, owner));
    text(last, card?.last_text ?? "");
    text(lane, card && card.lane !== "normal" ? named(words.lanesShort, card.lane) : "");
    set(lane, { hidden: lane.textContent === "" });
    set(open, { "aria-current": state.chat?.conversation === conversation ? "true" : null });
  }

  /** @private */
  drawTimes() {
    if (this.element.hidden) return;
    const { now, team, floor, lang } = this.store.state;
    const words = wordsFor(lang);
    for (const row of /** @type {HTMLElement[]} */ ([...this.team.children])) {
      const { since, oldest_unanswered: oldest } = team.get(row.dataset.key ?? "") ?? {};
      const parts = [since && fill(words.sinceWhen, { time: hour(since, lang) }), oldest && fill(words.oldestOwed, { time: lasting(now - oldest) })];
      text(/** @type {Element} */ (row.querySelector(".last")), parts.filter(Boolean).join(" · "));
      row.dataset.urgency = oldest && now - oldest > 180_000 ? "over" : "calm";
    }
    const known = new Map(floor.chats.map((chat) => [chat.conversation, chat]));
    for (const row of /** @type {HTMLElement[]} */ ([...this.chats.children])) {
      const chat = known.get(row.dataset.key ?? "");
      if (chat === undefined) continue;
      const { card, at } = chat;
      const { text: shown, urgency } = card?.waiting_since ? standing(card, now) : { text: short(now - at), urgency: "rest" };
      text(/** @type {Element} */ (row.querySelector(".clock")), shown);
      row.dataset.urgency = urgency;
    }
  }
}
