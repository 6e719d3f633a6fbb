// Phrases (快捷短语): written, imported, found, filled in and sent, by keys alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setStage } from "./support/browser.js";

/** @type {import("./support/browser.js").Agent} */
let agent;
/** @type {import("./support/browser.js").Shopper} */
let shopper;
const stage = setStage({
  cast: async (stage) => {
    agent = await stage.agent();
    stage.supervisor = agent;
    shopper = await stage.shopper();
    await shopper.says("订单号 202611280001234，转人工");
    await shopper.chat.locator(".banner").waitFor();
    await agent.takes();
  },
});

/** @param {import("playwright-core").Page} page */
const selected = (page) =>
  page.locator("#reply").evaluate((/** @type {HTMLTextAreaElement} */ { value, selectionStart, selectionEnd }) => value.slice(selectionStart, selectionEnd));

/** Adds a phrase on the page. @param {import("playwright-core").Page} page @param {{ group?: string, title?: string, text: string }} phrase */
async function adds(page, { group = "", title = "", text }) {
  await page.getByLabel("分组（可不填）").fill(group);
  await page.getByLabel("标题（可不填）").fill(title);
  await page.getByLabel("内容", { exact: true }).fill(text);
  await page.getByRole("button", { name: "保存" }).click();
}

/** @param {import("playwright-core").Page} page @param {"#phrases" | "#chats"} hash */
async function goes(page, hash) {
  await page.locator(`.pages a[href="${hash}"]`).click();
  await page.locator(`html[data-page=${hash.slice(1)}]`).waitFor();
}

test("phrases are added, changed, deleted, and refused with the reason", async () => {
  const { page } = agent;
  await goes(page, "#phrases");
  await page.locator(".phrases-page", { hasText: "还没有短语" }).waitFor();
  await adds(page, { title: "自己的", text: "我是 {agent}，____ 分钟内回复您" });
  await page.locator(".phrase-rows li", { hasText: "自己的" }).waitFor();
  await adds(page, { text: "我是 {agent}，____ 分钟内回复您" });
  await page.locator(".phrases-page .problem", { hasText: /.+/ }).waitFor();
  assert.equal(await page.locator(".phrase-rows li").count(), 1, "the same text is there once");

  await page.locator("#phrases-whose").selectOption("demo");
  await page.locator(".phrases-page", { hasText: "还没有短语" }).waitFor();
  await adds(page, { group: "物流", title: "发货时间", text: "{name} 您好，〔几〕点前下单今天发，单号 {order}，{shop}" });
  await page.locator(".phrase-rows li", { hasText: "发货时间" }).waitFor();
  await adds(page, { text: "我们是全网最好的店" });
  await page.locator(".phrases-page .problem", { hasText: "最好的" }).waitFor();
  assert.equal(await page.getByLabel("内容", { exact: true }).inputValue(), "我们是全网最好的店", "what was refused is still there to be mended");
  await adds(page, { text: "要删除的" });
  const row = page.locator(".phrase-rows li", { hasText: "要删除的" });
  await row.getByRole("button", { name: "修改" }).click();
  await page.getByLabel("内容", { exact: true }).fill("改过的");
  await page.getByRole("button", { name: "保存" }).click();
  const changed = page.locator(".phrase-rows li", { hasText: "改过的" });
  await changed.waitFor();
  assert.equal(await row.count(), 0);
  await changed.getByRole("button", { name: "删除" }).click();
  await changed.getByRole("button", { name: "确定删除" }).click();
  await changed.waitFor({ state: "detached" });
  assert.equal(stage.complaints.splice(0).length, 2, "the browser itself tells of what was refused");
});

