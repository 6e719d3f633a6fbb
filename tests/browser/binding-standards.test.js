// Rules of the service standards that a shop has made binding: what breaks them does not go out, and the words stay in the editor.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { clean } from "./support/axe.js";
import { setStage } from "./support/browser.js";
import { intentFolder, removeFolder } from "./support/server.js";

const intents = await intentFolder();
const shared = join(intents, "shops/demo/shared");
await mkdir(shared, { recursive: true });
await writeFile(join(shared, "standards.yaml"), "standards:\n  - rule: I081\n    block: true\n");
after(() => removeFolder(intents));
const stage = setStage({ settings: { YINGDA_UNDERSTANDING__INTENTS: intents } });

test("what the shop has made binding is not sent, by the page or past it; what only warns is", async () => {
  const agent = await stage.agent();
  const { page } = agent;
  const shopper = await stage.shopper();
  await shopper.says("转人工");
  await shopper.chat.locator(".banner").waitFor();
  await agent.takes();
  await agent.input.fill("加微信聊吧");
  const warning = page.locator(".warning.stops", { hasText: "发不出去" });
  await warning.waitFor();
  await agent.input.press("Enter");
  await agent.holds("加微信聊吧");
  assert.equal(await agent.transcript.locator(".said.agent").count(), 0);
  await clean(page, "words that cannot be sent");

  // A page that has not heard of it yet: the server refuses, and the words come back with the rule.
  const other = await (await stage.person()).newPage();
  await other.context().addCookies(await page.context().cookies());
  await other.route("**/v1/standards", (route) => route.fulfill({ json: { rules: [] } }));
  await other.goto(`${stage.url}/desk`);
  await other.locator(".mine .card .open").first().click();
  const field = other.locator("#reply:not([readonly])");
  await field.fill("加微信聊吧");
  await field.press("Enter");
  await other.locator(".chat-pane, .conversation", { hasText: "I081" }).first().waitFor();
  await other.waitForFunction(() => /** @type {HTMLTextAreaElement | null} */ (document.querySelector("#reply"))?.value === "加微信聊吧");
  await other.context().close();

  await agent.input.fill("您的心情我理解，我来看一下");
  await agent.input.press("Enter");
  await shopper.sees("agent", "我来看一下");
});
