// The page of the shop: a person who never saw a file changes the hours, a fact and a price, and shoppers hear it; two at one thing.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { clean } from "./support/axe.js";
import { setStage } from "./support/browser.js";
import { intentFolder, removeFolder } from "./support/server.js";
import { changedLines, linesOf, merged, noGoods } from "../../src/web/desk/shop.js";

const folder = await intentFolder();
after(() => removeFolder(folder));
/** Where the picture of the docs lies, written when YINGDA_SCREENSHOT is set. */
const PICTURE = fileURLToPath(new URL("../../docs/images/shop-page.png", import.meta.url));
const SHOP = join(folder, "shops/demo/shop.yaml");
const GOODS = join(folder, "shops/demo/goods.yaml");
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
  },
});

/** A picture for people. @param {import("playwright-core").Page} page @param {string} name */
async function shot(page, name) {
  if (process.env.YINGDA_SHOTS !== undefined) await page.screenshot({ path: join(process.env.YINGDA_SHOTS, `shop-${name}.png`), fullPage: true });
}

/** A section of the page. @param {import("playwright-core").Page} page @param {string} section @param {string} [row] */
async function opens(page, section, row) {
  await page.locator('.pages a[href="#shop"]').click();
  await page.locator(".shop-tabs a", { hasText: section }).click();
  if (row !== undefined) await page.locator(".question-list a", { hasText: row }).first().click();
  const form = page.locator(".shop-form");
  await form.locator("h3", { hasText: row ?? section }).waitFor();
  return form;
}

test("the hours of the week and the holidays are changed day by day", async () => {
  const form = await opens(page, "营业时间");
  await form.getByText("今天顾客听到的：全天").waitFor();
  await clean(page, "hours");
  await form.getByLabel("周一", { exact: true }).fill("25:00-26:00");
  await form.getByRole("button", { name: "试一试" }).click();
  await form.getByText("有 1 格填得不对").waitFor(PATIENCE);
  stage.complaints.splice(0);
  assert.match((await form.locator(".field-wrong:visible").textContent()) ?? "", /“25:00-26:00”不是时间段/);
  assert.equal(await form.getByLabel("周一", { exact: true }).getAttribute("aria-invalid"), "true");
  await clean(page, "a wrong time");
  await shot(page, "wrong-time");
  await form.getByLabel("周一", { exact: true }).fill("09:00-12:00, 13:30-18:00");
  await form.getByRole("button", { name: "每天都和周一一样" }).click();
  await form.getByLabel("周日", { exact: true }).fill("");
  await form.getByRole("button", { name: "加几天" }).click();
  await form.getByLabel("第 1 条 · 从").fill("2099-02-06");
  await form.getByLabel("第 1 条 · 到（含）").fill("2099-02-09");
  await form.getByLabel("为什么改（可以不写，记在上线记录里）").fill("夜班没人了");
  await form.getByRole("button", { name: "试一试" }).click();
  await form.getByText("还没有存").waitFor(PATIENCE);
  assert.match((await form.locator(".heard").textContent()) ?? "", /改前.*全天.*改后.*周一至周六 9:00-12:00/s);
  await clean(page, "hours tried");
  await shot(page, "hours-tried");
  await form.getByRole("button", { name: "保存并生效" }).click();
  await form.getByText("已生效。").waitFor(PATIENCE);
  await form.getByText("今天顾客听到的：周一至周六").waitFor();
  assert.match(await readFile(SHOP, "utf8"), /service_hours:\n {2}every_day: "09:00-12:00, 13:30-18:00"\n {2}sunday: 休息\n/);
  assert.match(await readFile(SHOP, "utf8"), /holidays:\n {2}2099-02-06..2099-02-09: 休息\n/);
  await page.locator("summary", { hasText: "上线记录" }).click();
  await page.locator(".publications", { hasText: "改了营业时间：夜班没人了" }).waitFor();
  await form.getByRole("button", { name: "撤回" }).click();
  await form.getByText("已撤回").waitFor(PATIENCE);
  await form.getByText("今天顾客听到的：全天").waitFor();
});

