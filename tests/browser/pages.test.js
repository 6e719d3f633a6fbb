// Shops' pages as they exist: odd roots, shortcuts, focus traps, dialogs, bodies that are replaced, phones.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setStage } from "./support/browser.js";
import { SHOP_SETTINGS, setShop } from "./support/shop.js";

const stage = setStage({ settings: SHOP_SETTINGS });

const SHORTCUTS = `<input id="search"><script>
  document.addEventListener("keydown", (event) => {
    if (/^(INPUT|TEXTAREA)$/.test(event.target.tagName)) return;
    if (event.key === "/") { event.preventDefault(); document.getElementById("search").focus(); }
    if (event.key === "n") location.hash = "next";
    if (event.key === "Escape") location.hash = "escape";
  });
  for (const name of ["keyup", "keypress", "input", "paste"]) document.addEventListener(name, (event) => {
    if (event.target.tagName === "YINGDA-CHAT") location.hash = name;
  });
</script>`;
const TRAPS = `<div id="modal"><input id="trapped"></div><script>
  const back = (event) => {
    if (!document.getElementById("modal").contains(event.target)) document.getElementById("trapped").focus();
  };
  document.addEventListener("focusin", back);
  document.addEventListener("focusin", back, true);
  document.addEventListener("focus", back, true);
</script>`;
const DIALOG = `<dialog id="size" style="transform:scale(1);overflow:hidden;width:200px;height:90px"><button id="done">好</button></dialog><script>
  document.getElementById("done").onclick = () => document.getElementById("size").close();
</script>`;
const CATALOGUE = `<p>货架</p><a id="next" href="/second">下一页</a>`;

const shop = setShop(stage, (path, answer, shop) => {
  const [, name, rest] = /^\/([^/]*)\/?(.*)$/.exec(decodeURIComponent(path)) ?? [];
  switch (name) {
    case "lang":
      return shop.page({ html: `lang="${rest}"`, tag: shop.tag(`data-lang="auto"`) });
    case "root":
      return shop.page({ head: `<style>html{font-size:${rest}}</style>`, body: CATALOGUE });
    case "shortcuts":
      return shop.page({ body: SHORTCUTS });
    case "traps":
      return shop.page({ body: TRAPS });
    case "dialog":
      return shop.page({ body: DIALOG });
    case "async":
      answer.write(`<!doctype html><html lang="zh-CN"><head><title>店</title><link rel="icon" href="data:,">${shop.tag("async")}</head>`);
      setTimeout(() => answer.end("<body><p>到了</p></body></html>"), 800);
      return;
    case "transformed":
      return shop.page({ head: `<style>${rest}</style>`, body: `<div style="height:3000px">长</div>` });
    case "inside":
      return shop.page({ body: `<div style="transform:translateZ(0);height:3000px"><yingda-chat data-shop="demo"></yingda-chat></div>` });
    default:
      return shop.page({ body: CATALOGUE });
  }
});

/** @param {import("./support/browser.js").Shopper} shopper @param {string} part */
async function box(shopper, part) {
  return /** @type {{ x: number, y: number, width: number, height: number }} */ (await shopper.chat.locator(part).boundingBox());
}

// F1
test("any language tag of a page shows what is said", async () => {
  for (const lang of ["zh_TW", "C", "zh-", "en-", "zh-CN-u-nu-hanidec", "-", "en_US.UTF-8", "zh-cmn-Hans-CN"]) {
    const shopper = await shop.visit(`/lang/${lang}`);
    await shopper.says("包邮吗");
    await shopper.sees("bot", "99");
    assert.match((await shopper.message("bot").locator(".head time").textContent()) ?? "", /^[0-9]{2}:[0-9]{2}$/, lang);
    await shopper.page.context().close();
  }
});

// F3
test("sizes are the reader's and not those of the page's root", async () => {
  for (const [size, width] of [["62.5%", 1360], ["100px", 375], ["26.67vw", 375], ["16px", 1360]]) {
    const shopper = await shop.visit(`/root/${encodeURIComponent(size)}`, { options: { viewport: { width: Number(width), height: 700 } }, open: false });
    await shopper.chat.locator(".launcher").waitFor();
    const launcher = await box(shopper, ".launcher");
    assert.deepEqual([launcher.width, launcher.height], [56, 56], String(size));
    assert.equal(launcher.x + launcher.width, Number(width) - 20);
    await shopper.chat.locator(".launcher").click();
    await shopper.says("包邮吗");
    await shopper.sees("bot", "99");
    const font = await shopper.message("bot").locator(".body").evaluate((body) => getComputedStyle(body).fontSize);
    assert.equal(font, "15px", String(size));
    await shopper.page.context().close();
  }
});

