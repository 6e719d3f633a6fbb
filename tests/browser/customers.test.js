// Who has signed in at the shop sees the own talk, and nobody who comes after does.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setStage } from "./support/browser.js";
import { SHOP_SETTINGS, setShop, signed } from "./support/shop.js";

const stage = setStage({ settings: SHOP_SETTINGS });
const SECRET = "我住上海市浦东新区世纪大道100号";

const shop = setShop(stage, (path, _answer, shop) => {
  const who = /^\/as\/(.+)$/.exec(path)?.[1];
  // A template writes empty attributes when nobody is signed in.
  return shop.page({ tag: shop.tag(who === undefined ? `data-customer="" data-signature=""` : signed(who)) });
});

/** All that this browser keeps for the chat. @param {import("playwright-core").Page} page */
const kept = (page) => page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));

/** The chat of a fresh page, when it has come to rest. @param {string} path @param {import("playwright-core").BrowserContext} context */
async function settled(path, context) {
  const shopper = await shop.visit(path, { context });
  await shopper.chat.locator(".intro:not([hidden])").waitFor();
  return shopper;
}

// A3
test("a page without the customer never shows the customer's talk, and the customer finds it again", async () => {
  const context = await stage.person({ permissions: [] });
  const alice = await shop.visit("/as/alice", { context });
  await alice.says(SECRET);
  await alice.message("bot").waitFor();
  await alice.input.fill("还没写完的话");
  await alice.page.close();

  const nobody = await settled("/", context);
  await nobody.says("包邮吗");
  await nobody.sees("bot", "99");
  assert.equal(await nobody.log.getByText("世纪大道").count(), 0);
  assert.deepEqual((await nobody.bubbles())[0], "shopper: 包邮吗");
  assert.equal(await nobody.input.inputValue(), "");
  await nobody.page.close();

  const again = await shop.visit("/as/alice", { context });
  await again.sees("shopper", SECRET);
  assert.equal(await again.input.inputValue(), "还没写完的话");
  assert.equal(await again.log.getByText("包邮吗").count(), 0);
  await context.close();
});

// A3
test("the next customer at the browser sees nothing of the one before, and what that one left is forgotten", async () => {
  const context = await stage.person({ permissions: [] });
  const alice = await shop.visit("/as/alice2", { context });
  await alice.says(SECRET);
  await alice.message("bot").waitFor();
  await alice.input.fill("秘密的草稿");
  await alice.page.close();
  const bob = await settled("/as/bob", context);
  assert.deepEqual(await bob.bubbles(), []);
  assert.equal(await bob.input.inputValue(), "");
  assert.doesNotMatch(await kept(bob.page), /alice2|秘密/);
  await context.close();
});

// A3
test("reset() forgets everybody in this browser, in every tab, and the chat begins anew", async () => {
  const context = await stage.person({ permissions: [] });
  const alice = await shop.visit("/as/carol", { context });
  await alice.says(SECRET);
  await alice.message("bot").waitFor();
  const other = await shop.visit("/as/carol", { context });
  await other.sees("shopper", SECRET);
  await alice.input.fill("草稿");
  await alice.page.evaluate(() => {
    const chat = /** @type {any} */ (document.querySelector("yingda-chat"));
    delete chat.dataset.customer;
    delete chat.dataset.signature;
    chat.reset();
  });
  await alice.chat.locator(".launcher").waitFor();
  assert.doesNotMatch(await kept(alice.page), /carol|草稿|open/);
  assert.equal(await alice.chat.locator(".message").count(), 0);
  // The other tab shows it no more either.
  await other.chat.locator(".launcher").waitFor();
  assert.equal(await other.chat.locator(".message").count(), 0);
  await alice.chat.locator(".launcher").click();
  await alice.says("包邮吗");
  await alice.sees("bot", "99");
  assert.deepEqual((await alice.bubbles())[0], "shopper: 包邮吗");
  await context.close();
});

// A3
test("a single-page shop signs its customer in and out by the attributes", async () => {
  const shopper = await shop.visit("/");
  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
  const attributes = signed("dora");
  const [, customer, signature] = /customer="(.*)" data-signature="(.*)"/.exec(attributes) ?? [];
  await shopper.page.evaluate(([customer, signature]) => {
    const chat = /** @type {HTMLElement} */ (document.querySelector("yingda-chat"));
    Object.assign(chat.dataset, { customer, signature });
  }, [customer, signature]);
  // The panel stays open, with the customer's own talk.
  await shopper.chat.locator(".panel:not([hidden]) .intro:not([hidden])").waitFor();
  await shopper.log.getByText("包邮吗").waitFor({ state: "detached" });
  await shopper.says(SECRET);
  await shopper.message("bot").waitFor();
  await shopper.page.evaluate(() => {
    const chat = /** @type {HTMLElement} */ (document.querySelector("yingda-chat"));
    delete chat.dataset.customer;
    delete chat.dataset.signature;
  });
  await shopper.chat.locator(".launcher").click();
  await shopper.sees("bot", "99");
  assert.equal(await shopper.log.getByText("世纪大道").count(), 0);
  assert.doesNotMatch(await kept(shopper.page), /dora/);
});
