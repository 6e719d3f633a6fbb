// Chats that change hands, agents who come and go, and what a supervisor sees of it.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { setStage } from "./support/browser.js";

/** @typedef {import("./support/browser.js").Agent} Agent */

/** @type {Agent} */
let chief;
/** @type {Agent} */
let colleague;
const stage = setStage({
  settings: { YINGDA_HANDOFF__AGENT_REPLY_TIMEOUT_S: "8", YINGDA_HANDOFF__WARN_BEFORE_S: "5" },
  cast: async (stage) => {
    chief = await stage.agent();
    stage.supervisor = chief;
    colleague = await stage.agent({ link: await stage.invitation() });
  },
});

/** Somebody who waits for a person. @param {string} [words] */
async function waits(words = "转人工") {
  const shopper = await stage.shopper();
  await shopper.says(words);
  await shopper.chat.locator(".banner, [data-notice=agent_joined]").first().waitFor();
  return shopper;
}

beforeEach(async () => {
  for (const who of [chief, colleague]) {
    await who.page.goto(`${stage.url}/desk`);
    await who.isAvailable(false);
    await who.page.locator(".top h1").click();
    const rows = who.page.locator(".mine .card:not(.gone)");
    for (let left = await rows.count(); left > 0; left = await rows.count()) {
      await rows.first().locator(".open").click();
      await who.ends();
      await who.page.mouse.move(720, 10);
      await who.page.waitForFunction((left) => document.querySelectorAll(".mine .card:not(.gone)").length < left, left);
    }
  }
});

test("a chat goes to a colleague by name, with a note that only colleagues see", async () => {
  await colleague.isAvailable(true);
  await chief.isAvailable(false);
  const shopper = await waits();
  await colleague.mine.first().waitFor();
  await colleague.isAvailable(false);
  await chief.isAvailable(true);
  await colleague.page.keyboard.press("Escape");
  await colleague.page.locator(".transcript").focus();
  await colleague.page.keyboard.press("t");
  const dialog = colleague.page.getByRole("dialog");
  await dialog.getByRole("option", { name: /店长.*在线/ }).waitFor();
  await colleague.page.keyboard.type("店");
  await colleague.page.keyboard.press("Enter");
  await colleague.page.keyboard.type("要换货，尺码 42");
  await dialog.getByRole("button", { name: "转交" }).click();
  await chief.page.locator(".banner", { hasText: "小林 把" }).waitFor();
  await chief.mine.first().waitFor();
  const note = chief.transcript.locator(".said.inside", { hasText: "要换货" });
  assert.match((await note.textContent()) ?? "", /仅同事可见/);
  await chief.page.locator(".case .note", { hasText: "要换货" }).waitFor();
  await chief.transcript.locator(".notice", { hasText: "小林 转给 店长" }).waitFor();
  await chief.says("您好，换 42 是吗");
  await shopper.sees("agent", "换 42");
  assert.doesNotMatch((await shopper.log.textContent()) ?? "", /要换货/);
});

test("a colleague who is away or full is not offered, and a group is", async () => {
  const { page } = chief;
  await waits();
  await chief.takes();
  await page.getByRole("button", { name: "转交" }).click();
  const away = page.getByRole("option", { name: /小林/ });
  assert.equal(await away.getAttribute("aria-disabled"), "true");
  assert.match((await away.textContent()) ?? "", /小休/);
  await page.keyboard.press("Escape");
  await page.goto(`${stage.url}/desk#people`);
  const card = page.locator("[data-person=小林]");
  await card.getByLabel(/^组/).fill("售后，尺码");
  await card.getByRole("button", { name: "保存" }).click();
  await card.getByText("已保存").waitFor();
  await page.getByRole("link", { name: "会话", exact: true }).click();
  await page.getByRole("button", { name: "转交" }).click();
  await page.getByRole("option", { name: "组：售后" }).click();
  await page.locator("#note").fill("鞋底开胶");
  await page.keyboard.press("Control+Enter");
  await page.locator(".waiting .fold-head", { hasText: "1" }).waitFor();
  await colleague.isAvailable(true);
  await colleague.mine.first().waitFor();
  await colleague.transcript.locator(".said.inside", { hasText: "鞋底开胶" }).waitFor();
});

test("what an agent does now has reasons, and is kept over a reload", async () => {
  const { page } = colleague;
  await page.locator(".presence").click();
  assert.deepEqual(await page.locator(".presence + .menu-items .item-label").allTextContents(), ["在线", "小休 · 吃饭", "小休 · 培训", "小休 · 其他", "离线"]);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Escape");
  assert.match(await page.evaluate(() => document.activeElement?.className ?? ""), /presence/, "Escape leads back");
  await colleague.does("小休 · 吃饭");
  await page.locator(".presence", { hasText: "小休 · 吃饭" }).waitFor();
  await page.reload();
  await page.locator(".presence", { hasText: "小休 · 吃饭" }).waitFor();
});

