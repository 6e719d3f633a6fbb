// The page of the shop without DOM: its hours, facts and goods, read, tried and changed; and two people's changes brought together.

import { same } from "./questions.js";
import { ask } from "./staff.js";

/** @typedef {{ from: string, to: string, hours: string }} Holiday */
/** @typedef {{ name: string, from: string, to: string }} Period `2026-10-31 20:00`, or `2026-10-31` for a whole day */
/** @typedef {{ week: string[], holidays: Holiday[], periods?: Period[] }} Hours spans of each day, Monday first; empty for none */
/** @typedef {{ name: string, name_en: string, timezone: string, clock: string }} Profile empty: no English name, Shanghai's zone, its own clock */
/** @typedef {{ name: string, zh: string, en?: string }} Fact */
/** @typedef {Fact & { title?: [string, string], used: { id: string, title: string }[], phrases: string[] }} ListedFact */
/** @typedef {{ name: string, zh: string, en: string }} Text a colour, a text or an attribute of an article */
/**
 * @typedef {object} Goods
 * @property {string} id
 * @property {string} name
 * @property {string} name_en
 * @property {string[]} aliases
 * @property {string[]} links
 * @property {string} price
 * @property {string[]} sizes
 * @property {Text[]} colors
 * @property {Text[]} said
 * @property {Text[]} attributes
 */
/**
 * @typedef {object} ShopPage
 * @property {Hours | null} hours `null` where the file is written in another form
 * @property {[string, string]} hours_said as shoppers are told today, in Chinese and in English
 * @property {Profile | null} profile
 * @property {[string, number][]} clocks the reply clocks with their milliseconds; 0 for the shop's own
 * @property {ListedFact[] | null} facts
 * @property {number | null} goods how many
 * @property {string} goods_file
 * @property {string} file
 * @property {boolean} may_teach
 * @property {boolean} writable
 */
/** @typedef {{ goods: Goods[], found: number, attributes: string[], file: string }} GoodsPage */
/** @typedef {"hours" | "profile" | "fact" | "goods"} What */
/** @typedef {Hours | Profile | Fact | Goods} Thing */
/** @typedef {{ resaid: { id: string, title: string, lang: string, before: string | null, after: string | null }[], resaid_count: number, asked: { text: string, before: string, after: string }[] }} Heard */
/** @typedef {Omit<import("./questions.js").Trial, "preview" | "answered"> & Heard} Trial */
/** @typedef {import("./morning.js").Taught & Heard} Saved */
/** @typedef {{ shop: string, what: What, base: Thing | null, wanted: Thing | null }} Edit without a base it is new, without what is wanted it goes */
/** @template T @typedef {import("./staff.js").Answer<T>} Answer */

/** The texts of an article that are no attributes. */
export const SAID = /** @type {const} */ (["stock", "in_box", "suits", "compatible", "material", "size_table"]);

const at = (/** @type {string} */ shop) => `shop=${encodeURIComponent(shop)}`;

/** @param {string} lang @param {string} shop @returns {Promise<Answer<ShopPage>>} */
export const shopPage = (lang, shop) => ask("GET", `v1/shop?${at(shop)}`, lang);

/** @param {string} lang @param {string} shop @param {string} sought @returns {Promise<Answer<GoodsPage>>} */
export const goodsOf = (lang, shop, sought) => ask("GET", `v1/shop/goods?${at(shop)}&sought=${encodeURIComponent(sought)}`, lang);

/** @param {string} lang @param {Edit} edit @param {string} reason @returns {Promise<Answer<Saved>>} */
export const save = (lang, edit, reason) => ask("POST", "v1/shop", lang, { ...edit, reason });

/** @param {string} lang @param {Edit} edit @param {number} days @returns {Promise<Answer<Trial>>} */
export const tryOut = (lang, edit, days) => ask("POST", "v1/shop/try", lang, { ...edit, days });

/** An article of which nothing is known. @returns {Goods} */
export const noGoods = () => ({ id: "", name: "", name_en: "", aliases: [], links: [], price: "", sizes: [], colors: [], said: [], attributes: [] });

/** What an article is found by in the address. @param {Goods} goods */
export const keyOf = ({ id, name }) => id || name;

/** A fact as it is written, without what it is for. @param {Fact} fact @returns {Fact} */
export const plainFact = ({ name, zh, en }) => ({ name, zh, ...(en !== undefined && { en }) });