test("a period gets a name, a question answers in it only, and both are taken back", async () => {
  const before = await readFile(SHOP, "utf8");
  const form = await opens(page, "营业时间");
  await form.getByRole("button", { name: "加一个时段" }).click();
  await form.getByLabel("第 1 个时段 · 名字").fill("双11");
  await form.getByLabel("第 1 个时段 · 从", { exact: true }).fill("2020-10-31");
  await form.getByLabel("第 1 个时段 · 从几点（可空）").fill("20:00");
  await form.getByLabel("第 1 个时段 · 到", { exact: true }).fill("2020-10-30");
  await form.getByRole("button", { name: "试一试" }).click();
  await form.getByText("结束要在开始之后").waitFor(PATIENCE);
  stage.complaints.splice(0);
  await form.getByLabel("第 1 个时段 · 到", { exact: true }).fill("2099-11-11");
  await clean(page, "a period");
  await shot(page, "period");
  await form.getByRole("button", { name: "保存并生效" }).click();
  await form.getByText("已生效。").waitFor(PATIENCE);
  assert.match(await readFile(SHOP, "utf8"), /periods:\n {2}双11: "2020-10-31 20:00..2099-11-11"\n/);
  await page.locator('.pages a[href="#questions"]').click();
  await page.locator("#questions-sought").fill("什么时候发货");
  await page.locator('.question-list li[data-id="shipping.time"] a').click();
  const question = page.locator(".question-form:visible");
  await question.getByRole("button", { name: "加一条答案" }).click();
  await page.keyboard.type("亲，双 11 七天内发出～");
  await question.getByLabel("第 1 条答案 · 只在时段").selectOption("双11");
  await question.getByLabel("第 1 条答案 · 怎么用").selectOption("beside");
  await clean(page, "an answer of a period");
  await shot(page, "answer-of-a-period");
  await question.getByRole("button", { name: "保存并生效" }).click();
  await question.getByText("已生效。").waitFor(PATIENCE);
  assert.match((await question.locator(".preview").first().textContent()) ?? "", /七天内发出.*双11/s);
  assert.match((await stage.hears("什么时候发货")) ?? "", /双 11 七天内发出/);
  await question.getByRole("button", { name: "撤回" }).click();
  await question.getByText("已撤回").waitFor(PATIENCE);
  const hours = await opens(page, "营业时间");
  await hours.getByRole("button", { name: "删掉：第 1 个时段" }).click();
  await hours.getByRole("button", { name: "保存并生效" }).click();
  await hours.getByText("已生效。").waitFor(PATIENCE);
  assert.equal(await readFile(SHOP, "utf8"), before);
});

test("name, zone and clock are changed in a form of their own", async () => {
  const form = await opens(page, "店名和时限");
  await clean(page, "name and clock");
  await form.getByLabel("时区", { exact: true }).fill("Asia/Nowhere");
  await form.getByRole("button", { name: "试一试" }).click();
  await form.getByText("没有“Asia/Nowhere”这个时区").waitFor(PATIENCE);
  stage.complaints.splice(0);
  await form.getByLabel("时区", { exact: true }).fill("Asia/Taipei");
  await form.getByLabel("英文店名（可空）").fill("Night Shop");
  await shot(page, "profile");
  await form.getByRole("button", { name: "保存并生效" }).click();
  await form.getByText("已生效。").waitFor(PATIENCE);
  assert.match(await readFile(SHOP, "utf8"), /Night Shop[^]*timezone: Asia\/Taipei/);
  await form.getByRole("button", { name: "撤回" }).click();
  await form.getByText("已撤回").waitFor(PATIENCE);
});

test("a fact is changed where its answers are seen, and shoppers hear it", async () => {
  const before = await readFile(SHOP, "utf8");
  const form = await opens(page, "资料", "当天发货的截止时间");
  await form.getByRole("link", { name: "什么时候发货" }).first().waitFor();
  await clean(page, "fact");
  await form.getByLabel("中文（只写这一格，英文答案里也说它）").fill("17:30");
  await page.locator('.question-list li[data-key="cutoff"]').getByText("没存").waitFor();
  await form.getByRole("button", { name: "试一试" }).click();
  await form.getByText("还没有存").waitFor(PATIENCE);
  assert.match((await form.locator(".heard").textContent()) ?? "", /顾客听到的会变.*改前.*16:00.*改后.*17:30/s);
  await shot(page, "fact-tried");
  if (process.env.YINGDA_SCREENSHOT) await page.screenshot({ path: PICTURE });
  await form.getByRole("button", { name: "保存并生效" }).click();
  await form.getByText("已生效。").waitFor(PATIENCE);
  assert.equal(await readFile(SHOP, "utf8"), before.replace('cutoff: "16:00"', 'cutoff: "17:30"'), "no other sign is different");
  assert.match(await stage.hears("什么时候发货"), /17:30/);
  await form.getByRole("button", { name: "删掉这条资料" }).click();
  await form.getByRole("button", { name: "删掉并生效" }).click();
  await form.locator(".problem", { hasText: "处话术在用它" }).waitFor(PATIENCE);
  stage.complaints.splice(0);
  await clean(page, "a fact that is quoted");
  await page.getByRole("button", { name: "新增资料" }).click();
  await form.locator("h3", { hasText: "新增资料" }).waitFor();
  await form.getByLabel("名字").fill("gift_box_fee");
  await form.getByLabel("中文（只写这一格，英文答案里也说它）").fill("5");
  await form.getByRole("button", { name: "保存并生效" }).click();
  await form.getByText("已生效。").waitFor(PATIENCE);
  await form.getByText("没有答案在用，可以删。").waitFor();
  await form.getByRole("button", { name: "删掉这条资料" }).click();
  await form.getByRole("button", { name: "删掉并生效" }).click();
  await page.locator(".question-side:visible").getByText("已生效。").waitFor(PATIENCE);
  assert.equal(await readFile(SHOP, "utf8"), before.replace('cutoff: "16:00"', 'cutoff: "17:30"'));
});

