// The page of a customer's data: how much is kept, all of it as a file, and its erasure with a receipt.

import { el, fill, text } from "../../shared/dom.js";
import { eraseCustomer, exportCustomer, handlesCustomers, lookUp } from "../staff.js";
import { readerOf } from "../state.js";
import { shopName } from "../strings.js";
import { customerWords } from "../strings.customers.js";
import { dialog } from "./dialogs.js";
import { saveJson } from "./saving.js";

/** @typedef {import("../staff.js").KeptAmount} KeptAmount */
/** @typedef {import("../staff.js").Receipt} Receipt */
/** @typedef {import("../strings.customers.js").CustomerWords} CustomerWords */

/** So many signs of an id are typed to confirm. */
const SIGNS = 4;

export class CustomersPage {
  /** @param {import("../store.js").Store<import("../state.js").DeskState>} store */
  constructor(store) {
    this.store = store;
    this.element = el("main", { class: "people customers", hidden: true });
    this.results = el("div");
    this.words = customerWords(store.state.lang);
    this.loaded = "";
    /** Counts what was asked: an answer that comes late is of no use. */
    this.asked = 0;
    window.addEventListener("hashchange", () => this.load());
    store.watch(["lang", "me"], () => {
      if (this.loaded !== readerOf(store.state)) this.load();
    });
  }

  /** @private Only while it is looked at. */
  load() {
    const { lang, me } = this.store.state;
    const [page, conversation = ""] = location.hash.slice(1).split("=");
    if (page !== "customers" || me === null) return;
    this.loaded = readerOf(this.store.state);
    this.words = customerWords(lang);
    const title = el("h2", { tabindex: "-1" }, this.words.title);
    /** @type {HTMLElement[]} */
    const parts = [el("p", {}, el("a", { href: "#chats" }, this.words.back)), title];
    this.results.replaceChildren();
    this.asked += 1;
    if (handlesCustomers(me.roles ?? [])) parts.push(el("p", { class: "soft hint" }, this.words.hint), this.form(), this.results);
    this.element.replaceChildren(...parts);
    title.focus();
    if (conversation !== "") this.find({ conversation: decodeURIComponent(conversation) });
  }

