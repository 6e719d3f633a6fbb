// The widget's core promises in Firefox, which lays out, focuses, stores and reconnects in its own way; and an agent's desk there.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { FIREFOX, FirefoxStage } from "./support/firefox.js";

const skip = FIREFOX === undefined && "Firefox is not installed: apt-get install firefox-esr, or set FIREFOX to its program";
const stage = new FirefoxStage();
/** A page that tried in vain for a while waits longer and longer before it tries again. */
const BACKOFF_MS = 30_000;

before(async () => {
  if (!skip) await stage.open();
});
after(async () => {
  if (skip) return;
  await stage.close();
  assert.deepEqual(stage.complaints, []);
});

test("opened by its button the chat answers, and a reload keeps the talk and what is half written", { skip }, async () => {
  const shopper = await stage.visit("/");
  await shopper.clicks(".launcher");
  await shopper.says("包邮吗");
  await shopper.part(".message.bot", "99");
  await shopper.part(".message.shopper .foot", "已送达");
  await shopper.clicks("textarea");
  await shopper.page.keyboard.type("还没写完");
  const before = await shopper.bubbles();
  await shopper.page.reload();
  await shopper.part(".message.bot", "99");
  assert.deepEqual(await shopper.bubbles(), before);
  const draft = await shopper.part("textarea");
  assert.equal(await draft.evaluate((field) => /** @type {HTMLTextAreaElement} */ (field).value), "还没写完");
});

test("opened, used and closed by the keyboard alone", { skip }, async () => {
  const shopper = await stage.visit("/");
  const { keyboard } = shopper.page;
  await shopper.part(".launcher");
  for (let step = 0; step < 60 && !/launcher/.test(await shopper.focused()); step += 1) await keyboard.press("Tab");
  await keyboard.press("Enter");
  await shopper.part(".panel");
  assert.match(await shopper.focused(), /textarea/, "writing can begin at once");
  await keyboard.type("什么时候发货");
  await keyboard.down("Shift");
  await keyboard.press("Enter");
  await keyboard.up("Shift");
  await keyboard.type("包邮吗");
  const field = await shopper.part("textarea");
  assert.match(await field.evaluate((field) => /** @type {HTMLTextAreaElement} */ (field).value), /\n/, "Shift+Enter breaks the line");
  await keyboard.press("Enter");
  await shopper.part(".message.bot", "99");
  await keyboard.press("Escape");
  await shopper.part(".launcher");
  assert.match(await shopper.focused(), /launcher/, "the focus goes back to where it came from");
});

test("what is written without a network arrives once when it is back", { skip, timeout: 90_000 }, async () => {
  const shopper = await stage.visit("/");
  await shopper.clicks(".launcher");
  await shopper.says("包邮吗");
  await shopper.part(".message.bot", "99");
  stage.offlineExpected = true;
  stage.wire.cut();
  await shopper.says("什么时候发货");
  await shopper.part(".banner");
  stage.wire.mend();
  shopper.page.setDefaultTimeout(BACKOFF_MS);
  await shopper.part(".message.bot", "48");
  const said = (await shopper.bubbles()).filter((bubble) => bubble === "shopper: 什么时候发货");
  assert.equal(said.length, 1);
});

test("a person takes the chat at a desk in Firefox, and each reads what the other writes", { skip }, async () => {
  assert.ok(stage.server?.signin);
  const desk = await stage.visit(stage.server.signin);
  await desk.part(".presence:enabled");
  const shopper = await stage.visit("/");
  await shopper.clicks(".launcher");
  await shopper.says("转人工");
  await shopper.part(".banner", "位");
  await desk.clicks(".take-next:enabled");
  await desk.part("#reply:not([readonly])");
  await shopper.part("[data-notice=agent_joined]");
  await desk.clicks("#reply");
  await desk.page.keyboard.type("您好，我是客服");
  await desk.page.keyboard.press("Enter");
  await shopper.part(".message.agent", "我是客服");
  await shopper.says("谢谢");
  await desk.part(".said.shopper", "谢谢");
  await desk.clicks(".close-chat:enabled");
  await desk.clicks(".end-now");
  await shopper.part(".rating");
});

test("reset() forgets the talk", { skip }, async () => {
  const shopper = await stage.visit("/");
  await shopper.clicks(".launcher");
  await shopper.says("我住上海市世纪大道100号");
  await shopper.part(".message.bot");
  await shopper.page.evaluate(() => /** @type {any} */ (document.querySelector("yingda-chat")).reset());
  await shopper.page.waitForFunction(() => document.querySelector("yingda-chat")?.shadowRoot?.querySelectorAll(".message").length === 0);
  const kept = await shopper.page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  assert.ok(!kept.includes("世纪大道"), kept);
  await shopper.page.reload();
  await shopper.part(".launcher, .panel");
  assert.deepEqual(await shopper.bubbles(), []);
});
