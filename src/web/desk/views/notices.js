// What is wrong until somebody mends it, above the chats: refused intent files, servers that answer differently.

import { el, list, text } from "../../shared/dom.js";
import { shopName, titleIn } from "../strings.js";

export class Notices {
  /** @param {import("../store.js").Store<import("../state.js").DeskState>} store */
  constructor(store) {
    this.store = store;
    this.rows = el("ul");
    this.element = el("div", { class: "notices", role: "status", tabindex: "0" }, this.rows);
    store.watch(["lang", "me", "notices"], () => this.draw());
  }

  /** @private */
  draw() {
    const { notices, lang } = this.store.state;
    list(
      this.rows,
      notices,
      ({ kind, shop, zh }) => JSON.stringify([kind, shop, zh]),
      () => el("li", {}, el("b"), el("span")),
      (element, notice) => {
        const [shop, words] = element.children;
        text(shop, notice.shop ? shopName(this.store.state, notice.shop) : "");
        /** @type {HTMLElement} */ (shop).hidden = shop.textContent === "";
        text(words, titleIn(/** @type {any} */ (notice), lang));
      },
    );
    this.element.hidden = notices.length === 0;
  }
}
