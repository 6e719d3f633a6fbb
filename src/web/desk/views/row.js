// One row of the list: one clock, who, how much is unread; the last words, and the lane where it is above the ordinary.

import { el, fill, set, text } from "../../shared/dom.js";
import { groupOf, isOpen } from "../attention.js";
import { hour, short, standing } from "../clock.js";
import { named, shopName } from "../strings.js";

/** @typedef {import("../../shared/protocol.js").TicketCard} TicketCard */
/** @typedef {import("../state.js").DeskState} DeskState */
/** @typedef {import("../strings.js").Words} Words */

/** What a row shows. @typedef {{ card: TicketCard, name: string, unread: number, current: boolean, gone: boolean, queued: boolean, lastAt: number | null }} Shown */

/** What each row was drawn from, so that nothing is drawn that is as it was. @type {WeakMap<HTMLElement, { shown: Shown, words: Words, urgency: string }>} */
const drawn = new WeakMap();

/** @param {() => void} onOpen */
export function makeRow(onOpen) {
  const open = el(
    "button",
    { type: "button", class: "open", onclick: onOpen },
    el("span", { class: "clock", "aria-hidden": "true" }),
    el("span", { class: "who" }, el("b", { class: "name" }), el("span", { class: "row-tags" }), el("span", { class: "in-shop" })),
    el("span", { class: "unread", "aria-hidden": "true" }),
    el("span", { class: "state", "aria-hidden": "true" }),
    el("span", { class: "sr" }),
    el("span", { class: "last" }),
    el("span", { class: "lane" }),
  );
  return el("li", { class: "card" }, open);
}

/** @param {HTMLElement} row @param {Shown} shown @param {DeskState} state @param {Words} words */
export function drawRow(row, shown, state, words) {
  const before = drawn.get(row);
  if (before !== undefined && before.words === words && same(before.shown, shown)) return;
  drawn.set(row, { shown, words, urgency: before?.urgency ?? "" });
  const open = /** @type {HTMLElement} */ (row.firstElementChild);
  const [, who, unread, stateSign, , last, lane] = /** @type {HTMLElement[]} */ ([...open.children]);
  const { card } = shown;
  set(row, { "data-lane": card.lane });
  row.classList.toggle("gone", shown.gone);
  text(who.children[0], shown.name);
  drawTags(/** @type {HTMLElement} */ (who.children[1]), card);
  text(who.children[2], shopName(state, card.shop));
  text(unread, shown.unread > 0 ? String(shown.unread) : "");
  set(unread, { hidden: shown.unread === 0 });
  row.classList.toggle("is-unread", shown.unread > 0);
  text(stateSign, card.promoted ? "↑" : card.here ? "●" : "");
  text(last, card.last_text);
  text(lane, card.lane === "normal" ? "" : named(words.lanesShort, card.lane));
  set(lane, { hidden: card.lane === "normal" });
  set(open, { "aria-current": shown.current ? "true" : null, disabled: shown.gone });
  drawClock(row, state.now, words, state.lang, true);
}

/** VIP and the first tags of the customer. @param {HTMLElement} element @param {TicketCard} card */
export function drawTags(element, { vip = false, tags = [] }) {
  text(element, [vip && "★VIP", ...tags.map((tag) => `#${tag}`)].filter(Boolean).join(" "));
  set(element, { hidden: element.textContent === "", "data-vip": vip ? "yes" : null });
}

/** Only what moves with the time. @param {HTMLElement} row @param {number} now @param {Words} words @param {string} lang @param {boolean} [all] what is said of it, too */
export function drawClock(row, now, words, lang, all = false) {
  const known = drawn.get(row);
  if (known === undefined) return;
  const { card, queued, lastAt, gone } = known.shown;
  const group = groupOf(card, now);
  const counts = queued || (group === "owed" && isOpen(card));
  const { text: left, urgency } = counts
    ? standing(card, now)
    : { text: group === "later" ? short((card.snoozed_until ?? now) - now) : lastAt === null ? "" : hour(lastAt, lang), urgency: "rest" };
  const open = /** @type {HTMLElement} */ (row.firstElementChild);
  text(/** @type {Element} */ (open.firstElementChild), left);
  if (known.urgency === urgency && !all) return;
  known.urgency = urgency;
  set(row, { "data-urgency": urgency });
  // What is read aloud says how it stands and not how many seconds are left: it would never be silent.
  const { unread } = known.shown;
  const spoken = [
    gone ? words.gone : queued ? words.waitsIs : { owed: words.owedIs, theirs: words.theirsIs, later: words.laterIs }[group],
    urgency === "over" && words.overIs,
    card.promoted && words.promoted,
    unread > 0 && fill(words.unread, { n: unread }),
  ];
  text(/** @type {Element} */ (open.querySelector(".sr")), ` ${spoken.filter(Boolean).join("，")} `);
  set(open, { title: card.promoted ? words.promoted : null });
}

/** @param {Shown} one @param {Shown} other */
function same(one, other) {
  const { card, ...rest } = one;
  const { card: otherCard, ...otherRest } = other;
  return card === otherCard && /** @type {(keyof typeof rest)[]} */ (Object.keys(rest)).every((name) => rest[name] === otherRest[name]);
}
