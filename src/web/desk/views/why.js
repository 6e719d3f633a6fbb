// Why a chat waits, or why it is with whom it is with, in words.

import { fill } from "../../shared/dom.js";
import { hour, lasting } from "../clock.js";
import { named } from "../strings.js";

/** @typedef {Omit<Extract<import("../../shared/protocol.js").DeskFrame, { type: "why" }>, "type">} Why */
/** @typedef {import("../strings.js").Words} Words */

/** @param {Why | null} why @param {Words} words @param {string} lang */
export function whyWords(why, words, lang) {
  if (why?.waiting) {
    const { position, of, served_as: as, lane, late_ms: late, returned, promised_at: promised, because } = why.waiting;
    const values = /** @type {any} */ (because);
    return [
      fill(words.whyPlace, { position, of }),
      late !== undefined && late !== null && fill(words.whyLate, { time: lasting(late) }),
      as !== lane && fill(words.whyAs, { lane: named(words.lanes, as) }),
      returned && words.whyReturned,
      promised !== undefined && promised !== null && fill(words.whyPromised, { time: hour(promised, lang) }),
      fill(named(words.whyBecause, because.kind in words.whyBecause ? because.kind : "now"), {
        ...values,
        until: values.until === undefined ? "" : hour(values.until, lang),
        whom: values.waits_for?.kind === "group" ? values.waits_for.group : words.transferSupervisor,
      }),
    ]
      .filter(Boolean)
      .join(words.standards.between);
  }
  if (why?.assigned?.cause) {
    const { cause, name, since } = why.assigned;
    const line = /** @type {Record<string, string>} */ (words.whyAssigned)[cause];
    return line === undefined ? "" : fill(line, { name, time: hour(since, lang) });
  }
  return "";
}
