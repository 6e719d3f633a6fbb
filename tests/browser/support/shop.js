// A shop's own pages, on another address than the server's.

import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { after, before } from "node:test";
import { Shopper } from "./browser.js";

/** @typedef {Awaited<ReturnType<typeof import("./browser.js").setStage>>} Stage */
/** @typedef {import("node:http").ServerResponse} Answer */

/** The settings of a server whose shop signs its customers with this key, and is embedded anywhere. */
export const KEY = "a-key-of-the-shop-for-its-customers";
export const SHOP_SETTINGS = { YINGDA_SHOPS__DEMO__ORIGINS: "*", YINGDA_SHOPS__DEMO__IDENTITY_KEY: KEY };

/** The attributes of a tag for a customer who is signed in. @param {string} customer */
export function signed(customer) {
  const signature = createHmac("sha256", KEY).update(customer).digest("hex");
  return `data-customer="${customer}" data-signature="${signature}"`;
}

/**
 * Pages by path; a page may be written in its own time.
 * @param {Stage} stage
 * @param {(path: string, answer: Answer, shop: ShopPages) => string | void} write
 */
export function setShop(stage, write) {
  const shop = new ShopPages(stage, write);
  before(() => shop.open());
  after(() => shop.close());
  return shop;
}

class ShopPages {
  /** @param {Stage} stage @param {(path: string, answer: Answer, shop: ShopPages) => string | void} write */
  constructor(stage, write) {
    this.stage = stage;
    this.host = createServer((request, answer) => {
      answer.setHeader("Content-Type", "text/html; charset=utf-8");
      const written = write(request.url ?? "/", answer, this);
      if (written !== undefined) answer.end(written);
    });
    this.host.unref();
  }

  async open() {
    await new Promise((resolve) => this.host.listen(0, "127.0.0.1", () => resolve(null)));
    const { port } = /** @type {import("node:net").AddressInfo} */ (this.host.address());
    this.url = `http://127.0.0.1:${port}`;
  }

  close() {
    this.host.closeAllConnections();
    this.host.close();
  }

  /** The one tag that a shop pastes. @param {string} [attributes] */
  tag(attributes = "") {
    return `<script type="module" src="${this.stage.url}/widget.js" data-shop="demo" ${attributes}></script>`;
  }

  /** A page with the tag. @param {{ head?: string, html?: string, body?: string, tag?: string }} [parts] */
  page({ head = "", html = `lang="zh-CN"`, body = "", tag = this.tag() } = {}) {
    return `<!doctype html><html ${html}><head><title>店</title><link rel="icon" href="data:,">${head}</head><body>${body}${tag}</body></html>`;
  }

  /**
   * A shopper on a page, with the chat open unless told otherwise.
   * @param {string} path
   * @param {{ context?: import("playwright-core").BrowserContext, options?: import("playwright-core").BrowserContextOptions, open?: boolean }} [wishes]
   */
  async visit(path, { context, options, open = true } = {}) {
    const page = await (context ?? (await this.stage.person({ permissions: [], ...options }))).newPage();
    await page.goto(this.url + path);
    if (open) await page.locator("yingda-chat .launcher").click();
    return new Shopper(page);
  }
}
