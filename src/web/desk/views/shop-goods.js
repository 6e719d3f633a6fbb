// The fields of an article: what it is called and known by, its price, and what is said of it in both languages.

import { el, fill, set, text } from "../../shared/dom.js";
import { SAID, linesOf } from "../shop.js";
import { Field, area, line } from "./field.js";

/** @typedef {import("../shop.js").Goods} Goods */
/** @typedef {import("../shop.js").Text} Text */
/** @typedef {import("../strings.shop.js").ShopWords} ShopWords */

/** The lists of texts that grow, each row with its languages. */
class TextRows {
  /** @param {{ words: ShopWords, may: boolean, named: boolean, row: string, add: string, names?: string, onInput: () => void }} looks `named`: the shop itself says what each is */
  constructor(looks) {
    this.looks = looks;
    /** @type {{ name: Field, zh: Field, en: Field, removal: HTMLElement, element: HTMLElement }[]} */
    this.rows = [];
    this.list = el("ul", { class: "shop-texts" });
    const add = el("button", { type: "button" }, looks.add);
    add.addEventListener("click", () => {
      const row = this.add({ name: "", zh: "", en: "" });
      (looks.named ? row.name : row.zh).input.focus();
      looks.onInput();
    });
    this.wrong = el("p", { class: "field-wrong", hidden: true });
    this.element = el("div", {}, this.list, this.wrong, looks.may && el("p", {}, add));
  }

  /** @param {Text[]} texts */
  show(texts) {
    this.rows = [];
    this.list.replaceChildren();
    for (const one of texts) this.add(one);
  }

  /** @private @param {Text} text */
  add({ name, zh, en }) {
    const { words, may, named, onInput, names } = this.looks;
    // What is said of an article may have several lines.
    const field = (/** @type {string} */ value, /** @type {string} */ label, several = named) => {
      const input = several ? area(value, may, value.length > 24 ? 2 : 1) : line(value, may);
      set(input, { placeholder: label, maxlength: several ? "1000" : "80", oninput: onInput });
      return new Field(label, input, { inline: true });
    };
    const removal = el("button", { type: "button", class: "plain remove" }, words.remove);
    const row = { name: field(name, words.attributeName, false), zh: field(zh, words.inZh), en: field(en, words.inEn), removal, element: el("li") };
    if (names !== undefined) set(row.name.input, { list: names });
    row.element.append(...(named ? [row.name.element] : []), row.zh.element, row.en.element, ...(may ? [removal] : []));
    removal.addEventListener("click", () => {
      const at = this.rows.indexOf(row);
      this.rows.splice(at, 1);
      row.element.remove();
      this.number();
      (this.rows[Math.min(at, this.rows.length - 1)]?.zh.input ?? this.element.querySelector("button"))?.focus();
      onInput();
    });
    this.rows.push(row);
    this.list.append(row.element);
    this.number();
    return row;
  }

  /** @private */
  number() {
    const { words, row } = this.looks;
    this.rows.forEach(({ name, zh, en, removal }, index) => {
      const called = fill(row, { n: index + 1 });
      for (const [{ input }, part] of /** @type {const} */ ([[name, words.attributeName], [zh, words.inZh], [en, words.inEn]])) input.setAttribute("aria-label", `${called} · ${part}`);
      removal.setAttribute("aria-label", fill(words.removeThis, { text: called }));
    });
  }

  /** @returns {Text[]} */
  get said() {
    const texts = this.rows.map(({ name, zh, en }) => ({ name: name.value.trim(), zh: zh.value.trim(), en: en.value.trim() }));
    return texts.filter((one) => one.name + one.zh + one.en !== "");
  }

  /** The row with this number among those in which anything is written. @param {number} at */
  written(at) {
    return this.rows.filter(({ name, zh, en }) => (name.value + zh.value + en.value).trim() !== "")[at];
  }

  /** @param {string} problem of the list as a whole @param {(at: number) => string} each */
  mark(problem, each) {
    text(this.wrong, problem);
    this.wrong.hidden = problem === "";
    for (const row of this.rows) row.zh.mark("");
    for (let at = 0; this.written(at) !== undefined; at++) this.written(at)?.zh.mark(each(at));
  }
}

