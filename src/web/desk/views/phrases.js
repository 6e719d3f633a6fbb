// The page of the phrases: one's own and the shop's, added, changed, deleted, and imported from a sheet.

import { el, fill, list, set, text } from "../../shared/dom.js";
import { sizeOf } from "../../shared/files.js";
import { deletePhrase, found, importPhrases, phrasesOf, putPhrase, uploadForPhrase } from "../phrases.js";
import { readerOf } from "../state.js";
import { titleIn } from "../strings.js";
import { fileError } from "../strings.files.js";
import { phraseWords } from "../strings.phrases.js";
import { phraseFile } from "./phrase-file.js";

/** @typedef {import("../phrases.js").Phrase} Phrase */
/** @typedef {import("../phrases.js").Imported} Imported */
/** @typedef {import("../strings.phrases.js").PhraseWords} PhraseWords */

/** More are found by the filter. */
const MOST = 200;
/** More rows of a report nobody reads; how many there were is said. */
const ROWS = 50;

export class PhrasesPage {
  /** @param {import("../store.js").Store<import("../state.js").DeskState>} store */
  constructor(store) {
    this.store = store;
    this.element = el("main", { class: "people phrases-page", hidden: true });
    this.loaded = "";
    /** Counts what was asked: an answer that comes late is of no use. */
    this.asked = 0;
    /** @type {import("../phrases.js").PhraseBook | null} */
    this.book = null;
    /** Whose are shown: a shop, or empty for one's own. */
    this.whose = "";
    /** The one that is being changed. @type {Phrase | null} */
    this.changing = null;
    /** What goes with the phrase that is written. @type {import("../../shared/protocol.js").SentFile | null} */
    this.file = null;
    this.words = phraseWords(store.state.lang);
    window.addEventListener("hashchange", () => this.build());
    store.watch(["lang", "me"], () => {
      if (this.loaded !== readerOf(store.state)) this.build();
    });
  }

  /** @private @returns {string[]} */
  get shops() {
    return Object.keys(this.store.state.me?.titles?.shops ?? {});
  }

  /** @private The shop that is asked: one's own come with any. */
  get shop() {
    return this.whose || this.shops[0] || "";
  }

  /** @private Only while it is looked at. */
  build() {
    const { lang, me } = this.store.state;
    if (location.hash.slice(1).split("=")[0] !== "phrases" || me === null) return;
    this.loaded = readerOf(this.store.state);
    const words = (this.words = phraseWords(lang));
    this.changing = null;
    const title = el("h2", { tabindex: "-1" }, words.title);
    this.select = el("select", { id: "phrases-whose" }, el("option", { value: "" }, words.mine));
    for (const shop of this.shops) {
      const name = titleIn(/** @type {any} */ (me.titles?.shops[shop]), lang) || shop;
      this.select.append(el("option", { value: shop }, fill(words.ofShop, { shop: name })));
    }
    this.select.value = this.whose;
    this.select.addEventListener("change", () => this.turn());
    this.filter = el("input", { id: "phrases-filter", autocomplete: "off", spellcheck: "false" });
    this.filter.addEventListener("input", () => this.draw());
    this.mayNot = el("p", { class: "soft", role: "status" });
    this.count = el("p", { class: "soft" });
    this.problem = el("p", { class: "problem", role: "alert" });
    this.outcome = el("p", { role: "status" });
    this.rows = el("ul", { class: "phrase-rows", "aria-label": words.list });
    this.editing = el("div", { class: "cards" }, this.form(), this.importing());
    this.element.replaceChildren(
      el("p", {}, el("a", { href: "#chats" }, words.back)),
      title,
      el("p", { class: "soft hint" }, words.hint),
      el("p", {}, el("label", { for: "phrases-whose" }, words.whose), " ", this.select),
      this.mayNot,
      this.editing,
      this.outcome,
      this.problem,
      el("p", {}, el("label", { for: "phrases-filter" }, words.filter), " ", this.filter),
      this.count,
      this.rows,
    );
    this.book = null;
    title.focus();
    this.load();
  }