test("a sheet is imported, also as Chinese spreadsheets write it, and says what it did by row", async () => {
  const { page } = agent;
  await goes(page, "#phrases");
  await page.locator("#phrases-whose").selectOption("demo");
  const csv = "分组,标题,内容\n售后,退货,请在订单页申请退货\n售后,,\n物流,发货时间新,您好请稍等\n售后,微信,加微信聊\n";
  await page.locator("#phrases-file").setInputFiles({ name: "短语.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  const report = page.locator(".import-report");
  await report.getByText("导入 2 条").waitFor();
  await report.getByText(/第 3 行/).waitFor();
  await report.getByText(/第 5 行/).waitFor();
  await page.locator(".phrase-rows li", { hasText: "退货" }).waitFor();
  // 内容 / 欢迎光临 in GB 18030.
  const gb = Buffer.from("c4dac8dd0abbb6d3adb9e2c1d90a", "hex");
  await page.locator("#phrases-file").setInputFiles({ name: "gbk.csv", mimeType: "text/csv", buffer: gb });
  await page.locator(".phrase-rows li", { hasText: "欢迎光临" }).waitFor();
});

test("/ opens them, pinyin initials find one, Enter puts it in, Tab walks the blanks, and its use is counted", async () => {
  const { page } = agent;
  await goes(page, "#chats");
  await agent.input.focus();
  await page.keyboard.type("/");
  const field = page.locator("#phrase-field");
  await page.waitForFunction(() => document.activeElement?.id === "phrase-field");
  await page.locator(".phrase-options li").nth(3).waitFor();
  assert.equal(await agent.input.inputValue(), "", "the sign is not left behind");
  await field.pressSequentially("fhsj");
  await page.waitForFunction(() => document.querySelectorAll(".phrase-options li").length === 2);
  const active = await field.getAttribute("aria-activedescendant");
  assert.equal(await page.locator(`[id="${active}"]`).getAttribute("aria-selected"), "true");
  await page.keyboard.press("ArrowDown");
  assert.notEqual(await field.getAttribute("aria-activedescendant"), active);
  await page.keyboard.press("ArrowUp");
  assert.match((await page.locator(".phrase-options [aria-selected=true]").textContent()) ?? "", /发货时间/);
  await field.fill("点前下单");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.id === "reply");
  const put = await agent.input.inputValue();
  assert.match(put, /^〔顾客称呼〕 您好，〔几〕点前下单今天发，单号 202611280001234，/, "what is known is filled in");
  assert.doesNotMatch(put, /[{}]/);
  assert.equal(await selected(page), "〔顾客称呼〕");
  await page.keyboard.type("王女士");
  await page.keyboard.press("Tab");
  assert.equal(await selected(page), "〔几〕");
  await page.keyboard.press("Enter");
  await page.locator(".editor .warning", { hasText: "1 个空没填" }).waitFor();
  assert.equal(await agent.transcript.locator(".said.agent").count(), 0, "a blank is not sent unseen");
  await page.keyboard.type("16");
  await page.keyboard.press("Enter");
  await shopper.sees("agent", "王女士 您好，16点前下单今天发");

  await goes(page, "#phrases");
  await page.locator("#phrases-whose").selectOption("demo");
  // Uses are written every few seconds.
  const used = page.locator(".phrase-rows li", { hasText: "发货时间" }).filter({ hasText: "用过 1 次" });
  for (let tries = 0; tries < 60 && (await used.count()) === 0; tries += 1) {
    await page.waitForTimeout(250);
    await page.locator("#phrases-whose").selectOption({ index: 0 });
    await page.locator("#phrases-whose").selectOption("demo");
  }
  await used.waitFor();
  await goes(page, "#chats");
  await page.locator(".transcript").focus();
  await page.keyboard.press("/");
  await page.waitForFunction(() => document.querySelector(".phrase-options li")?.textContent?.includes("发货时间"));
  await page.keyboard.press("Escape");
});

test("with blanks filled or none Tab goes on, Escape closes, and // is the sign itself", async () => {
  const { page } = agent;
  await agent.input.fill("");
  await agent.input.focus();
  await page.keyboard.type("/");
  await page.waitForFunction(() => document.activeElement?.id === "phrase-field");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.id === "reply");
  assert.equal(await page.locator(".phrases").isVisible(), false);
  await page.keyboard.type("/");
  await page.waitForFunction(() => document.activeElement?.id === "phrase-field");
  await page.keyboard.type("/");
  await agent.holds("/");
  await agent.input.fill("见 https://example.com/a__b");
  await page.keyboard.press("Tab");
  assert.notEqual(await page.evaluate(() => document.activeElement?.id), "reply", "nobody is held in the editor");
  await agent.input.fill("");
  await page.locator(".phrases-open").click();
  await page.locator(".phrase-group", { hasText: "售后" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".phrase-options li").length === 1);
  await page.locator("#phrase-field").fill("没有这样的");
  await page.locator(".phrases", { hasText: "没有找到短语" }).waitFor();
  await page.keyboard.press("Escape");
});

test("an agent uses the shop's phrases and changes only the own ones", async () => {
  const other = await stage.agent({ link: await stage.invitation() });
  const { page } = other;
  await goes(page, "#phrases");
  await page.locator(".phrases-page", { hasText: "还没有短语" }).waitFor();
  assert.equal(await page.locator(".phrase-rows li").count(), 0, "nobody sees another's own");
  await page.locator("#phrases-whose").selectOption("demo");
  await page.locator(".phrase-rows li", { hasText: "退货" }).waitFor();
  await page.getByText("由主管、运营和店主修改").waitFor();
  assert.equal(await page.getByRole("button", { name: "删除" }).count(), 0);
  assert.equal(await page.locator("#phrases-file").isVisible(), false);
});
