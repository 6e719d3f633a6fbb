// The session that widget and desk share, without a browser: what is written is kept until it is acknowledged, goes out
// once and in order, and comes back to the person when the server will not have it.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Socket, begin, end, fillStorage, furnish, pass, stored, welcome } from "./support/page.js";

furnish();
const { Outbox } = await import("../../src/web/shared/outbox.js");
const { ChatClient } = await import("../../src/web/widget/client.js");
const { forgetAll, forgetOthers } = await import("../../src/web/widget/scope.js");

const KEY = "yingda.demo";
const WORDS = {
  lang: "zh",
  welcome: "欢迎光临云步鞋店",
  returned: "我回来啦",
  closed: "下次见",
  rate_thanks: "多谢",
  requeued: "换一位同事",
  queue_position: "第 {{ position }} 位",
  agent_joined: "客服{{ name }}来了",
};

/** A page of the shopper, connected. @param {string} [conversation] */
function visit(conversation = "c") {
  const client = new ChatClient(() => ({ shop: "demo", lang: "zh-CN", customer: null, signature: null }), () => {});
  client.start();
  welcome({ conversation, token: "t", seq: 0 });
  return client;
}

/** Where each own message stands. @param {InstanceType<typeof ChatClient>} client */
function standing(client) {
  client.gather();
  return client.talk.entries.filter((one) => one.from === "shopper").map(({ text, state, error }) => `${text} ${state} ${error ?? ""}`.trim());
}

beforeEach(begin);
afterEach(end);

test("messages go out one by one, and leave the outbox when they are acknowledged", () => {
  const client = visit();
  client.say("一");
  client.say("二");
  assert.deepEqual(Socket.last.of("message").map(({ text }) => text), ["一"]);
  assert.deepEqual(standing(client), ["一 sending", "二 sending"]);
  Socket.last.hears({ type: "ack", id: Socket.last.of("message")[0].id, seq: 1 });
  assert.deepEqual(Socket.last.of("message").map(({ text }) => text), ["一", "二"]);
  Socket.last.hears({ type: "ack", id: Socket.last.of("message")[1].id, seq: 2 });
  assert.deepEqual(client.outbox.all(), []);
  assert.deepEqual(standing(client), ["一 sent", "二 sent"]);
});

test("what was in the air when the link broke goes out again under the same id", () => {
  const client = visit();
  client.say("在吗");
  const [first] = Socket.last.of("message");
  Socket.last.breaks();
  pass(1000);
  welcome({ conversation: "c", token: "t", seq: 0 });
  assert.deepEqual(Socket.last.of("message"), [first]);
});

test("what cannot be kept now is tried again by itself, later and later, and is not overtaken", () => {
  const client = visit();
  client.say("一");
  client.say("二");
  const { id } = Socket.last.of("message")[0];
  for (const most of [1000, 2000, 4000]) {
    const before = Socket.last.of("message").length;
    Socket.last.hears({ type: "error", code: "unavailable", message: "", id });
    assert.deepEqual(standing(client), ["一 failed unavailable", "二 sending"]);
    pass(most / 2 - 20);
    assert.equal(Socket.last.of("message").length, before, "it rests first");
    Socket.last.hears({ type: "pong" });
    pass(most / 2 + 40);
    assert.equal(Socket.last.of("message").length, before + 1);
  }
  assert.ok(Socket.last.of("message").every(({ text }) => text === "一"));
});

test("what is too long for the server, or for any frame, waits for the person and holds nothing up", () => {
  const client = visit();
  client.say("长");
  client.say("短");
  Socket.last.hears({ type: "error", code: "too_long", message: "", id: Socket.last.of("message")[0].id });
  assert.deepEqual(standing(client), ["长 failed too_long", "短 sending"]);
  const long = client.waiting[0];
  assert.equal(client.withdraw(long.id), "长");
  assert.deepEqual(standing(client), ["短 sending"]);
  Socket.last.breaks(1009);
  assert.deepEqual(standing(client), ["短 failed too_long"], "the socket was closed for its size");
});

test("another page's words are shown here and sent by it, until it has been silent too long", () => {
  const other = new Outbox(`${KEY}.outbox.`);
  other.add({ text: "另一页说的", who: null });
  const client = visit();
  stored(`${KEY}.outbox.x`);
  assert.deepEqual(standing(client), ["另一页说的 sending"]);
  assert.deepEqual(Socket.last.of("message"), []);
  for (let second = 0; second < 9; second += 1) {
    pass(1000);
    Socket.last.hears({ type: "pong" });
  }
  assert.deepEqual(Socket.last.of("message").map(({ text }) => text), ["另一页说的"]);
});

test("another customer's words are neither shown nor sent", () => {
  new Outbox(`${KEY}.outbox.`).add({ text: "别人的", who: "u-2" });
  pass(7000);
  const client = visit();
  pass(2100);
  assert.deepEqual(client.waiting, []);
  assert.deepEqual(Socket.last.of("message"), []);
});

