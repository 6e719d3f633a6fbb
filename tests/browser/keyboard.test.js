// Everything without a mouse, and an input method that is left in peace.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Shopper, setStage } from "./support/browser.js";

const stage = setStage();

/** The focused element, through shadow roots. @param {import("playwright-core").Page} page */
async function focused(page) {
  return page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return `${at?.tagName.toLowerCase()}.${at?.className}`;
  });
}

/** @param {import("playwright-core").Page} page @param {RegExp} target */
async function tabTo(page, target) {
  for (let step = 0; step < 60; step += 1) {
    if (target.test(await focused(page))) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab never came to ${target}`);
}

test("a shopper opens, asks, reads, chooses, asks for a person and closes by keys", async () => {
  const page = await (await stage.person()).newPage();
  await page.goto(stage.url);
  await page.locator("yingda-chat .launcher").waitFor();
  await tabTo(page, /launcher/);
  await page.keyboard.press("Enter");
  await page.locator("yingda-chat .panel").waitFor();
  assert.match(await focused(page), /textarea/, "writing can begin at once");
  const shopper = new Shopper(page);
  await page.keyboard.type("什么时候发货");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("包邮吗");
  assert.match(await shopper.input.inputValue(), /\n/, "Shift+Enter breaks the line");
  await page.keyboard.press("Enter");
  await shopper.sees("bot", /16:00|48/);
  assert.match(await focused(page), /textarea/, "the focus stays");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Shift+Tab");
  assert.match(await focused(page), /chip human/);
  await page.keyboard.press("Enter");
  await shopper.chat.locator(".notice").first().waitFor();
  await page.keyboard.press("Escape");
  assert.match(await focused(page), /launcher/, "the focus comes back to where it was");
});

test("Enter belongs to the input method while a word is composed", async () => {
  const shopper = await stage.shopper();
  const { page } = shopper;
  await shopper.input.focus();
  const session = await page.context().newCDPSession(page);
  await session.send("Input.imeSetComposition", { text: "shenme", selectionStart: 6, selectionEnd: 6 });
  await page.keyboard.press("Enter");
  assert.equal(await shopper.chat.locator(".message").count(), 0);
  await session.send("Input.insertText", { text: "什么时候发货" });
  await page.keyboard.press("Enter");
  await shopper.sees("bot", /16:00|48/);
});

test("an agent takes, answers and moves between chats by keys", async () => {
  const agent = await stage.agent();
  const { page } = agent;
  const first = await stage.shopper();
  await first.says("转人工");
  const second = await stage.shopper();
  await second.says("转人工");
  await page.locator(".waiting .fold-head", { hasText: /[23]/ }).waitFor();
  await page.keyboard.press("Tab");
  assert.match(await focused(page), /button\.skip/, "the first stop leads to the editor");
  await tabTo(page, /fold-head/);
  await page.keyboard.press("Enter");
  await agent.waiting.nth(1).waitFor();
  for (let taken = 1; taken <= 2; taken += 1) {
    if (taken === 1) {
      await tabTo(page, /button\.take$/);
      await page.keyboard.press("Enter");
    } else {
      await page.keyboard.press("Escape");
      await page.keyboard.press("a");
    }
    await agent.mine.nth(taken - 1).waitFor();
    await page.waitForFunction(() => document.activeElement?.id === "reply");
    await page.keyboard.type(`您好 ${taken}`);
    await page.keyboard.press("Enter");
    await page.locator(".said.agent:not(.sending)", { hasText: `您好 ${taken}` }).waitFor();
  }
  await page.keyboard.type("草稿");
  const name = () => page.locator("#chat-title").textContent();
  const before = await name();
  await page.keyboard.press("Alt+ArrowDown");
  assert.notEqual(await name(), before);
  assert.equal(await agent.input.inputValue(), "", "each chat has its own draft");
  await page.keyboard.press("Alt+ArrowUp");
  assert.equal(await name(), before);
  assert.equal(await agent.input.inputValue(), "草稿");

  await page.keyboard.type("?");
  assert.equal(await page.locator("dialog[open]").count(), 0, "in the editor ? is a character");
  await page.locator(".transcript").focus();
  await page.keyboard.press("?");
  await page.locator("dialog[open]", { hasText: "Alt" }).waitFor();
  await page.getByLabel("单键快捷键").uncheck();
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("dialog[open]").count(), 0);
  await page.locator(".transcript").focus();
  await page.keyboard.press("e");
  assert.equal(await page.locator(".undo").count(), 0, "letters can be turned off");
});
