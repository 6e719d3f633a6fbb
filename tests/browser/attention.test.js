// What the desk makes of what it knows, without a browser: what hurts most, whose turn it is, what is folded, what keys
// mean, what the standards say.

import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange, groupOf, nextOf } from "../../src/web/desk/attention.js";
import { Names, follows } from "../../src/web/desk/board.js";
import { pieces, tally } from "../../src/web/desk/chat.js";
import { lasting, short, standing } from "../../src/web/desk/clock.js";
import { TABLE, commandOf } from "../../src/web/desk/keys.js";
import { blanks, filled, found } from "../../src/web/desk/phrases.js";
import { breaches } from "../../src/web/desk/standards.js";
import { zh } from "../../src/web/desk/strings.zh.js";

const NOW = 1_000_000;

/** @param {string} conversation @param {object} [more] @returns {any} */
const card = (conversation, more = {}) => ({ conversation, shopper: "访客 1", lane: "normal", deadline: NOW + 60_000, waiting_since: NOW - 1000, ...more });

test("danger and law stand first whatever the clock says, then the nearest deadline", () => {
  const mine = [
    card("plain", { deadline: NOW + 1000 }),
    card("angry", { lane: "urgent", deadline: NOW + 5000 }),
    card("law", { lane: "top", deadline: NOW + 90_000 }),
    card("hurt", { lane: "safety", deadline: NOW + 99_000 }),
    card("late", { deadline: NOW - 5000 }),
    card("answered", { waiting_since: undefined }),
    card("later", { snoozed_until: NOW + 1 }),
  ];
  const attention = arrange(mine, NOW);
  assert.deepEqual(attention.owed.map(({ conversation }) => conversation), ["hurt", "law", "late", "plain", "angry"]);
  assert.deepEqual([attention.theirs.length, attention.later.length], [1, 1]);
  assert.equal(nextOf(attention, "hurt")?.conversation, "law");
  assert.equal(nextOf(attention, "plain")?.conversation, "hurt");
  assert.equal(groupOf(card("later", { snoozed_until: NOW }), NOW), "owed", "what was put off comes back by the clock");
  assert.equal(nextOf(arrange([card("answered", { waiting_since: null })], NOW), undefined), null);
  assert.equal(arrange(mine, NOW, (conversation) => conversation === "hurt").owed[0].conversation, "law");
});

test("any list follows from any other by what is gone, other and elsewhere", () => {
  // Every step of a random walk, with changes made as the protocol says.
  let seed = 7;
  const random = (/** @type {number} */ below) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  let list = /** @type {any[]} */ ([]);
  for (let step = 0; step < 500; step += 1) {
    const next = list.filter(() => random(5) > 0).map((one) => (random(4) === 0 ? { ...one, epoch: step } : one));
    for (let moves = random(3); moves > 0 && next.length > 1; moves -= 1) next.splice(random(next.length), 0, ...next.splice(random(next.length), 1));
    while (random(2) === 0 && next.length < 30) next.splice(random(next.length + 1), 0, card(`c${step} ${next.length}`));
    const gone = list.filter((one) => !next.some(({ conversation }) => conversation === one.conversation)).map(({ conversation }) => conversation);
    const set = next.flatMap((one, at) => (list.includes(one) ? [] : [{ at, card: one }]));
    // What is left stands in a longest run that keeps its order; here the simple way: all others are moved.
    const stays = next.filter((one) => list.includes(one));
    const moved = stays.flatMap((one) => (random(2) === 0 || stays.some((other) => (list.indexOf(other) < list.indexOf(one)) !== (next.indexOf(other) < next.indexOf(one)) && other !== one) ? [{ at: next.indexOf(one), conversation: one.conversation }] : []));
    assert.deepEqual(follows(list, { gone, set, moved }), next, `step ${step}`);
    list = next;
  }
});

test("visitors are called by four signs of their code, and by all where these are not enough", () => {
  const names = new Names();
  names.learn([{ shopper: "访客 4F7KQ2MX9B" }, { shopper: "访客 4F7KAAAAAA" }, { shopper: "访客 9ZZZQ2MX9B" }, { shopper: "u-1001" }].map((more) => card("c", more)));
  assert.equal(names.of("访客 9ZZZQ2MX9B", { visitor: "Visitor" }), "Visitor 9ZZZ");
  assert.equal(names.of("访客 4F7KQ2MX9B", { visitor: "访客" }), "访客 4F7KQ2MX9B");
  assert.equal(names.of("u-1001", { visitor: "访客" }), "u-1001");
});

test("one clock: what is left, then what it is over by", () => {
  assert.deepEqual(standing(card("c", { deadline: NOW + 125_000 }), NOW), { text: "2:05", urgency: "calm" });
  assert.deepEqual(standing(card("c", { deadline: NOW + 59_000 }), NOW), { text: "0:59", urgency: "soon" });
  assert.deepEqual(standing(card("c", { deadline: NOW - 61_000 }), NOW), { text: "+1:01", urgency: "over" });
  assert.deepEqual([short(3_600_000 * 15 + 60_000), short(3_600_000 * 60), lasting(3_723_000)], ["15h01", "2d", "1:02:03"]);
});