// F3
test("a reader who has asked the browser for larger text gets it", async () => {
  const context = await stage.person({ permissions: [] });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Page.setFontSizes", { fontSizes: { standard: 20 } });
  await page.goto(`${shop.url}/root/62.5%25`);
  await page.locator("yingda-chat .launcher").waitFor();
  const launcher = await page.locator("yingda-chat .launcher").boundingBox();
  assert.equal(launcher?.width, 70);
  await context.close();
});

// F6
test("what is typed in the chat is none of the shop's shortcuts, and Escape closes the chat only", async () => {
  const shopper = await shop.visit("/shortcuts");
  await shopper.input.focus();
  await shopper.page.keyboard.type("refund/size is new");
  assert.equal(await shopper.input.inputValue(), "refund/size is new");
  assert.equal(await shopper.page.locator("#search").inputValue(), "");
  await shopper.page.keyboard.press("Escape");
  await shopper.chat.locator(".launcher").waitFor();
  assert.equal(new URL(shopper.page.url()).hash, "");
});

// F23
test("a page that holds the focus in a dialog of its own does not take it out of the chat", async () => {
  const shopper = await shop.visit("/traps");
  await shopper.input.click();
  await shopper.page.keyboard.type("包邮吗");
  assert.equal(await shopper.page.locator("#trapped").inputValue(), "");
  await shopper.page.keyboard.press("Enter");
  await shopper.sees("bot", "99");
});

// F23
test("while a modal dialog of the shop is open the chat can be used above it, and stays when it closes", async () => {
  const shopper = await shop.visit("/dialog");
  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
  await shopper.page.evaluate(() => /** @type {HTMLDialogElement} */ (document.getElementById("size")).showModal());
  const before = await box(shopper, ".panel");
  await shopper.says("什么时候发货");
  await shopper.sees("bot", /16:00|48/);
  assert.ok(before.height > 300, "a small dialog does not cut it off");
  // Escape closes the chat and leaves the dialog.
  await shopper.input.press("Escape");
  await shopper.chat.locator(".launcher").waitFor();
  assert.equal(await shopper.page.locator("#size").getAttribute("open"), "");
  await shopper.chat.locator(".launcher").click();
  await shopper.page.evaluate(() => /** @type {HTMLDialogElement} */ (document.getElementById("size")).close());
  await shopper.says("是正品吗");
  await shopper.sees("bot", /假一赔四|正品/);
  // One that is taken away altogether does not take the chat along.
  await shopper.page.evaluate(() => {
    const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("size"));
    dialog.showModal();
    setTimeout(() => dialog.remove(), 50);
  });
  await shopper.page.locator("#size").waitFor({ state: "detached" });
  await shopper.input.fill("还在");
  assert.equal(await shopper.page.locator("yingda-chat").count(), 1);
});

// F16
test("a tag in the head that runs before there is a body waits for it", async () => {
  const shopper = await shop.visit("/async");
  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
  assert.equal(await shopper.page.evaluate(() => document.documentElement.lastElementChild?.localName), "yingda-chat");
});

// F17
test("a body that is replaced leaves the chat where it is, with the talk open", async () => {
  const shopper = await shop.visit("/");
  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
  await shopper.input.fill("写了一半");
  await shopper.page.evaluate(() => {
    const body = document.createElement("body");
    body.append("另一页");
    // What a page brings with it runs no second time.
    body.append(/** @type {Node} */ (document.querySelector("script[data-shop]")?.cloneNode(true)));
    document.documentElement.replaceChild(body, document.body);
  });
  assert.equal(await shopper.page.locator("yingda-chat").count(), 1);
  assert.equal(await shopper.input.inputValue(), "写了一半");
  await shopper.says("什么时候发货");
  await shopper.sees("bot", /16:00|48/);
  // The whole document written anew.
  await shopper.page.evaluate(() => {
    const root = document.createElement("html");
    root.append(document.createElement("head"), document.createElement("body"));
    document.replaceChild(root, document.documentElement);
  });
  await shopper.says("是正品吗");
  await shopper.sees("bot", /假一赔四|正品/);
  // What the shop takes away stays away.
  await shopper.page.evaluate(() => document.querySelector("yingda-chat")?.remove());
  await shopper.page.evaluate(() => document.documentElement.replaceChild(document.createElement("body"), document.body));
  assert.equal(await shopper.page.locator("yingda-chat").count(), 0);
});

