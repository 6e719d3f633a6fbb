// Draws the talk: bubbles, notices, buttons, who is typing.

import { el, fill, icon, list, set, text } from "../shared/dom.js";
import { showLinked } from "../shared/links.js";
import { LATE_MS } from "../shared/session.js";

/** @typedef {import("./talk.js").Entry} Entry */
/** @typedef {import("./talk.js").Talk} Talk */
/** @typedef {import("./strings.js").Strings} Strings */

/** Messages of one speaker within this time share one head, milliseconds. */
const GROUP_MS = 180_000;
/** These are not taken as they are, however often they are sent. */
const UNSENDABLE = ["too_long", "too_large", "empty", "bad_id"];
/** Nearer to the end than this the log follows what is new, pixels. */
const NEAR_PX = 80;

export class Thread {
  /**
   * @param {(choice: import("../shared/protocol.js").Choice) => void} onChoice
   * @param {(entry: Entry) => void} onRetry
   * @param {(entry: Entry) => void} onEdit takes it back into the editor
   */
  constructor(onChoice, onRetry, onEdit) {
    this.onChoice = onChoice;
    this.onRetry = onRetry;
    this.onEdit = onEdit;
    this.intro = el("p", { class: "intro" });
    this.entries = el("div", { class: "entries" });
    this.dots = el("div", { class: "dots", hidden: true }, el("i"), el("i"), el("i"), el("span", { class: "sr" }));
    this.log = el("div", { class: "log", role: "log", tabindex: "0" }, this.intro, this.entries, this.dots);
    this.below = el("button", { type: "button", class: "below", hidden: true, onclick: () => this.toEnd() });
    this.log.addEventListener("scroll", () => {
      if (this.near) this.below.hidden = true;
    });
    this.last = "";
    /** @type {import("./files.js").Files | null} */
    this.files = null;
  }