// A3
test("a customer's token and words are kept under the customer, and those of an earlier version are found", () => {
  const customer = (/** @type {string} */ id) => new ChatClient(() => ({ shop: "demo", lang: "zh-CN", customer: id, signature: "s" }), () => {});
  new Outbox(`${KEY}.outbox.`).add({ text: "升级前说的", who: "u-2" });
  pass(7000);
  const client = customer("u-2");
  client.start();
  welcome({ conversation: "c", token: "secret", seq: 0 });
  assert.deepEqual(Socket.last.of("message").map(({ text }) => text), ["升级前说的"]);
  client.draft = "写了一半";
  client.dispose();
  const nobody = new ChatClient(() => ({ shop: "demo", lang: "zh-CN", customer: null, signature: null }), () => {});
  assert.deepEqual([nobody.remembered, nobody.waiting, nobody.draft], [{}, [], ""]);
  // Ids that look like parts of a key are ids.
  for (const id of ["u-2.outbox.x", "u-2.draft", "u", "u-2:", "U-2"]) {
    const other = customer(id);
    assert.deepEqual([other.remembered, other.waiting, other.draft], [{}, [], ""], id);
  }
  assert.equal(customer("u-2").draft, "写了一半");
  forgetAll("demo");
  assert.deepEqual(Object.keys(localStorage), []);
});

// A3
test("a page without a customer forgets what customers left after a day, and another customer at once", () => {
  const kept = () => Object.keys(localStorage).sort();
  const alice = new ChatClient(() => ({ shop: "demo", lang: "zh-CN", customer: "alice", signature: "s" }), () => {});
  alice.say("没送出去");
  alice.draft = "草稿";
  alice.dispose();
  const left = kept();
  assert.equal(left.length, 2);
  forgetOthers("demo", "alice");
  forgetOthers("demo", null);
  forgetOthers("dem", "bob");
  assert.deepEqual(kept(), left);
  pass(90_000);
  mock.timers.setTime(Date.now() + 86_400_000);
  forgetOthers("demo", null);
  assert.deepEqual(kept(), []);
  alice.draft = "又一份";
  forgetOthers("demo", "bob");
  assert.deepEqual(kept(), []);
});

// F25
test("words that a page wrote before the clock was set back go out, in the order in which they were said", () => {
  const gone = new Outbox(`${KEY}.outbox.`);
  gone.add({ text: "一", who: null });
  mock.timers.setTime(Date.now());
  const key = Object.keys(localStorage)[0];
  const kept = JSON.parse(String(localStorage.getItem(key)));
  localStorage.setItem(key, JSON.stringify({ ...kept, at: kept.at + 3_600_000, seen: kept.seen + 3_600_000 }));
  const client = visit();
  assert.deepEqual(Socket.last.of("message").map(({ text }) => text), ["一"]);
  client.say("二");
  Socket.last.hears({ type: "ack", id: Socket.last.of("message")[0].id, seq: 1 });
  assert.deepEqual(Socket.last.of("message").map(({ text }) => text), ["一", "二"]);
});

// F5
test("a frame that was too large is blamed on the message in the air, once, and on none after it", () => {
  const client = visit();
  client.say("长");
  client.say("短");
  Socket.last.hears({ type: "error", code: "too_large", message: "" });
  assert.deepEqual(standing(client), ["长 failed too_long", "短 sending"]);
  Socket.last.breaks(1009);
  pass(1000);
  welcome({ conversation: "c", token: "t", seq: 0 });
  assert.deepEqual(Socket.last.of("message").map(({ text }) => text), ["短"]);
});

test("what was written long ago is not sent by itself", () => {
  new Outbox(`${KEY}.outbox.`).add({ text: "昨天的", who: null });
  const key = Object.keys(localStorage)[0];
  const kept = JSON.parse(String(localStorage.getItem(key)));
  localStorage.setItem(key, JSON.stringify({ ...kept, at: kept.at - 90_000_000, seen: 0 }));
  const client = visit();
  assert.deepEqual(standing(client), ["昨天的 failed old"]);
  client.retry(client.waiting[0].id);
  assert.deepEqual(Socket.last.of("message").map(({ text }) => text), ["昨天的"]);
});

test("what may have arrived in an earlier talk is not said again by itself", () => {
  const client = visit("a");
  client.say("在吗");
  Socket.last.breaks();
  pass(1000);
  welcome({ conversation: "b", token: "t", seq: 0 });
  assert.deepEqual(standing(client), ["在吗 failed moved"]);
  assert.deepEqual(Socket.last.of("message"), []);
});

test("the outbox takes no more than a person can look after, and works without storage", () => {
  fillStorage();
  const client = visit();
  for (let count = 0; count < 30; count += 1) assert.ok(client.say(`第 ${count} 句`));
  assert.equal(client.say("太多了"), false);
  assert.equal(client.waiting.length, 30);
  for (const { id } of client.waiting) client.withdraw(id);
});

test("who types is shown for a moment, and the shopper's typing is told to a person only, not at every key", () => {
  const client = visit();
  client.types();
  assert.deepEqual(Socket.last.of("typing"), [], "the bot need not know");
  Socket.last.hears({ type: "owner", seq: 1, at: 1, who: "agent", name: "勺子" });
  client.types();
  client.types();
  assert.equal(Socket.last.of("typing").length, 1);
  Socket.last.hears({ type: "typing", from: "agent" });
  assert.equal(client.typing.get("")?.from, "agent");
  pass(3100);
  client.types();
  assert.equal(Socket.last.of("typing").length, 2);
  pass(2000);
  assert.equal(client.typing.get(""), undefined);
});

test("the shop's own words come with the welcome, and its button asks for a person", () => {
  const client = visit();
  assert.equal(client.talk.words, undefined, "an older server sends none");
  Socket.last.hears({ type: "welcome", conversation: "c", token: "t", seq: 0, words: WORDS, shop: { name: "云步鞋店", person: "service.agent" } });
  assert.equal(client.talk.words?.welcome, "欢迎光临云步鞋店");
  client.choose({ intent: "service.agent", label: "转人工" });
  assert.equal(Socket.last.of("human").length, 1);
  assert.deepEqual(Socket.last.of("message"), []);
});
