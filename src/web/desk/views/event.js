// One event of a talk: words with who said them and when, or a line of what happened.

import { el } from "../../shared/dom.js";
import { wordsBeside } from "../../shared/files.js";
import { linked } from "../../shared/links.js";
import { isWithdrawn } from "../chat.js";
import { hour } from "../clock.js";
import { decision } from "./decision.js";
import { sentFiles } from "./files.js";
import { happening } from "./happening.js";

/** @typedef {import("../../shared/protocol.js").DeskEvent} DeskEvent */
/** @typedef {import("../state.js").DeskState} DeskState */
/** @typedef {import("../strings.js").Words} Words */

/** What one person says within this time stands together, milliseconds. */
const TOGETHER_MS = 180_000;
/** @type {Record<string, "shopper" | "bot" | "agent" | "inside">} */
const SAID = { received: "shopper", answered: "bot", agent_said: "agent", noted: "inside" };

/**
 * Something that was said or happened.
 * @param {HTMLElement} element @param {DeskEvent} event @param {DeskEvent | undefined} after @param {Words} words @param {DeskState} state @param {import("./files.js").Where} [where] in another talk than the one that is shown
 */
export function drawEvent(element, event, after, words, state, where = { conversation: state.chat?.conversation ?? "" }) {
  const { lang } = state;
  const from = SAID[event.kind];
  if (from === undefined) return happening(element, event, words, state);
  const together = after !== undefined && after.kind === event.kind && after.name === event.name && event.at - after.at < TOGETHER_MS && !event.decision;
  const gone = isWithdrawn(event);
  element.className = `said ${from}${together ? " together" : ""}${gone ? " withdrawn" : ""}`;
  const name = { shopper: words.shopper, bot: words.bot, agent: event.name ?? words.you, inside: `${words.inside} · ${event.name ?? words.you}` }[from];
  const { files = [] } = event;
  const said = linked(wordsBeside(event.text ?? "", files));
  element.append(
    el("p", { class: "head" }, el("b", {}, name), ` ${hour(event.at, lang)}`, gone && el("span", { class: "gone-mark" }, ` · ${words.withdrawn}`)),
    el("p", { class: "body", title: new Date(event.at).toLocaleString(lang) }, ...sentFiles(files, where, name, lang), ...(files.length > 0 && said.length > 0 ? [el("span", { class: "caption" }, ...said)] : said)),
  );
  if (event.decision) element.append(decision(event.decision, event.choices ?? [], words, state));
}
