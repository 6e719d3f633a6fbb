// The fields of a fact: what answers say in both languages, and which answers they are.

import { el, fill, set } from "../../shared/dom.js";
import { Field, area, line } from "./field.js";

/** @typedef {import("../shop.js").Fact} Fact */

export class FactFields {
  /**
   * @param {import("../strings.shop.js").ShopWords} words @param {boolean} may
   * @param {import("../shop.js").ListedFact | null} fact `null` for a new one
   * @param {string} shop @param {() => void} onInput
   */
  constructor(words, may, fact, shop, onInput) {
    this.name = new Field(words.factName, line("", may && fact === null, { maxlength: "40", oninput: onInput }), { hint: words.factNameHint });
    const rows = fact !== null && fact.zh.length > 60 ? 4 : 2;
    this.zh = new Field(words.zh, area("", may, rows));
    this.en = new Field(words.en, area("", may, rows));
    for (const { input } of [this.zh, this.en]) set(input, { maxlength: "1000", oninput: onInput });
    const used = fact?.used ?? [];
    const link = (/** @type {{ id: string, title: string }} */ { id, title }) => el("li", {}, el("a", { href: `#questions=${encodeURIComponent(shop)}/${encodeURIComponent(id)}` }, title));
    const phrases = fact?.phrases ?? [];
    this.element = el(
      "div",
      {},
      fact === null && this.name.element,
      this.zh.element,
      this.en.element,
      fact !== null && el("h4", {}, words.used),
      used.length > 0 && el("ul", { class: "shop-used" }, ...used.map(link)),
      phrases.length > 0 && el("p", { class: "soft" }, fill(words.phrases, { keys: phrases.join("、") })),
      fact !== null && used.length + phrases.length === 0 && el("p", { class: "soft" }, words.unused),
    );
  }

  /** @param {Fact} fact */
  show({ name, zh, en = "" }) {
    this.name.input.value = name;
    this.zh.input.value = zh;
    this.en.input.value = en;
  }

  /** @returns {Fact} */
  get said() {
    const [name, zh, en] = [this.name, this.zh, this.en].map(({ value }) => value.trim());
    return { name: name ?? "", zh: zh ?? "", ...(en !== "" && en !== zh && { en: /** @type {string} */ (en) }) };
  }

  /** @param {Map<string, string>} problems by field */
  mark(problems) {
    this.name.mark(problems.get("name") ?? "");
    this.zh.mark(problems.get("zh") ?? "");
    this.en.mark(problems.get("en") ?? "");
  }
}
