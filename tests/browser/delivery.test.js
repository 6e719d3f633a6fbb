// What became of a message is told honestly: sending, delivered, not delivered; and nothing that was written is lost,
// whatever the network, the server or another tab does meanwhile.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Shopper, setStage } from "./support/browser.js";

/** A link that is dead is noticed within ten seconds, and replaced within a breath. */
const DEAD_LINK_MS = 13_000;
/** A page that tried in vain for a while waits longer and longer before it tries again. */
const BACKOFF_MS = 30_000;

const stage = setStage();
afterEach(() => stage.wire.mend());

/**
 * Stands between the page and the server: what `refuse` names is answered with this error instead of being passed on.
 * @param {import("playwright-core").BrowserContext} context
 * @param {(frame: any) => string | null} refuse
 */
async function refusing(context, refuse) {
  await context.routeWebSocket(/\/v1\/(chat|desk)/, (page) => {
    const server = page.connectToServer();
    page.onMessage((message) => {
      const frame = JSON.parse(String(message));
      const code = refuse(frame);
      if (code === null) return server.send(message);
      const { id, conversation } = frame;
      page.send(JSON.stringify({ type: "error", code, message: code, id, conversation }));
    });
  });
}

/** A shopper on a page of a context that may have been prepared. @param {import("playwright-core").BrowserContext} context */
async function visit(context) {
  const page = await context.newPage();
  await page.goto(stage.url);
  await page.locator("yingda-chat .launcher").click();
  return new Shopper(page);
}

/** @param {Shopper} shopper @param {string} words */
const own = (shopper, words) => shopper.chat.locator(".message.shopper", { hasText: words });

test("a restart that was announced alarms nobody and loses nothing", { timeout: 120_000 }, async () => {
  const shopper = await stage.shopper();
  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
  stage.offlineExpected = true;
  await shopper.page.evaluate(() => {
    const root = document.querySelector("yingda-chat")?.shadowRoot;
    const banner = root?.querySelector(".banner");
    Object.assign(window, { alarms: [] });
    if (banner) {
      new MutationObserver(() => {
        const shown = banner instanceof HTMLElement && !banner.hidden;
        if (shown) /** @type {any} */ (window).alarms.push(Date.now());
      }).observe(banner, { attributes: true, childList: true, characterData: true, subtree: true });
    }
  });
  const told = Date.now();
  await stage.succeed();
  await shopper.says("什么时候发货");
  await shopper.sees("bot", /16:00|48/);
  // A machine that is busy may take longer to start a server than anybody should be left without a word.
  /** @type {number[]} */
  const alarms = await shopper.page.evaluate(() => /** @type {any} */ (window).alarms);
  assert.ok(alarms.every((at) => at - told >= 10_000), "nothing is said in the first seconds");
  const said = (await shopper.bubbles()).filter((one) => one.startsWith("shopper"));
  assert.deepEqual(said, ["shopper: 包邮吗", "shopper: 什么时候发货"]);
});

test("what the server cannot keep is tried again by itself, in order, and said to be undelivered meanwhile", async () => {
  const context = await stage.person();
  let full = true;
  /** @type {string[]} */
  const tried = [];
  await refusing(context, (frame) => {
    if (frame.type !== "message") return null;
    tried.push(frame.text);
    return full ? "unavailable" : null;
  });
  const shopper = await visit(context);
  await shopper.says("包邮吗");
  await shopper.says("什么时候发货");
  const first = own(shopper, "包邮吗");
  await shopper.chat.locator(".message.failed", { hasText: "包邮吗" }).waitFor();
  assert.match((await first.textContent()) ?? "", /未送达 · 会自动重试.*重发/);
  assert.equal(await own(shopper, "什么时候发货").locator(".foot").textContent(), "发送中…");
  // A reload changes nothing of it.
  await shopper.page.reload();
  await shopper.chat.locator(".message.failed", { hasText: "包邮吗" }).waitFor();
  full = false;
  const retry = first.getByRole("button", { name: /^重发: 包邮吗/ });
  await retry.focus();
  await shopper.page.keyboard.press("Enter");
  await shopper.chat.locator(".message.shopper.sent", { hasText: "什么时候发货" }).waitFor();
  assert.deepEqual(tried.slice(-2), ["包邮吗", "什么时候发货"], "the second waits for the first");
  const said = (await shopper.bubbles()).filter((one) => one.startsWith("shopper"));
  assert.deepEqual(said, ["shopper: 包邮吗", "shopper: 什么时候发货"]);
});

