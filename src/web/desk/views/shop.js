// The page of the shop (店铺资料): its hours, its name and clock, its facts and its goods, each found, read, tried and changed in a form.

import { el, fill, set, text } from "../../shared/dom.js";
import { takeMending } from "../kept-changes.js";
import { readsMorning, undo } from "../morning.js";
import { goodsOf, keyOf, merged, noGoods, plainFact, shopPage } from "../shop.js";
import { readerOf } from "../state.js";
import { scriptOf } from "../strings.js";
import { morningWords } from "../strings.morning.js";
import { questionWords } from "../strings.questions.js";
import { shopWords } from "../strings.shop.js";
import { PublicationList } from "./publications.js";
import { shopChoice } from "./field.js";
import { heardView } from "./heard.js";
import { FactFields } from "./shop-fact.js";
import { ShopForm } from "./shop-form.js";
import { GoodsFields } from "./shop-goods.js";
import { HoursFields } from "./shop-hours.js";
import { ProfileFields } from "./shop-profile.js";

/** @typedef {import("../shop.js").Thing} Thing */
/** @typedef {import("../shop.js").What} What */
/** @typedef {import("../shop.js").Goods} Goods */
/** @typedef {import("../shop.js").ListedFact} ListedFact */

/** What stands in the address for a new one; no fact is called so, and an article hardly. */
const NEW = "+";
/** So long nothing is asked while somebody types, milliseconds. */
const QUIET_MS = 200;
const SECTIONS = /** @type {const} */ (["hours", "profile", "fact", "goods"]);
/** Sections that are one form, with no list beside it. @param {What} what @returns {what is "hours" | "profile"} */
const isOne = (what) => what === "hours" || what === "profile";

export class ShopPage {
  /** @param {import("../store.js").Store<import("../state.js").DeskState>} store */
  constructor(store) {
    this.store = store;
    this.element = el("main", { class: "people questions-page shop-page", hidden: true });
    this.loaded = "";
    /** Counts what was asked: an answer that comes late is of no use. */
    this.asked = 0;
    this.shop = "";
    this.sought = "";
    this.timer = 0;
    /** @type {import("../shop.js").ShopPage | null} */
    this.page = null;
    /** @type {Goods[]} */
    this.goods = [];
    /** @type {string[]} */
    this.attributes = [];
    /** What was written and not saved, with what it was built on. @type {Map<string, { base: Thing | null, said: Thing }>} */
    this.drafts = new Map();
    /** Colleagues may share a browser: whose drafts these are. */
    this.whose = "";
    /** @type {ShopForm | null} */
    this.form = null;
    /** @type {What} */
    this.section = "hours";
    /** The place in the address that the form is about. */
    this.open = "";
    window.addEventListener("hashchange", () => this.turn());
    store.watch(["lang", "me"], () => {
      if (this.loaded !== readerOf(store.state)) this.build();
    });
  }

  /** @private */
  get here() {
    const { me } = this.store.state;
    return location.hash.slice(1).split("=")[0] === "shop" && me !== null && readsMorning(me.roles ?? []);
  }

  /** @private The page is looked at, or another part of it is asked for in the address. */
  turn() {
    if (!this.here) return;
    if (this.loaded !== readerOf(this.store.state)) this.build();
    else this.load();
  }

