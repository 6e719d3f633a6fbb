// The custom element: a shadow root around the panel, and the attributes a shop may set.

import { el, soon } from "../shared/dom.js";
import { Panel } from "./panel.js";
import { Visitor } from "./visitor.js";

/**
 * `<yingda-chat data-shop data-lang data-name data-customer data-signature>`. The colour is the custom property
 * `--yingda-accent`. `open()`, `close()` and `ask(text)` are for the page around it.
 */
export class YingdaChat extends HTMLElement {
  constructor() {
    super();
    /** @type {Panel | null} */
    this.panel = null;
  }

  connectedCallback() {
    if (this.panel !== null) return;
    const draw = soon(() => panel.draw(this.language, this.dataset.name ?? ""));
    const visitor = new Visitor(() => this.identity(), draw, (code) => panel.banner.fail(code));
    const panel = new Panel(visitor, draw);
    this.panel = panel;
    this.dress(panel.frame);
    new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["lang"] });
    document.addEventListener("visibilitychange", draw);
    // A message that is slow to arrive says so, and no frame comes to cause it.
    setInterval(() => visitor.outbox.all().length > 0 && draw(), 2000);
    if (visitor.returning) visitor.start();
    draw();
  }

  open() {
    this.panel?.open();
  }

  close() {
    if (this.panel?.isOpen) this.panel.close();
  }

  /** Opens the panel with this text ready to be sent. @param {string} words */
  ask(words) {
    this.panel?.ask(words);
  }

  get language() {
    const asked = this.dataset.lang ?? "auto";
    return asked === "auto" ? document.documentElement.lang || navigator.language : asked;
  }

  /** @private */
  identity() {
    const { shop = "", customer = null, signature = null } = this.dataset;
    return { shop, lang: this.language, customer, signature };
  }

  /** @private Shows nothing until the style is there; a style that does not come must not hide the way to a person. @param {HTMLElement} frame */
  dress(frame) {
    frame.hidden = true;
    const show = () => (frame.hidden = false);
    const href = new URL("./widget.css", import.meta.url).href;
    const root = this.attachShadow({ mode: "open" });
    root.append(el("link", { rel: "stylesheet", href, onload: show, onerror: show }), frame);
  }
}
