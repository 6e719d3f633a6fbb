// What the bot decided and why, shown when it is asked for.

import { el } from "../../shared/dom.js";
import { named, signalTitle } from "../strings.js";

/** @typedef {import("../../shared/protocol.js").Decision} Decision */

/**
 * @param {Decision} decision
 * @param {readonly import("../../shared/protocol.js").Choice[]} choices buttons that the shopper was given with it
 * @param {import("../strings.js").Words} words
 * @param {import("../state.js").DeskState} state
 */
export function decision({ kind, intents, alternatives, signals, slots }, choices, words, state) {
  const line = (/** @type {string} */ name, /** @type {string[]} */ values) =>
    values.length > 0 && el("div", {}, el("dt", {}, name), el("dd", {}, values.join("、")));
  const questions = (/** @type {Decision["intents"]} */ all) => all.map(({ id, confidence }) => `${id} ${percent(confidence)}`);
  const others = (alternatives ?? []).filter(({ id }) => !intents.some((one) => one.id === id));
  const summary = [named(words.decisions, kind), ...questions(intents)].join(" · ");
  return el(
    "details",
    { class: "decision" },
    el("summary", {}, words.details),
    el(
      "dl",
      {},
      line(words.details, [summary]),
      line(words.candidates, questions(others)),
      line(words.signalsSeen, (signals ?? []).map(({ id, score }) => `${signalTitle(state, id)} ${percent(score)}`)),
      line(words.slotsRead, Object.entries(slots ?? {}).map(([name, value]) => `${named(words.slotNames, name)}: ${value}`)),
      line(words.buttons, choices.map(({ label }) => label)),
    ),
  );
}

/** @param {number} share 0 to 1 */
export function percent(share) {
  return `${Math.round(share * 100)}%`;
}
