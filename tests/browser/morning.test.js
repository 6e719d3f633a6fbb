// The morning page: what was not answered well is taught by one key, answers at once, and is taken back.

import assert from "node:assert/strict";
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { clean } from "./support/axe.js";
import { setStage } from "./support/browser.js";
import { intentFolder, removeFolder } from "./support/server.js";

const ENGRAVING = "杯身刻我女儿的小名做得到吗";
const OTHERS = ["杯身刻小名做得到不", "杯身上刻个小名做得到吗"];
const OFF_TOPIC = "你家隔壁那只橘猫今天叫得好大声";
const PRIVATE = "杯垫图案定制了打我手机13812345678";

const folder = await intentFolder();
after(() => removeFolder(folder));
/** Where the picture of the docs lies, written when YINGDA_SCREENSHOT is set. */
const PICTURE = fileURLToPath(new URL("../../docs/images/morning.png", import.meta.url));

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
    for (const words of [ENGRAVING, ...OTHERS, OFF_TOPIC, PRIVATE]) await stage.hears(words);
  },
});

/** Shows the page for today. */
async function opens() {
  await page.locator('.pages a[href="#morning"]').click();
  await page.locator("html[data-page=morning]").waitFor();
  const day = page.locator("#morning-day");
  await page.waitForFunction(() => /** @type {HTMLInputElement | null} */ (document.querySelector("#morning-day"))?.max !== "");
  await day.fill((await day.getAttribute("max")) ?? "");
  await page.locator(".morning-summary", { hasText: "没答好" }).waitFor();
}

/** @param {string} words */
const group = (words) => page.locator(".morning-group", { hasText: words });

test("an empty day says that it is empty, and today shows groups, most people first, with nothing personal", async () => {
  await page.locator('.pages a[href="#morning"]').click();
  await page.locator(".morning-summary", { hasText: "没有顾客说话" }).waitFor();
  await clean(page, "empty day");
  await opens();
  const first = page.locator(".morning-group").first();
  assert.match((await first.textContent()) ?? "", /^3 人：杯身/);
  for (const words of OTHERS) await first.getByText(words, { exact: true }).waitFor();
  await group("138****5678").waitFor();
  assert.equal(await page.getByText("13812345678").count(), 0);
  assert.ok(await group("138****5678").locator("input[type=checkbox]").first().isDisabled());
  await clean(page, "groups");
  if (process.env.YINGDA_SCREENSHOT) await page.screenshot({ path: PICTURE });
});

test("a question is found by its title, taught by keys, answers at once, and is taken back", async () => {
  await page.getByRole("heading", { name: "早间：没答好的" }).focus();
  await page.keyboard.press("j");
  await page.waitForFunction(() => document.activeElement?.classList.contains("morning-group"));
  assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ""), /^3 人/);
  await page.keyboard.press("/");
  await page.waitForFunction(() => document.activeElement?.id.startsWith("other-"));
  await page.keyboard.type("发票");
  const offered = page.locator(".morning-group:focus-within .morning-more .morning-option").first();
  await offered.waitFor();
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.classList.contains("morning-group"));
  await page.keyboard.press("/");
  await page.keyboard.press("Enter");
  const outcome = page.locator(".morning-outcome");
  await outcome.getByText("已生效").waitFor({ timeout: 60_000 });
  assert.match((await outcome.textContent()) ?? "", /发票/);
  assert.equal(await group(ENGRAVING).count(), 0, "what is decided leaves the list");
  assert.ok(await page.evaluate(() => document.activeElement?.classList.contains("morning-group")), "the next one is looked at");
  await clean(page, "taught");
  assert.match(await stage.hears(OTHERS[0]), /发票/);
  await outcome.getByRole("button", { name: /撤回/ }).click();
  await outcome.getByText("已撤回").waitFor({ timeout: 60_000 });
  await group(ENGRAVING).waitFor();
  assert.doesNotMatch(await stage.hears(OTHERS[0]), /发票/);
});

test("what asks nothing and what is ignored goes, a new question is made, and the changes tell who did it", async () => {
  await group(OFF_TOPIC).focus();
  await page.keyboard.press("s");
  const outcome = page.locator(".morning-outcome");
  await outcome.getByText("不再当作店里的问题").waitFor({ timeout: 60_000 });
  assert.ok((await readFile(join(folder, "shops/demo/shared/out_of_scope.yaml"), "utf8")).includes(OFF_TOPIC));
  await group("138****5678").focus();
  await page.keyboard.press("1");
  await group("138****5678").getByText("先勾选").waitFor();
  await page.keyboard.press("x");
  await outcome.getByText("已忽略").waitFor();
  await group(ENGRAVING).focus();
  await page.keyboard.press("n");
  await group(ENGRAVING).getByLabel("标题（按钮上的字，30 字以内）").fill("杯身刻字");
  await group(ENGRAVING).getByLabel("答案", { exact: true }).fill("亲，杯身可以刻小名，下单备注写上就行～");
  await group(ENGRAVING).getByRole("button", { name: "建好并生效" }).click();
  await outcome.getByText("杯身可以刻小名").first().waitFor({ timeout: 60_000 });
  assert.match(await stage.hears(ENGRAVING), /杯身可以刻小名/);
  await page.getByText("改动记录").click();
  const log = page.locator(".morning-changes");
  await log.locator(":scope > li").nth(4).waitFor();
  assert.match((await log.textContent()) ?? "", /新问题「杯身刻字」[\s\S]*忽略[\s\S]*不是在问店里的事[\s\S]*撤回[\s\S]*归到/);
  await clean(page, "changes");
  const newest = log.locator(":scope > li").first();
  await newest.locator("summary").click();
  await newest.getByText("+++ b/shops/demo/own/").waitFor();
  await newest.getByRole("button").click();
  await newest.getByRole("button", { name: "确定撤回" }).click();
  await group(ENGRAVING).waitFor({ timeout: 60_000 });
  assert.equal(await group("138****5678").count(), 0, "what was ignored stays away");
});

