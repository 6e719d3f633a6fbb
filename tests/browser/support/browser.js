// A browser for one test file, and pages that report everything a visitor would never see.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { chromium } from "playwright-core";
import { Wire, dataFolder, removeFolder, startServer } from "./server.js";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP *.test 127.0.0.1",
];
const PATIENCE_MS = 15_000;
/** What the browser itself prints while there is no network. */
const NO_NETWORK = /net::ERR_|WebSocket connection to .* failed/;

/** @typedef {import("playwright-core").Page} Page */

/** Tests say themselves when an agent is available. */
const SETTINGS = { YINGDA_HANDOFF__AVAILABLE_ON_CONNECT: "false" };

/**
 * The stage of one test file: opened before its tests, closed after them, and nothing may have been complained of.
 * @param {{ settings?: Record<string, string>, cast?: (stage: Stage) => Promise<void> }} [wishes] settings of the
 *   server as environment variables; who is there before the first test
 */
export function setStage({ settings = {}, cast = async () => {} } = {}) {
  const stage = new Stage(settings);
  before(async () => {
    await stage.open();
    await cast(stage);
  });
  after(async () => {
    await stage.close();
    assert.deepEqual(stage.complaints, []);
  });
  return stage;
}

/** A server, a wire to it, a browser, and the complaints of all its pages. */
export class Stage {
  /** @param {Record<string, string>} settings */
  constructor(settings) {
    this.settings = { ...SETTINGS, ...settings };
    /** @type {string[]} */
    this.complaints = [];
  }

