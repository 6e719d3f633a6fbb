// Finds the words for a language; only those of the page are fetched.

/** @typedef {import("./strings.zh.js").Strings} Strings */
/** @typedef {"zh" | "zh-Hant" | "en"} Language */

/** @type {Map<Language, Strings>} */
const known = new Map();

/** What a tag asks for, by the rule of `src/model/language.rs`. @param {string} tag @returns {Language | undefined} */
export function languageOf(tag) {
  // What follows a dot or a single letter says no language.
  const own = tag.replace(/_/g, "-").replace(/[.@;].*|-.?(-.*)?$/, "");
  if (/^en\b/i.test(own)) return "en";
  if (!/^(zh|cmn|yue)\b/i.test(own)) return undefined;
  return /-hans\b/i.test(own) || !/^yue|-(hant|tw|hk|mo|yue)\b/i.test(own) ? "zh" : "zh-Hant";
}

/** @param {Language} lang @returns {Promise<void>} */
export async function fetchWords(lang) {
  if (known.has(lang)) return;
  known.set(lang, (await import(`./strings.${lang}.js`)).words);
}

/** @param {Language} lang @param {() => void} onLoaded called when they had to be fetched @returns {Strings | undefined} */
export function wordsFor(lang, onLoaded) {
  const found = known.get(lang);
  // Without a network the next drawing asks again.
  if (found === undefined) fetchWords(lang).then(onLoaded, () => {});
  return found;
}
