// What can be done with the chat that is looked at, and on the desk as a whole: the same for buttons, menus, keys and
// the search.

import { handlesCustomers } from "../staff.js";
import { wordsFor } from "../strings.js";

/**
 * @typedef {object} Act
 * @property {string} label
 * @property {boolean} shown
 * @property {boolean} inChat whether it is done to the chat that is looked at
 * @property {() => void} run
 * @property {boolean} [disabled]
 * @property {string} [href] another page
 */

/**
 * @typedef {object} Wiring
 * @property {(chat: import("../chat.js").Chat) => void} onTransfer
 * @property {(chat: import("../chat.js").Chat) => void} onNote
 * @property {(chat: import("../chat.js").Chat) => void} onSnooze
 * @property {(chat: import("../chat.js").Chat) => void} onEnd
 * @property {() => void} onCustomer
 * @property {() => void} onNext
 * @property {() => void} onTakeNext
 * @property {() => void} onBreak
 * @property {() => void} onHelp
 */

/**
 * @param {import("../store.js").Store<import("../state.js").DeskState>} store
 * @param {import("../client.js").DeskClient} client
 * @param {Wiring} wiring
 * @returns {Record<string, Act>}
 */
export function actsOn(store, client, wiring) {
  const { chat, lang, link, me, counts, mine, presence } = store.state;
  const words = wordsFor(lang);
  const { modern } = client;
  const own = chat?.place === "mine";
  const away = link !== "ready";
  const chief = me?.supervisor === true;
  const endedAt = chat?.endedAt ?? null;
  const snoozed = (chat?.card?.snoozed_until ?? 0) > client.now;
  const reopens = modern && endedAt !== null && client.now - endedAt < (me?.reopen_within_ms ?? 0);
  const withOther = chat?.place === "elsewhere" && endedAt === null;
  /** @param {string} label @param {boolean} shown @param {(chat: import("../chat.js").Chat) => void} run @returns {Act} */
  const onChat = (label, shown, run) => ({ label, shown: chat !== null && shown, inChat: true, disabled: away, run: () => chat !== null && run(chat) });
  /** @param {string} label @param {boolean} shown @param {() => void} run @returns {Act} */
  const onDesk = (label, shown, run) => ({ label, shown, inChat: false, run });
  return {
    take: onChat(withOther ? words.takeOver : words.take, chat?.place === "waiting" || (modern && chief && withOther), (chat) => client.takeChat(chat.conversation)),
    reopen: onChat(words.reopen, reopens, (chat) => client.reopen(chat)),
    transfer: onChat(words.transfer, own || (modern && chief && endedAt === null), wiring.onTransfer),
    note: onChat(words.noteTitle, modern, wiring.onNote),
    snooze: onChat(snoozed ? words.unsnooze : words.snooze, modern && own, (chat) => (snoozed ? client.snooze(chat, null) : wiring.onSnooze(chat))),
    bot: onChat(words.toBot, own, (chat) => client.giveBack(chat)),
    customer: { ...onChat(words.showCustomer, true, wiring.onCustomer), disabled: false },
    data: { ...onChat(words.thisCustomer, handlesCustomers(me?.roles ?? []), () => {}), disabled: false, href: `#customers=${encodeURIComponent(chat?.conversation ?? "")}` },
    end: onChat(words.end, own || (chief && chat?.place === "waiting"), wiring.onEnd),
    next: onDesk(words.keyNames.next, mine.length > 0, wiring.onNext),
    takeNext: onDesk(words.takeNext, counts.waiting + counts.left > 0, wiring.onTakeNext),
    break: onDesk(presence.state === "online" ? words.presence.break : words.presence.online, true, wiring.onBreak),
    help: onDesk(words.help, true, wiring.onHelp),
  };
}
