// The page of questions: found, tried on what was said, changed, taken back; two operators at one question.

import assert from "node:assert/strict";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { clean } from "./support/axe.js";
import { setStage } from "./support/browser.js";
import { intentFolder, removeFolder } from "./support/server.js";
import { beginning, changedLines, merged, noWords } from "../../src/web/desk/questions.js";

const folder = await intentFolder();
after(() => removeFolder(folder));
/** Where the picture of the docs lies, written when YINGDA_SCREENSHOT is set. */
const PICTURE = fileURLToPath(new URL("../../docs/images/questions.png", import.meta.url));
const OWN = join(folder, "shops/demo/shipping/fee.yaml");
const PATIENCE = { timeout: 60_000 };

/** @type {import("./support/browser.js").Agent} */
let owner;
/** @type {import("playwright-core").Page} */
let page;
const stage = setStage({
  settings: { YINGDA_UNDERSTANDING__INTENTS: folder },
  cast: async (stage) => {
    owner = await stage.agent();
    stage.supervisor = owner;
    page = owner.page;
    for (const words of ["寄过来运费要多少呀", "你好"]) await stage.hears(words);
  },
});

/** The form of the postage, on whatever page. @param {import("playwright-core").Page} page */
async function opens(page) {
  await page.locator('.pages a[href="#questions"]').click();
  await page.locator("#questions-sought").fill("运费");
  await page.locator('.question-list li[data-id="shipping.fee"] a').click();
  await page.locator(".question-form h3", { hasText: /邮费多少、包邮吗|运费怎么收/ }).waitFor();
  return page.locator(".question-form");
}

test("a question is found by its title, by its words, and by what a shopper wrote", async () => {
  await page.locator('.pages a[href="#questions"]').click();
  await page.locator(".question-list li").nth(50).waitFor();
  await clean(page, "list");
  const sought = page.locator("#questions-sought");
  await sought.fill("要出快递的钱么");
  await page.locator(".read-as a").first().waitFor();
  assert.match((await page.locator(".read-as").textContent()) ?? "", /邮费多少、包邮吗 \d+%/);
  await sought.fill("没有这样的词组啊啊");
  await page.getByText("没有找到").waitFor();
});