/** @param {string} kinds one letter an event @returns {any[]} */
const log = (kinds) =>
  [...kinds].map((letter, index) => ({
    seq: index + 1,
    kind: /** @type {Record<string, string>} */ ({ s: "started", r: "received", a: "answered", u: "answered", h: "handed_off", g: "assigned", m: "agent_said", n: "noted", b: "returned", c: "closed" })[letter],
    decision: letter === "a" ? { kind: "answer" } : letter === "u" ? { kind: "unknown" } : undefined,
  }));

test("the bot's part is one line, and what made the chat come is not in it", () => {
  const shown = (/** @type {string} */ kinds) => pieces(log(kinds)).map((piece) => ("bot" in piece ? piece.bot.length : piece.event.kind));
  assert.deepEqual(shown("srararh"), [5, "received", "handed_off"]);
  assert.deepEqual(shown("srh"), ["started", "received", "handed_off"], "nothing to fold");
  assert.deepEqual(shown("sraru"), ["started", "received", "answered", "received", "answered"], "a talk that the bot has is read as it is");
  assert.deepEqual(shown("srarhgmbrarhgm"), [3, "received", "handed_off", "assigned", "agent_said", "returned", 2, "received", "handed_off", "assigned", "agent_said"]);
  // The bot answers and hands off in one.
  assert.deepEqual(shown("srah"), [3, "handed_off"]);
  assert.deepEqual(tally(log("sraru")), { asked: 2, answered: 1, missed: 1 });
});

/** @param {string} key @param {object} [more] @returns {any} */
const press = (key, more = {}) => ({ key, code: "", altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, isComposing: false, keyCode: 0, ...more });
const OUTSIDE = { writing: false, letters: true };
const EDITOR = { writing: true, letters: true };

test("letters are commands outside the editor only, and can be turned off", () => {
  assert.equal(commandOf(press("t"), OUTSIDE)?.command, "transfer");
  assert.equal(commandOf(press("T", { shiftKey: true }), OUTSIDE)?.command, "transfer");
  assert.equal(commandOf(press("3"), OUTSIDE)?.n, 3);
  for (const key of ["t", "3", "?", "/"]) {
    assert.equal(commandOf(press(key), EDITOR), null, key);
    assert.equal(commandOf(press(key), { writing: false, letters: false }), null, key);
  }
  assert.equal(commandOf(press("Enter", { ctrlKey: true }), EDITOR)?.command, "sendNext");
  assert.equal(commandOf(press("Enter", { metaKey: true }), EDITOR)?.command, "sendNext");
  assert.equal(commandOf(press("ArrowDown", { altKey: true }), EDITOR)?.command, "down");
});

test("what browsers, systems and input methods take is left to them", () => {
  // Chromium and Firefox on Windows, Linux and macOS.
  for (const key of [..."abcdefghijklmnopqrstuvwxyz0123456789", "ArrowUp", "ArrowDown", "Tab", "F5"]) {
    for (const at of [OUTSIDE, EDITOR]) {
      assert.equal(commandOf(press(key, { ctrlKey: true }), at), null, `Ctrl+${key}`);
      assert.equal(commandOf(press(key, { metaKey: true }), at), null, `⌘+${key}`);
      assert.equal(commandOf(press(key, { ctrlKey: true, shiftKey: true }), at), null, `Ctrl+Shift+${key}`);
      if (!key.startsWith("Arrow")) assert.equal(commandOf(press(key, { altKey: true }), at), null, `Alt+${key}`);
    }
  }
  for (const key of ["ArrowLeft", "ArrowRight"]) assert.equal(commandOf(press(key, { altKey: true }), EDITOR), null);
  for (const key of ["F1", "F3", "F5", "F6", "F7", "F11", "F12", " ", "Tab", "Backspace"]) assert.equal(commandOf(press(key), OUTSIDE), null, key);
  for (const key of ["Enter", "Escape", "ArrowDown", "1"]) {
    assert.equal(commandOf(press(key, { isComposing: true, ctrlKey: true, altKey: false }), EDITOR), null, key);
    assert.equal(commandOf(press(key, { keyCode: 229 }), EDITOR), null, key);
  }
});

test("an input method that hides which letter was meant does not hide the key", () => {
  assert.equal(commandOf(press("Process", { code: "KeyT", keyCode: 229 }), OUTSIDE)?.command, "transfer");
  assert.equal(commandOf(press("ㄓ", { code: "KeyN" }), OUTSIDE)?.command, "next");
  assert.equal(commandOf(press("？", { code: "Slash", shiftKey: true }), OUTSIDE)?.command, "help");
  assert.equal(commandOf(press("、", { code: "Slash" }), OUTSIDE)?.command, "phrases");
  assert.equal(commandOf(press("Process", { code: "Digit2" }), OUTSIDE)?.n, 2);
});

