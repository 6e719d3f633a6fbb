// Search over what was said: found by part of a word, read where it was found, kept in the address.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { clean } from "./support/axe.js";
import { setStage } from "./support/browser.js";

const stage = setStage();
/** Where the picture of the docs lies, written when YINGDA_SCREENSHOT is set. */
const PICTURE = fileURLToPath(new URL("../../docs/images/search.png", import.meta.url));

/** @typedef {import("playwright-core").Page} Page */

/** @type {Page} */
let page;

/** A talk with an agent that ends with a rating. @param {import("./support/browser.js").Agent} agent @param {string[]} says @param {string} answer @param {number} stars */
async function talk(agent, says, answer, stars) {
  const shopper = await stage.shopper();
  for (const words of says) {
    await shopper.says(words);
    await shopper.message("bot").first().waitFor();
  }
  await shopper.says("转人工");
  await shopper.chat.locator(".banner").waitFor();
  await agent.takes();
  await agent.says(answer);
  await shopper.sees("agent", answer);
  await agent.ends();
  await shopper.chat.locator(".star").nth(stars - 1).click();
  await shopper.chat.locator(".rating", { hasText: "评价" }).waitFor();
  await shopper.page.close();
}

/** Searches until so many are found: the index is a moment behind. @param {number} count */
async function finds(count) {
  const rows = page.locator(".talk-list .found");
  const deadline = Date.now() + 15_000;
  for (;;) {
    await page.locator(".talk-form button[type=submit]").click();
    await page.locator("main:not(.quality) .talk-ask > [role=status]", { hasText: /找到|列出|没有/ }).waitFor();
    if ((await rows.count()) === count) return rows;
    assert.ok(Date.now() < deadline, `${count} talks, not ${await rows.count()}`);
    await page.waitForTimeout(100);
  }
}

test("what was said is found by part of a word, and read where it was found", async () => {
  const agent = (stage.supervisor = await stage.agent());
  page = agent.page;
  await talk(agent, ["什么时候发货", "能不能送一双鞋垫，还有 100% 纯棉的吗"], "鞋垫可以送，订单 2611-7788 已备注", 5);
  await talk(agent, ["请问怎么退货"], "退货运费我们承担", 2);
  await page.locator('.pages a[href="#talks"]').click();
  await page.waitForFunction(() => document.activeElement?.id === "talk-words");
  await page.keyboard.type("鞋垫");
  const rows = await finds(1);
  assert.match((await rows.first().textContent()) ?? "", /★5.*能不能送一双鞋垫/s);
  assert.deepEqual(await rows.locator("mark").allTextContents(), ["鞋垫"]);
  assert.match(decodeURIComponent(page.url()), /#talks=words=鞋垫$/);
  assert.match((await page.locator("main:not(.quality) .talk-ask > [role=status]").textContent()) ?? "", /找到 1 段/);

  // With the keyboard: down from the field, Enter, and the first place has the focus.
  await page.locator("#talk-words").press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator(".talk-body .found-here").nth(1).waitFor();
  await page.waitForFunction(() => document.activeElement?.classList.contains("found-here"));
  assert.match((await page.locator(".found-here:focus").textContent()) ?? "", /能不能送一双鞋垫/);
  assert.deepEqual(await page.locator(".talk-body mark").allTextContents(), ["鞋垫", "鞋垫"]);
  assert.equal(await page.locator("main:not(.quality) .talk-where").textContent(), "第 1 / 2 处");
  await page.keyboard.press("n");
  assert.match((await page.locator(".found-here:focus").textContent()) ?? "", /鞋垫可以送/);
  await page.keyboard.press("p");
  assert.match((await page.locator(".found-here:focus").textContent()) ?? "", /能不能送一双鞋垫/);
  assert.equal(await page.locator(".talk-body textarea, .talk-body input").count(), 0, "nothing can be written here");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.classList.contains("found"));
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "talk-words");
});

