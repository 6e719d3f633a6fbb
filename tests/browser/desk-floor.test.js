// What a desk makes of what comes late, at an awkward moment or not at all: lines above the chats, words that cannot go,
// colleagues who went away meanwhile. The server is made up (support/floor.js).

import assert from "node:assert/strict";
import { test } from "node:test";
import { setStage } from "./support/browser.js";
import { FakeFloor, NOW, card, counts } from "./support/floor.js";

const stage = setStage();

const OWN = card(0, { lane: "normal" });
const OTHER = card(8, { lane: "normal" });
const ELSEWHERE = card(16).conversation;
/** @param {any[]} mine @param {any[]} [waiting] */
const board = (mine, waiting = []) => ({ mine, waiting, waiting_count: waiting.length, counts: counts(waiting) });
/** @param {string} agent @param {string} name @param {object} [more] */
const member = (agent, name, more = {}) => ({ agent, name, supervisor: false, groups: [], shops: [], state: "online", since: NOW, here: true, open: 0, capacity: 5, ...more });

/** @param {object} shown the board @param {object} [welcome] */
async function desk(shown, welcome = {}) {
  const context = await stage.person({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.clock.install();
  await page.addInitScript(() => {
    const page = /** @type {any} */ (window);
    page.notes = [];
    page.Notification = class {
      static permission = "granted";
      constructor(/** @type {string} */ title, /** @type {any} */ options) {
        page.notes.push({ title, ...options });
        page.note = this;
        this.close = () => {};
      }
    };
    localStorage.setItem("yingda.desk.notify", "true");
  });
  const floor = new FakeFloor(page);
  await floor.open(stage.url, shown, welcome);
  return { page, floor, context };
}

/** From now on the page's clock moves only by `runs`. @param {import("playwright-core").Page} page */
async function stops(page) {
  await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1000));
}

/** The clock moves in small steps until this is there. @param {import("playwright-core").Page} page @param {string} selector */
async function comes(page, selector) {
  const deadline = Date.now() + 15_000;
  while ((await page.locator(selector).count()) === 0 && Date.now() < deadline) await page.clock.runFor(10);
  assert.equal(await page.locator(selector).count(), 1, selector);
}

/** A note of this agent, by keys. @param {import("playwright-core").Page} page @param {string} words */
async function notes(page, words) {
  await page.locator(".transcript").focus();
  await page.keyboard.press("m");
  await page.locator("#inside-note").fill(words);
  await page.keyboard.press("Control+Enter");
}

test("a note for colleagues that is refused comes back into the window of notes, and never to the shopper's words", async () => {
  const { page, floor, context } = await desk(board([OWN, OTHER]));
  await page.locator(".mine .card .open").first().click();
  await page.locator("#reply:not([readonly])").fill("您好");
  await notes(page, "顾客脾气急，别催");
  const { id, conversation } = await new Promise((resolve) => {
    const known = floor.of("note")[0];
    if (known !== undefined) resolve(known);
    else floor.hears = (frame) => frame.type === "note" && resolve(frame);
  });
  assert.deepEqual(floor.of("message"), [], "the key that sends a note does not send what is written to the shopper");
  // Another note is being written: that one is not touched.
  await page.locator(".mine .card .open").last().click();
  await page.locator("#reply:not([readonly])").waitFor();
  await page.locator(".transcript").focus();
  await page.keyboard.press("m");
  await page.locator("#inside-note").fill("另一位的");
  floor.says({ type: "error", code: "not_yours", message: "", id, conversation });
  await page.waitForFunction(() => Object.keys(localStorage).every((key) => !key.startsWith("yingda.desk.outbox.")));
  assert.equal(await page.locator("#inside-note").inputValue(), "另一位的");
  await page.keyboard.press("Escape");
  await page.locator("#inside-label", { hasText: "访客" }).waitFor();
  assert.equal(await page.locator("#inside-note").inputValue(), "顾客脾气急，别催");
  // It is kept until it is sent or emptied, also over a reload.
  await page.locator("#inside-note").press("End");
  await page.keyboard.type("他");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#reply").inputValue(), "");
  await page.reload();
  await page.locator(".mine .card .open").first().click();
  await page.locator("#reply:not([readonly])").waitFor();
  assert.equal(await page.locator("#reply").inputValue(), "您好");
  await page.locator(".transcript").focus();
  await page.keyboard.press("m");
  assert.equal(await page.locator("#inside-note").inputValue(), "顾客脾气急，别催他");
  await page.keyboard.press("Control+Enter");
  await page.locator("#inside-note").waitFor({ state: "hidden" });
  await page.locator(".transcript").focus();
  await page.keyboard.press("m");
  assert.equal(await page.locator("#inside-note").inputValue(), "");
  await context.close();
});

