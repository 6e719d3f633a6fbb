// Why a chat waits, or why it is with whom it is with, in words.

import { fill } from "../../shared/dom.js";
import { hour, lasting } from "../clock.js";
import { named } from "../strings.js";

/** @typedef {Omit<Extract<import("../../shared/protocol.js").DeskFrame, { type: "why" }>, "type">} Why */
/** @typedef {import("../strings.js").Words} Words */

/** What of the customer's card makes the lane. @param {import("../../shared/protocol.js").Steered} steered @param {Words} words */
export function steeredWords({ by, lane, group }, words) {
  const who = by.kind === "vip" ? "VIP" : by.kind === "tag" ? `#${by.tag}` : words.customerCard;
  const whom = group ? fill(words.transferGroup, { name: group }) : "";
  return fill(words.steered, { who, lane: named(words.lanes, lane) }) + (whom === "" ? "" : ` → ${whom}`);
}

/** @param {Why | null} why @param {Words} words @param {string} lang */
export function whyWords(why, words, lang) {
  if (why?.waiting) {
    const { position, of, served_as: as, lane, late_ms: late, returned, promised_at: promised, steered, because } = why.waiting;
    const values = /** @type {any} */ (because);
    return [
      fill(words.whyPlace, { position, of }),
      late !== undefined && late !== null && fill(words.whyLate, { time: lasting(late) }),
      as !== lane && fill(words.whyAs, { lane: named(words.lanes, as) }),
      steered && steeredWords(steered, words),
      returned && words.whyReturned,
      promised !== undefined && promised !== null && fill(words.whyPromised, { time: hour(promised, lang) }),
      fill(named(words.whyBecause, because.kind in words.whyBecause ? because.kind : "now"), {
        ...values,
        until: values.until === undefined ? "" : hour(values.until, lang),
        language: words.whyLanguages[values.language === "en" ? "en" : "zh"],
        whom: values.waits_for?.kind === "group" ? values.waits_for.group : words.transferSupervisor,
      }),
    ]
      .filter(Boolean)
      .join(words.standards.between);
  }
  if (why?.assigned?.cause) {
    const { cause, name, since, steered } = why.assigned;
    const line = /** @type {Record<string, string>} */ (words.whyAssigned)[cause];
    const parts = [line !== undefined && fill(line, { name, time: hour(since, lang) }), steered && steeredWords(steered, words)];
    return parts.filter(Boolean).join(words.standards.between);
  }
  return "";
}
