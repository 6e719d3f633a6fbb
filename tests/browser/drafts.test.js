// Drafts: kept from a form, collected, tried together, shown to a colleague at another desk, sent back, timed, published.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { clean } from "./support/axe.js";
import { setStage } from "./support/browser.js";
import { intentFolder, removeFolder } from "./support/server.js";

const folder = await intentFolder();
after(() => removeFolder(folder));
const PATIENCE = { timeout: 60_000 };

/** @type {import("playwright-core").Page} */
let mine;
/** @type {import("playwright-core").Page} */
let theirs;
const stage = setStage({
  settings: { YINGDA_UNDERSTANDING__INTENTS: folder },
  cast: async (stage) => {
    const owner = await stage.agent();
    stage.supervisor = owner;
    mine = owner.page;
    await stage.hears("寄过来运费要多少呀");
    const colleague = await stage.agent({ link: await stage.invitation() });
    theirs = colleague.page;
    await mine.evaluate(async () => {
      const people = await (await fetch("v1/staff")).json();
      const { id } = people.people.find((/** @type {{ name: string }} */ one) => one.name === "小林");
      await fetch(`v1/staff/${id}`, { method: "PATCH", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ roles: ["operator"], shops: ["demo"] }) });
    });
    await theirs.reload();
  },
});

/** @param {string} name @param {import("playwright-core").Page} page */
async function shot(name, page) {
  if (process.env.YINGDA_SHOTS !== undefined) await page.screenshot({ path: join(process.env.YINGDA_SHOTS, `${name}.png`), fullPage: true });
}

/** The form of the postage. @param {import("playwright-core").Page} page */
async function opens(page) {
  await page.locator('.pages a[href="#questions"]').click();
  await page.locator("#questions-sought").fill("运费");
  await page.locator('.question-list li[data-id="shipping.fee"] a').click();
  await page.locator(".question-form h3", { hasText: "邮费多少、包邮吗" }).waitFor();
  return page.locator(".question-form");
}

/** The rows of the drafts, opened. @param {import("playwright-core").Page} page */
async function drafts(page) {
  const details = page.locator("main:not([hidden]) details", { has: page.locator(".drafts") }).last();
  await details.waitFor();
  if ((await details.getAttribute("open")) === null) await details.locator("> summary").click();
  return details;
}

test("a change is kept from a form, the form shows what is live, and nothing is written", async () => {
  const form = await opens(mine);
  await form.getByRole("button", { name: "留着", exact: true }).click();
  await form.getByText("还没有改什么").waitFor();
  await form.getByRole("button", { name: "加一条答案" }).click();
  await mine.keyboard.type("亲，双11 全场包邮～");
  await form.getByRole("button", { name: "留着", exact: true }).click();
  await form.getByLabel("为什么改（可以不写）").fill("双11 用");
  await clean(mine, "keeping");
  await shot("drafts-keeping", mine);
  await form.getByRole("button", { name: "留着，先不上线" }).click();
  await form.getByText("留着了，还没有上线").waitFor(PATIENCE);
  assert.equal(await form.locator(".answer-row").count(), 0, "what is live");
  assert.ok(!(await readdir(join(folder, "shops/demo"))).includes("shipping"), "nothing is written");
  const list = await drafts(mine);
  await list.locator("> summary", { hasText: "草稿（1 份）" }).waitFor();
  await list.locator(".drafts > li", { hasText: "双11 用" }).getByText("文件里的改动").waitFor();
  await clean(mine, "drafts");
});

test("a fact is put beside it, and both are tried together", async () => {
  await mine.locator('.pages a[href="#shop"]').click();
  await mine.locator(".shop-tabs a", { hasText: "资料" }).click();
  await mine.locator("main:not([hidden]) .question-list a").first().click();
  const form = mine.locator("main:not([hidden]) .question-form");
  const zh = form.locator("textarea").first();
  await zh.fill(`${await zh.inputValue()}（双11）`);
  await form.getByRole("button", { name: "留着", exact: true }).click();
  await form.getByLabel("放进").selectOption({ index: 1 });
  await form.getByRole("button", { name: "留着，先不上线" }).click();
  await form.getByText("留着了，还没有上线").waitFor(PATIENCE);
  await mine.locator('.pages a[href="#questions"]').click();
  await mine.reload();
  const list = await drafts(mine);
  const row = list.locator(".drafts > li").first();
  assert.equal(await row.getByRole("button", { name: /^去掉/ }).count(), 2);
  await row.getByRole("button", { name: "试一试" }).click();
  await row.locator(".effect").waitFor(PATIENCE);
  assert.match((await row.locator(".effect").textContent()) ?? "", /1 句话（1 段会话）里，1 句会变/);
  await clean(mine, "draft tried");
  await shot("drafts-tried", mine);
});

