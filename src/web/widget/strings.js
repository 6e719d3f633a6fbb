// Finds the words for a language; only those of the page are fetched.

/** @typedef {import("./strings.zh.js").Strings} Strings */
/** @typedef {"zh" | "hant" | "en"} Writing */

/** @type {Map<Writing, Strings>} */
const known = new Map();

/** @param {string} tag BCP 47 @returns {Writing} */
export function writing(tag) {
  if (/^zh\b.*\b(hant|tw|hk|mo)\b/i.test(tag)) return "hant";
  return /^zh/i.test(tag) ? "zh" : "en";
}

/** @param {string} tag @returns {Promise<void>} */
export async function fetchWords(tag) {
  const name = writing(tag);
  if (known.has(name)) return;
  const { words } = await (name === "hant" ? import("./strings.hant.js") : name === "zh" ? import("./strings.zh.js") : import("./strings.en.js"));
  known.set(name, words);
}

/**
 * @param {string} tag
 * @param {() => void} onLoaded called when they had to be fetched
 * @returns {Strings | undefined}
 */
export function wordsFor(tag, onLoaded) {
  const found = known.get(writing(tag));
  // Without a network the next drawing asks again.
  if (found === undefined) fetchWords(tag).then(onLoaded, () => {});
  return found;
}
