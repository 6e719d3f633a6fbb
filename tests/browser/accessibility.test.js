// axe on every page and state, light and dark; large type; no motion where none is wanted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { clean } from "./support/axe.js";
import { setStage } from "./support/browser.js";

const stage = setStage();

test("the shop with the chat closed, open, waiting and rated", async () => {
  const shopper = await stage.shopper();
  await shopper.chat.getByRole("button", { name: "发图片或文件" }).waitFor();
  await clean(shopper.page, "chat open");
  await shopper.says("asdfgh");
  await shopper.message("bot").waitFor();
  await shopper.says("什么时候发货");
  await shopper.sees("bot", /16:00|48/);
  await shopper.chat.locator(".human").click();
  await shopper.chat.locator(".banner").waitFor();
  await clean(shopper.page, "waiting");
  await shopper.chat.getByRole("button", { name: "结束会话" }).click();
  await clean(shopper.page, "ending");
  await shopper.chat.getByRole("button", { name: "结束", exact: true }).click();
  await shopper.chat.locator(".rating").waitFor();
  await clean(shopper.page, "rating");
  await shopper.page.keyboard.press("Escape");
  await clean(shopper.page, "chat closed");
});

test("the desk: signed out, empty, with a chat, with windows", async () => {
  const outside = await (await stage.person()).newPage();
  await outside.goto(`${stage.url}/desk`);
  await outside.getByRole("heading", { name: "登录客服工作台" }).waitFor();
  await clean(outside, "sign-in");

  const agent = await stage.agent();
  await clean(agent.page, "empty desk");
  for (const words of ["你们这什么破店！气死我了，再不处理我打12315", "转人工"]) {
    const shopper = await stage.shopper();
    await shopper.says("什么时候发货");
    await shopper.sees("bot", /16:00|48/);
    await shopper.says(words);
    await shopper.chat.locator(".banner").waitFor();
  }
  await agent.opensQueue();
  await agent.waiting.nth(1).waitFor();
  await clean(agent.page, "the queue");
  await agent.takes();
  await agent.says("您好");
  await agent.unfolds();
  await agent.page.locator(".decision summary").first().click();
  await agent.input.fill("加微信，我们最便宜");
  await agent.page.locator(".warning", { hasText: "加微信" }).waitFor();
  await clean(agent.page, "desk with a chat");
  await agent.page.locator(".own").click();
  await clean(agent.page, "menu");
  await agent.page.keyboard.press("Escape");
  await agent.page.setViewportSize({ width: 1100, height: 800 });
  await agent.page.locator(".case-line").click();
  await clean(agent.page, "customer over the chat");
  await agent.page.keyboard.press("Escape");
  await agent.page.setViewportSize({ width: 390, height: 844 });
  await clean(agent.page, "phone");
  await agent.page.setViewportSize({ width: 1440, height: 900 });
  await agent.page.getByRole("button", { name: "快捷键" }).click();
  await clean(agent.page, "keys");
  await agent.page.keyboard.press("Escape");
  await agent.page.getByRole("button", { name: "转交" }).click();
  await clean(agent.page, "transfer");
  await agent.page.keyboard.press("Escape");
  await agent.page.locator(".transcript").focus();
  await agent.page.keyboard.press("f");
  await clean(agent.page, "finding");
  await agent.page.keyboard.press("Escape");
  await phrases(agent.page);
  await agent.page.locator(".close-chat").click();
  await agent.page.locator(".undo").waitFor();
  await clean(agent.page, "a chat that is being ended");
  await agent.page.locator(".undo").click();
  await agent.menu("邀请同事");
  await clean(agent.page, "invitation");
});

/** The page of the phrases, and the list above the editor. @param {import("playwright-core").Page} page */
async function phrases(page) {
  await page.locator('.pages a[href="#phrases"]').click();
  await page.locator("#phrase-text").fill("您好，〔几〕点前下单今天发");
  await page.getByRole("button", { name: "保存" }).click();
  await page.locator(".phrase-rows li").waitFor();
  const csv = "标题,内容\n微信,加微信聊\n道歉,给您带来不便\n";
  await page.locator("#phrases-file").setInputFiles({ name: "a.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.locator(".import-report li").nth(1).waitFor();
  await clean(page, "phrases");
  await page.locator('.pages a[href="#chats"]').click();
  await page.locator("#reply").fill("");
  await page.keyboard.type("/");
  await page.locator(".phrase-options li").first().waitFor();
  await clean(page, "phrases above the editor");
  await page.setViewportSize({ width: 390, height: 844 });
  await clean(page, "phrases on a phone");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.keyboard.press("Escape");
}

test("on a phone the chat fills the screen, and large type overflows nothing", async () => {
  const shopper = await stage.shopper({ viewport: { width: 360, height: 700 }, hasTouch: true, isMobile: true });
  const { page } = shopper;
  await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
  await shopper.says("什么时候发货");
  await shopper.sees("bot", /16:00|48/);
  const panel = await shopper.chat.locator(".panel").boundingBox();
  assert.deepEqual(panel, { x: 0, y: 0, width: 360, height: 700 });
  const wide = await shopper.log.evaluate((log) => log.scrollWidth - log.clientWidth);
  assert.ok(wide <= 0, `the log is ${wide} px too wide`);
  const send = await shopper.chat.locator(".send").boundingBox();
  assert.ok(send !== null && send.y + send.height <= 700, "the send button is on the screen");
});
