// What a shopper said before, at the desk.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setStage } from "./support/browser.js";

const stage = setStage();

test("earlier talks are one line each, read in their place and folded by Escape", async () => {
  const agent = await stage.agent();
  stage.supervisor = agent;
  const { page } = agent;
  const shopper = await stage.shopper();
  await shopper.says("转人工");
  await shopper.chat.locator(".banner").waitFor();
  await agent.takes();
  const column = page.locator(".customer .past");
  await column.getByText("这位顾客以前没有会话").waitFor();
  await agent.says("第一次的回复：三天内退款");
  await shopper.sees("agent", "三天内退款");
  await agent.ends();
  await shopper.chat.locator(".rating").waitFor();
  await shopper.chat.locator(".star").nth(3).click();
  await shopper.chat.locator(".rating", { hasText: "评价" }).waitFor();

  await shopper.says("还是没退款，转人工");
  await shopper.chat.locator(".banner").waitFor();
  await agent.takes();
  const line = column.locator(".past-line");
  await line.filter({ hasText: "★4" }).waitFor();
  assert.equal(await line.count(), 1, "the talk that goes on is not among them");
  assert.match((await line.textContent()) ?? "", /\d+ 条/);
  await line.focus();
  await page.keyboard.press("Enter");
  await column.locator(".past-read .said.agent", { hasText: "三天内退款" }).waitFor();
  await column.locator(".past-read .notice", { hasText: "评价 4 星" }).waitFor();
  assert.equal(await line.getAttribute("aria-expanded"), "true");
  await column.locator(".past-read").focus();
  await page.keyboard.press("Escape");
  await column.locator(".past-read").waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement?.className), "past-line", "the focus is where it was opened");
  assert.equal(await page.locator("#chat-title").isVisible(), true, "and the chat is still there");

  const above = agent.transcript.locator(".past");
  await above.locator(".past-line").click();
  await above.locator(".said.agent", { hasText: "三天内退款" }).waitFor();
  assert.equal(await page.locator(".transcript > .rows .said", { hasText: "三天内退款" }).count(), 0, "it is not mixed with what is said now");
  await agent.says("马上为您查");
  await shopper.sees("agent", "马上为您查");
});

test("more than a page of talks come by a button", async () => {
  const agent = /** @type {import("./support/browser.js").Agent} */ (stage.supervisor);
  const { page } = agent;
  const shopper = await stage.shopper();
  for (let talk = 1; talk <= 22; talk += 1) {
    await shopper.says("转人工");
    await agent.takes();
    await agent.ends();
    await shopper.chat.locator(".rating").waitFor();
  }
  await shopper.says("转人工");
  await agent.takes();
  const column = page.locator(".customer .past");
  await column.getByText("以前的会话 20+").waitFor();
  assert.equal(await agent.transcript.locator(".past-line").count(), 3, "above the conversation only the latest");
  await column.locator(".past-more").click();
  await column.getByText("以前的会话 22", { exact: true }).waitFor();
  assert.equal(await column.locator(".past-line").count(), 22);
  assert.equal(await column.locator(".past-more").isVisible(), false);
});
