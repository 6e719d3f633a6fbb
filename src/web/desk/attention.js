// What an agent owes, in the order in which it hurts. No DOM here.

/** @typedef {import("../shared/protocol.js").TicketCard} TicketCard */
/** @typedef {import("../shared/protocol.js").Lane} Lane */

/**
 * An agent's own chats: to answer; with the shopper; put off.
 * @typedef {"owed" | "theirs" | "later"} Group
 */
/** @typedef {Record<Group, TicketCard[]>} Attention */

/** In the order of the list. @type {readonly Group[]} */
export const GROUPS = ["owed", "theirs", "later"];
/** The most pressing first. @type {readonly Lane[]} */
export const LANES = ["safety", "top", "urgent", "high", "normal"];
/** Served before anything else, whatever the clock says, and heard by everybody on duty. @type {readonly Lane[]} */
export const PRESSING = ["safety", "top"];

/** Whether the shopper waits for a word. @param {TicketCard} card */
export function isOpen({ waiting_since: since }) {
  return since !== undefined && since !== null;
}

/** @param {Lane} lane */
export function isPressing(lane) {
  return PRESSING.includes(lane);
}

/** @param {TicketCard} card @param {number} now server time @returns {Group} */
export function groupOf(card, now) {
  if ((card.snoozed_until ?? 0) > now) return "later";
  return isOpen(card) ? "owed" : "theirs";
}

/** Danger and law first, then whatever deadline is nearest. @param {TicketCard} one @param {TicketCard} other */
function nearer(one, other) {
  const rank = (/** @type {TicketCard} */ { lane }) => (isPressing(lane) ? PRESSING.indexOf(lane) : PRESSING.length);
  return rank(one) - rank(other) || one.deadline - other.deadline || (one.conversation < other.conversation ? -1 : 1);
}

/**
 * An agent's own chats as the list shows them.
 * @param {readonly TicketCard[]} mine
 * @param {number} now server time
 * @param {(conversation: string) => boolean} [hidden] those that are being ended
 * @returns {Attention}
 */
export function arrange(mine, now, hidden = () => false) {
  /** @type {Attention} */
  const attention = { owed: [], theirs: [], later: [] };
  for (const card of mine) if (!hidden(card.conversation)) attention[groupOf(card, now)].push(card);
  attention.owed.sort(nearer);
  attention.later.sort((one, other) => (one.snoozed_until ?? 0) - (other.snoozed_until ?? 0));
  return attention;
}

/** All of it in the order of the list. @param {Attention} attention */
export function inOrder(attention) {
  return GROUPS.flatMap((group) => attention[group]);
}

/**
 * The chat that hurts most and is not the one that is looked at.
 * @param {Attention} attention
 * @param {string | undefined} current
 */
export function nextOf({ owed }, current) {
  return owed.find(({ conversation }) => conversation !== current) ?? null;
}

/** How many wait in each lane, as far as it is known. @param {readonly TicketCard[]} waiting @returns {Record<Lane, number>} */
export function byLane(waiting) {
  const counts = { safety: 0, top: 0, urgent: 0, high: 0, normal: 0 };
  for (const { lane } of waiting) if (lane in counts) counts[lane] += 1;
  return counts;
}
