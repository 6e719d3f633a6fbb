// Drafts without DOM: changes of a shop's words that are kept for later, tried, given to a colleague, published.

import { ask } from "./staff.js";

/** @typedef {import("./morning.js").Change} Change */
/** @typedef {import("./questions.js").OwnWords} OwnWords */
/** @typedef {import("./shop.js").Thing} Thing */
/** @typedef {{ kind: "question", id?: string, base: OwnWords, words: OwnWords } | { kind: "shop", thing: { what: import("./shop.js").What, base?: Thing | null, wanted?: Thing | null } } | { kind: "teach" }} Wish */
/** @typedef {{ by: string, by_name: string | null, to: string, to_name: string | null, words: string, at: number }} Said */
/**
 * @typedef {object} Draft
 * @property {string} id
 * @property {string} by
 * @property {string | null} by_name
 * @property {number} at
 * @property {number} version stands for what it holds
 * @property {boolean} older something else has answered since it was kept
 * @property {(Change & { by: string, by_name: string | null, at: number, wish: Wish })[]} changes
 * @property {{ name: string, diff: string }[]} files what it would write now
 * @property {string | null} in_the_way why it cannot be published as things are
 * @property {Said | null} asked
 * @property {Said | null} sent_back
 * @property {{ at: number, shown: string, by: string, by_name: string | null } | null} due `shown`: by the clocks of the shop's zone
 * @property {{ at: number, message: string } | null} failed
 * @property {{ since: number, shown: string, by: string, by_name: string | null } | null} shadow it answers silently beside what is live
 * @property {{ percent: number, since: number, shown: string, by: string, by_name: string | null } | null} share of the new talks that it answers
 * @property {boolean} busy it is being published
 * @property {boolean} waits for something that whoever reads it is to do
 */
/** @typedef {{ talks: number, messages: number, not_understood: number, asked_again: number, handed_off: number, rated: number, stars: number }} Arm what became of talks */
/** @typedef {{ since: number, cut: boolean, draft: Arm, live: Arm }} ShareCounts */
/** @typedef {{ drafts: Draft[], colleagues: { id: string, name: string }[], may_teach: boolean, me: string, now: string }} Drafts `now`: by the clocks of the shop's zone */
/** @typedef {{ remove: string } | { ask: { to: string, words: string } } | { send_back: string } | { at: string } | { shadow: boolean } | { share: number } | { discard: true }} Act one thing that is done with a draft; `at` empty: not by itself; `share` in percent, 0 for none any more */
/** @typedef {{ question: object } | { thing: object } | { decision: object }} Wished one of the three, as it would be saved */
/** @template T @typedef {import("./staff.js").Answer<T>} Answer */

/** Told on the document when drafts have changed here. */
export const DRAFTS_CHANGED = "yingda-drafts-changed";

/** @param {string} lang @param {string} shop @returns {Promise<Answer<Drafts>>} */
export const draftsOf = (lang, shop) => ask("GET", `v1/drafts?shop=${encodeURIComponent(shop)}`, lang);

/** How many drafts wait for whoever asks. @param {string} lang @returns {Promise<Answer<{ waiting: number }>>} */
export const draftsWaiting = (lang) => ask("GET", "v1/drafts/waiting", lang);

/** @template T @param {Promise<Answer<T>>} asked @returns {Promise<Answer<T>>} */
async function telling(asked) {
  const answer = await asked;
  document.dispatchEvent(new Event(DRAFTS_CHANGED));
  return answer;
}

/** @param {string} lang @param {string} draft empty for a new one @param {string} reason @param {Wished} wished @returns {Promise<Answer<{ draft: string }>>} */
export const keepChange = (lang, draft, reason, wished) => telling(ask("POST", "v1/drafts/keep", lang, { draft, reason, ...wished }));

/** @param {string} lang @param {string} shop @param {string} draft @param {Act} act @returns {Promise<Answer<{}>>} */
export const actOnDraft = (lang, shop, draft, act) => telling(ask("POST", "v1/drafts/change", lang, { shop, draft, ...act }));

/** @param {string} lang @param {string} shop @param {string} draft @param {number} days @returns {Promise<Answer<import("./questions.js").Trial>>} */
export const tryDraft = (lang, shop, draft, days) => ask("POST", "v1/drafts/try", lang, { shop, draft, days });

/** What it would have done to what was said since it answers silently beside what is live. @param {string} lang @param {string} shop @param {string} draft @returns {Promise<Answer<import("./questions.js").Trial>>} */
export const shadowOf = (lang, shop, draft) => ask("POST", "v1/drafts/try", lang, { shop, draft, shadow: true });

/** What became of the talks that it answers, and of the others. @param {string} lang @param {string} shop @param {string} draft @returns {Promise<Answer<ShareCounts>>} */
export const shareOf = (lang, shop, draft) => ask("GET", `v1/drafts/share?shop=${encodeURIComponent(shop)}&draft=${encodeURIComponent(draft)}`, lang);

/** The shares that may be chosen, percent. */
export const SHARES = /** @type {const} */ ([5, 10, 20, 30, 50]);

/** Not done where it holds something else than was looked at. @param {string} lang @param {string} shop @param {Draft} draft @returns {Promise<Answer<{ changes: Change[], warnings: { message: string }[] }>>} */
export const publishDraft = (lang, shop, { id, version }) => telling(ask("POST", "v1/drafts/publish", lang, { shop, draft: id, version }));

/** Changes of drafts on their way to the forms in which they are mended, by the address of the form. @type {Map<string, { draft: string, wish: Wish }>} */
const mending = new Map();

/** Where a change is mended: the address of its form; empty where it has none. @param {string} shop @param {Wish} wish */
function formOf(shop, wish) {
  const at = encodeURIComponent(shop);
  if (wish.kind === "question") return `#questions=${at}/${encodeURIComponent(wish.id ?? "")}`;
  // What is to go has no fields.
  if (wish.kind !== "shop" || !wish.thing.wanted) return "";
  const { what, base } = wish.thing;
  if (what === "hours") return `#shop=${at}/hours`;
  const named = /** @type {{ id?: string, name: string } | null} */ (/** @type {unknown} */ (base ?? null));
  return `#shop=${at}/${what}/${encodeURIComponent(named === null ? "+" : what === "goods" ? named.id || named.name : named.name)}`;
}

/** Whether a change can be mended in a form. @param {Wish} wish */
export const hasForm = (wish) => formOf("", wish) !== "";

/** Brings a change of a draft to its form; where the form is open already it is asked for anew. @param {string} shop @param {string} draft @param {Wish} wish */
export function mend(shop, draft, wish) {
  const place = formOf(shop, wish);
  mending.set(place, { draft, wish });
  if (location.hash === place) window.dispatchEvent(new Event("hashchange"));
  else location.hash = place;
}

/** What is to be mended in the form of this address, once. @param {string} place */
export function takeMending(place) {
  const found = mending.get(place);
  mending.delete(place);
  return found;
}
