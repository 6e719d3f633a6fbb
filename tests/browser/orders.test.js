// The orders of a signed customer in the column at the right, as the shop's own server tells them, and what is said when it does not.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { clean } from "./support/axe.js";
import { setStage } from "./support/browser.js";

const KEY = "0123456789abcdef0123456789abcdef";
/** Where the picture of the docs lies, written when YINGDA_SCREENSHOT is set. */
const PICTURE = fileURLToPath(new URL("../../docs/images/orders.png", import.meta.url));
const ORDERS = {
  orders: [
    {
      id: "2611300009",
      at: "2026-11-28T10:00:00+08:00",
      status: "已发货",
      total: "¥398.00",
      url: "https://admin.shop.example/orders/2611300009",
      items: [{ title: "疾风3 缓震跑鞋", variant: "42 码 黑", count: 2 }],
      parcels: [{ carrier: "顺丰", number: "SF1234567890", status: "运输中", steps: [{ at: "2026-11-29T21:10:00+08:00", text: "到达杭州转运中心" }, { at: "2026-11-28T18:00:00+08:00", text: "已揽收 <b>宁波</b>" }] }],
    },
    { id: "2610210044", at: "2026-10-21T09:00:00+08:00", status: "已完成", items: [{ title: "运动袜三双装" }] },
  ],
};

/** Whether the shop's server works. */
let works = true;
const shop = createServer((request, answer) => {
  request.resume();
  if (!works) return void answer.writeHead(500).end();
  answer.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(ORDERS));
});
await new Promise((resolve) => shop.listen(0, "127.0.0.1", () => resolve(undefined)));
after(() => shop.close());
const { port } = /** @type {import("node:net").AddressInfo} */ (shop.address());

const stage = setStage({
  settings: {
    YINGDA_SHOPS__DEMO__IDENTITY_KEY: KEY,
    YINGDA_SHOPS__DEMO__ORDERS_KEY: KEY,
    YINGDA_SHOPS__DEMO__ORDERS_URL: `http://127.0.0.1:${port}/orders`,
  },
});

/** A customer whom the shop has signed, in the queue. @param {string} id */
async function customer(id) {
  const signature = createHmac("sha256", KEY).update(id).digest("hex");
  const page = await (await stage.person()).newPage();
  await page.goto(stage.url);
  await page.evaluate(
    ([customer, signature]) => Object.assign(/** @type {HTMLElement} */ (document.querySelector("yingda-chat")).dataset, { customer, signature }),
    [id, signature],
  );
  await page.locator("yingda-chat .launcher").click();
  await page.locator("yingda-chat textarea").fill("转人工");
  await page.locator("yingda-chat textarea").press("Enter");
  await page.locator("yingda-chat .banner").waitFor();
}

test("orders stand in the customer's column with where they are, and are copied by a key", async () => {
  const agent = (stage.supervisor = await stage.agent());
  const { page } = agent;
  await customer("u-1001");
  await agent.takes();
  const part = page.locator(".orders-part");
  await part.locator(".order").nth(1).waitFor();
  const first = part.locator(".order").first();
  assert.match((await first.textContent()) ?? "", /2611300009.*已发货.*¥398\.00.*疾风3 缓震跑鞋 × 2 · 42 码 黑.*顺丰 · SF1234567890 · 运输中.*到达杭州转运中心/);
  const link = first.locator("a");
  assert.deepEqual([await link.getAttribute("href"), await link.getAttribute("rel")], ["https://admin.shop.example/orders/2611300009", "noopener noreferrer"]);
  await first.locator("summary").press("Enter");
  await first.locator(".steps").getByText("<b>宁波</b>").waitFor();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await first.getByRole("button", { name: "复制订单号 2611300009" }).press("Enter");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "2611300009");
  await clean(page, "orders");
  if (process.env.YINGDA_SCREENSHOT) await page.screenshot({ path: PICTURE });
  await agent.menu("English");
  await part.getByText("Delivery · 顺丰").waitFor();
  await agent.menu("繁體中文");
  await part.getByText("訂單", { exact: true }).waitFor();
  await agent.menu("简体中文");
  await agent.ends();
});

test("a shop that does not answer is said to, and is asked again by a button; visitors have no orders", async () => {
  const agent = /** @type {import("./support/browser.js").Agent} */ (stage.supervisor);
  const { page } = agent;
  const part = page.locator(".orders-part");
  works = false;
  await customer("u-2002");
  await agent.takes();
  await part.getByText("订单暂时查不到：店铺的服务器拒绝了").waitFor();
  await clean(page, "no orders now");
  works = true;
  // What failed is told again for a moment; then the shop is asked.
  const again = part.getByRole("button", { name: "再查一次" });
  const deadline = Date.now() + 15_000;
  while ((await part.locator(".order").count()) === 0) {
    assert.ok(Date.now() < deadline, "the orders come");
    await again.press("Enter");
    await page.waitForTimeout(500);
  }
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "再查一次", "the focus stays");
  await agent.ends();
  const visitor = await stage.shopper();
  await visitor.says("转人工");
  await visitor.chat.locator(".banner").waitFor();
  await agent.takes();
  await part.getByText("访客没有登录店铺").waitFor();
  assert.equal(await part.locator(".order").count(), 0);
});
