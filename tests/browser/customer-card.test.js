// What colleagues keep of a customer: set at one desk, seen at the next chat, found by.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { clean } from "./support/axe.js";
import { setStage } from "./support/browser.js";

const stage = setStage();
/** Where the picture of the docs lies, written when YINGDA_SCREENSHOT is set. */
const PICTURE = fileURLToPath(new URL("../../docs/images/customer-card.png", import.meta.url));

test("VIP, tags and notes stay with the customer, by keyboard alone", async () => {
  const agent = (stage.supervisor = await stage.agent());
  const { page } = agent;
  const shopper = await stage.shopper();
  await shopper.says("转人工");
  await shopper.chat.locator(".banner").waitFor();
  await agent.takes();
  const card = page.locator(".customer-card");
  await card.getByText("还没有标签").waitFor();
  await card.locator(".vip").focus();
  await page.keyboard.press("Enter");
  await card.locator(".vip[aria-pressed=true]").waitFor();
  await card.locator(".tag-field").focus();
  await page.keyboard.type("批发");
  await page.keyboard.press("Enter");
  await card.locator(".tag", { hasText: "批发" }).waitFor();
  assert.equal(await card.locator(".card-told").textContent(), "已加标签：批发");
  assert.equal(await card.locator(".tag-field").inputValue(), "", "the next one can be written");
  await page.keyboard.type("学生");
  await page.keyboard.press("Enter");
  await card.locator(".tag", { hasText: "学生" }).waitFor();
  await card.getByRole("button", { name: "去掉标签 学生" }).press("Enter");
  await page.waitForFunction(() => document.querySelectorAll(".tag").length === 1);
  await card.locator(".tag-field").fill("这是一个长得不得了的标签一共有二十多个字呢对吧");
  await page.keyboard.press("Enter");
  await card.locator(".problem", { hasText: "1 到 20 个" }).waitFor();
  assert.equal(stage.complaints.splice(0).length, 1, "the browser itself tells of what was refused");
  await card.locator(".tag-field").fill("");
  await card.locator(".note-field").fill("只要顺丰，下午三点后送");
  await card.getByRole("button", { name: "记下" }).click();
  await card.locator(".card-notes li", { hasText: "只要顺丰" }).waitFor();
  assert.equal(await card.locator(".note-field").inputValue(), "");
  await clean(page, "the customer's card");
  if (process.env.YINGDA_SCREENSHOT) await page.screenshot({ path: PICTURE });

  // What is half written stays with its chat.
  await card.locator(".note-field").fill("还没写完");
  await agent.ends();
  await shopper.chat.locator(".rating").waitFor();
  await shopper.says("又来了，转人工");
  await shopper.chat.locator(".banner").waitFor();
  // A row says who it is, and the column why it stands before others.
  await agent.opensQueue();
  const row = page.locator(".waiting .card", { hasText: "★VIP #批发" });
  await row.waitFor();
  assert.equal(await row.getAttribute("data-lane"), "high");
  await row.locator(".open").click();
  await page.locator(".why", { hasText: "VIP：至少按优先接" }).waitFor();
  await page.locator(".transcript").getByText("顾客卡: ★VIP #批发").waitFor();
  await clean(page, "a VIP waits");
  await agent.takes();
  await card.locator(".tag", { hasText: "批发" }).waitFor();
  await card.locator(".vip[aria-pressed=true]").waitFor();
  await card.locator(".card-notes li", { hasText: "只要顺丰" }).waitFor();
  assert.equal(await card.locator(".note-field").inputValue(), "");
  assert.equal(await shopper.chat.getByText("只要顺丰").count(), 0, "the shopper is told nothing of it");
  await card.getByRole("button", { name: "删除这条备注" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".card-notes li").length === 0);
});

test("the words are in Traditional Chinese and English too, and talks are found by tag", async () => {
  const agent = /** @type {import("./support/browser.js").Agent} */ (stage.supervisor);
  const { page } = agent;
  await agent.menu("English");
  await page.locator(".customer-card").getByText("Customer card").waitFor();
  await agent.menu("繁體中文");
  await page.locator(".customer-card").getByText("顧客卡").waitFor();
  await agent.menu("简体中文");
  await agent.ends();
  await page.goto(`${stage.url}/desk#talks=tag=批发&vip=yes`);
  const deadline = Date.now() + 15_000;
  while ((await page.locator(".found").count()) < 2) {
    assert.ok(Date.now() < deadline, "both talks of the customer");
    await page.locator(".talk-form button[type=submit]").click();
    await page.waitForTimeout(200);
  }
  assert.match((await page.locator(".found b").first().textContent()) ?? "", /★VIP 访客 .*#批发/);
  await page.locator("#talk-tag").fill("学生");
  await page.locator(".talk-form button[type=submit]").click();
  await page.locator(".talk-ask > [role=status]", { hasText: "没有找到" }).waitFor();
});
