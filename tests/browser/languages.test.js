// Simplified, Traditional, English: pages, chat and answers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setStage } from "./support/browser.js";

const stage = setStage();

test("a Traditional page", async () => {
  const shopper = await stage.shopper({ locale: "zh-TW" }, "/?lang=zh-TW");
  await shopper.chat.getByRole("button", { name: "轉真人" }).waitFor();
  assert.equal(await shopper.input.getAttribute("placeholder"), "請輸入您的問題…");
  await shopper.says("什麼時候出貨");
  await shopper.sees("bot", /16:00|48/);
  assert.match((await shopper.message("bot").locator(".head").textContent()) ?? "", /自動回覆/);
});

test("an English page", async () => {
  const shopper = await stage.shopper({ locale: "en-US" });
  await shopper.chat.getByRole("button", { name: "Talk to a person" }).waitFor();
  await shopper.says("When will my order ship?");
  await shopper.sees("bot", /16:00/);
  assert.match((await shopper.message("bot").locator(".head").textContent()) ?? "", /Automatic/);
  assert.doesNotMatch((await shopper.message("bot").locator(".body").textContent()) ?? "", /[\u3400-\u9fff]/);
});

test("Traditional in, Traditional out: answer, buttons and the person who is called", async () => {
  const shopper = await stage.shopper();
  await shopper.says("請問什麼時候出貨");
  await shopper.sees("bot", /小時/);
  const labels = await shopper.chat.locator(".choice").allTextContents();
  assert.ok(labels.length > 0 && labels.every((label) => !/[发货费时这个运递]/.test(label)), labels.join());
  await shopper.says("SF1234567890123");
  await shopper.sees("shopper", "SF1234567890123");
  await shopper.chat.locator(".message.bot").nth(1).waitFor();
  assert.doesNotMatch((await shopper.message("bot").locator(".body").textContent()) ?? "", /[a-z]{4}/);
});

test("the shop says its own words, in the language of the talk, also when the page is switched to another", async () => {
  const shopper = await stage.shopper();
  const intro = shopper.chat.locator(".intro");
  await shopper.chat.locator(".intro", { hasText: "迅岚" }).waitFor();
  assert.match((await intro.textContent()) ?? "", /自动助手|自动客服/, "the bot says that it is one");
  const said = await intro.textContent();
  await shopper.page.getByRole("button", { name: "English" }).click();
  await shopper.chat.getByRole("button", { name: "Talk to a person" }).waitFor();
  assert.equal(await intro.textContent(), said);
  assert.equal(await intro.getAttribute("lang"), "zh");
  const other = await stage.shopper({ locale: "en-US" });
  await other.chat.locator(".intro", { hasText: "automatic assistant" }).waitFor();
});

test("the toggle changes page and chat at once", async () => {
  const shopper = await stage.shopper();
  const { page } = shopper;
  await page.getByRole("button", { name: "English" }).click();
  await shopper.chat.getByRole("button", { name: "Talk to a person" }).waitFor();
  await page.getByRole("heading", { name: "Our picks" }).waitFor();
  assert.equal(await page.getByRole("heading", { name: "店长推荐" }).isVisible(), false);
  await page.getByRole("button", { name: "中文" }).click();
  await shopper.chat.getByRole("button", { name: "转人工" }).waitFor();
});

test("the desk in English, remembered", async () => {
  const agent = await stage.agent();
  const { page } = agent;
  await agent.menu("English");
  await page.getByRole("heading", { name: "Waiting 0" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Waiting 0" }).waitFor();
});

test("a browser of Taiwan gets the desk in Traditional characters, with its own words", async () => {
  const page = await (await stage.person({ locale: "zh-TW" })).newPage();
  await page.goto(`${stage.url}/desk`);
  await page.getByRole("heading", { name: "登入客服工作台" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-Hant");
  await page.getByRole("button", { name: "简体中文" }).click();
  await page.getByRole("heading", { name: "登录客服工作台" }).waitFor();
});