  /** @private Only while it is looked at. */
  build() {
    if (!this.here) return;
    const { lang, me } = this.store.state;
    this.loaded = readerOf(this.store.state);
    const whose = me?.agent ?? "";
    if (whose !== this.whose) this.drafts.clear();
    this.whose = whose;
    const words = (this.words = shopWords(lang));
    const common = (this.common = questionWords(lang));
    const shops = Object.entries(me?.titles?.shops ?? {});
    const { shop } = this.wanted;
    if (shops.some(([id]) => id === shop)) this.shop = shop;
    if (!shops.some(([id]) => id === this.shop)) this.shop = shops[0]?.[0] ?? "";
    const title = el("h2", { tabindex: "-1" }, words.title);
    const shopField = shopChoice("shop-shop", shops, this.shop, lang);
    shopField.addEventListener("change", () => {
      this.shop = shopField.value;
      this.go(this.wanted.what);
      this.publish();
    });
    this.tabs = SECTIONS.map((what) => el("a", { href: "#shop" }, words.sections[what]));
    this.soughtField = el("input", { id: "shop-sought", type: "search", autocomplete: "off", spellcheck: "false", maxlength: "200" });
    this.soughtField.value = this.sought;
    this.soughtField.addEventListener("input", () => {
      this.sought = this.soughtField?.value ?? "";
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.load(), QUIET_MS);
    });
    this.soughtLabel = el("label", { for: "shop-sought" });
    this.seeks = el("span", {}, this.soughtLabel, " ", this.soughtField);
    this.fresh = el("button", { type: "button", hidden: true, onclick: () => this.go(this.wanted.what, NEW) });
    this.problem = el("p", { class: "problem", role: "alert" });
    this.summary = el("p", { class: "soft", role: "status" });
    this.list = el("ul", { class: "question-list" });
    this.found = el("div", { class: "question-found" }, this.summary, this.list);
    this.side = el("div", { class: "question-side" });
    this.both = el("div", { class: "questions-both" }, this.found, this.side);
    this.published = el("div");
    this.waiting = el("div");
    this.element.replaceChildren(
      el("p", {}, el("a", { href: "#chats" }, common.back)),
      title,
      this.waiting,
      el("p", { class: "soft hint" }, words.hint),
      el("p", { class: "morning-filters" }, el("span", {}, el("label", { for: shopField.id }, common.shop), " ", shopField)),
      el("nav", { class: "shop-tabs", "aria-label": words.title }, ...this.tabs),
      el("p", { class: "morning-filters" }, this.seeks, this.fresh),
      this.problem,
      this.both,
      this.published,
    );
    title.focus();
    this.form = null;
    this.open = "";
    this.load();
    this.publish();
  }

  /** @private What has answered in the shop. */
  publish() {
    this.publications = new PublicationList(this.store.state.lang, this.shop, () => {
      // What is written and not saved stays in the form; it is told when it is saved.
      if (this.form?.dirty !== true) this.open = "";
      this.load();
    });
    this.published?.replaceChildren(this.publications.element);
    this.waiting?.replaceChildren(this.publications.drafts.notice);
  }

  /** @private What the address asks for. @returns {{ shop: string, what: What, key: string | null }} */
  get wanted() {
    const rest = location.hash.slice(1).split("=").slice(1).join("=");
    const [shop = "", what = "", ...key] = rest.split("/");
    const known = SECTIONS.find((one) => one === what) ?? "hours";
    try {
      return { shop: decodeURIComponent(shop), what: known, key: key.length > 0 ? decodeURIComponent(key.join("/")) : null };
    } catch {
      // An address that was cut short.
      return { shop: "", what: known, key: null };
    }
  }

  /** @private @param {What} what @param {string} [key] */
  place(what, key) {
    return `#shop=${encodeURIComponent(this.shop)}/${what}${key === undefined ? "" : `/${encodeURIComponent(key)}`}`;
  }

  /** @private @param {What} what @param {string} [key] */
  go(what, key) {
    const place = this.place(what, key);
    if (location.hash === place) this.load();
    else location.hash = place;
  }

  /** @private */
  async load() {
    const { words, list, fresh } = this;
    if (words === undefined || list === undefined || fresh === undefined) return;
    const { what, shop: asked } = this.wanted;
    if (asked !== "" && asked !== this.shop && asked in (this.store.state.me?.titles?.shops ?? {})) {
      this.shop = asked;
      this.build();
      return;
    }
    if (this.section !== what) {
      // What was sought among facts means nothing among goods.
      this.section = what;
      this.sought = "";
      if (this.soughtField !== undefined) this.soughtField.value = "";
    }
    const number = ++this.asked;
    const { lang } = this.store.state;
    this.tabs?.forEach((tab, at) => {
      const one = SECTIONS[at] ?? "hours";
      set(tab, { href: this.place(one), "aria-current": one === what ? "page" : null });
    });
    const [page, goods] = await Promise.all([shopPage(lang, this.shop), what === "goods" ? goodsOf(lang, this.shop, this.sought) : null]);
    if (number !== this.asked) return;
    const problem = "error" in page ? page.error : goods !== null && "error" in goods ? goods.error : "";
    if (this.problem !== undefined) text(this.problem, problem);
    if ("error" in page) return;
    this.page = page.value;
    const may = this.page.may_teach;
    if (this.seeks !== undefined) this.seeks.hidden = isOne(what);
    if (this.soughtLabel !== undefined && !isOne(what)) text(this.soughtLabel, words.sought[what]);
    text(fresh, what === "fact" ? words.newFact : words.newGoods);
    fresh.hidden = !may || isOne(what);
    if (this.found !== undefined) this.found.hidden = isOne(what);
    this.both?.classList.toggle("shop-one", isOne(what));
    set(list, { "aria-label": words.sections[what] });
    const notes = [!may && this.common?.mayNot, may && !this.page.writable && words.readOnly];
    if (what === "fact") {
      const facts = this.facts();
      list.replaceChildren(...facts.map((fact) => this.row("fact", fact.name, this.titleOf(fact), fact.zh)));
      notes.unshift(facts.length === 0 ? words.none : fill(words.facts, { n: facts.length }));
    } else if (what === "goods" && goods !== null && "value" in goods) {
      this.goods = goods.value.goods;
      this.attributes = goods.value.attributes;
      const { found } = goods.value;
      list.replaceChildren(...this.goods.map((one) => this.row("goods", keyOf(one), one.name, [one.price !== "" && `¥${one.price}`, one.id].filter(Boolean).join(" · "))));
      notes.unshift(found === 0 ? words.none : fill(words.goodsCount, { n: found }), found > this.goods.length && fill(words.more, { n: found - this.goods.length }));
    } else list.replaceChildren();
    if (this.summary !== undefined) text(this.summary, notes.filter(Boolean).join(" "));
    await this.show();
  }

  /** @private The facts that hold what is sought. */
  facts() {
    const words = this.sought.trim().toLowerCase().split(/\s+/);
    const said = (/** @type {ListedFact} */ fact) => [fact.name, fact.zh, fact.en ?? "", ...(fact.title ?? [])].join("\n").toLowerCase();
    return (this.page?.facts ?? []).filter((fact) => words.every((word) => said(fact).includes(word)));
  }

  /** @private @param {{ name: string, title?: [string, string] }} fact */
  titleOf({ name, title }) {
    return title?.[scriptOf(this.store.state.lang) === "en" ? 1 : 0] ?? name;
  }

  /** @private @param {What} what @param {string} key @param {string} title @param {string} said */
  row(what, key, title, said) {
    const drafted = el("span", { class: "question-tag drafted", hidden: !this.drafts.has(this.place(what, key)) }, this.common?.drafted);
    return el("li", { "data-key": key }, el("a", { href: this.place(what, key) }, title), drafted, el("span", { class: "soft held" }, said.length > 60 ? `${said.slice(0, 60)}…` : said));
  }

  /** @private Which row is open, and which have what is not saved. */
  mark() {
    const { what, key } = this.wanted;
    for (const row of this.list?.children ?? []) {
      if (!(row instanceof HTMLElement)) continue;
      set(row.querySelector("a") ?? row, { "aria-current": row.dataset.key === key ? "true" : null });
      const drafted = row.querySelector(".drafted");
      if (drafted instanceof HTMLElement) drafted.hidden = !this.drafts.has(this.place(what, row.dataset.key ?? ""));
    }
  }

  /** @private The thing of the address, in its form. */
  async show() {
    const { what, key } = this.wanted;
    const place = isOne(what) ? this.place(what) : this.place(what, key ?? undefined);
    this.element.dataset.open = String(isOne(what) || key !== null);
    this.mark();
    const kept = takeMending(place);
    if (this.open === place && this.form !== null && kept === undefined) return;
    this.open = place;
    this.form = null;
    const { words, page } = this;
    if (words === undefined || page === null) return;
    const odd = (/** @type {string} */ file) => this.side?.replaceChildren(el("p", { class: "problem" }, fill(words.odd, { file })));
    if (!isOne(what) && key === null) {
      this.side?.replaceChildren(el("p", { class: "soft" }, words.choose));
      return;
    }
    if ((what === "hours" && page.hours === null) || (what === "profile" && page.profile === null) || (what === "fact" && page.facts === null)) return void odd(page.file);
    if (what === "goods" && page.goods === null) return void odd(page.goods_file);
    const base = key === NEW ? null : await this.read(what, key ?? "");
    if (this.open !== place) return;
    if (base === null && key !== NEW) {
      this.side?.replaceChildren(el("p", { class: "soft" }, words.none));
      return;
    }
    const draft = this.drafts.get(place);
    const form = this.formOf(what, key ?? "", draft === undefined || kept !== undefined ? base : draft.base, place);
    const thing = kept?.wish.kind === "shop" ? kept.wish.thing : undefined;
    // What was kept, on top of what is live by now.
    if (kept !== undefined && thing?.wanted) {
      form.resume(base === null || !thing.base ? thing.wanted : merged(thing.base, base, thing.wanted).thing);
      form.keeping.into = kept.draft;
    } else if (draft !== undefined) form.resume(draft.said);
    this.form = form;
    this.side?.replaceChildren(form.element);
    if (document.activeElement === document.body || !isOne(what)) form.heading.focus({ preventScroll: isOne(what) });
  }

  /** @private What the files say by now. @param {What} what @param {string} key @returns {Promise<Thing | null>} */
  async read(what, key) {
    const { lang } = this.store.state;
    if (what === "goods") {
      const answer = await goodsOf(lang, this.shop, key);
      return "error" in answer ? null : (answer.value.goods.find((one) => keyOf(one) === key) ?? null);
    }
    const answer = await shopPage(lang, this.shop);
    if ("error" in answer) return null;
    this.page = answer.value;
    if (what === "hours") return this.page.hours;
    if (what === "profile") return this.page.profile;
    const fact = this.page.facts?.find(({ name }) => name === key);
    return fact === undefined ? null : plainFact(fact);
  }

  /** @private @param {What} what @param {string} key @param {Thing | null} base @param {string} place */
  formOf(what, key, base, place) {
    const { lang } = this.store.state;
    const words = shopWords(lang);
    const common = questionWords(lang);
    const { page, shop } = this;
    const may = page?.may_teach === true;
    const fact = what === "fact" ? page?.facts?.find(({ name }) => name === key) : undefined;
    const name = isOne(what) ? words.sections[what] : base === null ? (what === "fact" ? words.newFact : words.newGoods) : what === "fact" ? this.titleOf(fact ?? { name: key }) : /** @type {Goods} */ (base).name;
    const empty = what === "goods" ? noGoods() : { name: "", zh: "" };
    const told = page?.hours_said[scriptOf(lang) === "en" ? 1 : 0] ?? "";
    return new ShopForm(
      { lang, shop, what, title: name, base, empty, removes: what === "fact" ? words.removeFact : what === "goods" ? words.removeGoods : "", words, common, may, writable: page?.writable === true },
      (onInput) => (what === "hours" ? new HoursFields(words, may, told, onInput) : what === "profile" ? new ProfileFields(words, may, page?.clocks ?? [], onInput) : what === "fact" ? new FactFields(words, may, base === null ? null : (fact ?? { ...plainFact(/** @type {import("../shop.js").Fact} */ (base)), used: [], phrases: [] }), shop, onInput) : new GoodsFields(words, may, this.attributes, onInput)),
      {
        // Values that were joined with somebody else's are built on what that person saved.
        onDraft: (said, built) => {
          if (said === null) this.drafts.delete(place);
          else this.drafts.set(place, { base: built, said });
          this.mark();
        },
        onSaved: (saved, wanted, since) => this.saved(saved, what, wanted, since, shop),
        onKept: () => this.publications?.load(),
        onClose: () => this.go(what),
        read: () => this.read(what, key),
      },
    );
  }

  /**
   * @private It answers: the thing as it is now, and what has become of it.
   * @param {import("../shop.js").Saved} saved @param {What} what @param {Thing | null} wanted @param {Thing | null} since what was written while it was being saved @param {string} shop
   */
  async saved(saved, what, wanted, since, shop) {
    const { change, warnings } = saved;
    const { words, common } = this;
    if (shop !== this.shop || words === undefined || common === undefined) return;
    const key = isOne(what) ? undefined : wanted === null ? undefined : what === "goods" ? keyOf(/** @type {Goods} */ (wanted)) : /** @type {import("../shop.js").Fact} */ (wanted).name;
    history.replaceState(null, "", this.place(what, key));
    this.open = "";
    await this.load();
    if (since !== null) this.form?.resume(since);
    /** @type {HTMLElement[]} */
    const parts = [el("p", {}, change.file === undefined ? common.savedSame : common.saved)];
    if (change.file !== undefined) {
      const back = el("button", { type: "button" }, morningWords(this.store.state.lang).undo);
      back.addEventListener("click", () => this.takeBack(change.id, back));
      parts.push(el("p", {}, back), heardView(saved, words, common.langs, true));
    }
    if (warnings.length > 0) parts.push(el("ul", {}, ...warnings.map(({ message }) => el("li", {}, message))));
    if (change.file !== undefined) parts.push(el("details", {}, el("summary", {}, `${common.diff} · ${change.file.name}`), el("pre", { class: "diff", tabindex: "0" }, change.file.diff)));
    this.tell(...parts);
    this.publications?.load();
  }

  /** @private In the form, or where it was. @param {...HTMLElement} parts */
  tell(...parts) {
    if (this.form !== null) this.form.done(...parts);
    else this.side?.replaceChildren(el("div", { class: "question-status", role: "status" }, ...parts));
  }

  /** @private @param {string} change @param {HTMLButtonElement} button */
  async takeBack(change, button) {
    button.disabled = true;
    const { shop } = this;
    const answer = await undo(this.store.state.lang, shop, change);
    button.disabled = false;
    if (shop !== this.shop) return;
    if ("error" in answer) {
      this.tell(el("p", { class: "problem" }, answer.error));
      return;
    }
    this.open = "";
    await this.load();
    this.tell(el("p", {}, morningWords(this.store.state.lang).undone));
    this.publications?.load();
  }
}
