// What happened to a chat, in one small grey line that says who did it and why; notes beside it are for colleagues and
// never look like words that the shopper was told.

import { el, fill } from "../../shared/dom.js";
import { linked } from "../../shared/links.js";
import { hour } from "../clock.js";
import { named, signalTitle } from "../strings.js";
import { decision } from "./decision.js";
import { steeredWords } from "./why.js";

/** @typedef {import("../../shared/protocol.js").DeskEvent} DeskEvent */
/** @typedef {import("../strings.js").Words} Words */

/** Whose text is a colleague's note, and not what the shopper was told. */
const INSIDE = ["released", "assigned"];

/** @param {HTMLElement} element @param {DeskEvent} event @param {Words} words @param {import("../state.js").DeskState} state */
export function happening(element, event, words, state) {
  const { lang } = state;
  element.className = "notice";
  const parts = [said(event, words, lang)];
  if (event.reason && !event.signals?.length) parts.push(named(words.reasons, event.reason));
  for (const { id, evidence } of (event.signals ?? []).slice(0, 1)) {
    parts.push(signalTitle(state, id) + (evidence ? `「${evidence}」` : ""));
  }
  element.append(el("p", {}, `${parts.join(" · ")} · ${hour(event.at, lang)}`));
  if (event.text) element.append(INSIDE.includes(event.kind) ? note(event.text, event.by ?? event.name ?? "", words) : el("p", { class: "told" }, ...linked(fill(words.told, { text: event.text }))));
  if (event.decision) element.append(decision(event.decision, event.choices ?? [], words, state));
}

/** @param {string} text @param {string} name @param {Words} words */
function note(text, name, words) {
  return el(
    "div",
    { class: "said inside" },
    el("p", { class: "head" }, el("b", {}, [words.inside, name].filter(Boolean).join(" · "))),
    el("p", { class: "body" }, ...linked(text)),
  );
}

/** @param {DeskEvent} event @param {Words} words @param {string} lang */
function said({ kind, name, by, stars = 0, released, assigned, waits_for: whom, until, recognised }, words, lang) {
  const values = { name: name ?? words.you, by: by ?? "", n: stars };
  if (kind === "released" && released !== undefined) {
    const to = whom?.kind === "group" ? fill(words.transferGroup, { name: whom.group }) : whom?.kind === "supervisor" ? words.transferSupervisor : "";
    const line = fill(named(words.released, released in words.released ? released : "other"), values);
    return [by ? `${by}: ${line}` : line, to].filter(Boolean).join(" → ");
  }
  if (kind === "assigned" && assigned !== undefined && assigned in words.assigned) return fill(named(words.assigned, assigned), values);
  if (kind === "recognised" && recognised) {
    const known = [recognised.vip && "★VIP", ...(recognised.tags ?? []).map((tag) => `#${tag}`)].filter(Boolean).join(" ");
    return [`${words.customerCard}: ${known || words.customerCardEmpty}`, recognised.steered && steeredWords(recognised.steered, words)].filter(Boolean).join(" · ");
  }
  if (kind === "snoozed") return until === undefined || until === null ? words.snoozeEnded : fill(words.snoozedUntil, { ...values, time: hour(until, lang) });
  return fill(named(words.events, kind), values);
}
