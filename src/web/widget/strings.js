// Finds the words for a language; only those of the page are fetched.

/** @typedef {import("./strings.zh.js").Strings} Strings */

/** @type {Map<string, Strings | Promise<void>>} */
const known = new Map();

/** @param {string} tag BCP 47 */
function load(tag) {
  if (/^zh\b.*\b(hant|tw|hk|mo)\b/i.test(tag)) return import("./strings.hant.js");
  return /^zh/i.test(tag) ? import("./strings.zh.js") : import("./strings.en.js");
}

/**
 * @param {string} tag
 * @param {() => void} onLoaded called once when they had to be fetched
 * @returns {Strings | undefined}
 */
export function wordsFor(tag, onLoaded) {
  const found = known.get(tag);
  if (found === undefined) {
    const keep = (/** @type {{ words: Strings }} */ { words }) => {
      known.set(tag, words);
      onLoaded();
    };
    known.set(tag, load(tag).then(keep));
  }
  return found instanceof Promise ? undefined : found;
}
