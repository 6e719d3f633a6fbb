// The desk's state: what the store holds, and what it is at the beginning.

import { load } from "../shared/storage.js";
import { Store } from "./store.js";
import { pageFor } from "./strings.js";

/** @typedef {import("../shared/protocol.js").TicketCard} TicketCard */
/** @typedef {Extract<import("../shared/protocol.js").DeskFrame, { type: "welcome" }>} Welcome */

/** Under these the desk keeps what this browser prefers. */
export const LANGUAGE = "yingda.desk.lang";
export const SOUND = "yingda.desk.sound";
export const LETTERS = "yingda.desk.letters";
export const COLUMN = "yingda.desk.customer";
export const QUEUE = "yingda.desk.queue";

/** Who looks at a page, and in which language: a desk that connects again takes nothing away. @param {Pick<DeskState, "lang" | "me">} state */
export function readerOf({ lang, me }) {
  return me === null ? "" : JSON.stringify([lang, me.agent, me.roles, me.shops]);
}

/**
 * Something that is told above the chats until it is dealt with or dismissed.
 * @typedef {object} Told
 * @property {string} key the same is told once
 * @property {"danger" | "soon" | "taken" | "kept" | "done"} kind
 * @property {string} [conversation]
 * @property {(words: import("./strings.js").Words) => string} say
 * @property {number} since told at this time of this machine
 * @property {number} [until] goes by itself at this time of this machine
 */

/**
 * @typedef {object} DeskState
 * @property {string} lang of the page
 * @property {boolean} sound whether tones call the agent
 * @property {boolean} letters whether single letters are commands outside the editor
 * @property {boolean} column whether the customer is shown beside the chat where there is room for both
 * @property {boolean} drawer whether the customer is shown over the chat where there is not
 * @property {boolean} queueOpen whether those who wait are shown one by one
 * @property {boolean} signedOut
 * @property {string} turned why the server does not let anybody sit here, where it is not that nobody is signed in
 * @property {boolean} waited long enough to show a desk that does not know yet who sits at it
 * @property {Welcome | null} me
 * @property {{ state: import("../shared/protocol.js").PresenceState, reason: string }} presence what this agent does now
 * @property {ReadonlyMap<string, import("../shared/protocol.js").TeamMember>} team colleagues, and oneself, by id
 * @property {number | null} leaving so many chats keep this agent from going offline
 * @property {import("../shared/socket.js").LinkState} link
 * @property {boolean} planned the server asked to move: being away for a moment is nothing to worry about
 * @property {boolean} boarded whether the lists have come at all
 * @property {TicketCard[]} waiting the first of those who wait
 * @property {TicketCard[]} left the first of the messages left out of hours
 * @property {import("../shared/protocol.js").BoardCounts} counts
 * @property {TicketCard[]} mine
 * @property {readonly import("../shared/protocol.js").DeskNotice[]} notices what is wrong until it is mended
 * @property {import("./chat.js").Chat | null} chat the one that is looked at
 * @property {ReadonlyMap<string, number>} unread messages that are not seen, by chat
 * @property {ReadonlyMap<string, import("./parting.js").Parting>} parting chats that are being ended
 * @property {readonly import("./ended.js").Ended[]} ended chats that this agent has ended lately
 * @property {readonly Told[]} told
 * @property {ReadonlyMap<string, unknown>} typing the chats in which the shopper is typing
 * @property {unknown} outbox what is not acknowledged
 * @property {unknown} drafts
 * @property {number} draftsWaiting drafts of shops that wait for this person
 * @property {{ chats: readonly import("../shared/protocol.js").FloorChat[], next: string | null }} floor all open chats, for supervisors, as far as they were asked for
 * @property {import("./views/why.js").Why | null} why the last answer to why a chat is where it is
 * @property {import("./standards.js").Blocked} blocked what keeps words from being sent, by shop
 * @property {readonly import("./standards.js").Standard[]} standards what an agent is warned of; empty until the server has said it
 * @property {unknown} past earlier talks, or what is read of them, have changed
 * @property {unknown} notify whether notifications are on has changed
 * @property {null | "busy" | { closed: number, left: number }} closing waiting chats are being ended, or what became of them
 * @property {string} problem the code of a refusal that concerns no chat
 * @property {number} now server time, milliseconds; moves once a second
 */

/** @returns {Store<DeskState>} */
export function deskStore() {
  /** @type {DeskState} */
  const state = {
    lang: load(LANGUAGE, pageFor(navigator.language)),
    sound: load(SOUND, true),
    letters: load(LETTERS, true),
    column: load(COLUMN, true),
    drawer: false,
    queueOpen: load(QUEUE, false),
    signedOut: false,
    turned: "",
    waited: false,
    me: null,
    presence: { state: "break", reason: "" },
    team: new Map(),
    leaving: null,
    link: "stopped",
    planned: false,
    boarded: false,
    waiting: [],
    left: [],
    counts: { waiting: 0, left: 0, agents_online: 0 },
    mine: [],
    notices: [],
    chat: null,
    unread: new Map(),
    parting: new Map(),
    ended: [],
    told: [],
    typing: new Map(),
    outbox: null,
    drafts: null,
    draftsWaiting: 0,
    floor: { chats: [], next: null },
    why: null,
    standards: [],
    blocked: {},
    past: null,
    notify: null,
    closing: null,
    problem: "",
    now: Date.now(),
  };
  return new Store(state);
}
