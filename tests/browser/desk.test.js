// The desk without a browser: what the frames make of the store, and who is told of it.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Socket, begin, end, furnish, page, pass, welcome, world } from "./support/page.js";

furnish();
const { Store } = await import("../../src/web/desk/store.js");
const { Router } = await import("../../src/web/desk/router.js");
const { DeskClient } = await import("../../src/web/desk/client.js");
const { deskStore } = await import("../../src/web/desk/state.js");
const { pageFor, signalTitle, wordsFor } = await import("../../src/web/desk/strings.js");
const { UNDO_MS } = await import("../../src/web/desk/parting.js");

/** @param {string} conversation @returns {any} */
const card = (conversation, epoch = 2) => ({ conversation, epoch, shopper: "访客 0001", lane: "normal", reason: "asked", signals: [], deadline: 2_000_000 });

/** A desk that is connected, and what it was told. @param {object} [more] what a server of this version says beside it */
function sit(more = {}) {
  const store = deskStore();
  /** @type {string[]} */
  const told = [];
  const client = new DeskClient(store, {
    onAssigned: (chat, fresh) => told.push(`assigned ${chat.conversation} ${fresh}`),
    onSpoken: (chat) => told.push(`spoken ${chat.conversation}`),
    onAlert: ({ alert, conversation }) => told.push(`${alert} ${conversation}`),
    onReturned: (conversation, text) => told.push(`returned ${conversation} ${text}`),
    onKept: (name) => told.push(`kept ${name}`),
  });
  client.link.start();
  const titles = { signals: { "emotion.anger": { zh: "生气", en: "Anger" } } };
  welcome({ agent: "a", name: "店长", slots: 5, supervisor: true, available: false, now: 1_000_000, titles, ...more });
  return { store, client, told };
}

/** @param {any} frame */
function board({ waiting = [], mine = [], ...rest }) {
  Socket.last.hears({ type: "board", waiting, mine, agents_online: 1, now: Date.now(), ...rest });
}

beforeEach(() => {
  begin();
  Object.defineProperty(globalThis, "navigator", { value: { language: "zh-CN" }, configurable: true });
});
afterEach(end);

test("a store draws what changed, once, and nothing else", () => {
  const store = new Store({ one: 1, two: "a", list: [1] });
  /** @type {string[]} */
  const drawn = [];
  store.watch(["one"], () => drawn.push("one"));
  store.watch(["two", "list"], () => drawn.push("two"));
  assert.deepEqual(drawn.splice(0), ["one", "two"], "at the beginning");
  store.set({ one: 2 });
  store.set({ one: 3, two: "a" });
  assert.deepEqual(drawn, [], "a moment later");
  pass(10);
  assert.deepEqual(drawn.splice(0), ["one"]);
  store.touch("list");
  store.draw();
  assert.deepEqual(drawn.splice(0), ["two"]);
  pass(10);
  assert.deepEqual(drawn, [], "drawn already");
});

test("the address says which page is shown; one that there is not is the first", () => {
  const make = () => ({ element: /** @type {any} */ ({ hidden: false }) });
  const pages = { chats: make(), statistics: make() };
  const router = new Router(pages);
  assert.equal(router.page, pages.chats);
  for (const [hash, wanted] of /** @type {[string, any][]} */ ([["#statistics", pages.statistics], ["#constructor", pages.chats], ["#statistics=of-a-day", pages.statistics], ["#chats", pages.chats]])) {
    location.hash = hash;
    world.dispatchEvent(new Event("hashchange"));
    assert.equal(router.page, wanted, hash);
    assert.deepEqual(Object.values(pages).filter((one) => !one.element.hidden), [wanted]);
  }
  location.hash = "";
});

test("a second passes, and only what shows the time is drawn", () => {
  const { store, client } = sit();
  let times = 0;
  let lists = 0;
  pass(10);
  store.watch(["now"], () => (times += 1));
  store.watch(["waiting", "mine", "chat", "link", "me", "outbox"], () => (lists += 1));
  pass(1000);
  store.set({ now: client.now });
  pass(10);
  assert.deepEqual([times, lists], [2, 1]);
});

