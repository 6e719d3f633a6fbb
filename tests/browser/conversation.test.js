// A whole talk: asked, answered, angry, taken over by a person, closed, rated.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setStage } from "./support/browser.js";

const stage = setStage();

test("asked, answered, angry, taken over, closed, rated", async () => {
  const agent = await stage.agent();
  const shopper = await stage.shopper();
  await shopper.says("什么时候发货");
  await shopper.sees("bot", /16:00|48/);
  assert.match((await shopper.message("bot").locator(".head").textContent()) ?? "", /自动回复/);
  await shopper.message("shopper").locator(".foot", { hasText: "已送达" }).waitFor();

  await shopper.says("三天了还没发货，鞋子还开胶，你们这什么破店！再不处理我打12315投诉");
  await shopper.chat.locator(".banner", { hasText: /位/ }).waitFor();
  const card = agent.waiting.first();
  await card.waitFor();
  assert.match((await card.textContent()) ?? "", /12315/, "the evidence is on the card");

  await agent.takes();
  await agent.page.locator(".case", { hasText: "12315" }).waitFor();
  await agent.transcript.locator(".said.bot .decision", { hasText: "shipping.time" }).waitFor();
  await shopper.chat.locator("[data-notice=agent_joined]", { hasText: "客服" }).waitFor();
  await agent.input.fill("您好，我是专人客服，");
  const ready = agent.page.locator(".ready button").first();
  await ready.waitFor();
  const edges = await ready.evaluate((button) => [button.getBoundingClientRect().right, innerWidth]);
  assert.ok(edges[0] <= edges[1], "a long reply does not leave the window");
  await agent.input.press("Alt+1");
  const offered = (await ready.locator("span").textContent()) ?? "";
  const written = await agent.input.inputValue();
  assert.ok(written.startsWith("您好，我是专人客服，") && written.includes(offered), "what was typed stays");
  await agent.says("您好，我马上为您查订单，10 分钟内给您答复");
  await shopper.sees("agent", "10 分钟内给您答复");

  await shopper.input.pressSequentially("好");
  await agent.page.locator(".typing", { hasText: "正在输入" }).waitFor();
  await shopper.says("好的，等您");
  await agent.transcript.locator(".said.shopper", { hasText: "等您" }).waitFor();
  const bots = await shopper.chat.locator(".message.bot").count();

  await agent.page.locator(".close-chat").click();
  await shopper.chat.locator(".rating").waitFor();
  await shopper.chat.locator(".star").nth(4).click();
  await shopper.chat.locator(".rating", { hasText: "评价" }).waitFor();
  await agent.transcript.locator(".notice", { hasText: "评价 5 星" }).waitFor();
  assert.equal(await shopper.chat.locator(".message.bot").count(), bots, "the bot is silent while a person has the chat");

  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
  assert.equal(await shopper.chat.locator(".rating").isVisible(), false, "a new talk has begun");
});

