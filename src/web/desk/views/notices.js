// What is wrong until somebody mends it, above the chats: refused intent files, servers that answer differently.

import { el, list, text } from "../../shared/dom.js";
import { shopName } from "../strings.js";

export class Notices {
  /** @param {import("../store.js").Store<import("../state.js").DeskState>} store */
  constructor(store) {
    this.store = store;
    this.element = el("ul", { class: "notices", role: "status" });
    store.watch(["lang", "me", "notices"], () => this.draw());
  }

  /** @private */
  draw() {
    const { notices, lang } = this.store.state;
    list(
      this.element,
      notices,
      ({ kind, shop, zh }) => JSON.stringify([kind, shop, zh]),
      () => el("li", {}, el("b"), el("span")),
      (element, notice) => {
        const [shop, words] = element.children;
        text(shop, notice.shop ? shopName(this.store.state, notice.shop) : "");
        /** @type {HTMLElement} */ (shop).hidden = shop.textContent === "";
        text(words, lang.startsWith("en") ? notice.en : notice.zh);
      },
    );
    this.element.hidden = notices.length === 0;
  }
}
