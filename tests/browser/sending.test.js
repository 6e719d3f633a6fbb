// What can be sent and what cannot: too long, of nothing, half a character; keyboards of phones, wrong clocks, links.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Shopper, setStage } from "./support/browser.js";

const stage = setStage();

// F5
test("a paste that is too long is told at once, is sent no second time, and nothing else waits for it", async () => {
  const context = await stage.person();
  const page = await context.newPage();
  /** @type {string[]} */
  const sent = [];
  let sockets = 0;
  page.on("websocket", (socket) => {
    sockets += 1;
    socket.on("framesent", ({ payload }) => sent.push(String(payload)));
  });
  await page.goto(stage.url);
  await page.locator("yingda-chat .launcher").click();
  const shopper = new Shopper(page);
  for (const long of ["长".repeat(8000), "𠮷".repeat(2001), "长".repeat(20_000)]) {
    await shopper.says(long);
    const failed = shopper.chat.locator(".message.failed");
    await failed.waitFor({ timeout: 3000 });
    assert.match((await failed.textContent()) ?? "", /未送达 · 这条消息太长了/);
    await failed.getByRole("button", { name: /^改一改/ }).click();
    await shopper.input.fill("");
  }
  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
  assert.equal(sockets, 1);
  assert.equal(sent.filter((frame) => frame.includes(`"message"`)).length, 1, "only what fits went out");
  // As long as may be is taken.
  await shopper.says("长".repeat(2000));
  await shopper.chat.locator(".message.shopper.sent", { hasText: "长长长" }).waitFor();
  await context.close();
});

// F5
test("a server that does not say its limits cuts the link once, and the message waits for its writer", async () => {
  const context = await stage.person();
  let sockets = 0;
  await context.routeWebSocket(/\/v1\/chat/, (socket) => {
    sockets += 1;
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const frame = JSON.parse(String(message));
      delete frame.max_chars;
      delete frame.max_bytes;
      socket.send(JSON.stringify(frame));
    });
    socket.onMessage((message) => {
      if (String(message).length < 3000) return server.send(message);
      // The close code does not always arrive; the frame does.
      socket.send(JSON.stringify({ type: "error", code: "too_large", message: "" }));
      socket.close({ code: 1011 });
      server.close();
    });
  });
  const page = await context.newPage();
  await page.goto(stage.url);
  await page.locator("yingda-chat .launcher").click();
  const shopper = new Shopper(page);
  await shopper.says("长".repeat(8000));
  await shopper.says("包邮吗");
  await shopper.chat.locator(".message.failed", { hasText: "这条消息太长了" }).waitFor();
  await shopper.sees("bot", "99");
  assert.equal(sockets, 2);
  assert.equal(await shopper.chat.locator(".message.failed").count(), 1);
  await context.close();
});

test("when more is asked than can be answered at once, the shopper is told how long it takes, until the answer comes", async () => {
  const context = await stage.person();
  /** @type {() => void} */
  let answer = () => {};
  await context.routeWebSocket(/\/v1\/chat/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const frame = JSON.parse(String(message));
      if (frame.type === "message" && frame.from === "bot") answer = () => socket.send(message);
      else socket.send(JSON.stringify(frame.type === "ack" ? { ...frame, wait_s: 12 } : frame));
    });
    socket.onMessage((message) => server.send(message));
  });
  const page = await context.newPage();
  await page.goto(stage.url);
  await page.locator("yingda-chat .launcher").click();
  const shopper = new Shopper(page);
  await shopper.says("包邮吗");
  const told = shopper.chat.getByText("现在咨询的人很多，正在按顺序回复。 大约还要等 12 秒");
  await told.waitFor();
  answer();
  await shopper.sees("bot", "99");
  await told.waitFor({ state: "hidden" });
  await context.close();
});

// F33
test("half a character is shown as what it is and goes out", async () => {
  const shopper = await stage.shopper();
  await shopper.page.evaluate(() => /** @type {any} */ (document.querySelector("yingda-chat")).ask("包邮吗👟".slice(0, 4)));
  await shopper.input.press("Enter");
  await shopper.chat.locator(".message.shopper.sent", { hasText: "包邮吗\ufffd" }).waitFor();
  await shopper.sees("bot", "99");
});

