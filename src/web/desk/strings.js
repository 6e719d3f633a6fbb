// What the desk says, in the language of the page, and names that come from the shop's files.

import { en } from "./strings.en.js";
import { zhHant } from "./strings.zh-Hant.js";
import { zh } from "./strings.zh.js";

/** @typedef {import("./strings.zh.js").Words} Words */
/** @typedef {"zh" | "zh-Hant" | "en"} Script */

/** The pages there are, each called as its readers call it. */
export const LANGUAGES = /** @type {const} */ ([["zh-CN", "简体中文"], ["zh-Hant", "繁體中文"], ["en", "English"]]);

/** Whether readers of this language read Chinese, and in which characters. @param {string} lang BCP 47 @returns {Script} */
export function scriptOf(lang) {
  if (/^(zh-(hant|tw|hk|mo)|yue)/i.test(lang)) return "zh-Hant";
  return /^zh|^cmn/i.test(lang) ? "zh" : "en";
}

/** The page for a browser of this language. @param {string} lang */
export function pageFor(lang) {
  const script = scriptOf(lang);
  return script === "zh" ? "zh-CN" : script;
}

/** @param {string} lang @returns {Words} */
export function wordsFor(lang) {
  return { zh, "zh-Hant": zhHant, en }[scriptOf(lang)];
}

/** @param {Record<string, string>} table @param {string} key */
export function named(table, key) {
  return table[key] ?? key;
}

/**
 * A title of the shop's files in the language of the page, or in the nearest that there is.
 * @param {Partial<Record<string, string>> | undefined} title
 * @param {string} lang
 */
export function titleIn(title, lang) {
  const script = scriptOf(lang);
  return title?.[script] || (script === "en" ? "" : title?.zh) || "";
}

/**
 * The name of a chat's shop for whoever works for several; nothing for others, who know it.
 * @param {import("./state.js").DeskState} state
 * @param {string} shop
 */
export function shopName({ me, lang }, shop) {
  const shops = me?.titles?.shops ?? {};
  if (Object.keys(shops).length < 2) return "";
  return titleIn(/** @type {any} */ (shops[shop]), lang) || shop;
}

/**
 * What the shop's files call a signal; its id when they do not say.
 * @param {import("./state.js").DeskState} state
 * @param {string} id
 */
export function signalTitle({ me, lang }, id) {
  return titleIn(/** @type {any} */ (me?.titles?.signals[id]), lang) || id;
}
