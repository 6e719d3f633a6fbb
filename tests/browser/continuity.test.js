// Nothing is lost, repeated or out of order: reload, second tab, cut wire, dead wire, killed server.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Shopper, setStage } from "./support/browser.js";

/** A dead link is noticed ten seconds after something was sent on it. */
const DEAD_LINK_MS = 30_000;

const stage = setStage();

// A test that failed with the wire cut must not take the next ones with it.
afterEach(() => stage.wire.mend());

/** Another tab of the same person. @param {Shopper} shopper */
async function tab(shopper) {
  const page = await shopper.page.context().newPage();
  await page.goto(stage.url);
  await page.locator("yingda-chat .launcher").click();
  return new Shopper(page);
}

/** How often a text stands in the log that a fresh page is given. @param {Shopper} shopper @param {string} text */
async function kept(shopper, text) {
  const fresh = await tab(shopper);
  await fresh.sees("shopper", text);
  const all = await fresh.bubbles();
  await fresh.page.close();
  return all.filter((one) => one === `shopper: ${text}`).length;
}

test("a reload and a second tab show the same talk", async () => {
  const shopper = await stage.shopper();
  await shopper.says("什么时候发货");
  await shopper.sees("bot", /16:00|48/);
  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
  const before = await shopper.bubbles();
  assert.equal(before.length, 4);

  await shopper.page.reload();
  await shopper.sees("bot", "99");
  assert.deepEqual(await shopper.bubbles(), before);

  const second = await tab(shopper);
  await second.sees("bot", "99");
  assert.deepEqual(await second.bubbles(), before);

  await second.says("是正品吗");
  await shopper.sees("shopper", "是正品吗");
  await shopper.sees("bot", /假一赔四|正品/);
  await second.sees("bot", /假一赔四|正品/);
  assert.deepEqual(await shopper.bubbles(), await second.bubbles());
});

test("unread answers are counted while the panel is closed", async () => {
  const agent = await stage.agent();
  const shopper = await stage.shopper();
  await shopper.says("转人工");
  await agent.takes();
  await shopper.chat.locator("[data-notice=agent_joined]", { hasText: "客服" }).waitFor();
  await shopper.page.keyboard.press("Escape");
  await agent.says("您好");
  await agent.says("请问您的订单号是多少");
  await shopper.chat.locator(".badge", { hasText: "2" }).waitFor();
  assert.match((await shopper.chat.locator(".launcher").textContent()) ?? "", /2 条未读/);
  await shopper.page.reload();
  await shopper.chat.locator(".badge", { hasText: "2" }).waitFor();
  await shopper.chat.locator(".launcher").click();
  await shopper.input.waitFor();
  await shopper.page.keyboard.press("Escape");
  await shopper.chat.locator(".launcher").waitFor();
  await shopper.chat.locator(".badge").waitFor({ state: "hidden" });
});

test("what is written while the wire is cut goes out once when it is back", async () => {
  const shopper = await stage.shopper();
  await shopper.says("在吗");
  await shopper.message("bot").waitFor();
  stage.offlineExpected = true;
  stage.wire.cut();
  await shopper.says("地址写错了能改吗");
  await shopper.says("那什么时候发货");
  await shopper.chat.locator(".message.sending").nth(1).waitFor();
  await shopper.chat.locator(".banner", { hasText: "重新连接" }).waitFor();
  stage.wire.mend();
  await shopper.chat.locator(".message.shopper.sent", { hasText: "那什么时候发货" }).waitFor();
  await shopper.chat.locator(".message.shopper.sent", { hasText: "地址写错了能改吗" }).waitFor();
  assert.equal(await kept(shopper, "地址写错了能改吗"), 1);
  assert.equal(await kept(shopper, "那什么时候发货"), 1);
  const said = (await shopper.bubbles()).filter((one) => one.startsWith("shopper"));
  assert.deepEqual(said.slice(-2), ["shopper: 地址写错了能改吗", "shopper: 那什么时候发货"]);
});

test("a page that is closed before its message is out sends it from the next one", async () => {
  const shopper = await stage.shopper();
  await shopper.says("在吗");
  await shopper.message("bot").waitFor();
  stage.offlineExpected = true;
  stage.wire.cut();
  await shopper.says("七天无理由吗");
  const context = shopper.page.context();
  await shopper.page.close();
  stage.wire.mend();
  const page = await context.newPage();
  await page.goto(stage.url);
  await page.locator("yingda-chat .launcher").click();
  const again = new Shopper(page);
  await again.chat.locator(".message.shopper.sent", { hasText: "七天无理由吗" }).waitFor();
  assert.equal(await kept(again, "七天无理由吗"), 1);
});

test("a link that is dead without being closed is noticed and replaced", { timeout: 90_000 }, async () => {
  const shopper = await stage.shopper();
  await shopper.says("在吗");
  await shopper.message("bot").waitFor();
  stage.wire.freeze();
  await shopper.says("满多少包邮");
  await shopper.chat
    .locator(".message.shopper.sent", { hasText: "满多少包邮" })
    .waitFor({ timeout: DEAD_LINK_MS });
  assert.equal(await kept(shopper, "满多少包邮"), 1);
});

test("a killed server comes back and the talk goes on", { timeout: 180_000 }, async () => {
  const shopper = await stage.shopper();
  await shopper.says("什么时候发货");
  await shopper.sees("bot", /16:00|48/);
  const before = await shopper.bubbles();
  await stage.restart("SIGKILL");
  await shopper.says("包邮吗");
  await shopper.chat.locator(".message.shopper.sent", { hasText: "包邮吗" }).waitFor({ timeout: DEAD_LINK_MS });
  await shopper.sees("bot", "99");
  const all = await shopper.bubbles();
  assert.deepEqual(all.slice(0, before.length), before);
  assert.equal(all.filter((one) => one === "shopper: 包邮吗").length, 1);
});
