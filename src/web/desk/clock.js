// Times on the desk: how long somebody waits, how long is left.

import { fill } from "../shared/dom.js";

/** @typedef {import("./strings.js").Words} Words */
/** @typedef {import("../shared/protocol.js").TicketCard} TicketCard */

/** Less than this until the deadline is worth a colour, milliseconds. */
const SOON_MS = 60_000;

/** `0:42`, `3:05`, `1:02:03`. @param {number} ms */
export function lasting(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/**
 * How a card stands against the shop's clock.
 * @param {TicketCard} card
 * @param {number} now server time
 * @param {Words} words
 * @returns {{ text: string, urgency: "calm" | "soon" | "over" }}
 */
export function standing(card, now, words) {
  const left = card.deadline - now;
  if (left < 0) return { text: fill(words.over, { time: lasting(-left) }), urgency: "over" };
  return { text: fill(words.left, { time: lasting(left) }), urgency: left < SOON_MS ? "soon" : "calm" };
}

/** @param {number} at @param {string} lang */
export function hour(at, lang) {
  /** @type {Intl.DateTimeFormatOptions} */
  const shape = { hour: "2-digit", minute: "2-digit", hour12: false };
  const date = new Date(at);
  if (date.toDateString() !== new Date().toDateString()) Object.assign(shape, { month: "short", day: "numeric" });
  return new Intl.DateTimeFormat(lang, shape).format(date);
}
