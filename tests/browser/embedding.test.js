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

/** @param {string} lang the page's tag, as its author wrote it */
const tagged = (lang) =>
  `<!doctype html><html lang="${lang}"><title>s</title><link rel="icon" href="data:,">` +
  `<body><script type="module" src="${stage.url}/widget.js" data-shop="demo" data-lang="auto"></script>`;

const host = createServer((request, answer) => {
  answer.setHeader("Content-Type", "text/html; charset=utf-8");
  const tag = /^\/tag\/(.+)$/.exec(request.url ?? "")?.[1];
  if (tag !== undefined) {
    answer.end(tagged(tag));
    return;
  }
  answer.end(page(request.url === "/other" ? "no-such-shop" : "demo"));
});
before(() => new Promise((resolve) => host.listen(0, "127.0.0.1", () => resolve(undefined))));
after(() => {
  host.closeAllConnections();
  host.close();
});
host.unref();

/** @param {string} path @param {string} [locale] */
async function visit(path, locale = "zh-CN") {
  const context = await stage.person({ permissions: [], locale });
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

test("whatever a page's tag looks like, the chat speaks one of its languages and shows what is said", async () => {
  /** @type {[string, string, string][]} */
  const tags = [
    ["zh_CN", "en-US", "转人工"],
    ["zh-Hans-SG-u-nu-hanidec", "en-US", "转人工"],
    ["zh_TW", "zh-CN", "轉真人"],
    ["yue", "zh-CN", "轉真人"],
    ["en_US", "zh-CN", "Talk to a person"],
    // Neither page nor browser ask for a language that it speaks: the shop's.
    ["fr", "fr-FR", "转人工"],
    ["x", "zh-HK", "轉真人"],
  ];
  for (const [lang, locale, human] of tags) {
    const shopper = await visit(`/tag/${lang}`, locale);
    await shopper.chat.getByRole("button", { name: human }).waitFor();
    await shopper.says("包邮吗");
    await shopper.sees("bot", "99");
    assert.match((await shopper.message("bot").locator(".head").textContent()) ?? "", /[0-9]{2}:[0-9]{2}/, lang);
  }
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
