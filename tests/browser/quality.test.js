// One round of a review: drawn, marked, read and answered by the agent, seen by the supervisor, shared with colleagues.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { hashOf, markedSeqs, pointsOf, soughtIn } from "../../src/web/desk/quality.js";
import { clean } from "./support/axe.js";
import { setStage } from "./support/browser.js";

const stage = setStage();
/** Where the picture of the docs lies, written when YINGDA_SCREENSHOT is set. */
const PICTURE = fileURLToPath(new URL("../../docs/images/quality.png", import.meta.url));

test("the address says what is drawn, points add up, and each message is one place", () => {
  const sought = soughtIn("#quality=view=draw&shop=demo&day=2026-11-30&rule=silence&size=20&round=2");
  assert.deepEqual(soughtIn(hashOf(sought)), sought);
  assert.equal(soughtIn("#quality=view=nothing").view, "");
  assert.equal(hashOf(soughtIn("#quality")), "#quality");
  assert.equal(pointsOf(/** @type {any} */ ({ deductions: [{ points: 5 }, { points: 10 }] })), 15);
  const mark = (/** @type {number} */ seq) => /** @type {any} */ ({ seq });
  assert.deepEqual(markedSeqs([mark(7), mark(3), mark(7), mark(0)]), [3, 7]);
});

test("a supervisor draws and marks by the keyboard, the agent sees it and answers, and the supervisor sees the answer", async () => {
  const owner = (stage.supervisor = await stage.agent());
  const agent = await stage.agent({ link: await stage.invitation() });
  const shopper = await stage.shopper();
  await shopper.says("我电话13812345678，转人工");
  await shopper.chat.locator(".banner").waitFor();
  await agent.takes();
  await agent.says("您一定很着急吧");
  await agent.says("麻烦留一下手机号");
  await agent.says("稍等，我去查一下");
  await agent.ends();
  await shopper.chat.locator(".rating").waitFor();

  // The draw: one talk, with what the rules have found.
  const { page } = owner;
  await page.locator('.pages a[href="#quality"]').click();
  const found = page.locator(".quality .found");
  await found.first().waitFor();
  assert.equal(await found.count(), 1);
  assert.deepEqual(await found.locator(".quality-chip").allTextContents(), ["说了没回来", "重复要资料", "说破情绪"]);
  await clean(page, "a draw");
  await page.locator(".quality h2").first().focus();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.locator(".quality .talk-read .said.agent", { hasText: "您一定很着急吧" }).waitFor();
  await page.locator(".quality .talk-read mark", { hasText: "您一定很着急吧" }).waitFor();
  assert.match((await page.locator(".quality .talk-where").textContent()) ?? "", /1 \/ 3/);
  await page.locator(".review-mark", { hasText: "重复要资料" }).press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent?.includes("麻烦留一下手机号")), true, "a mark leads to its message");

  // Points off by the sheet.
  await page.getByLabel("顾客给过的资料又要了一遍", { exact: true }).press("Space");
  const points = page.getByLabel("顾客给过的资料又要了一遍，扣几分");
  await points.fill("3");
  await page.getByText("共扣 3 分").waitFor();
  await page.getByLabel("评语").fill("手机号第一句就给了");
  await clean(page, "a review being written");
  if (process.env.YINGDA_SCREENSHOT) await page.screenshot({ path: PICTURE });
  await page.getByRole("button", { name: "保存质检" }).press("Enter");
  await page.locator(".assessment", { hasText: "手机号第一句就给了" }).waitFor();
  await page.locator(".quality .found", { hasText: "已质检 1 次，扣 3 分" }).waitFor();
  await points.waitFor();

  // The agent: own assessments alone, and an answer.
  await agent.page.locator('.pages a[href="#quality"]').click();
  await agent.page.locator(".quality-views a[aria-current]", { hasText: "我的质检" }).waitFor();
  assert.equal(await agent.page.locator(".quality-views a").count(), 2, "agents draw nothing");
  await agent.page.locator(".quality .found", { hasText: "扣 3 分" }).press("Enter");
  await agent.page.locator(".assessment", { hasText: "顾客给过的资料又要了一遍 −3" }).waitFor();
  await agent.page.locator(".quality .talk-read .said.agent", { hasText: "麻烦留一下手机号" }).waitFor();
  assert.equal(await agent.page.getByRole("button", { name: "保存质检" }).count(), 0);
  await agent.page.getByLabel("写说明").fill("要的是收件人的手机号，没有说清楚");
  await agent.page.getByRole("button", { name: "提交" }).press("Enter");
  await agent.page.locator(".review-answers", { hasText: "没有说清楚" }).waitFor();
  await clean(agent.page, "one's own assessment");

  // The supervisor sees it.
  await page.locator(".quality-views a", { hasText: "质检记录" }).click();
  await page.locator(".quality .found", { hasText: "有说明 1" }).press("Enter");
  await page.locator(".review-answers", { hasText: "没有说清楚" }).waitFor();
  await page.getByRole("button", { name: "放上来" }).press("Enter");
  await page.getByText("放上来", { exact: false }).first().waitFor();
  await page.getByRole("button", { name: "撤下来" }).waitFor();
  await page.locator('.pages a[href="#numbers"]').click();
  await page.locator(".numbers-table", { hasText: "客服榜" }).locator("tbody tr").filter({ hasText: "小林" }).locator("td").last().filter({ hasText: "3" }).waitFor();
  await page.locator('.pages a[href="#chats"]').click();
});

test("a colleague reads a shared talk without the customer's data and notes on it, on a phone and in three languages", async () => {
  const colleague = await stage.agent({ link: await stage.invitation() });
  const { page } = colleague;
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${stage.url}/desk#quality=view=shared`);
  await page.locator(".quality .found").first().click();
  await page.locator(".quality .talk-read .said.shopper", { hasText: "138****5678" }).waitFor();
  assert.equal(await page.getByText("13812345678").count(), 0);
  assert.equal(await page.locator(".assessment").count(), 0);
  await page.getByLabel("看出什么").fill("第一句说破了情绪");
  await page.getByRole("button", { name: "写上去" }).click();
  await page.locator(".review-answers", { hasText: "第一句说破了情绪" }).waitFor();
  await clean(page, "a shared talk on a phone");
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  if (process.env.YINGDA_SCREENSHOT) await page.screenshot({ path: PICTURE.replace("quality", "quality-phone") });
  await page.locator(".quality .talk-head button", { hasText: "×" }).click();
  await page.locator(".quality .found", { hasText: "1 条找茬" }).waitFor();
  await page.setViewportSize({ width: 1440, height: 900 });
  await colleague.menu("English");
  await page.locator(".quality-views a[aria-current]", { hasText: "Spot the slip" }).waitFor();
  await colleague.menu("繁體中文");
  await page.locator(".quality-views a[aria-current]", { hasText: "大家來找碴" }).waitFor();
  await colleague.menu("简体中文");
});