test("each key that means something is in the table, and the other way round", () => {
  for (const [where, key, what] of TABLE) {
    assert.ok(zh.keyNames[what].length > 0);
    // The editor does by itself what is its own.
    if (where === "editor") continue;
    const [last, ...held] = key.split("+").reverse();
    const named = { "↑": "ArrowUp", "↓": "ArrowDown", Esc: "Escape", "1 … 9": "1" }[last] ?? last;
    const event = press(named.length === 1 ? named.toLowerCase() : named, { ctrlKey: held.includes("Ctrl"), altKey: held.includes("Alt") });
    assert.equal(commandOf(event, where === "outside" ? OUTSIDE : EDITOR)?.command, what, key);
  }
  const shown = new Set(TABLE.map(([, , what]) => what));
  for (const key of "abcdefghijklmnopqrstuvwxyz/?") {
    const found = commandOf(press(key), OUTSIDE);
    if (found !== null) assert.ok(shown.has(found.command), key);
  }
});

/** As the server says them. @type {import("../../src/web/desk/standards.js").Standard[]} */
const STANDARDS = [
  { rule: "I080", title: {}, words: ["全网最", "最便宜"], except: [] },
  { rule: "I080", title: {}, words: ["第一"], except: ["第一时间"] },
  { rule: "I080", title: {}, words: ["100%"], except: ["100%棉"] },
  { rule: "I081", title: {}, words: ["加v信"], except: [] },
  { rule: "I082", title: {}, words: ["您别生气"], except: [] },
  { rule: "I088", title: {}, words: ["好评…红包", "qq#####"], except: [], before: ["不用"] },
  { rule: "I122", title: {}, words: ["对面那家"], except: [], shop: "demo" },
];

test("absolute claims, feelings, ways off the platform and personal numbers are named; harmless words are not", () => {
  const rules = (/** @type {string} */ text) => breaches(text, STANDARDS).map(({ rule, word }) => `${rule} ${word}`);
  assert.deepEqual(rules("我们是全网最便宜的，加V信 a1"), ["I080 全网最", "I081 加v信"]);
  assert.deepEqual(rules("您别生气，打 13812345678 找我"), ["I082 您别生气", "number 13812345678"]);
  assert.deepEqual(rules("第一时间为您处理，我们是第一"), ["I080 第一"], "one harmless place hides no other");
  assert.deepEqual(rules("第一时间为您处理，订单 2611170112345678901"), []);
  assert.deepEqual(rules("身份证 11010519491231002X 发我"), ["number 11010519491231002X"]);
  assert.deepEqual(rules("五星好评截图返红包"), ["I088 好评截图返红包"], "a gap spans a few characters");
  assert.deepEqual(rules("好评不发红包；好评。红包另说；不用好评领红包；Qq1234"), [], "no denial, no end of a sentence, nothing behind 不用");
  assert.deepEqual(rules("我的QQ12345"), ["I088 qq12345"]);
  assert.deepEqual(rules("对面那家更贵"), [], "another shop's own standards say nothing here");
  assert.deepEqual(breaches("对面那家更贵", STANDARDS, "demo").length, 1);
  assert.deepEqual(rules("100%棉，您的快递 SF1234567890123 已签收"), []);
});

/** @param {Partial<import("../../src/web/desk/phrases.js").Phrase>} more @returns {import("../../src/web/desk/phrases.js").Phrase} */
const phrase = (more) => ({ id: "1", group: "", title: "", text: "", used: 0, initials: { title: "", text: "" }, ...more });

test("phrases are found by words and by initials, titles first, in the order in which they are used", () => {
  const all = [
    phrase({ id: "a", text: "发货时间以页面为准", initials: { title: "", text: "fhsjyymwz" } }),
    phrase({ id: "b", title: "发货时间", group: "物流", text: "今天发", initials: { title: "fhsj", text: "jtf" } }),
    phrase({ id: "c", title: "先发货", text: "好", initials: { title: "xfh", text: "h" } }),
  ];
  const ids = (/** @type {string} */ sought) => found(all, sought).map(({ id }) => id).join("");
  assert.equal(ids(""), "abc");
  assert.equal(ids("fh"), "bca");
  assert.equal(ids("f'h s j"), "ba", "as an input method shows it while a word is composed");
  assert.equal(ids("物流"), "b");
  assert.equal(ids("FHSJ"), "ba");
  assert.equal(ids("没有"), "");
});

test("variables are filled, what is not known is a blank, and blanks are found where they stand", () => {
  const names = { name: "称呼", order: "订单号", shop: "店", agent: "我" };
  const text = filled("{name}您好，{order}，{agent}，{其他}，{x}", { name: "", order: "$&1", shop: "", agent: "小美{name}" }, names);
  assert.equal(text, "〔称呼〕您好，$&1，小美{name}，{其他}，{x}", "values are taken as they are");
  const places = (/** @type {string} */ said) => blanks(said).map(({ start, end }) => said.slice(start, end));
  assert.deepEqual(places("〔几〕点，____ 分钟，a__b，https://x.cn/__"), ["〔几〕", "____"]);
});