test("where it is asked for, a decision is tried on what was said before it is live", async () => {
  await page.getByLabel("先试再生效").check();
  await group(ENGRAVING).focus();
  await page.keyboard.press("1");
  const trial = group(ENGRAVING).locator(".morning-trial");
  await trial.getByText("还没有生效").waitFor({ timeout: 60_000 });
  assert.match((await trial.locator(".effect").textContent()) ?? "", /句会变.*现在能答 [1-9]/);
  await trial.locator(".effect summary").first().click();
  await trial.locator(".effect-sample", { hasText: "杯身" }).first().waitFor();
  await clean(page, "tried");
  await trial.getByRole("button", { name: "不要" }).click();
  await trial.waitFor({ state: "hidden" });
  assert.ok(await page.evaluate(() => document.activeElement?.classList.contains("morning-group")));
  await page.keyboard.press("1");
  await trial.getByRole("button", { name: "生效" }).click({ timeout: 60_000 });
  const outcome = page.locator(".morning-outcome");
  await outcome.getByText("已生效").waitFor({ timeout: 60_000 });
  await page.getByLabel("先试再生效").uncheck();
  await outcome.getByRole("button", { name: /撤回/ }).click();
  await outcome.getByText("已撤回").waitFor({ timeout: 60_000 });
  await group(ENGRAVING).waitFor();
});

test("a refusal says why, and nothing changes", async () => {
  await rename(join(folder, "service"), join(folder, ".service"));
  await page.locator(".notices", { hasText: "没有生效" }).waitFor({ timeout: 60_000 });
  await group(ENGRAVING).focus();
  await page.keyboard.press("s");
  await group(ENGRAVING).locator(".problem", { hasText: "什么都没有改" }).waitFor({ timeout: 60_000 });
  assert.equal(stage.complaints.splice(0).length, 1, "the browser itself tells of what was refused");
  await rename(join(folder, ".service"), join(folder, "service"));
  await page.locator(".notices", { hasText: "没有生效" }).waitFor({ state: "hidden", timeout: 60_000 });
});

test("a decision that is answered after the list was drawn anew takes away its own group and no other", async () => {
  const day = page.locator("#morning-day");
  const today = await day.inputValue();
  const made = (/** @type {string} */ words) => ({ id: words, people: 1, messages: 1, why: [{ why: "not_understood", messages: 1 }], sentences: [{ text: words, people: 1, hidden: false }], different: 1, said: [], nearest: [], last: 0 });
  const shown = { shop: "demo", day: today, today, groups: ["甲句", "乙句", "丙句"].map(made), left_out: 0, people: 3, messages: 3, mended: 0, settled: 0, all_messages: 3, all_talks: 3, cut: false, may_teach: true, writable: true };
  await page.route("**/v1/morning?**", (asked) => asked.fulfill({ json: shown }));
  const asked = new Promise((resolve) => void page.route("**/v1/teach", resolve));
  await day.fill("2026-01-01");
  await group("甲句").focus();
  await page.keyboard.press("x");
  const teaching = /** @type {import("playwright-core").Route} */ (await asked);
  await page.locator("#morning-why").selectOption("not_understood");
  await teaching.fulfill({ json: { change: { id: "1", did: "ignore", sentences: ["甲句"], in_force: true }, answered: [], moved: [], moved_count: 0, warnings: [] } });
  await page.locator(".morning-outcome").getByText("已忽略").waitFor();
  assert.deepEqual(await page.locator(".morning-sentences").allTextContents(), ["乙句", "丙句"]);
  for (const words of ["丙句", "乙句"]) {
    await page.keyboard.press(words === "丙句" ? "j" : "k");
    await page.waitForFunction((text) => document.activeElement?.textContent?.includes(text), words);
  }
  await page.unroute("**/v1/teach");
  await page.unroute("**/v1/morning?**");
  await page.locator("#morning-why").selectOption({ index: 0 });
  await day.fill(today);
  await group(ENGRAVING).waitFor();
});

test("a telephone's width holds it, and English says it in English", async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 390), "nothing is cut off");
  await clean(page, "narrow");
  await page.setViewportSize({ width: 1440, height: 900 });
  await owner.menu("English");
  await page.getByRole("heading", { name: "Morning: not answered well" }).waitFor();
  await owner.menu("繁體中文");
  await page.getByRole("heading", { name: "早間：沒答好的" }).waitFor();
  await owner.menu("简体中文");
});

test("an agent sees no link to it", async () => {
  const agent = await stage.agent({ link: await stage.invitation() });
  assert.ok(await agent.page.locator('.pages a[href="#morning"]').isHidden());
});
