// What a change at the desk is, in words.

import { fill } from "../../shared/dom.js";
import { named } from "../strings.js";
import { morningWords } from "../strings.morning.js";

/** @param {string} lang @param {import("../morning.js").Change} change */
export function changeName(lang, { did, title = "", sentences, reason }) {
  const what = fill(named(morningWords(lang).did, did), { title });
  if (reason !== undefined) return `${what}：${reason}`;
  return sentences.length > 0 ? `${what}：${sentences.join(" / ")}` : what;
}
