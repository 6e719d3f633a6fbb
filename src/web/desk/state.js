// The desk's state: what the store holds, and what it is at the beginning.

import { load } from "../shared/storage.js";
import { Store } from "./store.js";

/** @typedef {import("../shared/protocol.js").TicketCard} TicketCard */
/** @typedef {Extract<import("../shared/protocol.js").DeskFrame, { type: "welcome" }>} Welcome */

/** Under these the desk keeps what this browser prefers. */
export const LANGUAGE = "yingda.desk.lang";
export const SOUND = "yingda.desk.sound";

/**
 * @typedef {object} DeskState
 * @property {string} lang of the page
 * @property {boolean} sound whether a tone calls the agent
 * @property {boolean} signedOut
 * @property {string} turned why the server does not let anybody sit here, where it is not that nobody is signed in
 * @property {boolean} waited long enough to show a desk that does not know yet who sits at it
 * @property {Welcome | null} me
 * @property {boolean} available whether new chats are assigned to this agent
 * @property {import("../shared/socket.js").LinkState} link
 * @property {boolean} planned the server asked to move: being away for a moment is nothing to worry about
 * @property {boolean} boarded whether the lists have come at all
 * @property {TicketCard[]} waiting the first of those who wait
 * @property {number} waitingCount all who wait
 * @property {TicketCard[]} mine
 * @property {number} online agents at their desks
 * @property {readonly import("../shared/protocol.js").DeskNotice[]} notices what is wrong until it is mended
 * @property {import("./chat.js").Chat | null} chat the one that is looked at
 * @property {ReadonlyMap<string, unknown>} typing the chats in which the shopper is typing
 * @property {unknown} outbox what is not acknowledged
 * @property {unknown} drafts
 * @property {null | "busy" | { closed: number, left: number }} closing waiting chats are being ended, or what became of them
 * @property {string} problem the code of a refusal that concerns no chat
 * @property {number} now server time, milliseconds; moves once a second
 */

/** @returns {Store<DeskState>} */
export function deskStore() {
  /** @type {DeskState} */
  const state = {
    lang: load(LANGUAGE, navigator.language.startsWith("zh") ? "zh-CN" : "en"),
    sound: load(SOUND, true),
    signedOut: false,
    turned: "",
    waited: false,
    me: null,
    available: false,
    link: "stopped",
    planned: false,
    boarded: false,
    waiting: [],
    waitingCount: 0,
    mine: [],
    online: 0,
    notices: [],
    chat: null,
    typing: new Map(),
    outbox: null,
    drafts: null,
    closing: null,
    problem: "",
    now: Date.now(),
  };
  return new Store(state);
}
