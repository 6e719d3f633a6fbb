// A whole talk: asked, answered, angry, taken over by a person, closed, rated.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setStage } from "./support/browser.js";

const stage = setStage();

test("asked, answered, angry, taken over, closed, rated", async () => {
  const agent = await stage.agent();
  stage.supervisor = agent;
  const shopper = await stage.shopper();
  await shopper.says("什么时候发货");
  await shopper.sees("bot", /16:00|48/);
  assert.match((await shopper.message("bot").locator(".head").textContent()) ?? "", /自动回复/);
  await shopper.message("shopper").locator(".foot", { hasText: "已送达" }).waitFor();

  await shopper.says("三天了还没发货，鞋子还开胶，你们这什么破店！再不处理我打12315投诉");
  await shopper.chat.locator(".banner", { hasText: /位/ }).waitFor();
  await agent.opensQueue();
  const card = agent.waiting.first();
  await card.waitFor();
  assert.match((await card.textContent()) ?? "", /12315/, "the evidence is on the card");

  await agent.takes();
  await agent.page.locator(".case", { hasText: "12315" }).waitFor();
  await agent.transcript.locator(".fold", { hasText: "机器人 1 问 1 答" }).waitFor();
  assert.equal(await agent.transcript.locator(".said.bot").count(), 0, "what the bot said is one line");
  await agent.unfolds();
  const why = agent.transcript.locator(".said.bot .decision").first();
  await why.locator("summary").click();
  await why.getByText("shipping.time").first().waitFor();
  await shopper.chat.locator("[data-notice=agent_joined]", { hasText: "客服" }).waitFor();
  assert.equal(await agent.page.locator(".suggestion").isVisible(), false, "no ready words where the law is near");
  await agent.says("您好，我马上为您查订单，10 分钟内给您答复");
  await shopper.sees("agent", "10 分钟内给您答复");

  await shopper.input.pressSequentially("好");
  await agent.page.locator(".typing", { hasText: "正在输入" }).waitFor();
  await shopper.says("好的，等您");
  await agent.transcript.locator(".said.shopper", { hasText: "等您" }).waitFor();
  const bots = await shopper.chat.locator(".message.bot").count();

  await agent.ends();
  await shopper.chat.locator(".rating").waitFor();
  await shopper.chat.locator(".star").nth(4).click();
  await shopper.chat.locator(".rating", { hasText: "评价" }).waitFor();
  // The desk has moved on; what has ended lately can be looked at again.
  await agent.page.locator(".ended-chats .fold-head", { hasText: "刚结束 1" }).click();
  await agent.page.locator(".ended-chats .open").click();
  await agent.transcript.locator(".notice", { hasText: "评价 5 星" }).waitFor();
  assert.equal(await shopper.chat.locator(".message.bot").count(), bots, "the bot is silent while a person has the chat");

  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
  assert.equal(await shopper.chat.locator(".rating").isVisible(), false, "a new talk has begun");
});

test("one suggestion, taken by Tab into an empty editor, and never sent by itself", async () => {
  const agent = await stage.agent({ link: await stage.invitation() });
  const shopper = await stage.shopper();
  await shopper.says("人工，什么时候发货");
  await shopper.chat.locator(".banner").waitFor();
  await agent.takes();
  const offer = agent.page.locator(".suggestion");
  await offer.waitFor();
  assert.equal(await offer.count(), 1);
  const edges = await offer.evaluate((button) => [button.getBoundingClientRect().right, innerWidth]);
  assert.ok(edges[0] <= edges[1], "a long reply does not leave the window");
  const offered = (await offer.locator(".offer").textContent()) ?? "";
  await agent.input.focus();
  await agent.page.keyboard.type("您好");
  await agent.page.keyboard.press("Tab");
  assert.equal(await agent.input.inputValue(), "您好", "with words in the editor Tab goes on");
  await agent.input.fill("");
  await agent.input.focus();
  await agent.page.keyboard.press("Tab");
  assert.equal(await agent.input.inputValue(), offered);
  assert.equal(await agent.page.evaluate(() => document.activeElement?.id), "reply");
  assert.equal(await agent.transcript.locator(".said.agent").count(), 0);
  await agent.page.keyboard.press("Tab");
  assert.notEqual(await agent.page.evaluate(() => document.activeElement?.id), "reply", "nobody is held in the editor");
});

