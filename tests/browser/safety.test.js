// What people write is text, everywhere; the pages hold themselves to their own policy.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setStage } from "./support/browser.js";

const EVIL = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script><b>粗</b> javascript:alert(1) {{7*7}}`;

const stage = setStage();

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
  await shopper.message("bot").waitFor();
  await shopper.chat.locator(".human").click();
  await agent.takes();
  await agent.unfolds();
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
