// The numbers of the day without DOM: what is asked, which days, and the tables, each with its columns as they are shown and as they
// stand in a sheet.

import { fill } from "../shared/dom.js";
import { ask } from "./staff.js";

/**
 * @typedef {object} Figures
 * @property {number} chats
 * @property {number} with_people
 * @property {number} not_handed_off
 * @property {number} solved
 * @property {number} returned
 * @property {number} unhelped
 * @property {number} undecided
 * @property {Record<string, number>} reasons
 * @property {number} left
 * @property {number} replied
 * @property {number} [first_reply_p50_ms]
 * @property {number} [first_reply_p90_ms]
 * @property {number} [promised_p50_ms]
 * @property {number} [promised_p90_ms]
 * @property {number} kept
 * @property {number} broken
 * @property {number} overdue
 * @property {number} waiting
 * @property {number} ended_before
 * @property {number} rated
 * @property {number} stars
 * @property {number} low
 * @property {number} taken_back
 */
/** @typedef {Pick<Figures, "chats" | "replied" | "first_reply_p50_ms" | "first_reply_p90_ms" | "kept" | "broken" | "rated" | "stars" | "low" | "taken_back"> & { agent: string, name: string, messages: number, handed_on: number, points?: number }} OfAgent */
/** @typedef {{ shop: string, question: string, title?: string, asked: number, handed_off: number, solved: number, returned: number }} OfQuestion */
/**
 * @typedef {object} Numbers
 * @property {Figures} total
 * @property {(Figures & { day: string })[]} days
 * @property {(Figures & { hour: number })[]} hours
 * @property {(Figures & { shop: string })[]} shops
 * @property {OfAgent[]} agents
 * @property {OfQuestion[]} questions
 * @property {number} agents_left_out
 * @property {number} questions_left_out
 * @property {string} from
 * @property {string} until
 * @property {string} today
 * @property {number} now
 * @property {number} [read_until] what happened later is not in it yet: ask again
 */
/** @typedef {{ shop: string, from: string, until: string }} Span days empty: today */
/** @typedef {import("./strings.numbers.js").NumberWords} NumberWords */
/**
 * A column: what a cell holds in a sheet, and what is shown instead where that is another.
 * @template Row
 * @typedef {{ label: string, value: (row: Row) => number | string | null, shown?: (row: Row) => string }} Column
 */

/** Why chats are handed off, in this order. */
export const REASONS = /** @type {const} */ (["asked", "signal", "ledger", "misses", "intent", "other"]);
/** Spans that have a name. */
export const SPANS = /** @type {const} */ (["today", "yesterday", "week", "last_week", "month"]);
/** Days of the span `month`. */
const MONTH = 30;

/** What the address says. @param {string} hash with its `#` @returns {Span} */
export function spanIn(hash) {
  const at = hash.indexOf("=");
  const given = new URLSearchParams(at < 0 ? "" : hash.slice(at + 1));
  return { shop: given.get("shop") ?? "", from: given.get("from") ?? "", until: given.get("until") ?? "" };
}

/** The address for it. @param {Span} span */
export function hashOf(span) {
  const given = Object.entries(span).filter(([, value]) => value !== "");
  return given.length === 0 ? "#numbers" : `#numbers=${new URLSearchParams(given)}`;
}

