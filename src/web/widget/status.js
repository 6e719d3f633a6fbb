// The banner and the stars.

import { el, fill, icon, set, text } from "../shared/dom.js";
import { errorText, said } from "./thread.js";

/** @typedef {import("./strings.js").Strings} Strings */
/** @typedef {import("./client.js").ChatClient} ChatClient */

/** A reconnect shorter than this is not worth a word, milliseconds. */
const BLINK_MS = 1500;
const PLANNED_MS = 10_000;
const ERROR_MS = 6000;

export class Banner {
  /** @param {() => void} redraw */
  constructor(redraw) {
    this.redraw = redraw;
    this.element = el("p", { class: "banner", role: "status", hidden: true });
    this.error = "";
    this.errorTimer = 0;
    this.away = 0;
    this.awayTimer = 0;
  }

  /** @param {string} code */
  fail(code) {
    this.error = code;
    clearTimeout(this.errorTimer);
    this.errorTimer = window.setTimeout(() => this.fail(""), ERROR_MS);
    this.redraw();
  }

  /** @param {ChatClient} client @param {Strings} words */
  draw(client, words) {
    const state = client.link.state;
    if (state === "ready" || state === "stopped") {
      this.away = 0;
      clearTimeout(this.awayTimer);
    } else if (this.away === 0) {
      this.away = Date.now();
      this.awayTimer = window.setTimeout(this.redraw, this.blink(client) + 50);
    }
    const said = this.says(client, words);
    text(this.element, said);
    this.element.hidden = said === "";
    this.element.classList.toggle("bad", this.error !== "");
  }

  /** @private @param {ChatClient} client */
  blink({ link }) {
    return link.planned ? PLANNED_MS : BLINK_MS;
  }

  /** @private @param {ChatClient} client @param {Strings} words */
  says(client, words) {
    if (this.error !== "") return errorText(words, this.error);
    if (client.link.state === "stopped" && client.begun && (client.shopError || !client.talk.closed))
      return words.errors[client.shopError === "shop_gone" ? "shop_gone" : "shop"];
    const { code } = client.turned;
    if (code === "full" || code === "too_many_connects") return words.errors[code];
    if (this.away > 0 && Date.now() - this.away > this.blink(client)) return words.reconnecting;
    const { talk, wants } = client;
    if (talk.owner === "bot" && talk.answerIn !== null && !wants.human)
      return `${words.crowded} ${wait(words, talk.answerIn)}`;
    if (talk.owner !== "queue") return wants.human && talk.owner === "bot" ? words.humanAsked : "";
    if (talk.queue === null) return words.humanAsked;
    const { position: n, wait_s: seconds, staffed } = talk.queue;
    if (!staffed) return fill(words.unstaffed, { n });
    const place = said(talk, words, "queue_position", { position: n });
    if (seconds === undefined || seconds === null) return place;
    return `${place} ${wait(words, seconds)}`;
  }
}

/** @param {Strings} words @param {number} seconds */
function wait(words, seconds) {
  const long = seconds >= 90;
  return fill(long ? words.minutes : words.seconds, { n: long ? Math.round(seconds / 60) : seconds });
}

const STAR = "M12 3.500l2.600 5.300 5.900.900-4.250 4.100 1 5.800L12 16.900l-5.250 2.700 1-5.800L3.500 9.700l5.900-.900z";

export class Rating {
  /** @param {(stars: number) => void} onRate @param {() => void} onAgain */
  constructor(onRate, onAgain) {
    this.question = el("p", { id: "rate" });
    this.stars = [1, 2, 3, 4, 5].map((n) =>
      el("button", { type: "button", class: "star", onclick: () => onRate(n) }, icon(STAR)),
    );
    this.row = el("div", { class: "stars", role: "group", "aria-labelledby": "rate" }, ...this.stars);
    this.again = el("button", { type: "button", class: "again", onclick: onAgain });
    this.element = el("div", { class: "rating", hidden: true }, this.question, this.row, this.again);
  }

  /** @param {ChatClient} client @param {Strings} words */
  draw({ talk, wants, link }, words) {
    this.element.hidden = !talk.closed;
    // A lost link cannot take a rating: the next hello is the next talk.
    this.row.hidden = talk.stars === null && link.state !== "ready";
    this.question.hidden = this.row.hidden;
    const given = talk.stars ?? wants.stars;
    text(this.question, talk.stars === null ? words.rate : said(talk, words, "rate_thanks"));
    this.stars.forEach((star, index) => {
      set(star, { "aria-label": fill(words.star, { n: index + 1 }), "aria-pressed": String(index < given) });
    });
    text(this.again, words.again);
  }
}