test("a product's price is changed, a nickname that two have is refused, and an article comes and goes", async () => {
  const before = await readFile(GOODS, "utf8");
  await page.locator('.pages a[href="#shop"]').click();
  await page.locator(".shop-tabs a", { hasText: "商品" }).click();
  await page.locator("#shop-sought").fill("疾风");
  const form = await opens(page, "商品", "疾风 3 跑鞋");
  await clean(page, "article");
  await form.getByLabel("价格（元）").fill("abc");
  await form.getByLabel("顾客会怎么叫，一行一个").fill("疾风3\n疾风\n云垫");
  await form.getByRole("button", { name: "保存并生效" }).click();
  await form.getByText("有 2 格填得不对").waitFor(PATIENCE);
  stage.complaints.splice(0);
  const wrong = (await form.locator(".field-wrong:visible").allTextContents()).join("\n");
  assert.match(wrong, /“abc”不是价格/);
  assert.match(wrong, /“云垫”已经是「云垫 2 缓震鞋」的叫法/);
  await clean(page, "a wrong price");
  await shot(page, "wrong-price");
  await form.getByRole("button", { name: "放弃修改" }).click();
  await form.getByLabel("价格（元）").fill("429");
  await form.getByRole("button", { name: "试一试" }).click();
  await form.getByText("还没有存").waitFor(PATIENCE);
  assert.match((await form.locator(".heard").textContent()) ?? "", /“疾风 3 跑鞋多少钱”.*改前.*399.*改后.*429/s);
  await clean(page, "price tried");
  await shot(page, "price-tried");
  await form.getByRole("button", { name: "保存并生效" }).click();
  await form.getByText("已生效。").waitFor(PATIENCE);
  assert.equal(await readFile(GOODS, "utf8"), before.replace("price: 399", "price: 429"), "no other sign is different");
  assert.match(await stage.hears("疾风3多少钱"), /429 元/);

  await page.locator("#shop-sought").fill("");
  await page.getByRole("button", { name: "新增商品" }).click();
  await form.locator("h3", { hasText: "新增商品" }).waitFor();
  await form.getByLabel("名称", { exact: true }).fill("轻翼空顶帽");
  await form.getByLabel("价格（元）").fill("59");
  await form.getByRole("button", { name: "加一个属性" }).click();
  await form.getByLabel("第 1 个属性 · 是什么，例如 防水").fill("透气");
  await form.getByLabel("第 1 个属性 · 中文").fill("空顶，很透气");
  await form.getByRole("button", { name: "保存并生效" }).click();
  await form.getByText("已生效。").waitFor(PATIENCE);
  assert.match(await stage.hears("轻翼空顶帽多少钱"), /59 元/);
  await form.getByRole("button", { name: "下架并删掉这件商品" }).click();
  await form.getByRole("button", { name: "删掉并生效" }).click();
  await page.locator(".question-side:visible").getByText("已生效。").waitFor(PATIENCE);
  assert.equal(await readFile(GOODS, "utf8"), before.replace("price: 399", "price: 429"));
});

