// The fields of who a shop is: its name, its time zone and its reply clock.

import { el, fill } from "../../shared/dom.js";
import { Field, line } from "./field.js";

/** @typedef {import("../shop.js").Profile} Profile */

/** Zones that shops are in; any other may be written. */
const ZONES = ["Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Macau", "Asia/Singapore", "Asia/Kuala_Lumpur", "Asia/Bangkok", "Asia/Tokyo", "Europe/London", "America/New_York", "America/Los_Angeles"];

export class ProfileFields {
  /** @param {import("../strings.shop.js").ShopWords} words @param {boolean} may @param {[string, number][]} clocks with their milliseconds @param {() => void} onInput */
  constructor(words, may, clocks, onInput) {
    const zones = el("datalist", { id: "shop-zones" }, ...ZONES.map((zone) => el("option", { value: zone })));
    this.name = new Field(words.shopName, line("", may, { maxlength: "80", oninput: onInput }));
    this.nameEn = new Field(words.shopNameEn, line("", may, { maxlength: "80", oninput: onInput }));
    this.zone = new Field(words.zone, line("", may, { maxlength: "80", list: zones.id, placeholder: "Asia/Shanghai", oninput: onInput }), { hint: words.zoneHint });
    this.clock = el("select", { id: "shop-clock", disabled: !may, onchange: onInput }, el("option", { value: "" }, words.clockNone), ...clocks.map(([name, ms]) => el("option", { value: name }, this.choice(words, name, ms))));
    this.wrong = el("span", { class: "field-wrong", hidden: true });
    this.element = el("div", {}, this.name.element, this.nameEn.element, this.zone.element, zones, el("p", { class: "field" }, el("label", { for: this.clock.id }, words.clock), el("span", { class: "soft hint" }, words.clockHint), this.clock, this.wrong));
  }

  /** @private @param {import("../strings.shop.js").ShopWords} words @param {string} name @param {number} ms */
  choice(words, name, ms) {
    const title = words.clocks[/** @type {"own"} */ (name)] ?? name;
    if (ms === 0) return title;
    const soon = ms < 60_000 ? fill(words.seconds, { n: ms / 1_000 }) : ms < 3_600_000 ? fill(words.minutes, { n: ms / 60_000 }) : fill(words.inHours, { n: ms / 3_600_000 });
    return `${title} · ${soon}`;
  }

  /** @param {Profile} profile */
  show({ name, name_en, timezone, clock }) {
    this.name.input.value = name;
    this.nameEn.input.value = name_en;
    this.zone.input.value = timezone;
    // What a newer version knows stays what it is.
    if (![...this.clock.options].some(({ value }) => value === clock)) this.clock.append(el("option", { value: clock }, clock));
    this.clock.value = clock;
  }

  /** @returns {Profile} */
  get said() {
    return { name: this.name.value.trim(), name_en: this.nameEn.value.trim(), timezone: this.zone.value.trim(), clock: this.clock.value };
  }

  /** @param {Map<string, string>} problems by field */
  mark(problems) {
    this.name.mark(problems.get("name") ?? "");
    this.nameEn.mark(problems.get("name_en") ?? "");
    this.zone.mark(problems.get("timezone") ?? "");
    this.wrong.textContent = problems.get("clock") ?? "";
    this.wrong.hidden = this.wrong.textContent === "";
  }
}