test("the board knows the first who wait and how many there are; an older server says no number", () => {
  const { store } = sit();
  board({ waiting: [card("w")], waiting_count: 2000 });
  assert.equal(store.state.counts.waiting, 2000);
  board({ waiting: [card("w"), card("x")] });
  assert.equal(store.state.counts.waiting, 2);
  assert.deepEqual(store.state.counts.lanes, { safety: 0, top: 0, urgent: 0, high: 0, normal: 2 });
});

test("a chat that comes is followed and told of; one that goes is left, unless it is looked at", () => {
  const { store, client, told } = sit();
  board({ mine: [card("c")] });
  board({ mine: [card("c"), card("d")] });
  assert.deepEqual(told, ["assigned c false", "assigned d true"]);
  assert.deepEqual(Socket.last.of("open").map(({ conversation }) => conversation), ["c", "d"]);
  client.select("c");
  board({});
  assert.deepEqual(Socket.last.of("leave").map(({ conversation }) => conversation), ["d"]);
  assert.equal(store.state.chat?.place, "elsewhere");
  client.deselect();
  assert.equal(client.chats.size, 0);
});

test("an event draws the chat that is looked at, and no other", () => {
  const { store, client } = sit();
  board({ mine: [card("c"), card("d")] });
  client.select("c");
  pass(10);
  let drawn = 0;
  store.watch(["chat"], () => (drawn += 1));
  const event = { seq: 1, epoch: 2, at: 1, kind: "received", text: "在吗" };
  Socket.last.hears({ type: "event", conversation: "d", event });
  pass(10);
  assert.equal(drawn, 1);
  Socket.last.hears({ type: "event", conversation: "c", event });
  board({ mine: [card("c"), card("d")] });
  pass(10);
  assert.equal(drawn, 2, "the board brought nothing new for it");
});

test("words that came too late come back to the editor, and chats do not wait for each other", () => {
  const { store, client, told } = sit();
  board({ mine: [card("c"), card("d")] });
  told.length = 0;
  client.select("c");
  const [one, two] = ["c", "d"].map((id) => /** @type {any} */ (client.chats.get(id)));
  client.say(one, "您好");
  client.say(one, "还在吗");
  client.say(two, "稍等");
  assert.deepEqual(Socket.last.of("message").map(({ text, epoch }) => `${text} ${epoch}`), ["您好 2", "稍等 2"]);
  Socket.last.hears({ type: "error", code: "stale", message: "", id: Socket.last.of("message")[0].id, conversation: "c" });
  assert.deepEqual(told, ["returned c 您好"]);
  assert.equal(store.state.chat?.error, "stale");
  assert.deepEqual(client.unsent(one).map(({ text }) => text), ["还在吗"]);
});

test("a message that is stored stays on the page until its event comes, and is there once", () => {
  const { client } = sit();
  board({ mine: [card("c")] });
  const chat = /** @type {any} */ (client.chats.get("c"));
  client.say(chat, "您好");
  const { id } = Socket.last.of("message")[0];
  Socket.last.hears({ type: "ack", conversation: "c", id, seq: 2 });
  assert.deepEqual(client.unsent(chat).map(({ text }) => text), ["您好"]);
  Socket.last.hears({ type: "event", conversation: "c", event: { seq: 2, epoch: 2, at: 1, kind: "agent_said", id, text: "您好" } });
  assert.deepEqual(client.unsent(chat), []);
  assert.equal(chat.events.length, 1);
});

test("a refusal that concerns no chat is shown for a while", () => {
  const { store } = sit();
  Socket.last.hears({ type: "error", code: "not_waiting", message: "" });
  assert.equal(store.state.problem, "not_waiting");
  pass(8100);
  assert.equal(store.state.problem, "");
});

test("who is signed out is told so", () => {
  const { store } = sit();
  page.visibilityState = "hidden";
  Socket.last.breaks(4401);
  assert.deepEqual([store.state.signedOut, store.state.me, store.state.link], [true, null, "stopped"]);
});

test("signals are called what the files call them", () => {
  const { store } = sit();
  assert.equal(signalTitle(store.state, "emotion.anger"), "生气");
  assert.equal(signalTitle({ ...store.state, lang: "en" }, "emotion.anger"), "Anger");
  assert.equal(signalTitle(store.state, "emotion.joy"), "emotion.joy");
});

