// What shoppers hear otherwise by a change of the shop: answers as they were and as they are, and what is said of an article.

import { el, fill } from "../../shared/dom.js";

/** @param {import("../shop.js").Heard} heard @param {import("../strings.shop.js").ShopWords} words @param {Record<string, string>} langs @param {boolean} done it answers so already */
export function heardView({ resaid, resaid_count: count, asked }, words, langs, done) {
  const side = (/** @type {string} */ label, /** @type {string | null} */ said) => el("p", { class: "effect-side" }, el("span", { class: "soft" }, `${label} `), said === null || said === "" ? el("span", { class: "soft" }, words.unsaid) : said);
  const both = (/** @type {string} */ title, /** @type {string | null} */ before, /** @type {string | null} */ after) => el("li", {}, el("p", {}, el("b", {}, title)), before !== after && side(words.before, before), side(words.after, after));
  const told = count > 0 ? fill(done ? words.resaidDone : words.resaid, { n: count }) : asked.length === 0 ? words.resaidNone : "";
  return el(
    "div",
    { class: "heard" },
    told !== "" && el("p", {}, told),
    resaid.length > 0 && el("ul", {}, ...resaid.map(({ id, title, lang, before, after }) => both(`${title || id} · ${langs[lang] ?? lang}`, before, after)), count > resaid.length && el("li", { class: "soft" }, fill(words.resaidMore, { n: count - resaid.length }))),
    asked.length > 0 && el("ul", { "aria-label": words.asked }, ...asked.map(({ text, before, after }) => both(`“${text}”`, before, after))),
  );
}