test("of two at one article the second is told what changed, keeps what they wrote, and saves both", async () => {
  const colleague = await stage.agent({ link: await stage.invitation() });
  await page.evaluate(async () => {
    const people = await (await fetch("v1/staff")).json();
    const { id } = people.people.find((/** @type {{ name: string }} */ one) => one.name === "小林");
    await fetch(`v1/staff/${id}`, { method: "PATCH", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ roles: ["operator"], shops: ["demo"] }) });
  });
  await colleague.page.reload();
  const [mine, theirs] = [await opens(page, "商品", "云垫 2 缓震鞋"), await opens(colleague.page, "商品", "云垫 2 缓震鞋")];
  await theirs.getByLabel("价格（元）").fill("319");
  await theirs.getByRole("button", { name: "保存并生效" }).click();
  await theirs.getByText("已生效。").waitFor(PATIENCE);
  await mine.getByLabel("英文名").fill("Yundian 2 cushioned trainer");
  await mine.getByRole("button", { name: "保存并生效" }).click();
  await mine.getByText("小林 改过").waitFor(PATIENCE);
  stage.complaints.splice(0);
  assert.match((await mine.locator(".theirs").textContent()) ?? "", /价格（元）− 329\+ 319/);
  assert.equal(await mine.getByLabel("英文名").inputValue(), "Yundian 2 cushioned trainer");
  assert.equal(await mine.getByLabel("价格（元）").inputValue(), "319");
  await clean(page, "changed meanwhile");
  await shot(page, "both");
  // And somebody in the file, beside the page.
  await writeFile(GOODS, (await readFile(GOODS, "utf8")).replace("aliases: [云垫2,", "aliases: [小云,"));
  await mine.getByRole("button", { name: "保存并生效" }).click();
  await mine.getByText("直接改过").waitFor(PATIENCE);
  await mine.locator(".theirs", { hasText: "小云" }).waitFor();
  stage.complaints.splice(0);
  assert.match(await mine.getByLabel("顾客会怎么叫，一行一个").inputValue(), /小云/);
  await mine.getByRole("button", { name: "保存并生效" }).click();
  await mine.getByText("已生效。").waitFor(PATIENCE);
  const file = await readFile(GOODS, "utf8");
  for (const words of ["price: 319", 'name_en: "Yundian 2 cushioned trainer"', "aliases: [小云,"]) assert.ok(file.includes(words), words);
  await colleague.page.context().close();
});

test("the page fits a phone and holds in the dark", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await opens(page, "商品", "疾风 3 跑鞋");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert.ok(!wide, "nothing is cut off at the side");
  await shot(page, "phone-article");
  await page.emulateMedia({ colorScheme: "dark" });
  await opens(page, "营业时间");
  await shot(page, "phone-dark-hours");
  await page.setViewportSize({ width: 1440, height: 900 });
  await clean(page, "dark");
  await page.emulateMedia({ colorScheme: "light" });
});

test("two people's values are joined: what one did not touch is the other's, lists hold both", () => {
  const base = { ...noGoods(), name: "鞋", price: "1", aliases: ["a", "b"], attributes: [{ name: "防水", zh: "不", en: "" }] };
  const theirs = { ...base, price: "2", aliases: ["a", "b", "c"], attributes: [{ name: "防水", zh: "防泼水", en: "" }] };
  const mine = { ...base, name_en: "shoe", aliases: ["b", "d"], attributes: [...base.attributes, { name: "口袋", zh: "无", en: "" }] };
  const { thing, both } = merged(base, theirs, mine);
  assert.deepEqual([thing.price, thing.name_en, thing.aliases, both], ["2", "shoe", ["b", "c", "d"], []]);
  assert.deepEqual(thing.attributes.map(({ name, zh }) => `${name} ${zh}`), ["防水 防泼水", "口袋 无"]);
  assert.deepEqual(merged(base, theirs, { ...base, price: "3" }).both, ["price"]);
  const hours = { week: Array(7).fill("9:00-18:00"), holidays: [{ from: "2099-01-01", to: "2099-01-01", hours: "" }] };
  const open = { ...hours, week: hours.week.with?.(0, "8:00-18:00") ?? ["8:00-18:00", ...hours.week.slice(1)] };
  const more = { ...hours, holidays: [...hours.holidays, { from: "2099-05-01", to: "2099-05-03", hours: "" }] };
  const joined = merged(hours, open, more);
  assert.deepEqual([joined.thing.week[0], joined.thing.holidays.length, joined.both], ["8:00-18:00", 2, []]);
  assert.deepEqual(changedLines(hours, open), [{ key: "week.0", lines: ["− 9:00-18:00", "+ 8:00-18:00"] }]);
  assert.deepEqual(linesOf(" a \n\nb\na"), ["a", "b"]);
});
