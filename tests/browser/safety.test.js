// What people write is text, everywhere; the pages hold themselves to their own policy.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stage } from "./support/browser.js";

const EVIL = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script><b>粗</b> javascript:alert(1) {{7*7}}`;

/** @type {Stage} */
let stage;
before(async () => (stage = await new Stage().open()));
after(async () => {
  await stage.close();
  assert.deepEqual(stage.complaints, []);
});

/** @param {import("playwright-core").Page} page */
async function unharmed(page) {
  assert.equal(await page.evaluate(() => "hacked" in window), false);
  const strangers = await page.evaluate(() => {
    const roots = [document, ...[...document.querySelectorAll("*")].flatMap((one) => one.shadowRoot ?? [])];
    return roots.flatMap((root) => [...root.querySelectorAll("img, iframe, script:not([src]), [onerror]")]).length;
  });
  assert.equal(strangers, 0);
}

test("markup is shown as it was typed", async () => {
  const agent = await stage.agent();
  const shopper = await stage.shopper();
  await shopper.says(EVIL);
  assert.equal(await shopper.message("shopper").locator(".body").textContent(), EVIL);
  await shopper.says("转人工");
  await agent.takes();
  await agent.transcript.locator(".said.shopper", { hasText: "onerror" }).waitFor();
  await unharmed(agent.page);
  await agent.says(EVIL);
  await shopper.sees("agent", "onerror");
  assert.equal(await shopper.message("agent").locator(".body").textContent(), EVIL);
  await unharmed(shopper.page);
});

test("every page comes with a strict policy", async () => {
  for (const path of ["/", "/desk"]) {
    const answer = await fetch(stage.url + path);
    const policy = answer.headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'none'/, path);
    assert.match(policy, /script-src 'self'(;|$)/, path);
    assert.doesNotMatch(policy, /unsafe/, path);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff", path);
  }
});

test("a shop on another address can use the one tag", async () => {
  const { url } = await stage.ownWire();
  const page = await (await stage.person()).newPage();
  // The shop's page is its own; only the tag points here.
  await page.route("http://shop.localhost/**", (route) =>
    route.fulfill({
      contentType: "text/html; charset=utf-8",
      body: `<!doctype html><html lang="zh-CN"><title>店</title><link rel="icon" href="data:,"><script type="module" src="${url}/widget.js" data-shop="demo"></script>`,
    }),
  );
  await page.goto("http://shop.localhost/");
  await page.locator("yingda-chat .launcher").click();
  assert.equal(await page.locator("yingda-chat .panel").evaluate((panel) => getComputedStyle(panel).display), "flex");
});