  async open() {
    this.data = await dataFolder();
    this.server = await startServer(this.data, this.settings);
    this.wire = new Wire(this.server.url);
    this.url = await this.wire.open();
    this.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      headless: true,
      args: FLAGS,
    });
    this.offlineExpected = false;
    /** @type {Agent | undefined} */
    this.supervisor = undefined;
    /** @type {Wire[]} */
    this.wires = [this.wire];
    return this;
  }

  /** Ends the server and starts it again on the same data; pages keep their address. @param {NodeJS.Signals} [signal] */
  async restart(signal) {
    this.offlineExpected = true;
    this.wire.cut();
    await this.server.stop(signal);
    this.server = await startServer(this.data, this.settings);
    this.wire.mend(this.server.url);
  }

  /** The next server takes over as a rolling restart does it: the first is told to go, and clients move by themselves. */
  async succeed() {
    this.offlineExpected = true;
    const { signin } = this.server;
    await this.server.stop();
    // The link that the first one printed still works.
    this.server = { ...(await startServer(this.data, this.settings)), signin };
    this.wire.mend(this.server.url);
  }

  /** A page with the invitation of one more agent, made by the first one. */
  async invitation() {
    if (this.supervisor === undefined) this.supervisor = await this.agent();
    const { page } = this.supervisor;
    await this.supervisor.menu("邀请同事");
    // Names are unique among the staff.
    this.invited = (this.invited ?? 0) + 1;
    await page.getByLabel("顾客看到的名字").fill(this.invited === 1 ? "小林" : `小林${this.invited}`);
    await page.getByRole("button", { name: "生成登录链接" }).click();
    const field = page.locator("#invite-link");
    await field.waitFor();
    const link = new URL(await field.inputValue());
    await page.keyboard.press("Escape");
    return link.pathname + link.hash;
  }

  async close() {
    await this.browser?.close();
    for (const wire of this.wires ?? []) await wire.close();
    await this.server?.stop();
    if (this.data !== undefined) await removeFolder(this.data);
  }

  /** A person with a browser of their own. @param {import("playwright-core").BrowserContextOptions} [options] */
  async person(options = {}) {
    const context = await this.browser.newContext({
      locale: "zh-CN",
      viewport: { width: 1360, height: 860 },
      colorScheme: "light",
      // What is measured is where things end up, not where they are on their way.
      reducedMotion: "reduce",
      ...options,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    context.on("page", (page) => this.watch(page));
    return context;
  }

  /** @private @param {Page} page */
  watch(page) {
    page.on("pageerror", (error) => this.complaints.push(`${page.url()}: ${error.stack}`));
    page.on("console", (message) => {
      if (!["error", "warning"].includes(message.type())) return;
      if (this.offlineExpected && NO_NETWORK.test(message.text())) return;
      // A page that takes the chat away again while it connects.
      if (message.text().endsWith("WebSocket is closed before the connection is established.")) return;
      this.complaints.push(`${page.url()}: ${message.text()}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 500) this.complaints.push(`${response.url()} answered ${response.status()}`);
    });
  }

  /** A shopper with the chat open. @param {import("playwright-core").BrowserContextOptions} [options] @param {string} [path] */
  async shopper(options, path = "/") {
    const context = await this.person(options);
    const page = await context.newPage();
    await page.goto(this.url + path);
    await page.locator("yingda-chat .launcher").click();
    return new Shopper(page);
  }

  /** What the bot says to somebody new. @param {string} words */
  async hears(words) {
    const shopper = await this.shopper();
    await shopper.says(words);
    await shopper.message("bot", 0).waitFor();
    const said = await shopper.message("bot").textContent();
    await shopper.page.context().close();
    return said ?? "";
  }

  /** A wire of one's own, to be cut without touching the others. */
  async ownWire() {
    const wire = new Wire(this.server.url);
    this.wires.push(wire);
    return { wire, url: await wire.open() };
  }

  /**
   * An agent at the desk, who takes chats by hand until told otherwise. The first one comes by the link the server printed, others by `link`.
   * @param {{ link?: string, url?: string }} [way]
   */
  async agent({ link = this.server.signin, url = this.url } = {}) {
    if (link === undefined) throw new Error("the server printed no sign-in link");
    const context = await this.person({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.goto(url + link);
    await page.locator(".presence:enabled").waitFor();
    return new Agent(page);
  }
}

export class Shopper {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.chat = page.locator("yingda-chat");
    this.input = this.chat.locator("textarea");
    this.log = this.chat.locator(".log");
  }

  /** @param {string} text */
  async says(text) {
    await this.input.fill(text);
    await this.input.press("Enter");
  }

  /** The n-th message of a speaker, counted from the last with -1. @param {"bot" | "agent" | "shopper"} who @param {number} [nth] */
  message(who, nth = -1) {
    return this.chat.locator(`.message.${who}`).nth(nth);
  }

  /** Waits for a message that holds the text. @param {"bot" | "agent" | "shopper"} who @param {string | RegExp} text */
  async sees(who, text) {
    await this.chat.locator(`.message.${who}`, { hasText: text }).first().waitFor();
  }

  /** Every bubble: who, and what. */
  async bubbles() {
    return this.chat.locator(".message").evaluateAll((all) =>
      all.map((one) => `${one.className.split(" ")[1]}: ${one.querySelector(".body")?.textContent}`),
    );
  }
}

export class Agent {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.waiting = page.locator(".waiting .card");
    this.mine = page.locator(".mine .card");
    this.input = page.locator("#reply");
    this.transcript = page.locator(".transcript");
  }

  /** Chooses something of the agent's own menu. @param {string} name */
  async menu(name) {
    await this.page.locator(".own").click();
    await this.page.locator(".own + .menu-items").getByText(name, { exact: true }).click();
  }

  /** Chooses what this agent does now. @param {string} name */
  async does(name) {
    await this.page.locator(".presence").click();
    await this.page.locator(".presence + .menu-items").getByText(name, { exact: true }).click();
  }

  /** Whether new chats come by themselves. @param {boolean} available */
  async isAvailable(available) {
    await this.does(available ? "在线" : "小休 · 其他");
    await this.page.locator(`.top[data-state=${available ? "online" : "break"}]`).waitFor();
  }

  /** Shows who waits, one by one. */
  async opensQueue() {
    const head = this.page.locator(".waiting .fold-head");
    if ((await head.getAttribute("aria-expanded")) === "false") await head.click();
  }

  /** Takes the first who waits. */
  async takes() {
    await this.page.locator(".take-next:enabled").click();
    await this.page.locator("#reply:not([readonly])").waitFor();
  }

  /** Unfolds what the bot said. */
  async unfolds() {
    await this.page.locator(".bot-part .fold[aria-expanded=false]").first().click();
  }

  /** Ends the chat that is looked at, without a way back. */
  async ends() {
    await this.page.locator(".close-chat:enabled").click();
    await this.page.locator(".end-now").last().click();
  }

  /** Waits until the editor holds exactly this: the desk draws a moment after it was clicked. @param {string} text */
  async holds(text) {
    const deadline = Date.now() + PATIENCE_MS;
    while ((await this.input.inputValue()) !== text && Date.now() < deadline) await this.page.waitForTimeout(20);
    assert.equal(await this.input.inputValue(), text);
  }

  /** @param {string} text */
  async says(text) {
    await this.input.fill(text);
    await this.input.press("Enter");
    await this.page.locator(".said.agent:not(.sending)", { hasText: text }).waitFor();
  }
}
