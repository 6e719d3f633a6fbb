// After a flood: a supervisor ends many waiting chats at once, those that are chosen or all.

import assert from "node:assert/strict";
import { test } from "node:test";
import { clean } from "./support/axe.js";
import { setStage } from "./support/browser.js";

/** @type {import("./support/browser.js").Agent} */
let chief;
const stage = setStage({
  cast: async (stage) => {
    stage.supervisor = chief = await stage.agent();
    await chief.opensQueue();
  },
});

/** @param {string} name */
const shot = async (name) => {
  const folder = process.env.YINGDA_SHOTS;
  if (folder !== undefined) await chief.page.screenshot({ path: `${folder}/${name}.png` });
};

/** Somebody who waits. @param {string} [words] */
async function waits(words = "转人工") {
  const shopper = await stage.shopper();
  await shopper.says(words);
  await shopper.chat.locator(".banner").waitFor();
  return shopper;
}

/** @param {number} count */
const waiting = (count) => chief.page.locator("#waiting-title", { hasText: `排队 ${count}` }).waitFor();

test("chosen ones are ended by keys, after what shoppers will see is read", { timeout: 90_000 }, async () => {
  const { page } = chief;
  const [first, second] = [await waits(), await waits()];
  await waits();
  await waiting(3);
  const toggle = page.getByRole("button", { name: "选择多个" });
  await toggle.focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator(".waiting .take:visible").count(), 0);
  assert.equal(await page.getByRole("button", { name: /^结束 0 个会话/ }).isDisabled(), true);
  const boxes = page.locator(".waiting .card").getByRole("checkbox");
  await boxes.nth(0).focus();
  await page.keyboard.press("Space");
  await boxes.nth(1).focus();
  await page.keyboard.press("Space");
  const all = page.getByRole("checkbox", { name: /全选显示的 3 个/ });
  assert.equal(await all.evaluate((box) => /** @type {HTMLInputElement} */ (box).indeterminate), true);
  await shot("clearing-chosen");
  await clean(chief.page, "choosing", ["light"]);
  await page.getByRole("button", { name: "结束 2 个会话…" }).press("Enter");
  const sure = page.getByRole("dialog");
  assert.match((await sure.textContent()) ?? "", /会话结束语.*不能撤销/s);
  // Cancelling is where the focus is; nothing has happened.
  await page.keyboard.press("Enter");
  await sure.waitFor({ state: "detached" });
  await waiting(3);
  await page.getByRole("button", { name: "结束 2 个会话…" }).press("Enter");
  await page.getByRole("button", { name: "结束这些会话" }).press("Enter");
  await page.getByText("结束了 2 个会话。").waitFor();
  await waiting(1);
  for (const shopper of [first, second]) await shopper.chat.locator(".rating").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "选择多个", "the focus is not lost");
});

test("all that wait are ended, but for who may be hurt and who comes later", { timeout: 90_000 }, async () => {
  const { page } = chief;
  await waits();
  const hurt = await waits("充电器起火了，手烧伤了");
  await waiting(3);
  await page.getByRole("button", { name: "选择多个" }).click();
  await page.getByRole("checkbox", { name: /全选显示的 3 个/ }).check();
  await page.getByRole("button", { name: "结束 3 个会话…" }).waitFor();
  await page.getByRole("checkbox", { name: /全选显示的 3 个/ }).uncheck();
  await page.getByRole("button", { name: "结束所有排队的…" }).click();
  await page.getByRole("dialog").getByText("现在有 3 位在排队").waitFor();
  await shot("clearing-all");
  await clean(chief.page, "the window that asks", ["light"]);
  const late = await waits();
  await waiting(4);
  await page.getByRole("button", { name: "结束这些会话" }).click();
  await page.getByText("结束了 2 个会话。").waitFor();
  await waiting(2);
  for (const shopper of [hurt, late]) assert.equal(await shopper.chat.locator(".banner").isVisible(), true);
  // Escape ends choosing, and takes the choice with it.
  await page.getByRole("button", { name: "选择多个" }).click();
  await page.locator(".waiting .card").getByRole("checkbox").first().press("Escape");
  await page.getByRole("button", { name: "选择多个" }).waitFor();
  assert.equal(await page.locator(".waiting .take:visible").count(), 2);
});

test("an agent is offered neither", async () => {
  const agent = await stage.agent({ link: await stage.invitation() });
  await agent.opensQueue();
  await agent.waiting.first().waitFor();
  assert.equal(await agent.page.getByRole("button", { name: "选择多个" }).isVisible(), false);
});