test("with chats open nobody goes home before they are handed on", async () => {
  const { page } = colleague;
  const shopper = await waits();
  await colleague.takes();
  await colleague.does("离线");
  const sure = page.getByRole("dialog");
  await sure.getByText("先把 1 个会话交出去，再离线？").waitFor();
  await sure.getByRole("button", { name: "取消" }).click();
  assert.equal(await colleague.mine.count(), 1);
  await colleague.does("离线");
  await sure.getByRole("button", { name: "交出会话并离线" }).click();
  await page.locator('.top[data-state="offline"]').waitFor();
  await page.mouse.move(720, 10);
  await colleague.mine.first().waitFor({ state: "detached" });
  await chief.takes();
  await chief.transcript.locator(".said.shopper", { hasText: "转人工" }).waitFor();
  assert.ok(shopper);
});

test("a bar says that a chat will be taken back, and after it that it was, by whom and why, with the way back", async () => {
  const { page } = chief;
  await waits();
  await chief.takes();
  await colleague.isAvailable(true);
  await page.locator(".told-soon", { hasText: /还有 0:0\d 没有回复就会被收回/ }).waitFor();
  await chief.input.fill("正在查，您");
  const taken = page.locator(".told-taken", { hasText: "已被系统收回" });
  await taken.waitFor({ timeout: 90_000 });
  await chief.holds("正在查，您");
  await chief.transcript.locator(".notice", { hasText: "系统收回：店长 太久没有回复" }).waitFor();
});

test("a note stands in the talk, on its own ground, and the shopper never sees it", async () => {
  const { page } = chief;
  const shopper = await waits();
  await chief.takes();
  await chief.says("您好");
  await page.keyboard.press("Escape");
  await page.keyboard.press("m");
  await page.keyboard.type("老顾客，只要顺丰");
  await page.keyboard.press("Control+Enter");
  const note = chief.transcript.locator(".said.inside:not(.sending)", { hasText: "只要顺丰" });
  await note.waitFor();
  const ground = (/** @type {import("playwright-core").Locator} */ one) => one.evaluate((element) => getComputedStyle(element).backgroundColor);
  assert.notEqual(await ground(note), await ground(chief.transcript.locator(".said.agent").first()));
  await chief.says("马上查");
  await shopper.sees("agent", "马上查");
  assert.doesNotMatch((await shopper.log.textContent()) ?? "", /顺丰/);
});

test("a chat is put off, comes back when the shopper writes, and one that has ended is opened again", async () => {
  const { page } = chief;
  const shopper = await waits();
  await chief.takes();
  await chief.says("我查一下，稍后回复您");
  await page.keyboard.press("Escape");
  await page.keyboard.press("s");
  await page.getByRole("button", { name: "30 分钟后" }).click();
  await page.locator(".later .card").waitFor();
  await shopper.says("好的，还有一个问题");
  await page.locator(".owed .card", { hasText: "还有一个问题" }).waitFor();
  await chief.says("请说");
  await chief.ends();
  await shopper.chat.locator(".rating").waitFor();
  await page.locator(".ended-chats .fold-head").click();
  await page.locator(".ended-chats .open").first().click();
  await page.getByRole("button", { name: "重新打开" }).click();
  await page.locator("#reply:not([readonly])").waitFor();
  await chief.says("刚才忘了说，运费我们出");
  await shopper.sees("agent", "运费我们出");
});

test("a supervisor sees who is here and every open chat, reads along, whispers, takes over and sets a state", async () => {
  const { page } = chief;
  await colleague.isAvailable(true);
  const shopper = await waits();
  await colleague.mine.first().waitFor();
  const asking = await stage.shopper();
  await asking.says("包邮吗");
  await asking.sees("bot", "99");
  await page.getByRole("link", { name: "现场" }).click();
  const member = page.locator(".member", { hasText: "小林" });
  await member.filter({ hasText: "1 / 5" }).waitFor();
  const chats = page.locator(".floor .card");
  await chats.filter({ hasText: "机器人" }).waitFor();
  await chats.filter({ hasText: "小林" }).locator(".open").click();
  await page.locator(".floor .transcript .said.shopper", { hasText: "转人工" }).waitFor();
  assert.equal(await chief.input.getAttribute("readonly"), "", "she only reads");
  await page.getByRole("button", { name: "内部备注" }).click();
  await page.keyboard.type("可以补 5 元");
  await page.keyboard.press("Control+Enter");
  await colleague.transcript.locator(".said.inside", { hasText: "可以补 5 元" }).waitFor();
  await page.getByRole("button", { name: "接管" }).click();
  await page.locator("#reply:not([readonly])").waitFor();
  await colleague.page.locator(".banner", { hasText: "店长 接管了" }).waitFor();
  await chief.says("我是店长，我来处理");
  await shopper.sees("agent", "我来处理");
  await member.locator(".member-state").click();
  await member.getByText("小休", { exact: true }).click();
  await colleague.page.locator(".banner", { hasText: "店长 把您的状态改成了小休" }).waitFor();
  await colleague.page.locator('.top[data-state="break"]').waitFor();
  await page.goto(`${stage.url}/desk`);
});