  /** @private */
  form() {
    const { words } = this;
    const shops = Object.keys(this.store.state.me?.titles?.shops ?? {});
    const id = el("input", { id: "customer-id", required: true, maxlength: "160", autocomplete: "off", spellcheck: "false" });
    const shop = el("select", { id: "customer-shop" }, el("option", { value: "" }, words.everyShop));
    shop.append(...shops.map((value) => el("option", { value }, shopName(this.store.state, value) || value)));
    const form = el(
      "form",
      { class: "person" },
      el("p", {}, el("label", { for: "customer-id" }, words.id), " ", id),
      el("p", { hidden: shops.length < 2 }, el("label", { for: "customer-shop" }, words.shop), " ", shop),
      el("p", { class: "row" }, el("button", { type: "submit", class: "primary" }, words.look)),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.find({ customer: id.value.trim(), ...(shop.value !== "" && { shop: shop.value }) });
    });
    return form;
  }

  /** @private @param {import("../staff.js").Wanted} wanted */
  async find(wanted) {
    const asked = (this.asked += 1);
    const answer = await lookUp(this.store.state.lang, wanted);
    if (asked !== this.asked) return;
    if ("error" in answer) return this.results.replaceChildren(el("p", { class: "problem", role: "alert" }, answer.error));
    const { found, exports } = answer.value;
    const cards = found.map((amount) => this.card(amount, exports));
    if (cards.length === 0) cards.push(el("p", { role: "status" }, this.words.nothing));
    this.results.replaceChildren(...cards);
    if (found.length > 0) /** @type {HTMLElement | null} */ (this.results.querySelector("h3"))?.focus();
  }

  /** @private One shop's part. @param {KeptAmount} amount @param {boolean} exports */
  card(amount, exports) {
    const { words } = this;
    const { lang } = this.store.state;
    const time = (/** @type {number | undefined} */ at) => (at === undefined ? words.none : new Date(at).toLocaleString(lang));
    const outcome = el("div", { role: "status" });
    const load = el("button", { type: "button" }, words.export);
    const erase = el("button", { type: "button", class: "erase-all" }, words.erase);
    const card = el(
      "section",
      { class: "person", "data-customer": amount.customer },
      el("h3", { tabindex: "-1" }, amount.customer),
      lines([
        [words.shopIs, shopName(this.store.state, amount.shop) || amount.shop],
        [words.talks, fill(words.talksAre, { n: amount.conversations, open: amount.open })],
        [words.events, String(amount.events)],
        [words.tokens, String(amount.tokens)],
        [words.first, time(amount.first)],
        [words.last, time(amount.last)],
      ]),
      el("p", { class: "row" }, load, erase),
      exports ? null : el("p", { class: "soft" }, words.noExport),
      outcome,
    );
    load.disabled = !exports;
    load.addEventListener("click", async () => {
      load.disabled = true;
      const answer = await exportCustomer(lang, amount);
      load.disabled = false;
      if ("value" in answer) saveJson("yingda-customer.json", answer.value);
      tell(outcome, "error" in answer ? answer.error : words.exported, "error" in answer);
    });
    erase.addEventListener("click", () => this.confirm(amount, card));
    return card;
  }

  /** @private Says what goes, and lets it go only when the end of the id is typed. @param {KeptAmount} amount @param {HTMLElement} card */
  confirm(amount, card) {
    const { words } = this;
    const end = amount.customer.slice(-SIGNS);
    const field = el("input", { id: "erase-sure", autocomplete: "off", spellcheck: "false", required: true });
    const cancel = el("button", { type: "button" }, words.cancel);
    const go = el("button", { type: "submit", class: "danger", disabled: true }, words.eraseNow);
    const problem = el("p", { role: "alert" });
    const form = el(
      "form",
      { class: "window" },
      el("h2", { id: "erase-title" }, fill(words.sureTitle, amount)),
      el("p", { id: "erase-what" }, fill(words.sure, { ...amount, talks: amount.conversations })),
      amount.open > 0 && el("p", {}, fill(words.sureOpen, amount)),
      el("p", { class: "problem" }, el("strong", {}, words.forGood)),
      el("label", { for: "erase-sure" }, fill(words.type, { end })),
      field,
      problem,
      el("p", { class: "row" }, cancel, go),
    );
    const window = dialog(form);
    window.setAttribute("aria-labelledby", "erase-title");
    window.setAttribute("aria-describedby", "erase-what");
    window.addEventListener("close", () => window.remove());
    cancel.addEventListener("click", () => window.close());
    field.addEventListener("input", () => (go.disabled = field.value.trim() !== end));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (go.disabled) return;
      go.disabled = cancel.disabled = true;
      text(go, words.erasing);
      const answer = await eraseCustomer(this.store.state.lang, amount);
      if ("error" in answer) {
        tell(problem, answer.error, true);
        text(go, words.eraseNow);
        go.disabled = cancel.disabled = false;
        return;
      }
      window.close();
      const receipt = this.receipt(answer.value);
      card.replaceWith(receipt);
      /** @type {HTMLElement} */ (receipt.firstElementChild).focus();
    });
    document.body.append(window);
    window.showModal();
    field.focus();
  }

  /** @private @param {Receipt} receipt */
  receipt(receipt) {
    const { words } = this;
    const save = el("button", { type: "button", class: "primary" }, words.save);
    save.addEventListener("click", () => saveJson("yingda-receipt.json", receipt));
    return el(
      "section",
      { class: "person receipt" },
      el("h3", { tabindex: "-1" }, words.receipt),
      el("p", { class: "soft" }, words.receiptHint),
      lines([
        [words.subject, receipt.subject],
        [words.at, new Date(receipt.at).toLocaleString(this.store.state.lang)],
        [words.shopIs, shopName(this.store.state, receipt.shop) || receipt.shop],
        [words.talks, String(receipt.conversations)],
        [words.ended, String(receipt.ended)],
        [words.events, String(receipt.events)],
        [words.tokens, String(receipt.tokens)],
      ]),
      el("p", { class: "row" }, save),
    );
  }
}

/** @param {[string, string][]} pairs */
function lines(pairs) {
  return el("dl", { class: "amounts" }, ...pairs.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

/** @param {HTMLElement} outcome @param {string} said @param {boolean} refused */
function tell(outcome, said, refused) {
  outcome.replaceChildren(el("span", { class: refused ? "problem" : null }, said));
}
