// Firefox for one test file, over WebDriver BiDi, and pages that report what a visitor would never see.

import { existsSync } from "node:fs";
import puppeteer from "puppeteer-core";
import { Wire, dataFolder, removeFolder, startServer } from "./server.js";

const PATIENCE_MS = 15_000;
/** What the browser itself prints while there is no network. */
const NO_NETWORK = /can.t establish a connection|connection .* was interrupted|NetworkError|NS_ERROR/i;

/** The browser's program; undefined where there is none. */
export const FIREFOX = [process.env.FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox"].find(
  (path) => path !== undefined && existsSync(path),
);

/** A server, a wire to it, a browser, and the complaints of all its pages. */
export class FirefoxStage {
  constructor() {
    /** @type {string[]} */
    this.complaints = [];
    this.offlineExpected = false;
  }

  async open() {
    this.data = await dataFolder();
    this.server = await startServer(this.data, { YINGDA_HANDOFF__AVAILABLE_ON_CONNECT: "false" });
    this.wire = new Wire(this.server.url);
    this.url = await this.wire.open();
    this.browser = await puppeteer.launch({
      browser: "firefox",
      executablePath: FIREFOX,
      headless: true,
      extraPrefsFirefox: { "intl.accept_languages": "zh-CN, zh", "ui.prefersReducedMotion": 1 },
    });
  }

  async close() {
    await this.browser?.close();
    await this.wire?.close();
    await this.server?.stop();
    if (this.data !== undefined) await removeFolder(this.data);
  }

  /** A page of a person with a browser of their own. @param {string} path */
  async visit(path) {
    const context = await this.browser.createBrowserContext();
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const complain = (/** @type {string} */ words) => {
      if (!this.offlineExpected || !NO_NETWORK.test(words)) this.complaints.push(`${page.url()}: ${words}`);
    };
    page.on("pageerror", (error) => complain(String(error)));
    page.on("console", (message) => ["error", "warn"].includes(message.type()) && complain(message.text()));
    // What the policy refuses is written to the browser's console, which not every driver passes on.
    await page.evaluateOnNewDocument(() => {
      document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
        console.error(`refused by the policy: ${violatedDirective} ${blockedURI}`);
      });
    });
    await page.goto(this.url + path);
    return new FirefoxPage(page);
  }
}

/** A page, read and used through the chat's shadow root. */
export class FirefoxPage {
  /** @param {import("puppeteer-core").Page} page */
  constructor(page) {
    this.page = page;
  }

  /** Waits for a part of the chat that is shown and holds the text; its handle. @param {string} part @param {string} [text] */
  async part(part, text = "") {
    const found = await this.page.waitForFunction(
      (part, text) => {
        const root = document.querySelector("yingda-chat")?.shadowRoot ?? document;
        return [...root.querySelectorAll(part)].find((one) => one.checkVisibility() && one.textContent?.includes(text));
      },
      {},
      part,
      text,
    );
    return /** @type {import("puppeteer-core").ElementHandle} */ (found.asElement());
  }

  /** @param {string} part */
  async clicks(part) {
    // Firefox gives the keys of a page in the background to nobody.
    await this.page.bringToFront();
    await (await this.part(part)).click();
  }

  /** @param {string} text */
  async says(text) {
    await this.clicks("textarea");
    await this.page.keyboard.type(text);
    await this.page.keyboard.press("Enter");
  }

  /** The focused element, through shadow roots. */
  async focused() {
    return this.page.evaluate(() => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      return `${at?.tagName.toLowerCase()}.${at?.className}`;
    });
  }

  /** Every bubble: who, and what. */
  async bubbles() {
    return this.page.evaluate(() => {
      const all = document.querySelector("yingda-chat")?.shadowRoot?.querySelectorAll(".message") ?? [];
      return [...all].map((one) => `${one.className.split(" ")[1]}: ${one.querySelector(".body")?.textContent}`);
    });
  }
}