test("a note that did not arrive is taken back into the window of notes", async () => {
  const { page, context } = await desk(board([OWN]));
  await page.locator(".mine .card .open").click();
  await page.locator("#reply:not([readonly])").waitFor();
  await notes(page, "只要顺丰");
  await page.clock.fastForward(12_000);
  await page.getByRole("button", { name: "放回输入框" }).click();
  await page.locator("#inside-note").waitFor();
  assert.equal(await page.locator("#inside-note").inputValue(), "只要顺丰");
  assert.equal(await page.locator("#reply").inputValue(), "");
  assert.equal(await page.locator(".said.sending, .said.failed").count(), 0);
  await context.close();
});

test("what is written in a window stays there while it cannot go", async () => {
  const { page, floor, context } = await desk(board([OWN]));
  await page.locator(".mine .card .open").click();
  await page.locator("#reply:not([readonly])").waitFor();
  // There is no room: so many of a colleague at this browser wait to be sent.
  await page.evaluate(() => {
    for (let n = 0; n < 30; n += 1) localStorage.setItem(`yingda.desk.outbox.${n}`, JSON.stringify({ id: String(n), text: "在", at: Date.now(), who: "other", conversation: "c" }));
  });
  await notes(page, "尺码 42");
  await page.getByRole("dialog").getByRole("alert").filter({ hasText: "还没送达" }).waitFor();
  assert.equal(await page.locator("#inside-note").inputValue(), "尺码 42");
  await page.evaluate(() => {
    for (let n = 0; n < 30; n += 1) localStorage.removeItem(`yingda.desk.outbox.${n}`);
  });
  await page.keyboard.press("Control+Enter");
  await page.locator("#inside-note").waitFor({ state: "hidden" });
  assert.deepEqual(floor.of("note").map(({ text }) => text), ["尺码 42"]);
  // Handing on without a connection.
  await page.locator(".transcript").focus();
  await page.keyboard.press("t");
  await page.keyboard.type("排队");
  await page.keyboard.press("Enter");
  await page.keyboard.type("要换货");
  floor.silent = true;
  await floor.route?.close();
  await page.locator(".presence:disabled").waitFor({ state: "attached" });
  await page.keyboard.press("Control+Enter");
  await page.getByRole("dialog").getByRole("alert").filter({ hasText: "没有成功" }).waitFor();
  assert.equal(await page.locator("#note").inputValue(), "要换货");
  assert.deepEqual(floor.of("release"), []);
  await context.close();
});

test("supervisors are told of others' chats until they have read it; that an own one will be taken goes with it", async () => {
  const { page, floor, context } = await desk(board([OWN]), { supervisor: true, roles: ["supervisor"] });
  await stops(page);
  floor.says({ type: "alert", alert: "nobody_else", conversation: ELSEWHERE, agent: "a", name: "小林", now: Date.now() });
  await comes(page, ".told-soon");
  floor.says({ type: "alert", alert: "take_back_soon", conversation: OWN.conversation, until: NOW + 90_000, now: Date.now() });
  await comes(page, ".told-soon:has-text('就会被收回')");
  await page.clock.runFor(5000);
  assert.equal(await page.locator(".told-soon").count(), 2);
  // The only own chat has ended.
  floor.says({ type: "board_changes", mine: { gone: [OWN.conversation] }, now: Date.now() });
  const deadline = Date.now() + 15_000;
  while ((await page.locator(".told-soon").count()) > 1 && Date.now() < deadline) await page.clock.runFor(500);
  assert.match((await page.locator(".told-soon").allTextContents()).join("|"), /^小林 很久没有回复[^|]*$/);
  await context.close();
});

