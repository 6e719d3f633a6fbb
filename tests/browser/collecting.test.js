// What a person must do: the bot asks for what they need, takes it in parts, and hands over with everything on the card.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setStage } from "./support/browser.js";

const stage = setStage();

test("a new address: asked for, given in two bubbles, handed over with the address on the card", async () => {
  const agent = await stage.agent();
  const shopper = await stage.shopper();
  await shopper.says("地址填错了能改一下吗");
  await shopper.sees("bot", /地址/);
  await agent.opensQueue();
  assert.equal(await agent.waiting.count(), 0, "nobody is called before there is something to work with");
  await shopper.says("宁波市鄞州区百丈东路 17 号 2 幢 903");
  await agent.waiting.first().waitFor();
  await agent.takes();
  const given = agent.page.locator(".case .given");
  await given.locator("dd", { hasText: "百丈东路 17 号 2 幢 903" }).waitFor();
  assert.match((await given.textContent()) ?? "", /地址/);
  await shopper.says("收件人沈悦 13700001111");
  await agent.transcript.locator(".said.shopper", { hasText: "沈悦" }).waitFor();
});
