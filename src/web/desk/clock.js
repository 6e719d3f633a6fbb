// Times on the desk: how long is left, how long somebody waits, when something was.

/** @typedef {import("../shared/protocol.js").TicketCard} TicketCard */
/** calm: time is left; soon: little; over: none; rest: the shopper's turn. @typedef {"calm" | "soon" | "over" | "rest"} Urgency */

/** Less than this until the deadline is worth a colour, milliseconds. */
const SOON_MS = 60_000;
const DAY_MS = 86_400_000;

/** `0:42`, `3:05`, `1:02:03`. @param {number} ms */
export function lasting(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** The same in at most five signs, for a row: from an hour on `2 h`. @param {number} ms */
export function short(ms) {
  const hours = Math.floor(Math.max(0, ms) / 3_600_000);
  if (hours >= 48) return `${Math.floor(ms / DAY_MS)}d`;
  return hours > 0 ? `${hours}h${String(Math.floor(ms / 60_000) % 60).padStart(2, "0")}` : lasting(ms);
}

/**
 * How a card stands against the shop's clock: what is left, or with a `+` by how much it is over.
 * @param {TicketCard} card
 * @param {number} now server time
 * @returns {{ text: string, urgency: Urgency }}
 */
export function standing({ deadline }, now) {
  const left = deadline - now;
  if (left < 0) return { text: `+${short(-left)}`, urgency: "over" };
  return { text: short(left), urgency: left < SOON_MS ? "soon" : "calm" };
}

/** @param {number} at @param {string} lang */
export function hour(at, lang) {
  /** @type {Intl.DateTimeFormatOptions} */
  const shape = { hour: "2-digit", minute: "2-digit", hour12: false };
  const date = new Date(at);
  if (date.toDateString() !== new Date().toDateString()) Object.assign(shape, { month: "short", day: "numeric" });
  return formatter(lang, shape).format(date);
}

/** Making one takes longer than using it a hundred times. @type {Map<string, Intl.DateTimeFormat>} */
const formatters = new Map();

/** @param {string} lang @param {Intl.DateTimeFormatOptions} shape */
function formatter(lang, shape) {
  const key = lang + JSON.stringify(shape);
  const found = formatters.get(key) ?? new Intl.DateTimeFormat(lang, shape);
  formatters.set(key, found);
  return found;
}