// F26
test("what shows nothing is not sent", async () => {
  const shopper = await stage.shopper();
  for (const nothing of ["\u200b", "\ufe0f\ufe0f", "\u3164", "\u2800 \u00a0", "\u202e\u2066", "\u{e0041}\u{e0020}", "\u115f\u1160", " \n\t", "\u00ad", "\u0007", "\u180e"]) {
    await shopper.input.fill(nothing);
    assert.equal(await shopper.chat.locator(".send").isDisabled(), true, JSON.stringify(nothing));
    await shopper.input.press("Enter");
  }
  assert.equal(await shopper.chat.locator(".message").count(), 0);
  // Signs that are seen are something, however small.
  for (const something of ["。", "👍🏽", "0", "\u{20000}"]) {
    await shopper.input.fill(something);
    assert.equal(await shopper.chat.locator(".send").isDisabled(), false, something);
  }
});

// F28
test("the key of a phone's keyboard that says send sends, and breaks no line", async () => {
  const shopper = await stage.shopper();
  const key = (/** @type {{ shift?: boolean, composing?: boolean }} */ how) =>
    shopper.input.evaluate((field, { shift = false, composing = false }) => {
      const init = { bubbles: true, cancelable: true, composed: true };
      field.dispatchEvent(new KeyboardEvent("keydown", { ...init, key: "Unidentified", keyCode: 229, shiftKey: shift }));
      const event = new InputEvent("beforeinput", { ...init, inputType: "insertLineBreak", isComposing: composing });
      return field.dispatchEvent(event);
    }, how);
  await shopper.input.fill("包邮吗");
  assert.equal(await key({ composing: true }), true, "within a composition it is the input method's");
  assert.equal(await key({ shift: true }), true, "with shift it breaks the line");
  assert.equal(await shopper.chat.locator(".message").count(), 0);
  assert.equal(await key({}), false);
  await shopper.sees("bot", "99");
  assert.equal(await shopper.input.inputValue(), "");
  await shopper.input.fill("一");
  await shopper.input.press("Shift+Enter");
  await shopper.input.pressSequentially("二");
  assert.equal(await shopper.input.inputValue(), "一\n二");
});

// F25
test("a device whose clock is wrong shows the server's time of every message", async () => {
  const context = await stage.person();
  const page = await context.newPage();
  const wrong = new Date(Date.now() + 160 * 60_000);
  await page.clock.install({ time: wrong });
  await page.goto(stage.url);
  await page.locator("yingda-chat .launcher").click();
  const shopper = new Shopper(page);
  const before = Date.now();
  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
  const shown = await shopper.message("shopper").locator("time").textContent();
  const right = [before, Date.now()].map((at) => new Intl.DateTimeFormat("zh", { hour: "2-digit", minute: "2-digit", hour12: false }).format(at));
  assert.ok(right.some((time) => shown?.endsWith(time)), `${shown}, not ${right}`);
  await context.close();
});

// F24
test("addresses are links for both sides, and nothing else is", async () => {
  const agent = await stage.agent();
  const shopper = await stage.shopper();
  await shopper.says("转人工");
  await agent.takes();
  const text =
    "查这里https://t.example.com/q?no=SF123&x=(1)。或者 (http://a.example/b_(c)), 还有 HTTPS://B.EXAMPLE！" +
    " javascript:alert(1) data:text/html,x ftp://a.example https://bank.example@evil.example/ https:// www.a.example";
  const links = ["https://t.example.com/q?no=SF123&x=(1)", "http://a.example/b_(c)", "HTTPS://B.EXAMPLE"];
  await agent.says(text);
  await shopper.sees("agent", "查这里");
  await shopper.says(`我的 ${text}`);
  await agent.transcript.locator(".said.shopper", { hasText: "我的 查这里" }).waitFor();
  for (const bodies of [
    shopper.chat.locator(".message.agent .body"),
    shopper.chat.locator(".message.shopper .body", { hasText: "我的" }),
    agent.transcript.locator(".said.agent .body"),
    agent.transcript.locator(".said.shopper .body", { hasText: "我的" }),
  ]) {
    const body = bodies.last();
    assert.equal((await body.textContent())?.replace("我的 ", ""), text);
    const anchors = await body.locator("a").evaluateAll((all) =>
      all.map((one) => /** @type {HTMLAnchorElement} */ (one)).map(({ textContent, target, rel }) => `${textContent} ${target} ${rel}`),
    );
    assert.deepEqual(anchors, links.map((link) => `${link} _blank noopener noreferrer`));
  }
  await agent.page.context().close();
});