  /** @private */
  form() {
    const { words } = this;
    this.formTitle = el("h3", {}, words.add);
    this.group = el("input", { id: "phrase-group", maxlength: "30", autocomplete: "off", list: "phrase-known-groups" });
    this.knownGroups = el("datalist", { id: "phrase-known-groups" });
    this.name = el("input", { id: "phrase-title", maxlength: "60", autocomplete: "off" });
    this.said = el("textarea", { id: "phrase-text", rows: "4", required: true });
    this.cancel = el("button", { type: "button", hidden: true, onclick: () => this.change(null) }, words.cancel);
    this.chosen = el("input", { id: "phrase-file", type: "file", accept: "image/*,application/pdf" });
    this.chosen.addEventListener("change", () => this.attach());
    this.picture = el("span", { class: "phrase-shown", role: "status" });
    this.without = el("button", { type: "button", class: "plain", hidden: true, onclick: () => this.keep(null) }, words.dropFile);
    const form = el(
      "form",
      { class: "person" },
      this.formTitle,
      el("p", {}, el("label", { for: "phrase-group" }, words.group), this.group, this.knownGroups),
      el("p", {}, el("label", { for: "phrase-title" }, words.name), this.name),
      el("p", {}, el("label", { for: "phrase-text" }, words.text), this.said),
      el("p", {}, el("label", { for: "phrase-file" }, words.file), this.chosen),
      el("p", {}, this.picture, " ", this.without),
      el("p", { class: "row" }, el("button", { type: "submit", class: "primary" }, words.save), this.cancel),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    return form;
  }

  /** @private The picture that will go with the phrase; null: none. @param {import("../../shared/protocol.js").SentFile | null} file */
  keep(file) {
    const { words, changing } = this;
    this.file = file;
    if (this.picture === undefined || this.without === undefined || this.chosen === undefined) return;
    this.chosen.value = "";
    const known = file !== null && changing?.file?.id === file.id;
    this.picture.replaceChildren(...(file === null ? [] : [known ? phraseFile(changing, file, this.shop, this.store.state.lang) : el("span", {}, file.name || words.picture, " ", el("small", {}, sizeOf(file.bytes)))]));
    set(this.without, { hidden: file === null });
  }

  /** @private Uploads what was chosen; it becomes the phrase's with the next save. */
  async attach() {
    const [chosen] = this.chosen?.files ?? [];
    if (chosen === undefined || this.picture === undefined) return;
    const { lang, me } = this.store.state;
    text(this.picture, this.words.uploading);
    const answer = await uploadForPhrase(lang, this.shop, chosen, me?.files);
    if ("value" in answer) {
      this.say("");
      return this.keep(answer.value);
    }
    this.keep(this.changing?.file ?? null);
    this.say(fileError(answer.code ?? "other", lang) ?? answer.error, true);
  }

  /** @private */
  importing() {
    const { words } = this;
    const file = el("input", { id: "phrases-file", type: "file", accept: ".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain" });
    const report = el("div", { class: "import-report", role: "status" });
    file.addEventListener("change", async () => {
      const [sheet] = file.files ?? [];
      if (sheet === undefined) return;
      const { whose } = this;
      file.disabled = true;
      report.replaceChildren(words.importing);
      const answer = await importPhrases(this.store.state.lang, whose, sheet);
      file.disabled = false;
      // The same file, mended, may be chosen again.
      file.value = "";
      if ("error" in answer) return report.replaceChildren(el("span", { class: "problem" }, answer.error));
      report.replaceChildren(...reported(answer.value, words));
      this.load();
    });
    return el(
      "section",
      { class: "person" },
      el("h3", {}, words.import),
      el("p", { class: "soft" }, words.importHint),
      el("p", {}, el("label", { for: "phrases-file" }, words.importFile), file),
      report,
    );
  }

  /** @private Others' phrases. */
  turn() {
    this.whose = this.select?.value ?? "";
    this.book = null;
    this.say("");
    this.change(null);
    this.draw();
    this.load();
  }

  /** @private */
  async load() {
    const asked = (this.asked += 1);
    const answer = await phrasesOf(this.store.state.lang, this.shop);
    if (asked !== this.asked) return;
    if ("error" in answer) this.say(answer.error, true);
    else this.book = answer.value;
    this.draw();
  }

  /** @private @param {string} told @param {boolean} [refused] */
  say(told, refused = false) {
    if (this.problem !== undefined) text(this.problem, refused ? told : "");
    if (this.outcome !== undefined) text(this.outcome, refused ? "" : told);
  }

  /** @private Begins to change one; null: to add one. @param {Phrase | null} phrase */
  change(phrase) {
    const { words, group, name, said } = this;
    this.changing = phrase;
    if (group === undefined || name === undefined || said === undefined || this.formTitle === undefined) return;
    text(this.formTitle, phrase === null ? words.add : words.change);
    // The group stays for the next one.
    if (phrase !== null) group.value = phrase.group;
    name.value = phrase?.title ?? "";
    said.value = phrase?.text ?? "";
    this.keep(phrase?.file ?? null);
    set(/** @type {HTMLElement} */ (this.cancel), { hidden: phrase === null });
    if (phrase !== null) said.focus();
  }

  /** @private */
  async save() {
    const { words, whose, changing } = this;
    const phrase = { group: this.group?.value.trim() ?? "", title: this.name?.value.trim() ?? "", text: this.said?.value.trim() ?? "" };
    const answer = await putPhrase(this.store.state.lang, { ...phrase, file: this.file ?? null, ...(changing !== null && { id: changing.id }), ...(whose !== "" && { shop: whose }) });
    if ("error" in answer) return this.say(answer.error, true);
    const { warnings } = answer.value;
    this.say(warnings.length === 0 ? words.saved : fill(words.savedBut, { warnings: warnings.map(({ message }) => message).join(" ") }));
    this.change(null);
    this.said?.focus();
    this.load();
  }

  /** @private The first press asks, the second deletes. @param {HTMLButtonElement} button @param {string} id */
  async remove(button, id) {
    const { words } = this;
    if (button.dataset.sure === undefined) {
      button.dataset.sure = "";
      text(button, words.removeSure);
      set(button, { "aria-label": null });
      return;
    }
    const phrase = this.book?.phrases.find((one) => one.id === id);
    if (phrase === undefined) return;
    const answer = await deletePhrase(this.store.state.lang, phrase);
    this.say("error" in answer ? answer.error : words.removed, "error" in answer);
    if (this.changing?.id === id) this.change(null);
    this.filter?.focus();
    this.load();
  }

  /** @private */
  draw() {
    const { words, book, whose } = this;
    if (this.rows === undefined || this.editing === undefined || this.mayNot === undefined || this.count === undefined) return;
    const may = whose === "" || book?.may_change === true;
    set(this.editing, { hidden: !may });
    text(this.mayNot, may || book === null ? "" : words.mayNot);
    const all = (book?.phrases ?? []).filter(({ shop }) => (shop ?? "") === whose);
    const shown = found(all, this.filter?.value ?? "").slice(0, MOST);
    const most = whose === "" ? book?.most.own : book?.most.shop;
    text(this.count, book === null ? words.loading : all.length === 0 ? words.none : shown.length === 0 ? words.notFound : fill(words.count, { n: all.length, most: most ?? "" }));
    this.knownGroups?.replaceChildren(...[...new Set(all.map(({ group }) => group).filter(Boolean))].map((value) => el("option", { value })));
    list(
      this.rows,
      shown,
      ({ id }) => id,
      ({ id }) => this.row(id),
      (element, { id, group, title, text: said, used, file }) => {
        const [head, body, picture, buttons] = element.children;
        if (picture.getAttribute("data-file") !== (file?.id ?? "")) {
          picture.setAttribute("data-file", file?.id ?? "");
          picture.replaceChildren(...(file === undefined ? [] : [phraseFile({ id, title }, file, this.shop, this.store.state.lang)]));
        }
        text(head.children[0], title);
        text(head.children[1], group);
        text(head.children[2], used > 0 ? fill(words.used, { n: used }) : "");
        text(body, said);
        set(buttons, { hidden: !may });
        const short = title || said.slice(0, 20);
        set(buttons.children[0], { "aria-label": fill(words.editThis, { text: short }) });
        const remove = /** @type {HTMLElement} */ (buttons.children[1]);
        if (remove.dataset.sure === undefined) set(remove, { "aria-label": fill(words.removeThis, { text: short }) });
      },
    );
  }

  /** @private @param {string} id */
  row(id) {
    const { words } = this;
    const remove = el("button", { type: "button", class: "plain remove" }, words.remove);
    remove.addEventListener("click", () => this.remove(remove, id));
    remove.addEventListener("blur", () => {
      delete remove.dataset.sure;
      text(remove, words.remove);
      this.draw();
    });
    const change = () => {
      const phrase = this.book?.phrases.find((one) => one.id === id);
      if (phrase !== undefined) this.change(phrase);
    };
    return el(
      "li",
      {},
      el("p", { class: "phrase-title" }, el("b"), el("span", { class: "phrase-tag" }), el("span", { class: "soft" })),
      el("p", { class: "phrase-said" }),
      el("p", { class: "phrase-shown" }),
      el("p", { class: "row" }, el("button", { type: "button", class: "plain", onclick: change }, words.editOne), remove),
    );
  }
}

/** What has become of a sheet, row by row. @param {Imported} imported @param {PhraseWords} words */
function reported({ taken, merged, warned, refused }, words) {
  const rows = (/** @type {readonly { row: number, message: string }[]} */ all) => el("ul", {}, ...all.slice(0, ROWS).map((one) => el("li", {}, fill(words.row, one))), all.length > ROWS && el("li", {}, "…"));
  /** @type {HTMLElement[]} */
  const parts = [el("p", {}, fill(words.imported, { taken, merged }))];
  if (refused.length > 0) parts.push(el("p", { class: "problem" }, fill(words.refusedRows, { n: refused.length })), rows(refused));
  if (warned.length > 0) parts.push(el("p", {}, fill(words.warnedRows, { n: warned.length })), rows(warned));
  return parts;
}
