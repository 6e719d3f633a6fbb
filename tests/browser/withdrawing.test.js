// An agent takes back what was sent by mistake, and sees what the shopper has seen.

import assert from "node:assert/strict";
import { test } from "node:test";
import { clean } from "./support/axe.js";
import { setStage } from "./support/browser.js";

const stage = setStage();

test("a message is taken back by the keyboard: the shopper sees that, a page that is opened later no words, the desk all of it", async () => {
  const agent = (stage.supervisor = await stage.agent());
  const { page } = agent;
  const shopper = await stage.shopper();
  await shopper.says("转人工");
  await shopper.chat.locator(".banner").waitFor();
  await agent.takes();
  await agent.says("您好，我在");
  await shopper.sees("agent", "您好，我在");
  await page.locator(".read-mark").waitFor();
  await agent.says("给李先生的价是 88 元");
  await shopper.sees("agent", "88 元");
  const said = page.locator(".said.agent", { hasText: "88 元" });
  await said.locator(".read-mark").waitFor();
  assert.equal(await page.locator(".read-mark").count(), 1, "the last one that was seen");
  await said.getByRole("button", { name: "撤回" }).focus();
  await page.keyboard.press("Enter");
  await page.locator(".said.withdrawn", { hasText: "88 元" }).getByText("已撤回").waitFor();
  await page.getByText("撤回了一条消息").waitFor();
  assert.equal(await page.locator(".said.withdrawn button").count(), 0);
  await shopper.chat.getByText("撤回了一条消息").waitFor();
  assert.equal(await shopper.chat.getByText("88 元").count(), 0);
  // Without the last words the chat is owed an answer again.
  await page.locator(".mine .card").first().waitFor();
  await clean(page, "taken back");
  await clean(shopper.page, "taken back, at the shopper's");

  /** @type {string[]} */
  const frames = [];
  shopper.page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => frames.push(String(payload))));
  await shopper.page.reload();
  await shopper.chat.getByText("撤回了一条消息").waitFor();
  assert.ok(frames.some((frame) => frame.includes("您好，我在")));
  assert.ok(!frames.some((frame) => frame.includes("88 元")), "what was taken back is not told again");
  await page.reload();
  await page.locator(".mine .card .open").first().click();
  await page.locator(".said.withdrawn", { hasText: "88 元" }).waitFor();
  await agent.menu("English");
  await page.locator(".said.withdrawn").getByText("taken back").waitFor();
  await agent.menu("简体中文");
});

test("what is not before the shopper's eyes is not seen", async () => {
  const agent = /** @type {import("./support/browser.js").Agent} */ (stage.supervisor);
  const { page } = agent;
  await agent.ends();
  const shopper = await stage.shopper();
  await shopper.says("转人工");
  await shopper.chat.locator(".banner").waitFor();
  await agent.takes();
  await shopper.chat.locator(".shut").click();
  await agent.says("稍等，我查一下");
  await shopper.chat.locator(".launcher", { hasText: "1 条未读" }).waitFor();
  assert.equal(await page.locator(".read-mark").count(), 0);
  await shopper.chat.locator(".launcher").click();
  await page.locator(".said.agent", { hasText: "稍等" }).locator(".read-mark").waitFor();
});
