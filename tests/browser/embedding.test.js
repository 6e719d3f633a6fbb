// The one tag on a shop's own page, on another address than the server's.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { Shopper, setStage } from "./support/browser.js";

const stage = setStage({ settings: { YINGDA_SHOPS__DEMO__ORIGINS: "*" } });

/** @param {string} shop */
const page = (shop) =>
  `<!doctype html><html lang="zh-CN"><title>店</title><link rel="icon" href="data:,"><style>button{display:none}</style>` +
  `<body><script type="module" src="${stage.url}/widget.js" data-shop="${shop}" data-name="隔壁小店"></script>`;

const host = createServer((request, answer) => {
  answer.setHeader("Content-Type", "text/html; charset=utf-8");
  answer.end(page(request.url === "/other" ? "no-such-shop" : "demo"));
});
before(() => new Promise((resolve) => host.listen(0, "127.0.0.1", () => resolve(undefined))));
after(() => {
  host.closeAllConnections();
  host.close();
});
host.unref();

/** @param {string} path */
async function visit(path) {
  const context = await stage.person({ permissions: [] });
  const shop = await context.newPage();
  const { port } = /** @type {import("node:net").AddressInfo} */ (host.address());
  await shop.goto(`http://127.0.0.1:${port}${path}`);
  await shop.locator("yingda-chat .launcher").click();
  return new Shopper(shop);
}

test("the chat works there, and the page's own style does not reach it", async () => {
  const shopper = await visit("/");
  await shopper.says("什么时候发货");
  await shopper.sees("bot", /16:00|48/);
  assert.equal(await shopper.chat.locator("#title").textContent(), "隔壁小店");
  assert.equal(await shopper.chat.locator(".panel").evaluate((panel) => getComputedStyle(panel).display), "flex");
});

test("a page loads the button only, and the chat when somebody reaches for it, also at the second try", async () => {
  const { wire, url } = await stage.ownWire();
  const shop = await (await stage.person()).newPage();
  /** @type {string[]} */
  const loaded = [];
  shop.on("request", (request) => loaded.push(new URL(request.url()).pathname));
  await shop.goto(url);
  const launcher = shop.locator("yingda-chat .launcher");
  await launcher.waitFor();
  assert.equal(loaded.filter((path) => /panel|visitor|thread|strings\.\w+\.js|widget\.css|\/v1\/(?!shops)/.test(path)).join(), "");
  stage.offlineExpected = true;
  wire.cut();
  await launcher.click();
  await shop.locator("yingda-chat .launcher", { hasText: "没有打开，请再点一次" }).waitFor();
  wire.mend();
  await launcher.click();
  const shopper = new Shopper(shop);
  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
});

test("a page that may not chat is told so, and the shopper kindly", async () => {
  const shopper = await visit("/other");
  await shopper.chat.locator(".banner", { hasText: "请联系店家" }).waitFor();
  const warned = stage.complaints.splice(0);
  assert.equal(warned.length, 1, warned.join("\n"));
  assert.match(warned[0], /yingda: .*origins/);
});