/** Each part that two people may change apart: `week.0`, `holidays.2027-02-05`, `periods.双11`, `said.stock`, `price` … @param {Thing} thing @returns {Record<string, unknown>} */
function parts(thing) {
  if ("week" in thing) {
    const days = thing.holidays.map(({ from, to, hours }) => [`holidays.${from}${to === from || to === "" ? "" : `..${to}`}`, hours]);
    const periods = (thing.periods ?? []).map(({ name, from, to }) => [`periods.${name}`, `${from}..${to}`]);
    return Object.fromEntries([...thing.week.map((hours, day) => [`week.${day}`, hours]), ...days, ...periods]);
  }
  if (!("aliases" in thing)) return { ...thing };
  const { said, attributes, ...rest } = thing;
  const named = (/** @type {string} */ list, /** @type {Text[]} */ texts) => texts.map((text) => [`${list}.${text.name}`, text]);
  return Object.fromEntries([...Object.entries(rest), ...named("said", said), ...named("attributes", attributes)]);
}

/** The thing of these parts. @template {Thing} T @param {T} like @param {Record<string, any>} parts @returns {T} */
function whole(like, parts) {
  const under = (/** @type {string} */ list) => Object.entries(parts).filter(([key, value]) => key.startsWith(`${list}.`) && value !== undefined);
  if ("week" in like) {
    const holidays = under("holidays").map(([key, hours]) => {
      const [from = "", to = from] = key.slice("holidays.".length).split("..");
      return { from, to, hours };
    });
    const periods = under("periods").map(([key, ends]) => {
      const [from = "", to = ""] = ends.split("..");
      return { name: key.slice("periods.".length), from, to };
    });
    return /** @type {T} */ ({ week: like.week.map((_, day) => parts[`week.${day}`] ?? ""), holidays, ...(like.periods !== undefined && { periods }) });
  }
  const plain = Object.fromEntries(Object.entries(parts).filter(([key, value]) => !key.includes(".") && value !== undefined));
  if (!("aliases" in like)) return /** @type {T} */ (plain);
  return /** @type {T} */ ({ ...plain, said: under("said").map(([, text]) => text), attributes: under("attributes").map(([, text]) => text) });
}

/** Lists of plain words, of which both people's stand. */
const JOINED = ["aliases", "links", "sizes"];

/**
 * My values on top of what somebody else has saved meanwhile: what I did not touch is theirs, and where both changed the same, mine
 * stay in the form and the part is named.
 * @template {Thing} T
 * @param {T} base what both began with
 * @param {T} theirs
 * @param {T} mine
 * @returns {{ thing: T, both: string[] }}
 */
export function merged(base, theirs, mine) {
  const [was, their, my] = [parts(base), parts(theirs), parts(mine)];
  /** @type {Record<string, unknown>} */
  const together = {};
  /** @type {string[]} */
  const both = [];
  for (const key of new Set([...Object.keys(their), ...Object.keys(my), ...Object.keys(was)])) {
    if (same(was[key], my[key])) together[key] = their[key];
    else if (JOINED.includes(key)) {
      const [before, here, there] = /** @type {string[][]} */ ([was[key], my[key], their[key]]);
      together[key] = [...there.filter((text) => here.includes(text) || !before.includes(text)), ...here.filter((text) => !before.includes(text) && !there.includes(text))];
    } else {
      together[key] = my[key];
      if (!same(was[key], their[key]) && !same(my[key], their[key])) both.push(key);
    }
  }
  return { thing: whole(mine, together), both };
}

/**
 * What somebody else has changed, by part, `−` what went and `+` what came.
 * @param {Thing} base @param {Thing} theirs
 * @returns {{ key: string, lines: string[] }[]}
 */
export function changedLines(base, theirs) {
  const [was, is] = [parts(base), parts(theirs)];
  const shown = (/** @type {any} */ value) => (typeof value === "object" ? [value.zh, value.en].filter(Boolean).join(" / ") : String(value));
  const listed = (/** @type {any} */ value) => (value === undefined || value === "" ? [] : Array.isArray(value) ? value.map(shown) : [shown(value)]);
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) => {
    if (same(was[key], is[key])) return [];
    const [before, after] = [listed(was[key]), listed(is[key])];
    return [{ key, lines: [...before.filter((line) => !after.includes(line)).map((line) => `− ${line}`), ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`)] }];
  });
}

/** Lines without blanks around, each once. @param {string} value */
export const linesOf = (value) => [...new Set(value.split("\n").map((line) => line.trim()).filter((line) => line !== ""))];