test("without a finger lifted it goes out when the server can keep it again", async () => {
  const context = await stage.person();
  let refusals = 2;
  await refusing(context, (frame) => (frame.type === "message" && refusals-- > 0 ? "unavailable" : null));
  const shopper = await visit(context);
  await shopper.says("包邮吗");
  await shopper.chat.locator(".message.failed").waitFor();
  await shopper.chat.locator(".message.shopper.sent").waitFor();
  await shopper.sees("bot", "99");
});

test("what is too long goes back into the editor, before what was begun since", async () => {
  const shopper = await stage.shopper();
  const long = "长".repeat(2001);
  await shopper.says(long);
  const failed = shopper.chat.locator(".message.failed");
  await failed.waitFor();
  assert.match((await failed.textContent()) ?? "", /未送达 · 这条消息太长了/);
  assert.equal(await failed.getByRole("button", { name: /^重发/ }).count(), 0, "as it is it will never go");
  await shopper.input.fill("还有");
  await failed.getByRole("button", { name: /^改一改/ }).click();
  await failed.waitFor({ state: "detached" });
  assert.equal(await shopper.input.inputValue(), `${long}\n还有`);
  // Even what is larger than any frame does not make the link go round in circles.
  await shopper.says("更长".repeat(9000));
  await failed.waitFor();
  await failed.getByRole("button", { name: /^改一改/ }).click();
  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
});

test("an agent's last words said while the shopper was away come before the next talk", async () => {
  const agent = await stage.agent({ link: await stage.invitation() });
  const context = await stage.person();
  const shopper = await visit(context);
  await shopper.says("转人工");
  await agent.takes();
  await shopper.chat.locator("[data-notice=agent_joined]", { hasText: "客服" }).waitFor();
  await shopper.page.close();
  await agent.says("钱已经退回您的账户");
  await agent.ends();
  await agent.mine.first().waitFor({ state: "detached" });

  const page = await context.newPage();
  await page.goto(stage.url);
  await page.locator("yingda-chat .badge", { hasText: "1" }).waitFor();
  // Not read yet: another page shows it too.
  await page.reload();
  await page.locator("yingda-chat .badge", { hasText: "1" }).waitFor();
  await page.locator("yingda-chat .launcher").click();
  const again = new Shopper(page);
  await again.sees("agent", "钱已经退回您的账户");
  await again.chat.locator(".rating").waitFor();
  await again.chat.locator(".star").nth(4).click();
  await again.chat.locator(".rating", { hasText: "评价" }).waitFor();
  await again.says("包邮吗");
  await again.sees("bot", "99");
  const all = await again.bubbles();
  assert.deepEqual(all.slice(0, 3), ["shopper: 转人工", "agent: 钱已经退回您的账户", "shopper: 包邮吗"]);
  await agent.page.context().close();
});

test("what was written when the talk had ended unseen waits for the shopper's word, and begins the next talk", async () => {
  const own = await stage.ownWire();
  const agent = await stage.agent({ link: await stage.invitation() });
  const page = await (await stage.person()).newPage();
  await page.goto(own.url);
  await page.locator("yingda-chat .launcher").click();
  const shopper = new Shopper(page);
  await shopper.says("转人工");
  await agent.takes();
  await shopper.chat.locator("[data-notice=agent_joined]", { hasText: "客服" }).waitFor();
  stage.offlineExpected = true;
  own.wire.cut();
  await shopper.says("满多少包邮");
  await shopper.chat.locator(".message.sending").waitFor();
  await agent.says("再见");
  await agent.ends();
  await agent.mine.first().waitFor({ state: "detached" });
  own.wire.mend();
  await shopper.sees("agent", "再见");
  const failed = shopper.chat.locator(".message.failed", { hasText: "满多少包邮" });
  await failed.waitFor();
  assert.match((await failed.textContent()) ?? "", /未送达 · 上一次会话已经结束/);
  await failed.getByRole("button", { name: /^重发/ }).click();
  await shopper.sees("bot", "99");
  const all = await shopper.bubbles();
  assert.deepEqual(all.slice(0, 3), ["shopper: 转人工", "agent: 再见", "shopper: 满多少包邮"]);
  await agent.page.context().close();
});

test("the end in one tab is the end in the other, and the next talk is followed by both", async () => {
  const context = await stage.person();
  const shopper = await visit(context);
  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
  const other = await visit(context);
  await other.sees("bot", "99");
  await other.chat.getByRole("button", { name: "结束会话" }).click();
  await other.chat.getByRole("button", { name: "结束", exact: true }).click();
  await other.chat.locator(".rating").waitFor();
  await shopper.chat.locator(".rating").waitFor();
  // The next talk that one tab begins is followed by the other.
  await other.says("什么时候发货");
  await other.sees("bot", /16:00|48/);
  await shopper.sees("bot", /16:00|48/);
  assert.deepEqual(await shopper.bubbles(), await other.bubbles());
});

