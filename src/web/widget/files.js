// Pictures and documents in the panel: the button, paste and drop, and how they are shown. Fetched when the panel is open and the
// shop takes any, or when there is one to show.

import { Choosing } from "../shared/choosing.js";
import { el, fill, set, text } from "../shared/dom.js";
import { paint, room, sizeOf, wordsBeside } from "../shared/files.js";
import { showLinked } from "../shared/links.js";
import { fileWords } from "./strings.files.js";

/** @typedef {import("./talk.js").Entry} Entry */
/** @typedef {import("./panel.js").Panel} Panel */
/** @typedef {import("../shared/protocol.js").SentFile} SentFile */

/** Longest side of a picture in the log, pixels. */
const SIDE = 200;

export class Files {
  /** @param {Panel} panel */
  constructor(panel) {
    this.panel = panel;
    this.client = panel.client;
    /** @type {Map<string, Promise<Blob>>} */
    this.fetched = new Map();
    this.lang = /** @type {import("./strings.js").Language} */ ("zh");
    this.choosing = new Choosing(() => this.client.talk.files !== undefined, (chosen) => void this.take(chosen));
    this.close = el("button", { type: "button", onclick: () => this.large.close() });
    this.canvas = el("canvas", { role: "img" });
    this.large = el("dialog", { class: "large", onclick: () => this.large.close() }, this.canvas, this.close);
    // The chat around it stays open.
    this.large.addEventListener("keydown", (event) => event.stopPropagation());
    const root = panel.panel;
    root.before(el("link", { rel: "stylesheet", href: new URL("files.css", import.meta.url).href }));
    panel.composer.button.before(this.choosing.button, this.choosing.input);
    root.after(this.large);
    panel.thread.files = this;
    /** @type {import("./carrier.js").Carrier | null} */
    this.carrier = null;
    panel.redraw();
    this.choosing.watch(root);
  }

  /** @private @param {File[]} chosen */
  async take(chosen) {
    for (const file of chosen) {
      const code = await this.client.carrier.then((carrier) => carrier?.attach(file) ?? "other");
      if (code !== "") this.panel.banner.fail(code);
    }
    this.panel.rest();
  }

  /** @param {import("./strings.js").Strings} words @param {import("./strings.js").Language} lang */
  drawButton(words, lang) {
    this.lang = lang;
    const own = fileWords(lang);
    // What the server refuses is said in the same words as the rest.
    Object.assign(words.errors, own.errors);
    this.choosing.draw(own, this.panel.panel);
    text(this.close, own.close);
  }

  /** The body of a message with files. @param {HTMLElement} body @param {Entry} entry */
  draw(body, entry) {
    const { files = [] } = entry;
    const own = fileWords(this.lang);
    // Known by then: it is what sends it.
    if (entry.state === "sending") void this.client.carrier.then((carrier) => (this.carrier = carrier));
    const unsent = entry.state === "sending" || entry.state === "failed";
    const state = `${unsent} ${this.lang} ${files.map(({ id }) => id ?? "").join(" ")}`;
    if (body.dataset.files !== state) {
      // A picture that was shown from here stays when the server has it.
      const canvas = files.length === 1 ? body.querySelector("canvas") : null;
      body.dataset.files = state;
      body.textContent = "";
      for (const file of files) body.append(file.kind === "picture" ? this.picture(entry, file, own, canvas) : this.document(entry, file, own));
      const words = wordsBeside(entry.text, files);
      if (words !== "") {
        const caption = el("div", { class: "caption" });
        showLinked(caption, words);
        body.append(caption);
      }
      if (unsent) body.append(el("div", { class: "going" }, el("progress", { max: "1" }), el("button", { type: "button", onclick: () => void this.client.carrier.then((carrier) => carrier?.cancel(entry.key)) }, own.cancel)));
    }
    const bar = body.querySelector("progress");
    if (bar === null) return;
    const done = files.every(({ id }) => id !== "") ? 1 : (this.carrier?.progress.get(entry.key) ?? 0);
    bar.hidden = entry.state !== "sending";
    bar.value = done;
    set(bar, { "aria-label": fill(own.progress, { n: Math.round(done * 100) }) });
  }

  /** @private @param {Entry} entry @param {SentFile} file @param {import("./strings.files.js").FileWords} own @param {HTMLCanvasElement | null} shown */
  picture(entry, file, own, shown) {
    const size = room(file, SIDE);
    const name = entry.from === "shopper" ? own.mine : fill(own.from, { name: entry.name ?? "" });
    const canvas = shown ?? el("canvas");
    const why = el("span", { class: "why" });
    const button = el("button", { type: "button", class: "picture", "aria-label": `${name}, ${own.look}` }, canvas, why);
    Object.assign(button.style, { width: `${size.width}px`, aspectRatio: `${size.width} / ${size.height}` });
    const load = () =>
      this.blob(entry, file).then(
        (blob) => paint(canvas, blob, size).then(() => text(why, "")),
        (error) => text(why, error === 404 ? own.gone : own.failed),
      );
    button.addEventListener("click", () => {
      if (why.textContent !== "") return void load();
      void this.enlarge(entry, file, name);
    });
    if (shown === null) void load();
    return button;
  }

  /** @private @param {Entry} entry @param {SentFile} file @param {import("./strings.files.js").FileWords} own */
  document(entry, file, own) {
    const name = file.name || own.document;
    const size = sizeOf(file.bytes);
    const save = async () => {
      const blob = await this.blob(entry, file);
      const link = el("a", { href: URL.createObjectURL(blob), download: name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    };
    const fetched = () => save().catch((error) => this.panel.banner.fail(error === 404 ? "unknown_file" : "other"));
    return el("button", { type: "button", class: "document", "aria-label": fill(own.fetch, { name, size }), onclick: fetched }, name, el("small", {}, size));
  }

  /** @private @param {Entry} entry @param {SentFile} file @param {string} name */
  async enlarge(entry, file, name) {
    const blob = await this.blob(entry, file);
    set(this.canvas, { "aria-label": name });
    set(this.large, { "aria-label": name });
    await paint(this.canvas, blob, { width: innerWidth * 0.96, height: innerHeight * 0.88 });
    this.large.showModal();
    this.close.focus();
  }

  /** @private The bytes: kept here, or asked for once. @param {Entry} entry @param {SentFile} file @returns {Promise<Blob>} */
  blob(entry, file) {
    const key = file.id || entry.key;
    let found = this.fetched.get(key);
    if (found === undefined) {
      found = this.client.carrier.then((carrier) => carrier?.bytesOf(entry, file) ?? Promise.reject(0));
      this.fetched.set(key, found);
      found.catch(() => this.fetched.delete(key));
    }
    return found;
  }
}
