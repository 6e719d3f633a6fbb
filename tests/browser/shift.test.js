// An agent at work: what calls her, what she sees of it, and what her keys do.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Agent, setStage } from "./support/browser.js";

/** @typedef {import("./support/browser.js").Shopper} Shopper */

/** @type {Agent} */
let agent;
const stage = setStage({
  cast: async (stage) => {
    agent = await heard(stage.server.signin ?? "");
    stage.supervisor = agent;
  },
});

/** An agent at a desk whose tones are written down by pitch, and whose notifications are kept. @param {string} link */
async function heard(link) {
  const context = await stage.person({ viewport: { width: 1440, height: 900 } });
  await context.addInitScript(() => {
    const page = /** @type {any} */ (window);
    page.tones = [];
    page.notes = [];
    page.asked = 0;
    const Real = window.OscillatorNode;
    page.OscillatorNode = class extends Real {
      constructor(/** @type {AudioContext} */ audio, /** @type {OscillatorOptions} */ options) {
        super(audio, options);
        page.tones.push(options.frequency);
      }
    };
    page.Notification = class {
      static permission = "default";
      static async requestPermission() {
        page.asked += 1;
        return (this.permission = "granted");
      }
      constructor(/** @type {string} */ title, /** @type {any} */ options) {
        page.notes.push({ title, ...options });
        page.note = this;
        this.close = () => {};
      }
    };
  });
  const page = await context.newPage();
  await page.goto(stage.url + link);
  await page.locator(".presence:enabled").waitFor();
  // Browsers let a page be heard only after somebody has used it.
  await page.locator(".top h1").click();
  return new Agent(page);
}

/** The pitches that were heard since this was asked last. @param {Agent} [who] */
const tones = async ({ page } = agent) => page.evaluate(() => /** @type {any} */ (window).tones.splice(0));

/** Waits until it has rung. @param {Agent} [who] */
async function rings(who = agent) {
  await who.page.waitForFunction(() => /** @type {any} */ (window).tones.length > 0);
  return tones(who);
}

/** Several calls within a moment and a half are one: waits until the next one is heard again. */
async function quiet() {
  await agent.page.waitForTimeout(1600);
  await tones();
}

/** Whether the agent's window is the one that is in front. @param {boolean} inFront */
const looks = (inFront) =>
  agent.page.evaluate((inFront) => {
    document.hasFocus = () => inFront;
    if (inFront) window.dispatchEvent(new Event("focus"));
  }, inFront);

/** Somebody who waits for a person. @param {string} [words] @returns {Promise<Shopper>} */
async function waits(words = "转人工") {
  const shopper = await stage.shopper();
  await shopper.says(words);
  await shopper.chat.locator(".banner, [data-notice=agent_joined]").first().waitFor();
  return shopper;
}

/** Ends all own chats. */
async function clear() {
  const { page } = agent;
  const rows = page.locator(".mine .card:not(.gone)");
  for (let left = await rows.count(); left > 0; left = await rows.count()) {
    await page.mouse.move(720, 10);
    // One that was being ended may go meanwhile.
    await rows.first().locator(".open").click({ timeout: 1000 }).catch(() => {});
    if ((await rows.count()) < left) continue;
    await agent.ends();
    await page.waitForFunction((left) => document.querySelectorAll(".mine .card:not(.gone)").length < left, left);
  }
  await page.mouse.move(720, 10);
  await page.waitForFunction(() => document.querySelectorAll(".mine .card").length === 0);
}

/** The name of the chat that is looked at. */
async function shown() {
  await agent.page.locator("#chat-title", { hasText: "访客" }).waitFor();
  return (await agent.page.locator("#chat-title").textContent()) ?? "";
}

beforeEach(async () => {
  await looks(true);
  await agent.isAvailable(false);
  await clear();
});

test("notifications are asked for by a click, once, and not at load", async () => {
  const { page } = agent;
  assert.equal(await page.evaluate(() => /** @type {any} */ (window).asked), 0);
  await page.getByRole("button", { name: "开启通知" }).click();
  await page.locator(".banner.ask").waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => /** @type {any} */ (window).asked), 1);
  await page.locator(".own").click();
  await page.getByText("桌面通知：开").waitFor();
  await page.keyboard.press("Escape");
});

