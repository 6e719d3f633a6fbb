// A whole shift: three agents and a supervisor, forty shoppers, and what a shop would refuse a desk for, one by one: a long queue,
// danger heard at any time, alerts, phrases with a picture, pictures both ways, handing on, the customer's card, history and search,
// what a supervisor sees and does, and people who leave and come back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { clean } from "./support/axe.js";
import { setStage } from "./support/browser.js";

/** @typedef {import("./support/browser.js").Agent} Agent */
/** @typedef {import("playwright-core").Page} Page */

/** Shoppers who are played by one page, beside one with a widget of her own. */
const CROWD = 39;

/** @type {Agent} */
let chief;
/** @type {Agent[]} */
const agents = [];
/** The page that plays the crowd. @type {Page} */
let crowd;
const stage = setStage({
  cast: async (stage) => {
    chief = stage.supervisor = await stage.agent();
    for (let number = 0; number < 3; number += 1) agents.push(await stage.agent({ link: await stage.invitation() }));
    crowd = await (await stage.person()).newPage();
    await crowd.goto(stage.url);
  },
});

/** Plays so many shoppers, each with a socket: what each of them says, in turn. @param {string[][]} lines */
async function come(lines) {
  await crowd.evaluate(async (lines) => {
    const page = /** @type {any} */ (window);
    page.shoppers ??= [];
    const begun = lines.map((said) => new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://${location.host}/v1/chat`, "yingda.v1");
      /** @type {string[]} */
      const heard = [];
      let number = 0;
      const say = (/** @type {string} */ text) => socket.send(JSON.stringify({ type: "message", id: `s${(number += 1)}`, text }));
      socket.onopen = () => socket.send(JSON.stringify({ type: "hello", shop: "demo", after: 0, token: null }));
      socket.onerror = () => reject(new Error("a shopper was not let in"));
      socket.onmessage = ({ data }) => {
        const frame = JSON.parse(data);
        if (frame.type === "welcome") for (const text of said) say(text);
        if (frame.type === "message" && frame.from === "agent") heard.push(frame.text);
        if (frame.type === "queue" || frame.who === "agent" || frame.who === "queue") resolve(null);
      };
      page.shoppers.push({ say, heard });
    }));
    await Promise.all(begun);
  }, lines);
}

/** A picture of one colour. @param {Page} page @returns {Promise<Buffer>} */
async function chart(page) {
  const address = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: 60, height: 40 });
    canvas.getContext("2d")?.fillRect(0, 0, 60, 40);
    return canvas.toDataURL("image/png");
  });
  return Buffer.from(address.split(",")[1], "base64");
}

/** @param {number} which @param {string} text */
const says = (which, text) => crowd.evaluate(([which, text]) => /** @type {any} */ (window).shoppers[which].say(text), /** @type {const} */ ([which, text]));

test("a queue that is longer than the desks take is shown in order, and each slot is filled by the next", { timeout: 180_000 }, async () => {
  await come(Array.from({ length: CROWD }, (_, n) => [n % 2 === 0 ? "转人工，什么时候发货" : "人工，我要退货"]));
  await chief.page.locator("#waiting-title", { hasText: `排队 ${CROWD}` }).waitFor();
  for (const agent of agents) await agent.isAvailable(true);
  for (const agent of agents) await agent.mine.nth(4).waitFor();
  await chief.page.locator("#waiting-title", { hasText: `排队 ${CROWD - 15}` }).waitFor();
  const [first] = agents;
  const had = await first.mine.first().getAttribute("data-key");
  await first.mine.first().locator(".open").click();
  await first.ends();
  await first.page.waitForFunction((had) => document.querySelector(`.mine .card[data-key="${had}"]:not(.gone)`) === null, had);
  await chief.page.locator("#waiting-title", { hasText: `排队 ${CROWD - 16}` }).waitFor();
});

test("danger said while she waits rises above all, and every desk is told", async () => {
  await says(CROWD - 1, "鞋底断了摔伤了，流了好多血，在急诊");
  for (const { page } of [chief, ...agents]) await page.locator(".told-danger", { hasText: "人身安全" }).waitFor();
  await chief.opensQueue();
  await chief.page.waitForFunction(() => document.querySelector(".waiting .card")?.getAttribute("data-lane") === "safety");
  await chief.takes();
  assert.equal(await chief.page.locator(".suggestion").isVisible(), false, "no ready word where somebody is hurt");
  await chief.says("您现在怎么样？先处理伤口，医药费的单据留着");
  await crowd.waitForFunction((which) => /** @type {any} */ (window).shoppers[which].heard.some((/** @type {string} */ text) => text.includes("医药费")), CROWD - 1);
});

test("by keyboard alone: what a colleague would send is one Tab away, the next chat one key", async () => {
  const { page } = agents[0];
  await page.locator(".transcript").focus();
  await page.keyboard.press("n");
  await page.locator(".suggestion").waitFor();
  assert.match((await page.locator(".offer-from").textContent()) ?? "", /客服话术/);
  const offered = (await page.locator(".suggestion .offer").textContent()) ?? "";
  assert.doesNotMatch(offered, /转人工|同事/);
  await agents[0].input.focus();
  await page.keyboard.press("Tab");
  await agents[0].holds(offered);
  const title = await page.locator("#chat-title").textContent();
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction((title) => document.querySelector("#chat-title")?.textContent !== title, title);
});