test("a talk that is no longer kept is said to be gone, once and quietly", async () => {
  const context = await stage.person();
  const shopper = await visit(context);
  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
  await shopper.page.evaluate(() => {
    const kept = JSON.parse(localStorage.getItem("yingda.demo") ?? "{}");
    localStorage.setItem("yingda.demo", JSON.stringify({ ...kept, token: "unknown", conversation: "019aa000-0000-7000-8000-000000000000" }));
  });
  await shopper.page.reload();
  await shopper.chat.locator(".notice", { hasText: "更早的聊天记录已不再保存" }).waitFor();
  assert.deepEqual(await shopper.bubbles(), []);
  await shopper.page.reload();
  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
  assert.equal(await shopper.chat.locator(".notice").count(), 0);
});

test("two tabs show what waits in one of them, and it is sent once", async () => {
  const context = await stage.person();
  /** @type {string[]} */
  const sent = [];
  let hold = true;
  await refusing(context, (frame) => {
    if (frame.type !== "message") return null;
    sent.push(frame.id);
    return hold ? "unavailable" : null;
  });
  const one = await visit(context);
  const two = await visit(context);
  await one.says("包邮吗");
  await one.chat.locator(".message.failed").waitFor();
  await two.chat.locator(".message.sending, .message.failed", { hasText: "包邮吗" }).waitFor();
  hold = false;
  await one.sees("bot", "99");
  await two.sees("bot", "99");
  assert.deepEqual(await two.bubbles(), await one.bubbles());
  assert.equal(new Set(sent).size, 1);
  // A tab that is closed with words unsent leaves them to the other.
  hold = true;
  await one.says("什么时候发货");
  await one.chat.locator(".message.failed", { hasText: "什么时候发货" }).waitFor();
  hold = false;
  await one.page.close();
  await two.chat.locator(".message.shopper.sent", { hasText: "什么时候发货" }).waitFor();
  assert.equal((await two.bubbles()).filter((line) => line === "shopper: 什么时候发货").length, 1);
});

test("a silent dead link is noticed within ten seconds though nothing is said", { timeout: 60_000 }, async () => {
  const own = await stage.ownWire();
  const context = await stage.person();
  const page = await context.newPage();
  await page.goto(own.url);
  await page.locator("yingda-chat .launcher").click();
  const shopper = new Shopper(page);
  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
  let begun = 0;
  const fresh = new Promise((resolve) => page.on("websocket", () => resolve(Date.now() - begun)));
  begun = Date.now();
  own.wire.freeze();
  const took = /** @type {number} */ (await fresh);
  await context.close();
  await own.wire.close();
  assert.ok(took < 11_000, `${took} ms`);
});

test("an agent's words survive a reload, and those that came too late come back into the editor", { timeout: 90_000 }, async () => {
  const shopper = await stage.shopper();
  await shopper.says("转人工");
  const own = await stage.ownWire();
  const link = await stage.invitation();
  const agent = await stage.agent({ link, url: own.url });
  await agent.takes();
  stage.offlineExpected = true;
  own.wire.cut();
  await agent.input.fill("您的包裹明天到");
  await agent.input.press("Enter");
  await agent.page.locator(".said.sending, .said.failed", { hasText: "您的包裹明天到" }).waitFor();
  own.wire.mend();
  await agent.page.reload();
  await shopper.sees("agent", "您的包裹明天到");
  assert.equal((await shopper.bubbles()).filter((line) => line === "agent: 您的包裹明天到").length, 1);

  await agent.mine.first().click();
  own.wire.cut();
  await agent.input.fill("稍后给您补发");
  await agent.input.press("Enter");
  await agent.input.fill("还在写");
  await shopper.chat.getByRole("button", { name: "结束会话" }).click();
  await shopper.chat.getByRole("button", { name: "结束", exact: true }).click();
  await shopper.chat.locator(".rating").waitFor();
  own.wire.mend();
  await agent.page.locator(".problem[role=alert]", { hasText: "输入框" }).waitFor({ timeout: BACKOFF_MS });
  await agent.holds("还在写\n稍后给您补发");
  assert.doesNotMatch((await shopper.log.textContent()) ?? "", /补发/);
  // Not lost from sight when another chat is looked at, nor over a reload.
  await agent.page.reload();
  const unsent = agent.page.locator(".unsent .card", { hasText: "稍后给您补发" });
  await unsent.locator("button").click();
  await agent.holds("还在写\n稍后给您补发");
  await agent.input.fill("");
  await unsent.waitFor({ state: "detached" });
  await agent.page.context().close();
});