  get near() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.below.hidden = true;
  }

  /** @param {import("./client.js").ChatClient} client @param {Strings} words @param {string} lang */
  draw(client, words, lang) {
    const { talk } = client;
    const typing = client.typing.get("")?.from ?? null;
    set(this.log, { "aria-label": words.title, "aria-busy": String(talk.replaying) });
    // The shop's own words are on their way while it connects.
    set(this.intro, { hidden: talk.conversation === null && client.link.state === "connecting", lang: talk.words?.lang });
    text(this.intro, said(talk, words, "welcome"));
    const bot = talk.entries.filter((one) => one.from === "bot").pop();
    const choosing = talk.owner === "bot" && bot !== undefined && bot.part === talk.part ? bot : undefined;
    list(
      this.entries,
      talk.entries,
      (entry) => entry.key,
      (entry) => (entry.from === "notice" ? el("p", { class: "notice" }) : bubble()),
      (element, entry, before) => {
        if (entry.from === "notice") {
          const { notice = "returned", name } = entry;
          text(element, entry.text || (notice === "gone" ? words.gone : said(talk, words, notice, { name: name || words.agent })));
          set(element, { "data-notice": notice });
        } else this.message(element, entry, before, words, lang, entry === choosing);
      },
    );
    this.dots.hidden = typing === null;
    const who = typing === "agent" ? (talk.agent ?? words.agent) : words.bot;
    text(/** @type {Element} */ (this.dots.lastElementChild), `${who} ${words.typing}`);
  }

  /** Stays at the end, or says that there is something new below. @param {boolean} following @param {Strings} words */
  follow(following, words) {
    text(this.below, words.newBelow);
    const last = this.entries.lastElementChild;
    const key = last instanceof HTMLElement ? (last.dataset.key ?? "") : "";
    const fresh = key !== this.last;
    this.last = key;
    if (following || (fresh && last?.classList.contains("sending"))) this.toEnd();
    else if (fresh) this.below.hidden = false;
  }

  /** @private @param {HTMLElement} element @param {Entry} entry @param {Entry | undefined} before @param {Strings} words @param {string} lang @param {boolean} choosing */
  message(element, entry, before, words, lang, choosing) {
    const [head, body, foot, choices] = /** @type {HTMLElement[]} */ ([...element.children]);
    const joined =
      before !== undefined &&
      before.from === entry.from &&
      before.name === entry.name &&
      entry.at - before.at < GROUP_MS;
    element.className = `message ${entry.from}${joined ? " joined" : ""} ${entry.state ?? ""}`;
    const name = entry.from === "shopper" ? words.me : entry.from === "bot" ? words.bot : entry.name || words.agent;
    text(/** @type {Element} */ (head.firstElementChild), name);
    text(/** @type {Element} */ (head.lastElementChild), clock(entry.at, lang));
    if (entry.withdrawn) text(body, fill(words.withdrawn, { name }));
    else if (entry.files && this.files) this.files.draw(body, entry);
    else showLinked(body, entry.text);
    set(body, { "data-withdrawn": entry.withdrawn ? "yes" : null });
    this.delivery(foot, entry, words);
    const shown = choosing ? (entry.choices ?? []) : [];
    choices.hidden = shown.length === 0;
    set(choices, { "aria-label": words.choices });
    list(
      choices,
      shown,
      (choice) => `${choice.intent} ${choice.label}`,
      (choice) => el("button", { type: "button", class: "choice", onclick: () => this.onChoice(choice) }, choice.label),
      () => {},
    );
  }

  /**
   * @private What became of an own message, and what the shopper can do about it. The log is a live region: a message
   * that fails says so also to those who do not see it.
   * @param {HTMLElement} foot
   * @param {Entry} entry
   * @param {Strings} words
   */
  delivery(foot, entry, words) {
    foot.hidden = entry.state === undefined;
    if (entry.state === undefined) return;
    const slow = entry.state === "sending" && !entry.files && Math.abs(Date.now() - entry.at) > LATE_MS;
    const state = `${entry.state}${slow} ${entry.error ?? ""}${entry.again ?? ""} ${words.sent}`;
    if (foot.dataset.state === state) return;
    const focused = foot.contains(/** @type {ShadowRoot} */ (foot.getRootNode()).activeElement);
    foot.dataset.state = state;
    foot.textContent = "";
    foot.classList.toggle("late", slow);
    if (entry.state === "sent") return foot.append(icon("M5 12.5l4.5 4.5L19 7"), el("span", { class: "sr" }, words.sent));
    if (entry.state === "sending" && !slow) return foot.append(`${words.sending}…`);
    const patient = slow || entry.again === true;
    const why = patient ? words.slow : errorText(words, entry.error ?? "other");
    const described = entry.text.slice(0, 40);
    const button = (/** @type {string} */ label, /** @type {(entry: Entry) => void} */ act) =>
      el("button", { type: "button", class: "mend", "aria-label": `${label}: ${described}`, onclick: () => act(entry) }, label);
    const sendable = !UNSENDABLE.includes(entry.error ?? "");
    foot.append(
      `${words.failed} · ${why}`,
      ...(sendable ? [button(words.retry, this.onRetry)] : []),
      ...(patient || entry.files ? [] : [button(words.edit, this.onEdit)]),
    );
    if (focused) foot.querySelector("button")?.focus();
  }
}

function bubble() {
  const head = el("div", { class: "head" }, el("b"), " ", el("time"));
  return el(
    "div",
    { class: "message" },
    head,
    el("div", { class: "body" }),
    el("div", { class: "foot" }),
    el("div", { class: "choices", role: "group", hidden: true }),
  );
}

/** The shop's own words, or ours while it has none. @param {Talk} talk @param {Strings} words @param {Exclude<keyof import("../shared/protocol.js").ShopWords, "lang">} key @param {Record<string, string | number>} [values] */
export function said(talk, words, key, values = {}) {
  return (talk.words?.[key] || words[key]).replace(/\{\{ ?(\w+) ?\}\}/g, (_, name) => String(values[name]));
}

/** @param {Strings} words @param {string} code */
export function errorText(words, code) {
  return /** @type {Record<string, string>} */ (words.errors)[code] ?? words.errors.other;
}

/** @param {number} at @param {string} lang */
function clock(at, lang) {
  const date = new Date(at);
  /** @type {Intl.DateTimeFormatOptions} */
  const shape = { hour: "2-digit", minute: "2-digit", hour12: false };
  if (date.toDateString() !== new Date().toDateString()) Object.assign(shape, { month: "short", day: "numeric" });
  return new Intl.DateTimeFormat(lang, shape).format(date);
}