// F17
test("a page that comes instead may be of another customer", async () => {
  const shopper = await shop.visit("/");
  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
  await shopper.page.evaluate(() => {
    const body = document.createElement("body");
    const tag = /** @type {HTMLScriptElement} */ (document.querySelector("script[data-shop]")?.cloneNode(true));
    tag.dataset.name = "新名字";
    body.append(tag);
    document.documentElement.replaceChild(body, document.body);
  });
  await shopper.chat.locator("#title", { hasText: "新名字" }).waitFor();
  assert.equal(await shopper.chat.locator(".message.shopper").count(), 1);
});

// F18
test("what is half written and a panel that is open are there on the shop's next page", async () => {
  const shopper = await shop.visit("/");
  await shopper.input.fill("我想问一下这双鞋的尺码");
  await shopper.page.locator("#next").click();
  await shopper.page.waitForURL("**/second");
  await shopper.chat.locator(".panel:not([hidden])").waitFor();
  assert.equal(await shopper.input.inputValue(), "我想问一下这双鞋的尺码");
  assert.equal(await shopper.page.evaluate(() => document.activeElement?.localName), "body", "the focus is the page's");
  await shopper.input.press("Escape");
  await shopper.page.reload();
  await shopper.chat.locator(".launcher").click();
  assert.equal(await shopper.input.inputValue(), "我想问一下这双鞋的尺码");
  await shopper.input.press("Enter");
  await shopper.message("bot").waitFor();
  // Another tab opens as every first page does, and what was sent is no draft.
  const other = await shop.visit("/second", { context: shopper.page.context(), open: false });
  await other.chat.locator(".launcher").click();
  assert.equal(await other.input.inputValue(), "");
});

// F19
test("a phone's keyboard leaves the field in sight", async () => {
  const shopper = await shop.visit("/", { options: { viewport: { width: 375, height: 667 } } });
  const keyboard = (/** @type {number} */ height, /** @type {number} */ top) =>
    shopper.page.evaluate(([height, top]) => {
      const view = /** @type {VisualViewport} */ (window.visualViewport);
      Object.defineProperties(view, { height: { value: height, configurable: true }, offsetTop: { value: top, configurable: true } });
      view.dispatchEvent(new Event("resize"));
    }, [height, top]);
  await keyboard(330, 40);
  const panel = await box(shopper, ".panel");
  const field = await box(shopper, "textarea");
  assert.deepEqual([panel.y, panel.height], [40, 330]);
  assert.ok(field.y + field.height <= 370, JSON.stringify(field));
  await keyboard(667, 0);
  assert.equal((await box(shopper, ".panel")).height, 667);
  // On a tablet the panel does not fill the page, and is in sight too.
  await shopper.page.setViewportSize({ width: 1024, height: 768 });
  await keyboard(400, 0);
  const floating = await box(shopper, ".panel");
  assert.ok(floating.y >= 0 && floating.y + floating.height <= 400, JSON.stringify(floating));
});

// F27
test("the chat stands in the corner of the window whatever the page transforms", async () => {
  for (const path of ["/transformed/body{transform:translateZ(0)}", "/transformed/html{transform:translateZ(0)}", "/transformed/body{filter:grayscale(1)}", "/transformed/html{contain:paint}", "/inside"]) {
    const shopper = await shop.visit(path.replace("inside", "inside/"), { open: false });
    if (path === "/inside") await shopper.page.addScriptTag({ type: "module", url: `${stage.url}/widget.js` });
    await shopper.chat.locator(".launcher").waitFor();
    const launcher = await box(shopper, ".launcher");
    assert.ok(launcher.y > 700 && launcher.y < 860, `${path}: ${launcher.y}`);
    await shopper.chat.locator(".launcher").click();
    const panel = await box(shopper, ".panel");
    assert.ok(panel.y >= 0 && panel.y + panel.height <= 860, path);
    await shopper.page.context().close();
  }
});

// F34
test("nothing of the chat is printed", async () => {
  const shopper = await shop.visit("/");
  await shopper.page.emulateMedia({ media: "print" });
  await shopper.chat.locator(".panel").waitFor({ state: "hidden" });
  await shopper.page.emulateMedia({ media: "screen" });
  await shopper.chat.locator(".panel").waitFor({ state: "visible" });
});