test("a colleague finds the mark at her desk, sends it back with words, and publishes it when it is mended", async () => {
  const list = await drafts(mine);
  const row = list.locator(".drafts > li").first();
  await row.getByRole("button", { name: "请同事看" }).click();
  await row.getByLabel("请谁看").selectOption({ label: "小林" });
  await row.getByLabel("想说的（可以不写）").fill("您看这样说行吗");
  await row.getByRole("button", { name: "确定" }).click();
  await list.getByText("请 小林 看：您看这样说行吗").waitFor();

  await theirs.reload();
  await theirs.locator('.pages a[href="#questions"]', { hasText: "问题 · 1" }).click();
  const her = theirs.locator(".drafts > li").first();
  await theirs.locator(".drafts-notice:visible button", { hasText: "1 份草稿等您处理" }).click();
  assert.ok(await theirs.locator("summary", { hasText: "1 份等您处理" }).evaluate((summary) => summary === document.activeElement));
  await her.getByText("您看这样说行吗").waitFor();
  await clean(theirs, "asked");
  await shot("drafts-asked", theirs);
  await her.getByRole("button", { name: "退回" }).click();
  await her.getByRole("button", { name: "确定" }).click();
  assert.ok(await her.getByLabel("为什么退回").evaluate((field) => field === document.activeElement), "it needs a word");
  await her.getByLabel("为什么退回").fill("资料那条先别动");
  await her.getByRole("button", { name: "确定" }).click();
  await theirs.locator(".drafts", { hasText: "退回：资料那条先别动" }).waitFor();
  await theirs.locator('.pages a[href="#questions"]', { hasText: /^问题$/ }).waitFor();

  await mine.reload();
  await mine.locator('.pages a[href="#questions"]', { hasText: "问题 · 1" }).waitFor();
  const again = mine.locator(".drafts > li").first();
  await again.getByText("退回：资料那条先别动").waitFor();
  await again.getByRole("button", { name: /^去掉/ }).last().click();
  await mine.locator(".publications-status", { hasText: "好了" }).waitFor();
  await again.getByRole("button", { name: /^接着改/ }).click();
  const form = mine.locator("main:not([hidden]) .question-form");
  const answer = form.locator(".answer-row textarea").first();
  await answer.waitFor();
  assert.match(await answer.inputValue(), /双11 全场包邮/, "what was kept is in the form again");
  await answer.fill("亲，双11 全场包邮，放心拍～");
  await form.getByRole("button", { name: "留着", exact: true }).click();
  assert.notEqual(await form.getByLabel("放进").inputValue(), "", "it goes back to where it was");
  await form.getByRole("button", { name: "留着，先不上线" }).click();
  await form.getByText("留着了，还没有上线").waitFor(PATIENCE);
  assert.equal(await again.getByRole("button", { name: /^去掉/ }).count(), 1);
  await again.getByRole("button", { name: "请同事看" }).click();
  await again.getByLabel("请谁看").selectOption({ label: "小林" });
  await again.getByRole("button", { name: "确定" }).click();
  await mine.locator(".drafts", { hasText: "请 小林 看" }).waitFor();

  await theirs.reload();
  await her.getByRole("button", { name: "上线", exact: true }).click();
  await her.getByRole("button", { name: "确定" }).click();
  await theirs.locator(".publications-status", { hasText: "已上线" }).waitFor(PATIENCE);
  await theirs.locator(".drafts", { hasText: "没有草稿" }).waitFor();
  assert.match(await stage.hears("运费多少"), /双11 全场包邮，放心拍/);
});

test("a time is set by the clocks of the shop and taken away, and a draft is thrown away", async () => {
  await mine.reload();
  const form = await opens(mine);
  const answer = form.locator(".answer-row textarea").first();
  await answer.fill("亲，双11 全场包邮，晚八点截止～");
  await form.getByRole("button", { name: "留着", exact: true }).click();
  await form.getByRole("button", { name: "留着，先不上线" }).click();
  await form.getByText("留着了，还没有上线").waitFor(PATIENCE);
  const list = await drafts(mine);
  const row = list.locator(".drafts > li").first();
  await row.getByRole("button", { name: "定时上线" }).click();
  const time = row.getByLabel(/店铺当地时间/);
  await clean(mine, "timing");
  const at = new Date(Date.parse(`${await time.inputValue()}Z`) + 3_600_000).toISOString().slice(0, 16);
  await time.fill(at);
  await row.getByRole("button", { name: "确定" }).click();
  await list.getByText(`${at.replace("T", " ")} 自动上线`).waitFor();
  await shot("drafts-timed", mine);
  await row.getByRole("button", { name: "静默试跑" }).click();
  await list.getByText("静默试跑：顾客听到的还是现在的答案").waitFor();
  await stage.hears("运费多少");
  await row.getByRole("button", { name: "看试跑结果" }).click();
  await row.locator(".effect", { hasText: "1 句会变" }).waitFor(PATIENCE);
  await clean(mine, "beside");
  await row.getByRole("button", { name: "取消定时" }).click();
  await row.getByRole("button", { name: "定时上线" }).waitFor();
  await row.getByRole("button", { name: "扔掉" }).click();
  await row.getByRole("button", { name: "确定" }).click();
  await list.getByText("没有草稿").waitFor();
});