test("waiting chats are being ended until it is told what became of them, or the link is gone", () => {
  const { store, client } = sit();
  client.closeWaiting(["c1", "c2"], null);
  assert.deepEqual(Socket.last.of("close_waiting"), [{ type: "close_waiting", conversations: ["c1", "c2"], before: null }]);
  assert.equal(store.state.closing, "busy");
  Socket.last.hears({ type: "closed_waiting", closed: 1, left: 1 });
  assert.deepEqual(store.state.closing, { closed: 1, left: 1 });
  client.closeWaiting([], 900_000);
  // A server of before does not know the frame.
  Socket.last.hears({ type: "error", code: "unknown_type", message: "" });
  assert.equal(store.state.closing, null);
  assert.equal(store.state.problem, "unknown_type");
  client.closeWaiting([], 900_000);
  Socket.last.breaks();
  assert.equal(store.state.closing, null);
});

test("a board is a beginning, and what follows are changes, row by row", () => {
  const { store, client, told } = sit({ state: "online", reopen_within_ms: 60_000 });
  assert.deepEqual(Socket.last.of("hello"), [{ type: "hello", boards: "changes" }]);
  const counts = { waiting: 3, lanes: { normal: 3 }, left: 0, agents_online: 2 };
  board({ waiting: [card("a"), card("b"), card("c")], waiting_count: 3, counts });
  const { waiting } = store.state;
  Socket.last.hears({
    type: "board_changes",
    waiting: { gone: ["b"], set: [{ at: 0, card: { ...card("d"), lane: "safety" } }], moved: [{ at: 1, conversation: "c" }] },
    mine: { set: [{ at: 0, card: card("b", 3) }] },
    counts: { ...counts, lanes: { safety: 1, normal: 2 } },
    now: Date.now(),
  });
  assert.deepEqual(store.state.waiting.map(({ conversation }) => conversation), ["d", "c", "a"]);
  assert.equal(store.state.waiting[1], waiting[2], "a row that only moved is the same");
  assert.deepEqual(store.state.mine.map(({ epoch }) => epoch), [3]);
  assert.deepEqual(told, ["assigned b true"], "alerts are for the server to send");
  client.select("b");
  Socket.last.hears({ type: "board_changes", now: Date.now() });
  assert.deepEqual(store.state.counts.lanes, { safety: 1, normal: 2 }, "what is left out is as it was");
  Socket.last.hears({ type: "case", conversation: "b", reason: "asked", signals: [], open_questions: [{ label: "包邮吗", intent: "shipping.fee" }], suggestions: ["包邮"] });
  assert.deepEqual(client.chats.get("b")?.case?.suggestions, ["包邮"]);
});

test("a server of before sends no alerts: what becomes pressing is told, once, and not what was so at the beginning", () => {
  const { told } = sit();
  board({ waiting: [{ ...card("a"), lane: "top" }, card("b")] });
  board({ waiting: [{ ...card("b"), lane: "safety" }, { ...card("a"), lane: "top" }] });
  board({ waiting: [{ ...card("b"), lane: "safety" }, { ...card("a"), lane: "top" }] });
  assert.deepEqual(told, ["danger b"]);
});

test("only what is said from now on calls the agent; history does not, nor what colleagues say", () => {
  const { client, told } = sit();
  board({ mine: [card("c")] });
  told.length = 0;
  const says = (/** @type {number} */ seq, /** @type {number} */ at, kind = "received") =>
    Socket.last.hears({ type: "event", conversation: "c", event: { seq, epoch: 2, at, kind, text: "在吗" } });
  says(1, 900_000);
  says(2, client.now, "agent_said");
  assert.deepEqual(told, []);
  says(3, client.now);
  says(3, client.now);
  assert.deepEqual(told, ["spoken c"]);
});

