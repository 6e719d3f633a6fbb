// Several shops on one server: which shop a chat is of, what desks are told of the files, and what becomes of the
// shoppers of a shop that is removed.

import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { setStage } from "./support/browser.js";
import { intentFolder, removeFolder } from "./support/server.js";

const intents = await intentFolder();
after(() => removeFolder(intents));

/** @type {import("./support/browser.js").Agent} */
let agent;
const stage = setStage({
  settings: { YINGDA_UNDERSTANDING__INTENTS: intents, YINGDA_UNDERSTANDING__RELOAD_MS: "100" },
  cast: async (stage) => {
    agent = await stage.agent();
  },
});

/** Changes one of the files. @param {string} name @param {(text: string) => string} change */
async function edit(name, change) {
  const file = join(intents, name);
  await writeFile(file, change(await readFile(file, "utf8")));
}

test("an agent of several shops sees which shop a chat is of", async () => {
  const inSkin = await stage.shopper({}, "/?shop=runfu");
  await inSkin.says("转人工");
  const card = agent.waiting.first();
  await agent.opensQueue();
  await card.locator(".in-shop", { hasText: "润肤研究所" }).waitFor();
  await agent.takes();
  await agent.page.locator(".customer-head", { hasText: "润肤研究所" }).waitFor();
  await agent.menu("English");
  await agent.page.locator(".mine .in-shop", { hasText: "Runfu Skin Lab" }).waitFor();
  await agent.menu("简体中文");
  await agent.ends();
  await agent.mine.first().waitFor({ state: "detached" });
});

test("a desk says why changed files do not answer, until they are mended", async () => {
  const { page } = agent;
  const notices = page.locator(".notices");
  assert.equal(await notices.isVisible(), false);
  await edit("shipping/fee.yaml", (text) => text.replace("answers:", "answrs:"));
  const notice = notices.locator("li", { hasText: "shipping/fee.yaml" });
  await notice.waitFor();
  assert.match((await notice.textContent()) ?? "", /没有生效.*answrs/s);
  assert.equal(await notices.getAttribute("role"), "status", "it is read aloud");
  await agent.menu("English");
  await notices.locator("li", { hasText: "the old ones go on" }).waitFor();
  await agent.menu("简体中文");
  await edit("shipping/fee.yaml", (text) => text.replace("answrs:", "answers:"));
  await notices.waitFor({ state: "hidden" });
});

test("shoppers of a removed shop are told, and those of others are not", async () => {
  const inSkin = await stage.shopper({}, "/?shop=runfu");
  await inSkin.says("你好");
  await inSkin.message("bot").waitFor();
  const inShoes = await stage.shopper();
  await edit("shops/demo/shop.yaml", (text) => `${text}\nallow: [lost_shop]\n`);
  await rm(join(intents, "shops/runfu"), { recursive: true });
  await inSkin.chat.locator("[role=status]", { hasText: "这家店的在线客服已经停用" }).waitFor();
  // For whoever builds the shop's page.
  const warned = stage.complaints.splice(0);
  assert.notEqual(warned.length, 0);
  for (const warning of warned) assert.match(warning, /不在这里接待/);
  await inShoes.says("包邮吗");
  await inShoes.sees("bot", "包邮");
});
