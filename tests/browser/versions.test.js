// The files of one version: addresses that name it, kept for ever by browsers, and never mixed with another's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Shopper, setStage } from "./support/browser.js";

const stage = setStage();
const TREE = /\/assets\/([0-9a-f]{16})\//;

test("what a page loads comes from one folder that is named after all of it, and is kept", async () => {
  const page = await (await stage.person()).newPage();
  /** @type {Map<string, string>} */
  const kept = new Map();
  page.on("response", async (answer) => {
    const { pathname } = new URL(answer.url());
    if (!pathname.startsWith("/v1/")) kept.set(pathname, (await answer.allHeaders())["cache-control"] ?? "");
  });
  await page.goto(stage.url);
  await page.locator("yingda-chat .launcher").click();
  await new Shopper(page).says("包邮吗");
  await new Shopper(page).sees("bot", "99");
  const trees = new Set([...kept.keys()].flatMap((path) => TREE.exec(path)?.[1] ?? []));
  assert.equal(trees.size, 1);
  assert.deepEqual([...kept.keys()].filter((path) => !TREE.test(path)).sort(), ["/", "/widget.js"]);
  for (const [path, how] of kept) assert.match(how, TREE.test(path) ? /max-age=31536000, immutable/ : /no-cache/, path);
});

test("a page that was opened under the version before gets all of the new one when the chat is opened, and mixes nothing", async () => {
  const context = await stage.person();
  const page = await context.newPage();
  await page.goto(stage.url);
  await page.locator("yingda-chat .launcher").waitFor();
  // From here on the server has another version: the files of the first are gone.
  const before = TREE.exec(await (await fetch(`${stage.url}/widget.js`)).text().then((text) => text.replace("./", "/")))?.[1] ?? "";
  const after = "f".repeat(16);
  /** @type {string[]} */
  const loaded = [];
  await context.route("**/widget.js*", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()).replaceAll(before, after) });
  });
  await context.route(/\/assets\//, async (route) => {
    const url = route.request().url();
    if (!url.includes(`/${after}`)) return route.fulfill({ status: 404, body: "{}" });
    loaded.push(new URL(url).pathname);
    const answer = await route.fetch({ url: url.replace(after, before) });
    await route.fulfill({ response: answer });
  });
  stage.offlineExpected = true;
  await page.locator("yingda-chat .launcher").click();
  const shopper = new Shopper(page);
  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
  assert.ok(loaded.some((path) => path.endsWith("/widget/panel.js")));
  assert.ok(loaded.some((path) => path.endsWith("/shared/session.js")));
  stage.complaints.splice(0);
  await context.close();
});

test("every answer has a policy; pages reach their own server only, and make no code from text", async () => {
  for (const path of ["/", "/desk", "/desk/index.html", "/demo/shop.html", "/desk/", "/v1/shops", "/nowhere", "/widget.js"]) {
    const answer = await fetch(stage.url + path, { redirect: "manual" });
    const policy = answer.headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'none'/, path);
    assert.match(policy, /frame-ancestors 'none'/, path);
    assert.doesNotMatch(policy, /wss?:|unsafe/, path);
  }
  for (const path of ["/", "/desk"]) {
    const page = await (await stage.person()).newPage();
    await page.goto(stage.url + path);
    const refused = await page.evaluate(() => {
      try {
        document.body.innerHTML = "<b>x</b>";
        return false;
      } catch {
        return true;
      }
    });
    assert.equal(refused, true, path);
    await page.context().close();
  }
  stage.complaints.splice(0);
  const moved = await fetch(`${stage.url}/desk/index.html`);
  assert.equal(new URL(moved.url).pathname, "/desk");
});