test("an end is held back, undone, told when the time is over, and at once when the page goes", () => {
  const { store, client } = sit();
  board({ mine: [card("c"), card("d"), card("e")] });
  const chat = (/** @type {string} */ id) => /** @type {any} */ (client.chats.get(id));
  const closed = () => Socket.last.of("close").map(({ conversation }) => conversation);
  client.partings.hold(chat("c"), "甲");
  const wait = (/** @type {number} */ ms) => {
    for (let passed = 0; passed < ms; passed += 1000, Socket.last.hears({ type: "pong" })) pass(Math.min(1000, ms - passed));
  };
  wait(UNDO_MS - 100);
  assert.deepEqual(closed(), []);
  assert.equal(store.state.parting.size, 1);
  assert.ok(client.partings.undo("c"));
  wait(UNDO_MS);
  assert.deepEqual(closed(), [], "undone is undone");
  client.partings.hold(chat("c"), "甲");
  wait(UNDO_MS + 100);
  assert.deepEqual(closed(), ["c"]);
  assert.deepEqual(store.state.ended.map(({ name }) => name), ["甲"]);
  client.partings.hold(chat("d"), "乙");
  client.partings.hold(chat("e"), "丙");
  world.dispatchEvent(new Event("pagehide"));
  assert.deepEqual(closed(), ["c", "d", "e"]);
});

test("a chat whose shopper writes again is not ended, and what a page could not tell the next one tells, if nothing has changed", () => {
  const { client, told } = sit();
  board({ mine: [card("c"), card("d"), card("e")] });
  const chat = (/** @type {string} */ id) => /** @type {any} */ (client.chats.get(id));
  client.partings.hold(chat("c"), "甲");
  Socket.last.hears({ type: "event", conversation: "c", event: { seq: 9, epoch: 2, at: client.now, kind: "received", text: "还有" } });
  assert.ok(told.includes("kept 甲"));
  pass(UNDO_MS + 100);
  assert.deepEqual(Socket.last.of("close"), []);
  client.partings.hold(chat("d"), "乙");
  client.partings.hold(chat("e"), "丙");
  // This page dies without a word; the next one finds one chat as it was and one that was handed on since.
  client.dispose();
  sit();
  board({ mine: [card("d"), card("e", 5)] });
  assert.deepEqual(Socket.last.of("close").map(({ conversation }) => conversation), ["d"]);
});

test("going offline with chats open is for the agent to decide; a server of before knows two states only", () => {
  const { store, client } = sit({ state: "online" });
  client.presence("break", "meal");
  assert.deepEqual(store.state.presence, { state: "break", reason: "meal" });
  client.presence("offline");
  assert.deepEqual(store.state.presence.state, "break", "the server has not said so yet");
  Socket.last.hears({ type: "error", code: "chats_open", message: "", open: 2 });
  assert.equal(store.state.leaving, 2);
  Socket.last.hears({ type: "team", set: [{ agent: "a", name: "店长", state: "offline", here: true, open: 0, capacity: 5 }], now: 1 });
  assert.equal(store.state.presence.state, "offline");
  const before = sit();
  before.client.presence("break", "meal");
  assert.deepEqual(Socket.last.of("status"), [{ type: "status", available: false }]);
});

test("a note goes out as a note, once acknowledged it is gone from the outbox, and never as a message", () => {
  const { client } = sit({ state: "online" });
  board({ mine: [card("c")], counts: { waiting: 0, left: 0, agents_online: 1 } });
  const chat = /** @type {any} */ (client.chats.get("c"));
  client.note(chat, "只要顺丰");
  const [{ id, ...note }] = Socket.last.of("note");
  assert.deepEqual(note, { type: "note", conversation: "c", text: "只要顺丰" });
  Socket.last.hears({ type: "event", conversation: "c", event: { seq: 3, epoch: 2, at: 1, kind: "noted", id, text: "只要顺丰", name: "店长" } });
  assert.deepEqual(client.unsent(chat), []);
  assert.deepEqual(Socket.last.of("message"), []);
});

test("the page is in the language of the browser", () => {
  for (const [lang, page, take] of [["zh-TW", "zh-Hant", "轉交"], ["zh-Hant-HK", "zh-Hant", "轉交"], ["yue", "zh-Hant", "轉交"], ["zh", "zh-CN", "转交"], ["zh-SG", "zh-CN", "转交"], ["en-GB", "en", "Transfer"], ["fr", "en", "Transfer"]]) {
    assert.equal(pageFor(lang), page, lang);
    assert.equal(wordsFor(pageFor(lang)).transfer, take, lang);
  }
});
