// What a change would do to what was said lately: how much changes, and how, with what is said now and then.

import { el, fill } from "../../shared/dom.js";
import { named } from "../strings.js";

/** @typedef {import("../questions.js").Effect} Effect */
/** @typedef {import("../strings.questions.js").QuestionWords} QuestionWords */

/** The gravest first, as the server counts them. */
const CHANGES = /** @type {const} */ (["no_longer_answered", "other_answer", "now_answered", "asks_otherwise", "reworded"]);

/**
 * @param {Effect} effect
 * @param {QuestionWords} words
 * @param {Record<string, string>} decisions what the bot does, by its name
 * @param {string} lang
 * @param {string} days how many days it is about
 */
export function effectView(effect, { effect: words, daysOf }, decisions, lang, days) {
  const { talks, messages, changed, cut, by_change: kinds, more_people: more, fewer_people: fewer, groups, left_out: left } = effect;
  const told = messages === 0 ? words.none : changed === 0 ? words.same : words.some;
  const counts = CHANGES.filter((change) => (kinds[change] ?? 0) > 0).map((change) => fill(words.changes[change], { n: kinds[change] ?? 0 }));
  if (more > 0) counts.push(fill(words.more, { n: more }));
  if (fewer > 0) counts.push(fill(words.fewer, { n: fewer }));
  const titles = (/** @type {string[]} */ names) => names.map((name) => named(decisions, name)).join("、");
  const side = (/** @type {string} */ label, /** @type {import("../questions.js").Side} */ { says, because }) =>
    el("p", { class: "effect-side" }, el("span", { class: "soft" }, `${label} `), says.join(" / "), because.length > 0 && el("span", { class: "soft" }, ` ${fill(words.because, { why: because.join("；") })}`));
  const rows = groups.map(({ change, before, after, count, samples }) =>
    el(
      "li",
      {},
      el(
        "details",
        {},
        el("summary", {}, el("span", { class: `effect-kind ${change}` }, named(words.kinds, change)), " ", fill(words.group, { before: titles(before), after: titles(after), n: count })),
        ...samples.map((sample) => el("div", { class: "effect-sample" }, el("p", { class: "morning-text" }, `“${sample.text}”`), side(words.before, sample.before), side(words.after, sample.after))),
      ),
    ),
  );
  return el(
    "section",
    { class: "effect", "aria-label": words.title },
    el("p", {}, fill(told, { days: named(daysOf, days), messages, talks, changed }), counts.length > 0 && ` ${counts.join("，")}${lang.startsWith("en") ? "." : "。"}`, cut && ` ${words.cut}`),
    rows.length > 0 && el("ul", {}, ...rows, left > 0 && el("li", { class: "soft" }, fill(words.leftOut, { n: left }))),
  );
}
