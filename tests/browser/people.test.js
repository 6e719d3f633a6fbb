// The page of the people: invite, change, new link, password, disable, and what was done.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setStage } from "./support/browser.js";

/** @type {import("./support/browser.js").Agent} */
let owner;
const stage = setStage({
  cast: async (stage) => {
    owner = await stage.agent();
  },
});

/**
 * Awaits a refusal that the test asked for: the browser writes each to its console, and that is no complaint.
 * @param {import("playwright-core").Page} page
 * @param {number} status
 * @param {() => Promise<void>} action
 */
async function refused(page, status, action) {
  const told = page.waitForEvent("console", (message) => message.text().includes(`status of ${status}`));
  await action();
  await told;
  assert.equal(stage.complaints.splice(0).length, 1);
}

test("an owner invites, changes and disables a colleague, whose desk closes at once", async () => {
  const { page } = owner;
  await page.getByRole("link", { name: "同事与账号" }).click();
  await page.getByLabel("名字（顾客会看到）").fill("小林");
  await page.getByRole("button", { name: "邀请并生成登录链接" }).click();
  const made = page.locator(".made").first();
  await made.waitFor();
  const link = new URL(await made.inputValue());
  const colleague = await stage.agent({ link: link.pathname + link.hash });
  await page.reload();
  const card = page.locator("[data-person=小林]");
  await card.getByLabel("运营").check();
  await card.getByLabel("同时接待数").fill("3");
  await card.getByRole("button", { name: "保存" }).click();
  await card.getByText("已保存").waitFor();
  // The desk comes back by itself with the new rights.
  await colleague.page.getByText(/\/ 3/).first().waitFor();
  page.once("dialog", (dialog) => dialog.accept());
  await card.getByRole("button", { name: "停用" }).click();
  await colleague.page.getByRole("heading", { name: "登录客服工作台" }).waitFor();
  await page.locator("[data-person=小林]", { hasText: "已停用" }).waitFor();
  await page.locator(".audit", { hasText: "停用 · 小林" }).waitFor();
});

test("the last one who manages people is told why the role stays", async () => {
  const { page } = owner;
  const card = page.locator("[data-person=店长]");
  await card.getByLabel("店主").uncheck();
  await card.getByLabel("主管").uncheck();
  await refused(page, 409, () => card.getByRole("button", { name: "保存" }).click());
  await card.locator(".problem", { hasText: "最后一位" }).waitFor();
});

test("whoever has set a password signs in without a link", async () => {
  const { page } = owner;
  await page.getByLabel("新密码（至少 10 个字符）").fill("correct horse battery");
  await page.getByRole("button", { name: "设置密码" }).click();
  await page.getByText("密码已设置").waitFor();
  await page.getByRole("link", { name: "返回会话" }).click();
  await owner.menu("退出");
  await page.getByLabel("名字", { exact: true }).fill("店长");
  await page.getByLabel("密码", { exact: true }).fill("wrong horse battery");
  await refused(page, 401, () => page.getByRole("button", { name: "用密码登录" }).click());
  await page.locator(".problem", { hasText: "不对" }).waitFor();
  await page.getByLabel("密码", { exact: true }).fill("correct horse battery");
  await page.getByRole("button", { name: "用密码登录" }).click();
  await page.getByRole("heading", { name: "客服工作台", exact: true }).waitFor();
  assert.equal(await page.locator(".signin").isVisible(), false);
});