test("an answer is written, tried on what was said, saved, answered, and taken back", async () => {
  const form = await opens(page);
  await form.getByText("元包邮").first().waitFor();
  await clean(page, "question");
  await form.getByRole("button", { name: "保存并生效" }).click();
  await form.getByText("还没有改什么").waitFor();
  await form.getByRole("button", { name: "加一条答案" }).click();
  await page.keyboard.type("亲，全国一律 {{ shop.postage }} 元运费，满两件包邮～");
  await form.getByRole("button", { name: "试一试" }).click();
  await form.getByText("还没有存").waitFor(PATIENCE);
  await form.getByText("顾客看到的").first().waitFor();
  assert.match((await form.locator(".preview").first().textContent()) ?? "", /全国一律 \d+ 元运费，满两件包邮～/, "with the shop's facts");
  assert.match((await form.locator(".effect").textContent()) ?? "", /昨天和今天的 2 句话（2 段会话）里，1 句会变.*同一个问题，话不一样 1 句/);
  await form.locator(".effect summary").first().click();
  await form.locator(".effect-sample", { hasText: "寄过来运费要多少呀" }).getByText("满两件包邮").waitFor();
  await clean(page, "tried");
  if (process.env.YINGDA_SCREENSHOT) {
    await form.getByText("还没有存").scrollIntoViewIfNeeded();
    await page.screenshot({ path: PICTURE });
  }
  if (process.env.YINGDA_SHOTS !== undefined) await page.screenshot({ path: join(process.env.YINGDA_SHOTS, "questions-tried.png"), fullPage: true });
  assert.ok(!(await readdir(join(folder, "shops/demo"))).includes("shipping"), "nothing was written");
  await page.locator('.question-list li[data-id="shipping.fee"]').getByText("没存").waitFor();
  await page.locator("#questions-sought").fill("发票");
  await page.locator(".question-list a", { hasText: "发票" }).first().click();
  await page.locator(".question-form h3", { hasText: "发票" }).waitFor();
  await page.goBack();
  await page.locator(".question-form h3", { hasText: "邮费多少、包邮吗" }).waitFor();
  assert.match(await form.locator(".answer-row textarea").inputValue(), /满两件包邮～/, "what was not saved is still there");
  await form.getByRole("button", { name: "保存并生效" }).click();
  await form.getByText("已生效。").waitFor(PATIENCE);
  assert.match(await stage.hears("运费多少"), /满两件包邮/);
  assert.match(await readFile(OWN, "utf8"), /answers:\n {2}- "亲，全国一律/);
  await clean(page, "saved");
  await form.getByRole("button", { name: "撤回" }).click();
  await form.getByText("已撤回").waitFor(PATIENCE);
  assert.doesNotMatch(await stage.hears("运费多少"), /满两件包邮/);
});

test("what is written while it is being saved, and before it is taken back, stays in the form", async () => {
  const form = await opens(page);
  const title = form.getByLabel("英文标题");
  await form.getByRole("button", { name: "加一条答案" }).click();
  await page.keyboard.type("亲，运费看结算页哦～");
  await page.route("**/v1/question", async (route) => {
    if (route.request().method() === "POST") await title.fill("Postage");
    await route.continue();
  });
  await form.getByRole("button", { name: "保存并生效" }).click();
  await form.getByText("已生效。").waitFor(PATIENCE);
  await page.unroute("**/v1/question");
  assert.equal(await title.inputValue(), "Postage");
  assert.doesNotMatch(await readFile(OWN, "utf8"), /Postage/, "it came too late to be saved");
  await form.getByRole("button", { name: "撤回" }).click();
  await form.getByText("已撤回").waitFor(PATIENCE);
  assert.equal(await title.inputValue(), "Postage");
  await form.getByRole("button", { name: "放弃修改" }).click();
});

test("of two operators the second is told what changed, keeps what they wrote, and saves both", async () => {
  const colleague = await stage.agent({ link: await stage.invitation() });
  await page.evaluate(async () => {
    const people = await (await fetch("v1/staff")).json();
    const { id } = people.people.find((/** @type {{ name: string }} */ one) => one.name === "小林");
    await fetch(`v1/staff/${id}`, { method: "PATCH", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ roles: ["operator"], shops: ["demo"] }) });
  });
  await colleague.page.reload();
  const [mine, theirs] = [await opens(page), await opens(colleague.page)];
  await theirs.getByLabel("标题（按钮上的字，30 字以内）").fill("运费怎么收");
  await theirs.getByLabel("加几句，一行一句").fill("两件一块寄运费咋收");
  await theirs.getByRole("button", { name: "保存并生效" }).click();
  await theirs.getByText("已生效。").waitFor(PATIENCE);
  await mine.getByRole("button", { name: "加一条答案" }).click();
  await page.keyboard.type("亲，运费以结算页为准哦～");
  await mine.getByRole("button", { name: "保存并生效" }).click();
  await mine.getByText("小林 改过").waitFor(PATIENCE);
  stage.complaints.splice(0);
  assert.match((await mine.locator(".theirs").textContent()) ?? "", /标题\+ 运费怎么收.*\+ 两件一块寄运费咋收/);
  assert.equal(await mine.locator(".answer-row textarea").inputValue(), "亲，运费以结算页为准哦～");
  assert.equal(await mine.getByLabel("标题（按钮上的字，30 字以内）").inputValue(), "运费怎么收");
  await clean(page, "changed meanwhile");
  if (process.env.YINGDA_SHOTS !== undefined) await page.screenshot({ path: join(process.env.YINGDA_SHOTS, "questions-both.png"), fullPage: true });
  await mine.getByRole("button", { name: "保存并生效" }).click();
  await mine.getByText("已生效。").waitFor(PATIENCE);
  const file = await readFile(OWN, "utf8");
  for (const words of ["运费怎么收", "两件一块寄运费咋收", "运费以结算页为准"]) assert.ok(file.includes(words), file);
  await colleague.page.context().close();
});

test("what the check forbids is refused with the finding, and what was written stays", async () => {
  const form = await opens(page);
  const text = form.locator(".answer-row textarea").first();
  await text.fill("亲，{{ shop.no_such_fact }} 元～");
  await form.getByRole("button", { name: "试一试" }).click();
  await form.locator(".problem", { hasText: "什么都没有改" }).waitFor(PATIENCE);
  assert.match((await form.locator(".problem").textContent()) ?? "", /no_such_fact.*fee\.yaml:\d+/);
  assert.equal(stage.complaints.splice(0).length, 1, "the browser itself tells of what was refused");
  assert.match(await text.inputValue(), /no_such_fact/);
  await clean(page, "refused");
  await form.getByRole("button", { name: "放弃修改" }).click();
  assert.match(await text.inputValue(), /结算页为准/);
});

test("a new question is made, its days are shown, and one of the pack is switched off", async () => {
  await page.getByRole("button", { name: "新建问题" }).click();
  const form = page.locator(".question-form");
  await page.getByRole("heading", { name: "新问题" }).waitFor();
  await form.getByLabel("标题（按钮上的字，30 字以内）").fill("杯身刻字");
  await form.getByLabel("第 1 条答案", { exact: true }).fill("亲，杯身可以刻小名，下单备注写上就行～");
  await form.getByLabel("加几句，一行一句").fill("杯身能刻小名吗\n杯子上刻几个字行不行");
  await form.getByRole("button", { name: "加一条答案" }).click();
  await page.keyboard.type("双11 刻字免费～");
  await form.getByLabel("第 2 条答案 · 从").fill("2020-11-01");
  await form.getByLabel("第 2 条答案 · 到（含）").fill("2020-11-11");
  await form.getByRole("button", { name: "保存并生效" }).click();
  await form.getByText("已生效。").waitFor(PATIENCE);
  await form.locator(".preview li.ended", { hasText: "双11 刻字免费" }).getByText("2020-11-01 至 2020-11-11").waitFor();
  assert.match(await stage.hears("杯身能刻小名吗"), /刻小名/);
  await page.locator("#questions-sought").fill("杯身刻字");
  await page.locator(".question-list").getByText("自有").waitFor();
  await clean(page, "made");
  await page.locator("#questions-sought").fill("保修");
  await page.locator('.question-list li[data-id="warranty.policy"] a').click();
  await page.locator(".question-form", { hasText: "warranty.policy" }).waitFor();
  await form.getByLabel("这家店不答这个问题").check();
  await form.getByRole("button", { name: "保存并生效" }).click();
  await form.getByText("已生效。").waitFor(PATIENCE);
  await page.locator("#questions-sought").fill("");
  await page.locator('.question-list li[data-id="warranty.policy"]').getByText("不答").waitFor();
  await form.getByRole("button", { name: "撤回" }).click();
  await form.getByText("已撤回").waitFor(PATIENCE);
});

