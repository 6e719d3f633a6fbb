// A server that will not have a page says why, and the page believes it: to the shopper kindly, to whoever builds the
// shop with what to do.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Stage, setStage } from "./support/browser.js";
import { SHOP_SETTINGS, setShop } from "./support/shop.js";

const stage = setStage({ settings: SHOP_SETTINGS });
const shop = setShop(stage, (path, answer, shop) => {
  if (path === "/policy") {
    const server = stage.url;
    answer.setHeader("Content-Security-Policy", `script-src ${server}; style-src ${server}; connect-src 'self'`);
  }
  return shop.page();
});

/**
 * A shopper whose sockets are closed with this code as soon as they are open.
 * @param {number} code @param {object} [frame] what is said before
 */
async function turnedAway(code, frame) {
  const context = await stage.person({ permissions: [] });
  const sockets = { count: 0 };
  await context.routeWebSocket(/\/v1\/chat/, (socket) => {
    sockets.count += 1;
    if (frame !== undefined) socket.send(JSON.stringify(frame));
    socket.close({ code });
  });
  const shopper = await shop.visit("/", { context });
  return { shopper, sockets, context };
}

// F7
test("a page that may not chat stops asking, tells the shopper, and names its origin in the console", async () => {
  for (const [code, advice] of [[4403, /origins/], [4404, /data-shop/]]) {
    const { shopper, sockets, context } = await turnedAway(Number(code));
    await shopper.chat.locator(".banner", { hasText: "请联系店家" }).waitFor();
    await shopper.page.clock.install();
    await shopper.page.clock.fastForward(120_000);
    assert.equal(sockets.count, 1);
    const warned = stage.complaints.splice(0);
    assert.equal(warned.length, 1, warned.join("\n"));
    assert.match(warned[0], /** @type {RegExp} */ (advice));
    assert.ok(warned[0].includes(`${shop.url}`), warned[0]);
    await context.close();
  }
});

// F7
test("a server that is full, or that an address asks too often, is not called a broken network", async () => {
  for (const [code, frame, words] of [
    [1013, undefined, /现在咨询的人太多/],
    [1013, { type: "error", code: "full", message: "" }, /现在咨询的人太多/],
    [4429, undefined, /太频繁/],
    [4429, { type: "error", code: "too_many_connects", message: "" }, /太频繁/],
  ]) {
    const { shopper, context } = await turnedAway(Number(code), /** @type {object | undefined} */ (frame));
    const banner = shopper.chat.locator(".banner");
    await banner.filter({ hasText: /** @type {RegExp} */ (words) }).waitFor();
    assert.doesNotMatch((await banner.textContent()) ?? "", /断开/);
    await context.close();
  }
});

// F7
test("a page whose policy keeps the chat from connecting is told what to allow", async () => {
  const shopper = await shop.visit("/policy");
  await shopper.chat.locator(".banner", { hasText: "请联系店家" }).waitFor();
  const warned = stage.complaints.splice(0);
  assert.ok(warned.some((line) => /yingda: .*connect-src/.test(line)), warned.join("\n"));
});

// F9
test("a sign-in where the cookie would be lost spends nothing, and says under which address it works", async () => {
  const secure = setSecure();
  await secure.open();
  try {
    const { port } = new URL(secure.url);
    const page = await (await secure.person()).newPage();
    // A name that browsers do not take for this machine.
    await page.goto(`http://kefu.lan.test:${port}${secure.server.signin}`);
    const problem = page.locator(".signin .problem").first();
    await problem.filter({ hasText: "https" }).waitFor();
    assert.match((await problem.textContent()) ?? "", /没有用掉.*https:\/\/kefu\.lan\.test\/desk/);
    const link = await problem.locator("a").getAttribute("href");
    assert.match(link ?? "", /^https:\/\/kefu\.lan\.test\/desk#signin=[\w-]+$/);
    // The link is as good as before.
    const token = new URL(String(link)).hash.replace("#signin=", "");
    const again = await fetch(`${secure.url}/v1/signin`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: "https://kefu.lan.test" },
      body: JSON.stringify({ token }),
    });
    assert.equal(again.status, 200);
    assert.equal(again.headers.get("strict-transport-security"), "max-age=31536000");
  } finally {
    await secure.close();
  }
});

// F9
test("a desk behind a proxy that does not pass the host says what to set", async () => {
  const page = await (await stage.person()).newPage();
  await page.route("**/v1/signin", async (route) => {
    const headers = { ...route.request().headers(), origin: "http://kefu.example" };
    const answer = await fetch(route.request().url(), { method: "POST", headers, body: route.request().postData() });
    await route.fulfill({ status: answer.status, body: await answer.text(), contentType: "application/json" });
  });
  await page.goto(`${stage.url}/desk#signin=abcdefghijkl`);
  const problem = page.locator(".signin .problem").first();
  await problem.filter({ hasText: "public_url" }).waitFor();
  assert.match((await problem.textContent()) ?? "", /proxy_set_header Host/);
  stage.complaints.length = 0;
});

/** A server that says that it is reached over https. */
function setSecure() {
  return new Stage({ YINGDA_GATEWAY__PUBLIC_URL: "https://kefu.lan.test" });
}
