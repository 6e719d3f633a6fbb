// The custom element: a shadow root with the button that opens the chat, and the attributes a shop may set. This is
// all that a shop's page loads at first; the talk is fetched when there is one to come back to, the panel when
// somebody reaches for it.

import { el, fill, icon, set, soon, text } from "../shared/dom.js";
import { serverUrl } from "../shared/server.js";
import { keys, load } from "../shared/storage.js";
import { followDialog, followDialogs, keepToItself, raise } from "./place.js";
import { forgetAll, forgetOthers, forgetScope, scopeOf } from "./scope.js";
import { languageOf } from "./strings.js";

/** @typedef {import("./client.js").ChatClient} ChatClient */
/** @typedef {import("./panel.js").Panel} Panel */

/** The folder of this version's files. */
export const TREE = new URL("../", import.meta.url).href;

const BUBBLE = "M4 5.500h16v11H10.500L6 20v-3.500H4z M8 9.500h8 M8 12.500h5";
/** A talk that was open so lately is looked at again on the shop's next page, milliseconds. */
const RETURNING_MS = 86_400_000;
/** What the button says: open, unread, could not be fetched. */
const LABELS = {
  zh: ["联系客服", "{n} 条未读消息", "没有打开，请再点一次"],
  "zh-Hant": ["聯絡客服", "{n} 則未讀訊息", "沒有打開，請再點一次"],
  en: ["Chat with us", "{n} unread", "It did not open; please try once more"],
};

/**
 * `<yingda-chat data-shop data-lang data-name data-customer data-signature>`. The colour is the custom property
 * `--yingda-accent`. `open()`, `close()`, `ask(text)` and `reset()` are for the page around it.
 */
export class YingdaChat extends HTMLElement {
  static get observedAttributes() {
    return ["data-shop", "data-lang", "data-name", "data-customer", "data-signature"];
  }

  constructor() {
    super();
    /** @type {ChatClient | null} */
    this.client = null;
    /** @type {Panel | null} */
    this.panel = null;
    /** @type {Promise<Panel | null> | null} */
    this.fetching = null;
    /** Whose chat it is: what was begun for somebody else is not gone on with. */
    this.scope = "";
    this.life = 0;
    this.changing = false;
    /** The panel's style is there. @type {Promise<unknown> | null} */
    this.styled = null;
    this.tree = TREE;
    this.tries = 0;
    this.failed = false;
    /** Where it stands when no dialog is open; null while it stands there. @type {Element | null} */
    this.home = null;
    /** What it stood in was taken away. */
    this.onUprooted = () => {};
    this.draw = soon(() => this.redraw());
    this.badge = el("span", { class: "badge", hidden: true, "aria-hidden": "true" });
    this.label = el("span", { class: "sr" });
    // The panel is on its way before the finger has left the button.
    this.launcher = el(
      "button",
      { type: "button", class: "launcher", "aria-haspopup": "dialog", onclick: () => this.open(), onpointerenter: () => void this.fetch() },
      icon(BUBBLE),
      this.badge,
      this.label,
    );
    this.frame = el("div", { class: "frame" }, this.launcher);
  }

  connectedCallback() {
    this.attached = new AbortController();
    const { signal } = this.attached;
    followDialogs(this, signal);
    keepToItself(this, signal, (target) => target === this.launcher && void this.fetch());
    document.addEventListener("visibilitychange", this.draw, { signal });
    if (this.shadowRoot !== null) return raise(this.frame);
    const root = this.attachShadow({ mode: "open" });
    const onStylesReady = () => {
      this.frame.hidden = false;
      raise(this.frame);
    };
    this.frame.hidden = true;
    root.append(this.sheet("launcher.css", onStylesReady), this.frame);
    this.measure();
    new MutationObserver(this.draw).observe(document.documentElement, { attributeFilter: ["lang"] });
    this.begin();
  }

  disconnectedCallback() {
    this.attached?.abort();
    queueMicrotask(() => {
      if (this.isConnected) return;
      if (this.home !== null && this.parentNode !== null) followDialog(this);
      else this.onUprooted();
    });
  }

  /** @param {string} _name @param {string | null} before @param {string | null} after */
  attributeChangedCallback(_name, before, after) {
    if (this.shadowRoot === null || before === after || this.changing) return;
    this.changing = true;
    // A shop sets customer and signature one after the other.
    queueMicrotask(() => {
      this.changing = false;
      this.identified();
    });
  }

  /** @private The shop says something else of who is here, or in which language. */
  identified() {
    const { shop, customer } = this.identity();
    const before = this.scope;
    if (before === scopeOf(shop, customer)) {
      if (/sign/.test(this.client?.shopError ?? "")) this.client?.link.restart();
      return this.draw();
    }
    // A customer who is here no more has signed out; a visitor who signs in goes on reading.
    const left = before.includes(":");
    const open = !left && (this.panel?.isOpen ?? false);
    this.end();
    if (left) forgetScope(before);
    this.begin();
    if (open) void this.open();
  }

  /** @private Comes back to what there is of whoever is here. */
  begin() {
    const { shop, customer } = this.identity();
    this.scope = scopeOf(shop, customer);
    forgetOthers(shop, customer);
    if (this.wasOpen) void this.open(true);
    else if (this.returning) void this.connect().then((client) => client?.start());
    this.draw();
  }

  /** @private Nothing of this talk is on the page any more. */
  end() {
    this.life += 1;
    this.wasOpen = false;
    this.client?.dispose();
    this.panel?.dispose();
    this.client = this.panel = this.fetching = null;
    this.launcher.hidden = false;
  }

  /** Forgets everybody who has used this shop's chat in this browser: to be called when a customer signs out. */
  reset() {
    this.end();
    forgetAll(this.identity().shop);
    this.begin();
  }