test("filters stand in the address, over a reload and back", async () => {
  await page.locator("#talk-words").fill("");
  await finds(2);
  await page.locator("#talk-stars").selectOption("low");
  await page.locator(".found", { hasText: "★2" }).waitFor();
  await finds(1);
  assert.match(page.url(), /#talks=stars=low$/);
  await page.reload();
  await page.locator(".found", { hasText: "★2" }).waitFor();
  assert.equal(await page.locator("#talk-stars").inputValue(), "low");
  assert.equal(await page.locator(".found").count(), 1);
  await page.locator("#talk-reason").selectOption("asked");
  await page.waitForFunction(() => location.hash.includes("reason=asked"));
  await page.goBack();
  await page.waitForFunction(() => location.hash === "#talks=stars=low");
  assert.equal(await page.locator("#talk-reason").inputValue(), "");
  await page.getByRole("link", { name: "清空条件" }).click();
  await page.locator(".found").nth(1).waitFor();
  // Who had it, and from and to a day.
  await page.waitForFunction(() => (document.querySelector("#talk-agent")?.children.length ?? 0) > 1);
  await page.locator("#talk-agent").selectOption({ index: 1 });
  await finds(2);
  const today = await page.evaluate(() => new Date().toLocaleDateString("sv"));
  await page.locator("#talk-from").fill(today);
  await finds(2);
  await page.locator("#talk-until").fill("2020-01-01");
  await page.locator("main:not(.quality) .talk-ask .problem", { hasText: "开始日期在结束日期之后" }).waitFor();
  await page.locator("#talk-from").fill("");
  await page.locator("main:not(.quality) .talk-ask > [role=status]", { hasText: "没有找到" }).waitFor();
});

test("one character, a sign, an emoji and a very long text get a clear answer", async () => {
  await page.goto(`${stage.url}/desk#talks`);
  for (const [words, count] of /** @type {const} */ ([["垫", 1], ["%", 1], ["100% 纯棉", 1], ["_", 0], ["😀", 0], ["26117788", 0]])) {
    await page.locator("#talk-words").fill(words);
    await finds(count);
  }
  await page.locator("#talk-words").fill("");
  await page.locator("#talk-order").fill("26117788");
  const rows = await finds(1);
  assert.deepEqual(await rows.locator("mark").allTextContents(), ["2611-7788"]);
  await page.locator("#talk-order").fill("");
  await page.locator("#talk-words").fill("很长".repeat(5_000));
  await page.locator(".talk-form button[type=submit]").click();
  await page.locator("main:not(.quality) .talk-ask .problem", { hasText: "最多 200 个字" }).waitFor();
});

test("a talk that goes on leads to its chat", async () => {
  const shopper = await stage.shopper();
  await shopper.says("鞋垫还没到，转人工");
  await shopper.chat.locator(".banner").waitFor();
  // Nothing has ended: it is found when it has been quiet for a while.
  await page.goto(`${stage.url}/desk#talks=state=open&words=鞋垫`);
  const deadline = Date.now() + 60_000;
  while ((await page.locator(".found").count()) === 0) {
    assert.ok(Date.now() < deadline, "an open talk is found");
    await page.locator(".talk-form button[type=submit]").click();
    await page.waitForTimeout(500);
  }
  await page.locator(".found").first().click();
  await page.locator("main:not(.quality) .to-chat").click();
  await page.locator(".transcript .said.shopper", { hasText: "鞋垫还没到" }).waitFor();
  assert.equal(await page.evaluate(() => location.hash), "#chats");
  await shopper.page.close();
});

test("axe finds nothing, in the list and beside a talk, on a phone and in English", async () => {
  await page.goto(`${stage.url}/desk#talks=words=退货`);
  await page.locator(".found").first().waitFor();
  await clean(page, "search");
  await page.locator(".found").first().click();
  await page.locator(".talk-body .found-here").first().waitFor();
  await clean(page, "a talk that was found");
  for (const [width, height] of [[1440, 900], [390, 844]]) {
    await page.setViewportSize({ width, height });
    if (process.env.YINGDA_SCREENSHOT && width > 1000) await page.screenshot({ path: PICTURE });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    assert.equal(wide, false, `nothing stands beyond ${width} pixels`);
  }
  await clean(page, "a talk on a phone");
  await page.getByRole("button", { name: "关闭" }).click();
  await page.locator(".found").first().waitFor();
  await clean(page, "the list on a phone");
  await page.setViewportSize({ width: 1440, height: 900 });
  const agent = /** @type {import("./support/browser.js").Agent} */ (stage.supervisor);
  await agent.menu("English");
  await page.getByRole("heading", { name: "Search talks" }).waitFor();
  await page.locator(".found", { hasText: "messages" }).first().waitFor();
  await agent.menu("繁體中文");
  await page.getByRole("heading", { name: "查找對話" }).waitFor();
  await agent.menu("简体中文");
});

test("an agent finds what was hers and what waits, and a talk that is kept no more says so", async () => {
  const link = await stage.invitation();
  const context = await stage.person();
  const other = await context.newPage();
  await other.goto(stage.url + link);
  await other.locator(".presence").waitFor();
  await other.goto(`${stage.url}/desk#talks`);
  await other.locator("main:not(.quality) .talk-ask > [role=status]", { hasText: "找到 1 段会话" }).waitFor();
  assert.match((await other.locator(".found").textContent()) ?? "", /进行中/, "what waits, and nothing of others");
  await other.close();

  await page.goto(`${stage.url}/desk#talks=words=退货`);
  const found = page.locator(".found").first();
  await found.waitFor();
  const conversation = await page.locator(".talk-list li").first().getAttribute("data-key");
  const whom = await (await page.request.post(`${stage.url}/v1/customers`, { data: { conversation } })).json();
  const { shop, customer } = whom.found[0];
  const erased = await page.request.post(`${stage.url}/v1/customers/erase`, { data: { shop, customer } });
  assert.equal(erased.status(), 200);
  await found.click();
  await page.locator(".talk-told", { hasText: "已经不再保存" }).waitFor();
  await finds(0);
});
