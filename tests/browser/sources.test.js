// The front end as it is written: weight, and the few rules that hold everywhere.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { Talk } from "../../src/web/widget/talk.js";

const WEB = fileURLToPath(new URL("../../src/web/", import.meta.url));

/** @param {string} end */
async function files(end) {
  const all = await readdir(WEB, { recursive: true });
  return Promise.all(all.filter((name) => name.endsWith(end)).map(async (name) => ({ name, source: await readFile(WEB + name, "utf8") })));
}

test("no markup is made from text, and nothing is inline", async () => {
  for (const { name, source } of await files(".js")) {
    assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/, name);
  }
  for (const { name, source } of await files(".html")) {
    assert.doesNotMatch(source, /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/, name);
  }
});

/** What a module imports at once, and what those import; what is fetched later is not in it. @param {string} name @returns {Promise<string[]>} */
async function closure(name, seen = new Set()) {
  if (seen.has(name)) return [];
  seen.add(name);
  const source = await readFile(WEB + name, "utf8");
  const found = [name];
  for (const [, path] of source.matchAll(/^import .* from "(.*)";$/gm)) {
    found.push(...(await closure(normalize(join(dirname(name), path)), seen)));
  }
  return found;
}

/** @param {string[]} names */
async function weight(names) {
  let bytes = 0;
  for (const name of new Set(names)) bytes += gzipSync(await readFile(WEB + name), { level: 9 }).length;
  return bytes;
}

test("the chat stays light, and a shop's page loads little of it at first", async () => {
  const first = [...(await closure("widget.js")), "widget/launcher.css"];
  const returning = [...first, ...(await closure("widget/client.js"))];
  const open = [...returning, ...(await closure("widget/panel.js")), "widget/strings.zh.js", "widget/widget.css"];
  const kib = async (/** @type {string[]} */ names) => (await weight(names)) / 1024;
  assert.ok((await kib(first)) <= 12.5, `${await kib(first)} KiB before anybody has spoken`);
  assert.ok((await kib(returning)) <= 28, `${await kib(returning)} KiB for whoever has a talk to come back to`);
  // Taken-back messages and what was seen cost 0.4 of them.
  assert.ok((await kib(open)) <= 41, `${await kib(open)} KiB with the chat open`);
});

test("frames in any order of tabs and links give one talk", () => {
  /** @type {any[]} */
  const events = [
    { type: "message", seq: 2, at: 1, from: "shopper", id: "a", text: "在吗" },
    { type: "message", seq: 3, at: 2, from: "bot", text: "在的" },
    { type: "message", seq: 4, at: 3, from: "shopper", id: "b", text: "发货" },
    { type: "owner", seq: 5, at: 4, who: "queue", text: "稍等" },
    { type: "owner", seq: 6, at: 5, who: "agent", name: "勺子" },
  ];
  const shown = (/** @type {Talk} */ talk) => talk.entries.map(({ seq, text, state }) => `${seq} ${text} ${state ?? ""}`);
  const plain = new Talk();
  plain.welcome({ type: "welcome", conversation: "c", token: "t", seq: 6 });
  for (const event of events) plain.event(event);
  // The same with own messages, early acknowledgements, repeats and a reconnect in the middle.
  const busy = new Talk();
  busy.welcome({ type: "welcome", conversation: "c", token: "t", seq: 1 });
  const waiting = { text: "在吗", at: 1, who: null, conversation: null };
  busy.unsent([{ id: "a", ...waiting }, { id: "b", ...waiting, text: "发货" }], new Map());
  busy.ack("b", 4);
  busy.ack("a", 2);
  for (const event of [...events.slice(0, 2), ...events.slice(0, 3)]) busy.event(event);
  busy.welcome({ type: "welcome", conversation: "c", token: "t", seq: 6 });
  for (const event of events) busy.event(event);
  assert.deepEqual(shown(busy), shown(plain));
  assert.equal(busy.agent, "勺子");
});

test("a message that another page had acknowledged first stays where it is stored", () => {
  const talk = new Talk();
  talk.welcome({ type: "welcome", conversation: "c", token: "t", seq: 0 });
  const waiting = { id: "a", text: "在吗", at: 1, who: null, conversation: null };
  talk.unsent([waiting, { ...waiting, id: "b", text: "发货", at: 2 }], new Map([["b", "unavailable"]]));
  assert.deepEqual(talk.entries.map(({ text, state, again }) => `${text} ${state} ${again}`), ["在吗 sending true", "发货 failed true"]);
  talk.unsent([], new Map());
  assert.deepEqual(talk.entries, []);
  talk.ack("a", 1);
  talk.event({ type: "message", seq: 2, at: 3, from: "bot", text: "在的" });
  assert.deepEqual(talk.entries.map(({ seq, text, state }) => `${seq} ${text} ${state}`), ["1 在吗 sent", "2 在的 undefined"]);
});

test("what is no longer kept is said, and another conversation begins below", () => {
  const talk = new Talk();
  talk.welcome({ type: "welcome", conversation: "c", token: "t", seq: 90, history_gone: true });
  talk.event({ type: "message", seq: 40, at: 1, from: "bot", text: "您好" });
  assert.deepEqual(talk.entries.map(({ notice, text }) => notice ?? text), ["gone", "您好"]);
  talk.welcome({ type: "welcome", conversation: "d", token: "t", seq: 1 });
  talk.event({ type: "message", seq: 2, at: 1, from: "bot", text: "又见面了" });
  assert.deepEqual(talk.entries.map(({ part, text }) => `${part} ${text}`), ["0 ", "0 您好", "1 又见面了"]);
});