test("an idle agent's first chat rings though it is shown at once; what is said before her eyes does not", async () => {
  await agent.isAvailable(true);
  await tones();
  const shopper = await waits();
  assert.deepEqual(await rings(), [660, 880]);
  await agent.page.locator("#reply:not([readonly])").waitFor();
  assert.equal(await agent.page.title(), "(1) 客服工作台");
  await shopper.says("在吗");
  await agent.transcript.locator(".said.shopper", { hasText: "在吗" }).waitFor();
  assert.deepEqual(await tones(), []);
  await agent.says("在的");
  await agent.page.waitForFunction(() => document.title === "客服工作台");
});

test("a message in another chat rings, marks its row and the title until it is read", async () => {
  await agent.isAvailable(true);
  const first = await waits();
  await agent.mine.first().waitFor();
  await agent.says("您好一");
  const second = await waits();
  await agent.mine.nth(1).waitFor();
  await agent.mine.filter({ has: agent.page.locator(".unread:not([hidden])") }).locator(".open").click();
  await agent.says("您好二");
  await quiet();
  await first.says("到哪了");
  assert.deepEqual(await rings(), [660, 880]);
  const row = agent.page.locator(".owed .card", { hasText: "到哪了" });
  await row.locator(".unread", { hasText: "1" }).waitFor();
  assert.equal(await agent.page.title(), "(1) ● 客服工作台");
  await first.says("喂");
  await agent.page.locator(".owed .card .unread", { hasText: "2" }).waitFor();
  // It is read aloud what stands there, and not how the seconds pass.
  const name = await agent.page.locator(".owed .card .open").ariaSnapshot();
  assert.match(name, /等您回复，2 条未读/);
  assert.doesNotMatch(name, /\d:\d\d/);
  await agent.page.locator(".owed .card .open").click();
  await agent.page.waitForFunction(() => [...document.querySelectorAll(".unread")].every((mark) => mark.textContent === ""));
  assert.equal(await agent.page.title(), "(1) 客服工作台", "seen, and still to be answered");
  assert.ok(second);
});

test("with the window out of sight each message rings, a notification says so, and after half a minute it rings again until it is seen", async () => {
  await agent.isAvailable(true);
  const shopper = await waits();
  await agent.mine.first().waitFor();
  await agent.says("您好");
  await looks(false);
  await agent.page.clock.install();
  await quiet();
  await shopper.says("还在吗");
  await rings();
  const notes = await agent.page.evaluate(() => /** @type {any} */ (window).notes.splice(0));
  assert.deepEqual(notes.map((/** @type {any} */ { body, silent }) => [body, silent]), [["还在吗", true]]);
  await agent.page.clock.fastForward(20_000);
  assert.deepEqual(await tones(), []);
  await agent.page.clock.fastForward(12_000);
  assert.deepEqual(await rings(), [660, 880]);
  // The notification leads to the chat.
  await agent.page.keyboard.press("Escape");
  await looks(true);
  await agent.page.evaluate(() => /** @type {any} */ (window).note.onclick());
  await agent.page.waitForFunction(() => [...document.querySelectorAll(".unread")].every((mark) => mark.textContent === ""));
  await agent.page.clock.fastForward(40_000);
  assert.deepEqual(await tones(), []);
  await agent.page.reload();
  await agent.page.locator(".presence:enabled").waitFor();
  await agent.page.locator(".top h1").click();
});

test("danger has a tone of its own and a line on every desk, until the chat is looked at", async () => {
  await agent.isAvailable(false);
  const colleague = await heard(await stage.invitation());
  await colleague.isAvailable(true);
  await Promise.all([tones(), tones(colleague)]);
  const hurt = await waits("充电器起火了，手烧伤了");
  // She has it at once, so that it is before her eyes; the supervisor is told until she has looked at it.
  assert.match((await agent.page.locator(".told-danger").textContent()) ?? "", /人身安全/);
  for (const who of [agent, colleague]) assert.ok((await rings(who)).includes(988), "not the tone of a message");
  await colleague.page.locator("#reply:not([readonly])").waitFor();
  await colleague.page.mouse.move(700, 400);
  await colleague.page.locator(".told-danger").waitFor({ state: "detached" });
  await agent.page.locator(".told-danger").waitFor({ state: "detached" });
  await hurt.chat.getByRole("button", { name: "结束会话" }).click();
  await hurt.chat.getByRole("button", { name: "结束", exact: true }).click();
  await colleague.page.context().close();
});

