// axe on every page and state, light and dark; large type; no motion where none is wanted.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { setStage } from "./support/browser.js";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const stage = setStage();

/** @param {import("playwright-core").Page} page @param {string} where */
async function clean(page, where) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // Through the debugger: the page's own policy lets no foreign script in.
    await page.evaluate(AXE);
    const violations = await page.evaluate(async () => {
      // Its preloading makes style elements, which the policy rightly refuses.
      // @ts-expect-error axe is not a part of this page
      const { violations: found } = await window.axe.run(document, { resultTypes: ["violations"], preload: false });
      return found.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes.map((/** @type {any} */ n) => n.html).join(" | ")}`);
    });
    assert.deepEqual(violations, [], `${where}, ${colorScheme}`);
  }
}

test("the shop with the chat closed, open, waiting and rated", async () => {
  const shopper = await stage.shopper();
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
  await agent.waiting.nth(1).waitFor();
  await agent.takes();
  await agent.says("您好");
  await agent.page.locator(".decision summary").first().click();
  await clean(agent.page, "desk with a chat");
  await agent.page.getByRole("button", { name: "快捷键" }).click();
  await clean(agent.page, "keys");
  await agent.page.keyboard.press("Escape");
  await agent.page.getByRole("button", { name: "转回排队" }).click();
  await clean(agent.page, "note");
  await agent.page.keyboard.press("Escape");
  await agent.page.getByRole("button", { name: "邀请同事" }).click();
  await clean(agent.page, "invitation");
});

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
