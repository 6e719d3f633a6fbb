// The custom element: a shadow root with the button that opens the chat, and the attributes a shop may set. This is
// all that a shop's page loads at first; the talk is fetched when there is one to come back to, the panel when
// somebody reaches for it.

import { el, fill, icon, set, soon, text } from "../shared/dom.js";
import { keys, load } from "../shared/storage.js";
import { fetchWords, languageOf } from "./strings.js";

/** @typedef {import("./client.js").ChatClient} ChatClient */
/** @typedef {import("./panel.js").Panel} Panel */

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
 * `--yingda-accent`. `open()`, `close()` and `ask(text)` are for the page around it.
 */
export class YingdaChat extends HTMLElement {
  constructor() {
    super();
    /** @type {ChatClient | null} */
    this.client = null;
    /** @type {Panel | null} */
    this.panel = null;
    /** @type {Promise<Panel | null> | null} */
    this.fetching = null;
    this.tries = 0;
    this.failed = false;
    this.draw = soon(() => this.redraw());
    this.badge = el("span", { class: "badge", hidden: true, "aria-hidden": "true" });
    this.label = el("span", { class: "sr" });
    // The panel is on its way before the finger has left the button.
    const reach = () => void this.fetch();
    this.launcher = el(
      "button",
      { type: "button", class: "launcher", "aria-haspopup": "dialog", onclick: () => this.open(), onpointerenter: reach, onfocus: reach },
      icon(BUBBLE),
      this.badge,
      this.label,
    );
    this.frame = el("div", { class: "frame" }, this.launcher);
  }

  connectedCallback() {
    if (this.shadowRoot !== null) return;
    const root = this.attachShadow({ mode: "open" });
    const onStylesReady = () => (this.frame.hidden = false);
    this.frame.hidden = true;
    root.append(this.sheet("launcher.css", onStylesReady), this.frame);
    new MutationObserver(this.draw).observe(document.documentElement, { attributeFilter: ["lang"] });
    document.addEventListener("visibilitychange", this.draw);
    if (this.returning) void this.connect().then((client) => client?.start());
    this.draw();
  }

  async open() {
    set(this.launcher, { "aria-busy": "true" });
    const panel = await this.fetch();
    set(this.launcher, { "aria-busy": null });
    this.failed = panel === null;
    if (panel !== null) panel.open();
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
    const key = `yingda.${this.dataset.shop ?? ""}`;
    const { open = 0 } = load(key, /** @type {{ open?: number }} */ ({}));
    return Date.now() - open < RETURNING_MS || keys(`${key}.outbox.`).length > 0;
  }

  /** @private What of the chat is fetched later. A fetch that failed is tried under another address: browsers may remember the failure. @param {string} name */
  piece(name) {
    return import(this.tries === 0 ? name : `${name}?${this.tries}`);
  }

  /** @private @returns {Promise<ChatClient | null>} */
  async connect() {
    try {
      const { ChatClient } = await this.piece("./client.js");
      this.client ??= new ChatClient(() => this.identity(), this.draw);
    } catch {
      this.tries += 1;
    }
    return this.client;
  }

  /** @private @returns {Promise<Panel | null>} */
  fetch() {
    this.fetching ??= this.make().then((panel) => {
      if (panel === null) this.fetching = null;
      return panel;
    });
    return this.fetching;
  }

  /** @private @returns {Promise<Panel | null>} */
  async make() {
    const fetched = Promise.all([this.connect(), this.piece("./panel.js"), fetchWords(this.language)]);
    const [client, parts] = await fetched.catch(() => [null, null]);
    if (client === null) {
      this.tries += 1;
      return null;
    }
    const shut = () => {
      this.launcher.hidden = false;
      this.launcher.focus();
      this.draw();
    };
    /** @type {Panel} */
    const panel = new parts.Panel(client, this.draw, shut);
    await new Promise((resolve) => this.frame.before(this.sheet("widget.css", () => resolve(null))));
    this.frame.prepend(panel.panel);
    this.panel = panel;
    return panel;
  }

  /** @private */
  identity() {
    const { shop = "", customer = null, signature = null } = this.dataset;
    return { shop, lang: this.asked ?? "und", customer, signature };
  }

  /** @private Nothing is shown until its style is there; one that does not come must not hide the way to a person. @param {string} name @param {() => void} done */
  sheet(name, done) {
    const href = new URL(`./${name}`, import.meta.url).href;
    return el("link", { rel: "stylesheet", href, onload: done, onerror: done });
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