test("by keys: the next that hurts most, send and next, neighbours, end and next with ten seconds to undo", async () => {
  const { page } = agent;
  await agent.isAvailable(false);
  const plain = await waits();
  await agent.takes();
  const law = await waits("再不处理我打12315投诉你们");
  await agent.takes();
  await agent.mine.nth(1).waitFor();
  const name = shown;
  const lawName = await name();
  await agent.says("您好");
  // Ctrl+Enter in an empty editor goes to what is owed.
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction((before) => document.querySelector("#chat-title")?.textContent !== before, lawName);
  const plainName = await name();
  await page.keyboard.type("稍等");
  await law.says("那我现在就投诉");
  await page.locator(".owed .card", { hasText: "现在就投诉" }).waitFor();
  await page.keyboard.press("Control+Enter");
  await plain.sees("agent", "稍等");
  assert.equal(await name(), lawName, "sent, and on to the one that waits");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "reply");
  await page.keyboard.press("Alt+ArrowDown");
  assert.equal(await name(), plainName);
  await page.keyboard.press("Escape");
  assert.match(await page.evaluate(() => document.activeElement?.className ?? ""), /open/, "Escape leads to the list");
  await page.keyboard.press("e");
  await page.locator(".partings", { hasText: plainName ?? "" }).waitFor();
  assert.equal(await name(), lawName, "and the next is before her");
  assert.equal(await plain.chat.locator(".rating").isVisible(), false, "the shopper is told nothing yet");
  await page.keyboard.press("Escape");
  await page.keyboard.press("u");
  assert.equal(await name(), plainName, "undone");
  await plain.says("还有个问题");
  await agent.transcript.locator(".said.shopper", { hasText: "还有个问题" }).waitFor();
  await agent.says("请说");
  await page.keyboard.press("Escape");
  await page.keyboard.press("e");
  await plain.says("鞋带呢");
  await page.locator(".banner", { hasText: "又写了，没有结束" }).waitFor();
  await page.locator(".owed .card", { hasText: "鞋带呢" }).waitFor();
  // When the page goes, what was ended is ended.
  await page.locator(".owed .card", { hasText: "鞋带呢" }).locator(".open").click();
  await page.locator(".close-chat").click();
  await page.locator(".undo").waitFor();
  await page.reload();
  await plain.chat.locator(".rating").waitFor();
  await page.locator(".presence:enabled").waitFor();
});

test("rows stay where they are while the pointer moves over them", async () => {
  const { page } = agent;
  await agent.isAvailable(false);
  const first = await waits();
  await agent.takes();
  await agent.says("您好一");
  await waits();
  await agent.takes();
  await page.mouse.move(720, 10);
  const order = () => page.locator(".mine .card").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-key")));
  await page.locator(".theirs .card").waitFor();
  const before = await order();
  const box = await page.locator(".theirs .card").boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + 40, box.y + 20);
  await first.says("我先的");
  await page.locator(".theirs .card .unread", { hasText: "1" }).waitFor();
  assert.deepEqual(await order(), before, "it is marked where it is");
  await page.mouse.move(720, 10);
  await page.locator(".owed .card", { hasText: "我先的" }).waitFor();
});

test("the values that were read are copied with one key, and the customer folds away", async () => {
  const { page } = agent;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const shopper = await stage.shopper();
  await shopper.says("地址填错了能改一下吗");
  await shopper.sees("bot", /地址/);
  await shopper.says("宁波市鄞州区百丈东路 17 号 2 幢 903");
  await agent.takes();
  const values = page.locator(".given .value");
  await values.first().waitFor();
  const at = (await values.allTextContents()).findIndex((value) => value.includes("百丈东路"));
  await page.keyboard.press("Escape");
  await page.keyboard.press(String(at + 1));
  await page.locator(".banner", { hasText: "已复制" }).waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /百丈东路 17 号/);
  await page.keyboard.press("c");
  await page.locator(".customer").waitFor({ state: "hidden" });
  assert.equal(await page.locator(".case-line").isVisible(), true, "why it came stays on one line");
  await page.keyboard.press("c");
  await page.locator(".customer").waitFor();
});

test("what the standards warn of is named while it is typed, and can be sent all the same", async () => {
  const { page } = agent;
  const shopper = await waits();
  await agent.takes();
  await page.keyboard.type("我们是最便宜的，您别生气");
  const warning = page.locator(".warning");
  await warning.filter({ hasText: "绝对化用语「最便宜」（广告法）" }).waitFor();
  assert.match((await warning.textContent()) ?? "", /替顾客说情绪「您别生气」/);
  await page.keyboard.press("Enter");
  await shopper.sees("agent", "最便宜");
  assert.equal(await warning.textContent(), "");
});