/** A day so many days later. @param {string} day @param {number} days */
export function later(day, days) {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** The days of a span that has a name. Weeks begin on Monday. @param {(typeof SPANS)[number]} name @param {string} today */
export function daysOf(name, today) {
  const monday = later(today, -((new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7));
  switch (name) {
    case "yesterday":
      return { from: later(today, -1), until: later(today, -1) };
    case "week":
      return { from: monday, until: today };
    case "last_week":
      return { from: later(monday, -7), until: later(monday, -1) };
    case "month":
      return { from: later(today, 1 - MONTH), until: today };
    default:
      return { from: today, until: today };
  }
}

/** The name of a span, or "own". @param {{ from: string, until: string }} days @param {string} today */
export function nameOf({ from, until }, today) {
  const same = SPANS.find((name) => {
    const days = daysOf(name, today);
    return days.from === from && days.until === until;
  });
  return same ?? "own";
}

/** @param {string} lang @param {Span} span @returns {Promise<import("./staff.js").Answer<Numbers>>} */
export function numbersOf(lang, { shop, from, until }) {
  const given = Object.entries({ shop, from, until }).filter(([, value]) => value !== "");
  return ask("GET", given.length === 0 ? "v1/numbers" : `v1/numbers?${new URLSearchParams(given)}`, lang);
}

/** A part of a hundred with one place, null of nothing. @param {number} part @param {number} all */
export const percent = (part, all) => (all === 0 ? null : Math.round((part / all) * 1000) / 10);

/** Deadlines kept of those that are decided, of a hundred. @param {Pick<Figures, "kept" | "broken"> & { overdue?: number }} row */
export const keptOf = ({ kept, broken, overdue = 0 }) => percent(kept, kept + broken + overdue);

/** Solved by the bot of all chats of which that is known, of a hundred. @param {Figures} row */
export const solvedOf = ({ solved, chats, undecided }) => percent(solved, chats - undecided);

/** Average of the stars with two places, null without any. @param {Pick<Figures, "rated" | "stars">} row */
export const starsOf = ({ rated, stars }) => (rated === 0 ? null : Math.round((stars / rated) * 100) / 100);

/** Seconds, null of nothing. @param {number | undefined} ms */
export const seconds = (ms) => (ms === undefined ? null : Math.round(ms / 100) / 10);

/** A duration for people. @param {number | undefined} ms @param {NumberWords} words */
export function lasting(ms, words) {
  if (ms === undefined) return "–";
  const all = Math.round(ms / 1000);
  if (all < 60) return fill(words.seconds, { s: all });
  if (all < 3600) return fill(words.minutes, { m: Math.floor(all / 60), s: all % 60 });
  return fill(words.hours, { h: Math.floor(all / 3600), m: Math.floor((all % 3600) / 60) });
}

/** @param {number | null} value @param {string} [unit] */
export const orDash = (value, unit = "") => (value === null ? "–" : `${value}${unit}`);

/** @param {NumberWords} words @returns {Column<Figures>[]} */
export function figureColumns(words) {
  /** @param {"first_reply_p50_ms" | "first_reply_p90_ms" | "promised_p50_ms" | "promised_p90_ms"} field @param {string} label @returns {Column<Figures>} */
  const time = (field, label) => ({ label, value: (row) => seconds(row[field]), shown: (row) => lasting(row[field], words) });
  return [
    { label: words.chats, value: (row) => row.chats },
    { label: words.withPeople, value: (row) => row.with_people },
    { label: words.notHandedOff, value: (row) => row.not_handed_off },
    { label: words.solved, value: (row) => row.solved },
    { label: words.solvedShare, value: solvedOf, shown: (row) => orDash(solvedOf(row), " %") },
    { label: words.returned, value: (row) => row.returned },
    { label: words.unhelped, value: (row) => row.unhelped },
    { label: words.undecided, value: (row) => row.undecided },
    time("first_reply_p50_ms", words.firstP50),
    time("first_reply_p90_ms", words.firstP90),
    time("promised_p50_ms", words.promisedP50),
    time("promised_p90_ms", words.promisedP90),
    { label: words.kept, value: (row) => row.kept },
    { label: words.broken, value: (row) => row.broken + row.overdue },
    { label: words.keptShare, value: keptOf, shown: (row) => orDash(keptOf(row), " %") },
    { label: words.left, value: (row) => row.left },
    { label: words.stars, value: starsOf, shown: (row) => orDash(starsOf(row)) },
    { label: words.rated, value: (row) => row.rated },
    { label: words.low, value: (row) => row.low },
    { label: words.takenBack, value: (row) => row.taken_back },
  ];
}

/** @param {NumberWords} words @returns {Column<OfAgent>[]} */
export function agentColumns(words) {
  return [
    { label: words.agent, value: (row) => row.name },
    { label: words.chats, value: (row) => row.chats },
    { label: words.messages, value: (row) => row.messages },
    { label: words.firstP50, value: (row) => seconds(row.first_reply_p50_ms), shown: (row) => lasting(row.first_reply_p50_ms, words) },
    { label: words.firstP90, value: (row) => seconds(row.first_reply_p90_ms), shown: (row) => lasting(row.first_reply_p90_ms, words) },
    { label: words.kept, value: (row) => row.kept },
    { label: words.broken, value: (row) => row.broken },
    { label: words.keptShare, value: keptOf, shown: (row) => orDash(keptOf(row), " %") },
    { label: words.stars, value: starsOf, shown: (row) => orDash(starsOf(row)) },
    { label: words.rated, value: (row) => row.rated },
    { label: words.low, value: (row) => row.low },
    { label: words.takenBack, value: (row) => row.taken_back },
    { label: words.handedOn, value: (row) => row.handed_on },
    { label: words.points, value: (row) => row.points ?? 0 },
  ];
}

/** @param {NumberWords} words @param {(shop: string) => string} shopName @returns {Column<OfQuestion>[]} */
export function questionColumns(words, shopName) {
  return [
    { label: words.question, value: (row) => row.title ?? row.question },
    { label: words.shop, value: (row) => shopName(row.shop) },
    { label: words.asked, value: (row) => row.asked },
    { label: words.solved, value: (row) => row.solved },
    { label: words.returned, value: (row) => row.returned },
    { label: words.openAtHandoff, value: (row) => row.handed_off },
  ];
}

/** A cell that a spreadsheet would take for a formula is given an apostrophe, so that it stays the text it is. @param {string | number | null} cell */
function csvCell(cell) {
  if (typeof cell === "number") return String(cell);
  const text = cell ?? "";
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/**
 * A sheet as spreadsheets open it by a click: UTF-8 that says so at its beginning, lines as they are usual there.
 * @template Row
 * @param {readonly Column<Row>[]} columns
 * @param {readonly Row[]} rows
 */
export function csvOf(columns, rows) {
  const lines = [columns.map(({ label }) => csvCell(label)), ...rows.map((row) => columns.map(({ value }) => csvCell(value(row))))];
  return `\ufeff${lines.map((cells) => `${cells.join(",")}\r\n`).join("")}`;
}