test("danger is told for as long as it takes a board to come, and then until a colleague has the chat", async () => {
  const { page, floor, context } = await desk(board([OWN]));
  await stops(page);
  floor.says({ type: "alert", alert: "danger", conversation: ELSEWHERE, lane: "safety", evidence: { id: "x", evidence: "起火了" }, now: Date.now() });
  await comes(page, ".told-danger");
  await page.clock.runFor(1100);
  assert.equal(await page.locator(".told-danger").count(), 1, "a second has passed, and no board has come");
  await page.clock.runFor(3000);
  assert.equal(await page.locator(".told-danger").count(), 0);
  await context.close();
});

test("danger that waits in the queue has a notification that leads to the chat", async () => {
  const waiting = card(16, { lane: "safety" });
  const { page, floor, context } = await desk(board([], [waiting]));
  await page.evaluate(() => {
    document.hasFocus = () => false;
  });
  floor.says({ type: "alert", alert: "danger", conversation: waiting.conversation, lane: "safety", evidence: { id: "x", evidence: "起火了" }, now: Date.now() });
  await page.locator(".told-danger").waitFor();
  const shown = await page.evaluate(() => /** @type {any} */ (window).notes.map((/** @type {any} */ { title, body }) => [title, body]));
  assert.deepEqual(shown, [["人身安全", "起火了"]]);
  await page.evaluate(() => /** @type {any} */ (window).note.onclick());
  await page.locator("#chat-title", { hasText: "访客" }).waitFor();
  await context.close();
});

test("what a supervisor has set keeps its words when the agent chooses something else later", async () => {
  const { page, floor, context } = await desk(board([]));
  floor.says({ type: "alert", alert: "presence_set", name: "店长", now: Date.now() });
  floor.says({ type: "team", set: [member("me", "小美", { state: "break" })], now: Date.now() });
  const line = page.locator(".banner", { hasText: "店长 把您的状态改成了小休" });
  await line.waitFor();
  await page.clock.fastForward(3000);
  await page.locator(".presence").click();
  await page.locator(".presence + .menu-items").getByText("在线", { exact: true }).click();
  await page.locator(".top[data-state=online]").waitFor();
  await line.waitFor();
  await context.close();
});

test("who hands on and goes offline gets no more chats before they are handed on", async () => {
  const { page, floor, context } = await desk(board([OWN]));
  await page.locator(".mine .card").waitFor();
  floor.says({ type: "error", code: "chats_open", message: "", open: 1 });
  await page.getByRole("button", { name: "交出会话并离线" }).click();
  await page.locator(".top[data-state=break]").waitFor();
  const done = () => floor.sent.filter(({ type }) => type === "presence" || type === "release").map(({ type, state }) => state ?? type);
  const deadline = Date.now() + 15_000;
  while (done().length < 2 && Date.now() < deadline) await page.waitForTimeout(20);
  assert.deepEqual(done(), ["break", "release"]);
  floor.says({ type: "board_changes", mine: { gone: [OWN.conversation] }, now: Date.now() });
  while (done().length < 3 && Date.now() < deadline) await page.waitForTimeout(20);
  assert.deepEqual(done(), ["break", "release", "offline"]);
  await context.close();
});

test("colleagues who went away while the desk was not connected are not there any more", async () => {
  const { page, floor, context } = await desk(board([]), { supervisor: true, roles: ["supervisor"] });
  const me = member("me", "小美", { supervisor: true });
  await page.getByRole("link", { name: "现场" }).click();
  await page.locator(".floor").waitFor();
  floor.says({ type: "team", set: [me, member("a", "小林"), member("b", "小王")], now: Date.now() });
  await page.locator("#team-title", { hasText: "同事 3 / 3" }).waitFor();
  const again = new Promise((resolve) => {
    floor.hears = (frame) => frame.type === "hello" && resolve(frame);
  });
  await floor.route?.close();
  await page.clock.fastForward(5000);
  await again;
  floor.says({ type: "team", set: [me, member("a", "小林")], now: Date.now() });
  await page.locator("#team-title", { hasText: "同事 2 / 2" }).waitFor();
  // What follows is again what is different.
  floor.says({ type: "team", set: [member("b", "小王")], now: Date.now() });
  await page.locator("#team-title", { hasText: "同事 3 / 3" }).waitFor();
  await context.close();
});