export class GoodsFields {
  /** @param {ShopWords} words @param {boolean} may @param {string[]} attributes names that goods of the shop have @param {() => void} onInput */
  constructor(words, may, attributes, onInput) {
    const { goods, said } = words;
    const short = (/** @type {string} */ label) => new Field(label, line("", may, { maxlength: "80", oninput: onInput }));
    const several = (/** @type {string} */ label) => {
      const field = new Field(label, area("", may, 3));
      field.input.addEventListener("input", onInput);
      return field;
    };
    this.name = short(goods.name);
    this.name_en = short(goods.name_en);
    this.id = short(goods.id);
    this.price = new Field(goods.price, line("", may, { inputmode: "decimal", maxlength: "20", oninput: onInput }));
    this.aliases = several(goods.aliases);
    this.sizes = several(goods.sizes);
    this.links = several(goods.links);
    const names = el("datalist", { id: "shop-attributes" }, ...attributes.map((name) => el("option", { value: name })));
    this.colors = new TextRows({ words, may, named: false, row: words.color, add: words.addColor, onInput });
    this.attributes = new TextRows({ words, may, named: true, row: words.attribute, add: words.addAttribute, names: names.id, onInput });
    this.texts = SAID.map((name) => {
      const part = (/** @type {string} */ language) => {
        const field = new Field(`${said[name]} · ${language}`, area("", may));
        set(field.input, { maxlength: "1000", oninput: onInput });
        return field;
      };
      return { name, zh: part(words.inZh), en: part(words.inEn) };
    });
    this.more = el("details", { class: "shop-more" }, el("summary", {}, words.texts), ...this.texts.map(({ zh, en }) => el("div", { class: "shop-pair" }, zh.element, en.element)));
    this.element = el(
      "div",
      {},
      el("div", { class: "shop-pair" }, this.name.element, this.name_en.element),
      el("div", { class: "shop-pair" }, this.price.element, this.id.element),
      el("div", { class: "shop-pair" }, this.aliases.element, this.sizes.element),
      this.links.element,
      el("h4", {}, goods.colors),
      this.colors.element,
      el("h4", {}, goods.attributes),
      names,
      this.attributes.element,
      this.more,
    );
  }

  /** @private */
  get fields() {
    const { name, name_en, id, price, aliases, sizes, links } = this;
    return { name, name_en, id, price, aliases, sizes, links };
  }

  /** @param {Goods} goods */
  show(goods) {
    for (const key of /** @type {const} */ (["name", "name_en", "id", "price"])) this[key].input.value = goods[key];
    for (const key of /** @type {const} */ (["aliases", "sizes", "links"])) this[key].input.value = goods[key].join("\n");
    this.colors.show(goods.colors);
    this.attributes.show(goods.attributes);
    for (const { name, zh, en } of this.texts) {
      const said = goods.said.find((one) => one.name === name);
      zh.input.value = said?.zh ?? "";
      en.input.value = said?.en ?? "";
    }
  }

  /** @returns {Goods} */
  get said() {
    const [name, name_en, id, price] = [this.name, this.name_en, this.id, this.price].map(({ value }) => value.trim());
    const texts = this.texts.map(({ name: key, zh, en }) => ({ name: key, zh: zh.value.trim(), en: en.value.trim() }));
    return {
      id: id ?? "",
      name: name ?? "",
      name_en: name_en ?? "",
      price: price ?? "",
      aliases: linesOf(this.aliases.value),
      links: linesOf(this.links.value),
      sizes: linesOf(this.sizes.value),
      colors: this.colors.said,
      said: texts.filter(({ zh, en }) => zh + en !== ""),
      attributes: this.attributes.said,
    };
  }

  /** @param {Map<string, string>} problems by field */
  mark(problems) {
    for (const [key, field] of Object.entries(this.fields)) field.mark(problems.get(key) ?? "");
    for (const { name, zh } of this.texts) zh.mark(problems.get(name) ?? "");
    if (SAID.some((name) => problems.has(name))) this.more.open = true;
    this.colors.mark(problems.get("colors") ?? "", () => "");
    this.attributes.mark(problems.get("attributes") ?? "", (at) => problems.get(`attributes.${at}`) ?? "");
  }
}
