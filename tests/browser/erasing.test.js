// The page of a customer's data: found from a chat or by id, exported as a file, erased after the end of the id is typed.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { clean } from "./support/axe.js";
import { setStage } from "./support/browser.js";

const SECRET = "我住上海市浦东新区世纪大道100号";

/** @type {import("./support/browser.js").Agent} */
let chief;
const stage = setStage({
  cast: async (stage) => {
    stage.supervisor = chief = await stage.agent();
  },
});

/** @param {string} name */
const shot = async (name) => {
  const folder = process.env.YINGDA_SHOTS;
  if (folder !== undefined) await chief.page.screenshot({ path: `${folder}/${name}.png` });
};

/** What a file holds that the page gives. @param {() => Promise<void>} act */
async function downloaded(act) {
  const coming = chief.page.waitForEvent("download");
  await act();
  const file = await coming;
  return { name: file.suggestedFilename(), value: JSON.parse(await readFile(await file.path(), "utf8")) };
}

test("from a chat to the receipt, by keys alone", { timeout: 90_000 }, async () => {
  const { page } = chief;
  const shopper = await stage.shopper();
  await shopper.says(SECRET);
  await shopper.message("bot").waitFor();
  await shopper.says("转人工");
  await shopper.chat.locator(".banner").waitFor();
  await chief.takes();
  const link = page.getByRole("link", { name: "这位顾客的数据" });
  await link.focus();
  await page.keyboard.press("Enter");
  const card = page.locator("[data-customer^='anon:']");
  await card.waitFor();
  assert.match((await card.textContent()) ?? "", /1 段（其中进行中 1）/);
  assert.ok(!(await page.locator(".customers").textContent())?.includes("世纪大道"), "no word of the talk");
  await shot("customer-found");
  await clean(page, "a customer's data");
  const id = /** @type {string} */ (await card.getAttribute("data-customer"));

  const save = page.getByRole("button", { name: "导出文件" });
  await save.focus();
  const { name, value } = await downloaded(() => page.keyboard.press("Enter"));
  assert.equal(name, "yingda-customer.json");
  assert.equal(value.shopper, id);
  assert.ok(JSON.stringify(value).includes("世纪大道"));
  await card.getByText("已导出").waitFor();

  // Escape gives up, and so does a wrong end.
  await page.getByRole("button", { name: "删除全部数据" }).focus();
  await page.keyboard.press("Enter");
  const sure = page.getByRole("dialog");
  assert.match((await sure.textContent()) ?? "", /1 段会话.*不能恢复/s);
  await page.keyboard.press("Escape");
  await sure.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "删除全部数据" }).press("Enter");
  await page.keyboard.type("错");
  await page.keyboard.press("Enter");
  assert.equal(await page.getByRole("button", { name: "永久删除" }).isDisabled(), true);
  await shot("customer-sure");
  await clean(page, "the window that asks");
  await page.keyboard.press("Backspace");
  await page.keyboard.type(id.slice(-4));
  await page.keyboard.press("Enter");

  const receipt = page.locator(".receipt");
  await receipt.waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "删除凭证");
  await shot("customer-receipt");
  await clean(page, "the receipt");
  await page.getByRole("button", { name: "保存凭证" }).focus();
  const kept = await downloaded(() => page.keyboard.press("Enter"));
  assert.equal(kept.name, "yingda-receipt.json");
  assert.deepEqual([kept.value.conversations, kept.value.ended, kept.value.tokens], [1, 1, 1]);
  assert.ok((await receipt.textContent())?.includes(kept.value.subject));
  assert.ok(!JSON.stringify(kept.value).includes(id), "the receipt does not say who it was");

  // The shopper sees the end, and the talk is nowhere any more.
  await shopper.chat.locator(".rating").waitFor();
  await page.getByLabel("顾客 id").fill(id);
  await page.keyboard.press("Enter");
  await page.getByText("没有找到这位顾客的数据").waitFor();
  await page.getByRole("link", { name: "返回会话" }).click();
  await page.getByRole("link", { name: "同事与账号" }).click();
  await page.locator(".audit", { hasText: "店长 · 删除顾客数据 · sha256:" }).waitFor();
  await page.getByRole("link", { name: "返回会话" }).click();
});

test("an agent is shown no way there, and finds nothing behind the address", async () => {
  const agent = await stage.agent({ link: await stage.invitation() });
  const { page } = agent;
  assert.equal(await page.getByRole("link", { name: "顾客数据" }).isVisible(), false);
  await page.evaluate(() => (location.hash = "customers"));
  await page.locator(".customers:not([hidden])").waitFor();
  assert.equal(await page.getByLabel("顾客 id").count(), 0);
});
