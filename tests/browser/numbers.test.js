// The page of the numbers: figures, plots and tables of the day, sheets that spreadsheets open, and the time before everything is read.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { csvOf, daysOf, hashOf, nameOf, spanIn } from "../../src/web/desk/numbers.js";
import { clean } from "./support/axe.js";
import { setStage } from "./support/browser.js";

const stage = setStage();
/** Where the picture of the docs lies, written when YINGDA_SCREENSHOT is set. */
const PICTURE = fileURLToPath(new URL("../../docs/images/numbers.png", import.meta.url));

test("a sheet begins with the mark of UTF-8, keeps what is written, and holds no formula", () => {
  const columns = [
    { label: "客服", value: (/** @type {any} */ row) => row.name },
    { label: "会话", value: (/** @type {any} */ row) => row.chats },
  ];
  const rows = [
    { name: "小美", chats: 3 },
    { name: '=HYPERLINK("http://x")', chats: -1.5 },
    { name: "+86, 姐", chats: null },
    { name: "@x", chats: 0 },
  ];
  assert.equal(csvOf(columns, rows), "\ufeff客服,会话\r\n小美,3\r\n\"'=HYPERLINK(\"\"http://x\"\")\",-1.5\r\n\"'+86, 姐\",\r\n'@x,0\r\n");
});

test("spans have names, weeks begin on Monday, and the address says which it is", () => {
  // A Sunday, and the first day of a month.
  assert.deepEqual(daysOf("week", "2026-11-29"), { from: "2026-11-23", until: "2026-11-29" });
  assert.deepEqual(daysOf("last_week", "2026-11-29"), { from: "2026-11-16", until: "2026-11-22" });
  assert.deepEqual(daysOf("yesterday", "2026-12-01"), { from: "2026-11-30", until: "2026-11-30" });
  assert.deepEqual(daysOf("month", "2026-11-30"), { from: "2026-11-01", until: "2026-11-30" });
  assert.equal(nameOf({ from: "2026-11-16", until: "2026-11-22" }, "2026-11-29"), "last_week");
  assert.equal(nameOf({ from: "2026-11-16", until: "2026-11-21" }, "2026-11-29"), "own");
  const span = { shop: "demo", from: "2026-11-01", until: "2026-11-02" };
  assert.deepEqual(spanIn(hashOf(span)), span);
  assert.equal(hashOf({ shop: "", from: "", until: "" }), "#numbers");
});

test("a day of chats stands in figures, plots and tables, in three languages, and goes into a sheet", async () => {
  const owner = (stage.supervisor = await stage.agent());
  const { page } = owner;
  await page.locator('.pages a[href="#numbers"]').click();
  await page.locator(".numbers-status", { hasText: "没有会话" }).waitFor();
  await clean(page, "no numbers yet");

  await stage.hears("包邮吗");
  await stage.hears("什么时候发货");
  const shopper = await stage.shopper();
  await shopper.says("转人工");
  await shopper.chat.locator(".banner").waitFor();
  await page.locator('.pages a[href="#chats"]').click();
  await owner.takes();
  await owner.says("您好，我在");
  await shopper.message("agent").waitFor();
  await owner.ends();
  await shopper.chat.locator(".rating").waitFor();

  await page.locator('.pages a[href="#numbers"]').click();
  const tile = (/** @type {string} */ name) => page.locator(".tile", { has: page.locator("dt", { hasText: name }) });
  await page.locator(".tile-value").first().waitFor();
  assert.equal(await tile("会话").first().locator(".tile-value").textContent(), "3");
  assert.match((await tile("没转人工").textContent()) ?? "", /2.*未满 24 小时 2/);
  assert.match((await tile("承诺兑现").textContent()) ?? "", /100 %.*按时 1，超时 0/);
  assert.match((await page.locator(".plot").first().getAttribute("aria-label")) ?? "", /会话.*3 \/ 1/);
  const agents = page.locator(".numbers-table", { hasText: "客服榜" });
  assert.equal(await agents.locator("tbody tr").count(), 1);
  await page.locator(".numbers-table", { hasText: "按问题" }).locator("tbody tr").nth(1).waitFor();
  await clean(page, "numbers");
  if (process.env.YINGDA_SCREENSHOT) await page.screenshot({ path: PICTURE });

  const load = page.waitForEvent("download");
  await agents.getByRole("button", { name: "导出 CSV：客服榜" }).press("Enter");
  const file = await load;
  assert.match(file.suggestedFilename(), /^yingda-agents-\d{4}-\d\d-\d\d\.csv$/);
  const sheet = await readFile(await file.path(), "utf8");
  assert.ok(sheet.startsWith("\ufeff客服,会话,消息"), sheet);
  assert.equal(sheet.split("\r\n").length, 3, "a heading, a row and the end");
  await agents.getByText("已导出").waitFor();

  // A week, by keyboard; the days are in the address, and what is shown stays over a reload.
  await page.locator("#numbers-span").selectOption("month");
  await page.locator(".numbers-table", { hasText: "按天" }).waitFor();
  assert.equal(await page.locator(".numbers-table", { hasText: "按天" }).locator("tbody tr").count(), 30);
  assert.match(page.url(), /#numbers=from=.*until=/);
  await page.reload();
  await page.locator(".numbers-table", { hasText: "按天" }).waitFor();
  assert.equal(await page.locator("#numbers-span").inputValue(), "month");
  await clean(page, "a month of numbers");
  await owner.menu("English");
  await page.locator(".tile", { hasText: "Solved by the bot" }).waitFor();
  await owner.menu("繁體中文");
  await page.locator(".tile", { hasText: "機器人解決" }).waitFor();
  await owner.menu("简体中文");
  await page.locator("#numbers-until").fill("2020-01-01");
  await page.locator(".problem", { hasText: "最多连着 31 天" }).waitFor();
  assert.equal(stage.complaints.splice(0).length, 1, "the browser itself tells of what was refused");
  await page.locator("#numbers-span").selectOption("today");
  await page.locator(".tile-value").first().waitFor();
});

test("on a phone and in the dark everything is there, and what is still being read says so", async () => {
  const link = await stage.invitation();
  const agent = await stage.agent({ link });
  await agent.page.goto(`${stage.url}/desk#numbers`);
  assert.equal(await agent.page.locator('.pages a[href="#numbers"]').isVisible(), false, "agents have no such page");
  await agent.page.context().close();

  const page = /** @type {import("./support/browser.js").Agent} */ (stage.supervisor).page;
  await page.locator('.pages a[href="#chats"]').click();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: "dark" });
  let asked = 0;
  await page.route("**/v1/numbers*", async (route) => {
    const answer = await route.fetch();
    const told = await answer.json();
    asked += 1;
    // The first answer has not read all of it.
    if (asked === 1) await route.fulfill({ json: { ...told, read_until: told.now - 3_600_000 } });
    else {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await route.fulfill({ json: told });
    }
  });
  await page.goto(`${stage.url}/desk#numbers`);
  await page.locator(".numbers-status", { hasText: "数据还在读" }).waitFor();
  await page.locator(".numbers-status", { hasText: "截至" }).waitFor();
  assert.equal(asked, 2, "it asks again by itself, and stops when all is read");
  await clean(page, "numbers on a phone in the dark");
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, "only tables move sideways");
});