test("a phrase brings its picture along, and a shopper's picture comes back", async () => {
  const { page } = chief;
  await page.locator('.pages a[href="#phrases"]').click();
  await page.locator("#phrases-whose").selectOption("demo");
  await page.getByLabel("标题（可不填）").fill("尺码表");
  await page.getByLabel("内容", { exact: true }).fill("尺码表在这里，拿不准我帮您选");
  await page.locator("#phrase-file").setInputFiles({ name: "chart.png", mimeType: "image/png", buffer: await chart(page) });
  await page.getByRole("button", { name: "不带图片" }).waitFor();
  await page.getByRole("button", { name: "保存" }).click();
  const row = page.locator(".phrase-rows li", { hasText: "尺码表" });
  await row.locator("img").waitFor();
  await clean(page, "phrases with a picture");
  const [, agent] = agents;
  await agent.isAvailable(false);
  const shopper = await stage.shopper();
  await shopper.says("转人工，我想看尺码表");
  await shopper.chat.locator(".banner").waitFor();
  await agent.opensQueue();
  const waiting = agent.page.locator(".waiting .card", { hasText: "我想看尺码表" });
  await waiting.locator(".open").click();
  await agent.page.getByRole("button", { name: "接待", exact: true }).first().click();
  await agent.page.locator("#reply:not([readonly])").waitFor();
  await agent.input.focus();
  await agent.page.keyboard.type("/");
  await agent.page.locator("#phrase-field").fill("尺码表");
  await agent.page.locator(".phrase-options img").waitFor();
  await agent.page.keyboard.press("Enter");
  await agent.page.locator(".goes-along img").waitFor();
  await clean(agent.page, "a phrase with a picture in the editor");
  await agent.page.keyboard.press("Enter");
  await shopper.chat.locator(".message.agent .picture, .message.agent img").first().waitFor();
  await shopper.sees("agent", "拿不准我帮您选");
  await agent.page.locator(".goes-along").waitFor({ state: "hidden" });
  await shopper.chat.locator("input[type=file]").setInputFiles({ name: "foot.png", mimeType: "image/png", buffer: await chart(shopper.page) });
  await agent.transcript.locator(".said.shopper .picture").first().waitFor();
  await shopper.page.context().close();
});

test("the card of the customer, a chat handed on with a note, earlier talks and the search", { timeout: 90_000 }, async () => {
  const [, agent, other] = agents;
  const { page } = agent;
  await page.locator(".customer-card .vip").click();
  await page.locator(".customer-card .tag-field").fill("批发");
  await page.keyboard.press("Enter");
  await page.locator(".customer-card .tag", { hasText: "批发" }).waitFor();
  // Somebody has room.
  await other.isAvailable(false);
  await other.mine.first().locator(".open").click();
  await other.ends();
  await other.isAvailable(true);
  await page.locator(".transcript").focus();
  await page.keyboard.press("t");
  const dialog = page.getByRole("dialog");
  await page.keyboard.type("主管");
  await dialog.getByRole("option", { name: /主管/ }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.type("批发的老顾客");
  await dialog.getByRole("button", { name: "转交" }).click();
  await chief.page.locator('.pages a[href="#chats"]').click();
  await chief.opensQueue();
  await chief.page.locator(".waiting .card, .mine .card", { hasText: "批发" }).first().waitFor();
  await chief.page.locator('.pages a[href="#talks"]').click();
  await chief.page.locator("#talk-words").fill("流了好多血");
  const found = chief.page.locator(".talk-find .found, .talk-find [data-key]").first();
  for (let tries = 0; tries < 100 && (await found.count()) === 0; tries += 1) {
    await chief.page.locator(".talk-form button[type=submit]").click();
    await chief.page.waitForTimeout(300);
  }
  await found.waitFor();
  await clean(chief.page, "search");
});

test("the supervisor sees who is here, takes over, sends somebody on a break; the numbers are there", async () => {
  const { page } = chief;
  await page.locator('.pages a[href="#floor"]').click();
  await page.locator(".member").nth(3).waitFor();
  await clean(page, "floor");
  const chats = page.locator(".floor .card", { hasText: "小林" });
  await chats.first().locator(".open").click();
  await page.getByRole("button", { name: "接管" }).click();
  await page.locator("#reply:not([readonly])").waitFor();
  const member = page.locator(".member", { hasText: "小林2" });
  await member.locator(".member-state").click();
  await member.getByText("小休", { exact: true }).click();
  await agents[1].page.locator('.top[data-state="break"]').waitFor();
  await page.locator('.pages a[href="#numbers"]').click();
  await page.locator(".tile-value").first().waitFor();
  await clean(page, "numbers");
  await page.locator('.pages a[href="#quality"]').click();
  await page.locator("main.quality").waitFor();
  await clean(page, "quality");
});

test("who leaves comes back by a new link, with the same name and record; nobody has lost a chat", async () => {
  const { page } = chief;
  await page.locator('.pages a[href="#people"]').click();
  const card = page.locator("[data-person=小林3]");
  await card.waitFor();
  await card.getByRole("checkbox", { name: "英文" }).check();
  await card.getByRole("button", { name: "保存" }).click();
  await card.getByText("已保存").waitFor();
  await clean(page, "people");
  await card.getByRole("button", { name: "在所有设备退出" }).click();
  await agents[2].page.getByRole("heading", { name: "登录客服工作台" }).waitFor();
  await card.getByRole("button", { name: /新.*链接/ }).click();
  const link = new URL(await card.locator("input.made").inputValue());
  const back = await stage.agent({ link: link.pathname + link.hash });
  await back.page.locator(".own", { hasText: "小林3" }).waitFor();
  await back.mine.first().waitFor();
});

test("on a phone and in the dark the desk is as clean", async () => {
  const [agent] = agents;
  await agent.page.emulateMedia({ colorScheme: "dark" });
  await clean(agent.page, "desk, dark");
  await agent.page.setViewportSize({ width: 390, height: 844 });
  await clean(agent.page, "desk on a phone, dark");
  const wide = await agent.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${wide} px too wide`);
});