  /** @param {boolean} [quiet] leaves the focus where it is */
  async open(quiet = false) {
    const { life } = this;
    set(this.launcher, { "aria-busy": "true" });
    const panel = await this.fetch();
    set(this.launcher, { "aria-busy": null });
    if (life !== this.life) return;
    this.failed = panel === null;
    if (panel !== null) {
      this.wasOpen = true;
      panel.open(quiet === true);
    }
    this.draw();
  }

  close() {
    if (this.panel?.isOpen) this.panel.close();
  }

  /** Opens the panel with this text ready to be sent. @param {string} words */
  async ask(words) {
    await this.open();
    this.panel?.ask(words);
  }

  /** What the shop asks for, else the page's language, else the browser's. */
  get asked() {
    return [this.dataset.lang ?? "", document.documentElement.lang, navigator.language].map(languageOf).find(Boolean);
  }

  /** @returns {import("./strings.js").Language} */
  get language() {
    return this.asked ?? this.client?.talk.words?.lang ?? "zh";
  }

  /** Whether there is a talk to come back to; without one, nothing connects before the panel is opened. */
  get returning() {
    const { open = 0 } = load(this.scope, /** @type {{ open?: number }} */ ({}));
    return Date.now() - open < RETURNING_MS || keys(`${this.scope}.outbox.`).length > 0;
  }

  /** Whether the panel was left open on the page before, in this tab. */
  get wasOpen() {
    try {
      return sessionStorage.getItem(`${this.scope}.panel`) === "open";
    } catch {
      return false;
    }
  }

  set wasOpen(open) {
    try {
      if (open) sessionStorage.setItem(`${this.scope}.panel`, "open");
      else sessionStorage.removeItem(`${this.scope}.panel`);
    } catch {
      // Then the next page shows the button.
    }
  }

  /** @private What of the chat is fetched later. @param {string} name */
  piece(name) {
    return import(`${this.tree}widget/${name}`);
  }

  /**
   * @private A fetch that failed is tried under another address: browsers remember the failure. The server may have
   * another version by now, of which everything is taken then.
   */
  async relocate() {
    this.tries += 1;
    const entry = await import(serverUrl(`widget.js?${this.tries}`)).catch(() => ({ TREE }));
    this.tree = entry.TREE.replace(/(\/assets\/[^/.]+)[^/]*\/$/, `$1.${this.tries}/`);
  }

  /** @private @returns {Promise<ChatClient | null>} */
  async connect() {
    const { life } = this;
    try {
      const { ChatClient } = await this.piece("client.js");
      if (life === this.life) this.client ??= this.speaking(new ChatClient(() => this.identity(), this.draw));
    } catch {
      // Whoever opens the chat tries again.
    }
    return life === this.life ? this.client : null;
  }

  /** @private @param {ChatClient} client */
  speaking(client) {
    client.onForgotten = () => {
      this.end();
      this.begin();
    };
    return client;
  }

  /** @private @returns {Promise<Panel | null>} */
  fetch() {
    const making = (this.fetching ??= this.made().then((panel) => {
      if (panel === null && this.fetching === making) this.fetching = null;
      return panel;
    }));
    return making;
  }

  /** @private @returns {Promise<Panel | null>} */
  async made() {
    const panel = await this.make();
    if (panel !== null) return panel;
    await this.relocate();
    return this.make();
  }

  /** @private @returns {Promise<Panel | null>} */
  async make() {
    const { life } = this;
    const pieces = Promise.all([this.connect(), this.piece("panel.js"), this.piece(`strings.${this.language}.js`)]);
    const [client, parts] = await pieces.catch(() => [null, null]);
    if (client === null || life !== this.life) return null;
    await parts.fetchWords(this.language);
    const shut = () => {
      this.wasOpen = false;
      this.launcher.hidden = false;
      this.launcher.focus();
      this.draw();
    };
    this.styled ??= new Promise((resolve) => this.frame.before(this.sheet("widget.css", () => resolve(null))));
    await this.styled;
    if (life !== this.life) return null;
    /** @type {Panel} */
    const panel = new parts.Panel(client, this.draw, shut);
    this.frame.prepend(panel.panel);
    this.panel = panel;
    return panel;
  }

  /** @private */
  identity() {
    const { shop = "", customer = null, signature = null } = this.dataset;
    // An empty one is what templates write when nobody is signed in.
    return { shop, lang: this.asked ?? "und", customer: customer || null, signature: customer ? signature : null };
  }

  /** @private Nothing is shown until its style is there; one that does not come must not hide the way to a person. @param {string} name @param {() => void} done */
  sheet(name, done) {
    return el("link", { rel: "stylesheet", href: `${this.tree}widget/${name}`, onload: done, onerror: done });
  }

  /** @private Sizes follow the size of text that the reader has chosen, and not that of the page. */
  measure() {
    const probe = el("span");
    probe.style.setProperty("all", "initial");
    this.frame.before(probe);
    const size = getComputedStyle(probe).fontSize;
    probe.remove();
    if (size.endsWith("px")) this.frame.style.setProperty("--u", size);
  }

  /** @private */
  redraw() {
    const { client, panel, language } = this;
    const [open, unread, failed] = LABELS[language];
    const n = client === null || panel?.isOpen ? 0 : client.unread;
    this.launcher.hidden = panel?.isOpen ?? false;
    this.badge.hidden = n === 0;
    text(this.badge, n > 99 ? "99+" : String(n));
    text(this.label, this.failed ? failed : n > 0 ? `${open}, ${fill(unread, { n })}` : open);
    set(this.launcher, { title: this.failed ? failed : null });
    set(this.frame, { lang: language });
    panel?.draw(language, this.dataset.name ?? "");
  }
}