test("what has answered is listed, and one goes back to it, past what somebody edited by hand", async () => {
  const form = await opens(page);
  const text = form.locator(".answer-row textarea").first();
  await page.locator("summary", { hasText: "上线记录" }).click();
  const list = page.locator(".publications > li");
  await list.first().waitFor();
  const before = await list.count();
  await text.fill("亲，运费甲～");
  await form.getByLabel("为什么改").fill("店长定的");
  await form.getByRole("button", { name: "保存并生效" }).click();
  await form.getByText("已生效。").waitFor(PATIENCE);
  await text.fill("亲，运费乙～");
  await form.getByRole("button", { name: "保存并生效" }).click();
  await form.locator(".preview", { hasText: "运费乙" }).waitFor(PATIENCE);
  await list.nth(before + 1).waitFor();
  assert.match((await list.first().textContent()) ?? "", /店长.*正在用.*改了「/);
  assert.match((await list.nth(1).textContent()) ?? "", /改了「.*」：店长定的/);
  assert.doesNotMatch((await list.first().textContent()) ?? "", /店长定的/, "the next change has a reason of its own");
  await list.nth(1).getByText("改了「").click();
  await list.nth(1).locator(".diff", { hasText: "运费甲" }).waitFor();
  await clean(page, "publications");
  await list.nth(1).getByRole("button", { name: "回到这一版" }).click();
  await list.nth(1).getByText("会撤回").waitFor();
  if (process.env.YINGDA_SHOTS !== undefined) await list.nth(1).screenshot({ path: join(process.env.YINGDA_SHOTS, "publications.png") });
  await clean(page, "going back");
  await page.getByRole("button", { name: "确定回到这一版" }).click();
  await page.locator(".publications-status", { hasText: "已回到这一版" }).waitFor(PATIENCE);
  assert.match(await stage.hears("运费多少"), /运费甲/);
  await writeFile(OWN, `${await readFile(OWN, "utf8")}# 店长改的\n`);
  await page.waitForFunction(async () => {
    const { publications } = await (await fetch("v1/publications?shop=demo")).json();
    return publications[0].files.length === 1;
  }, undefined, PATIENCE);
  await page.reload();
  await page.locator("summary", { hasText: "上线记录" }).click();
  await list.first().getByText("直接改的文件").waitFor();
  await list.nth(4).getByRole("button", { name: "回到这一版" }).click();
  await list.nth(4).getByText("有人直接改过").waitFor();
  await clean(page, "left");
  await list.nth(4).getByRole("button", { name: "不要" }).click();
});

test("a telephone's width holds it, and it speaks three languages", async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 390), "nothing is cut off");
  await clean(page, "narrow");
  if (process.env.YINGDA_SHOTS !== undefined) await page.screenshot({ path: join(process.env.YINGDA_SHOTS, "questions-narrow.png") });
  await page.getByRole("button", { name: "回到列表" }).click();
  await page.locator(".question-list li").first().waitFor();
  await page.setViewportSize({ width: 1440, height: 900 });
  await owner.menu("English");
  await page.getByRole("heading", { name: "Questions and answers" }).waitFor();
  await owner.menu("繁體中文");
  await page.getByRole("heading", { name: "問題和答案" }).waitFor();
  await owner.menu("简体中文");
});

test("what two people wrote is brought together field by field", () => {
  const base = { ...noWords(), title: "甲", examples: ["一", "二"], answers: [{ text: "旧" }] };
  const theirs = { ...base, title: "乙", examples: ["二", "三"], answers: [{ text: "他的" }] };
  const mine = { ...base, examples: ["一", "四"], answers: [{ text: "我的" }] };
  const { words, both } = merged(base, theirs, mine);
  assert.deepEqual([words.title, words.examples, words.answers], ["乙", ["三", "四"], [{ text: "我的" }]]);
  assert.deepEqual(both, ["answers"]);
  assert.deepEqual(changedLines(base, theirs)[0], { key: "title", lines: ["− 甲", "+ 乙"] });
  assert.equal(beginning("满九十九元包邮到家", ["满九十九元包邮不含港澳", "满九十九元包邮到家"]), "满九十九元包邮到");
});

test("an agent sees no link to it", async () => {
  const agent = await stage.agent({ link: await stage.invitation() });
  assert.ok(await agent.page.locator('.pages a[href="#questions"]').isHidden());
});
