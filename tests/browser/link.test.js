// The link by itself, against a network and a clock of the test's own: when it asks, when it gives up, how long it waits.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import * as bare from "./support/page.js";
import { furnish, page, PageTransitionEvent, pass, Socket } from "./support/page.js";

furnish();
const { Link } = await import("../../src/web/shared/socket.js");

let unsent = false;
let silence = 0;
/** @type {any} */
let link;

/** The newest connection. */
const last = () => Socket.last;

function begin() {
  link = new Link({
    url: "ws://nowhere",
    hello: () => ({ type: "hello" }),
    ping: { type: "ping" },
    onFrame: () => {},
    onState: () => {},
    silence: () => silence,
    unsent: () => unsent,
  });
  link.start();
  welcome();
}

function welcome() {
  last().open();
  last().hears({ type: "welcome" });
}

/** How long it waits until it connects again, milliseconds. */
function pause() {
  const before = Socket.all.length;
  for (let waited = 0; waited < 60_000; waited += 10) {
    if (Socket.all.length > before) return waited;
    pass(10);
  }
  return assert.fail("it never came back");
}

beforeEach(() => {
  bare.begin();
  unsent = false;
  silence = 0;
});
afterEach(() => {
  link.stop();
  bare.end();
});

test("while somebody looks, a link that is silent is asked and given up within ten seconds", () => {
  begin();
  pass(5000);
  assert.deepEqual(last().kinds, ["hello", "ping"]);
  last().hears({ type: "pong" });
  pass(4900);
  assert.deepEqual(last().kinds, ["hello", "ping"], "an answer is good for as long again");
  const dead = last();
  pass(4600);
  assert.equal(link.state, "waiting", "the second ping was not answered");
  assert.deepEqual(dead.closed, [1000]);
});

test("with nobody looking it is left alone, unless something is unsent or a person is awaited", () => {
  page.visibilityState = "hidden";
  begin();
  pass(600_000);
  assert.deepEqual(last().kinds, ["hello"]);
  silence = 45_000;
  last().hears({ type: "owner" });
  pass(45_000);
  assert.deepEqual(last().kinds, ["hello", "ping"]);
  last().hears({ type: "pong" });
  unsent = true;
  last().hears({ type: "queue" });
  pass(9500);
  assert.equal(link.state, "waiting");
});

test("what was sent and not followed by anything makes it ask sooner", () => {
  begin();
  pass(4000);
  last().hears({ type: "typing" });
  link.send({ type: "message" });
  pass(2000);
  assert.deepEqual(last().kinds, ["hello", "message", "ping"]);
  pass(4500);
  assert.equal(link.state, "waiting");
});

test("each failure doubles the wait, with jitter, up to a bound; only a link that holds resets it", () => {
  begin();
  last().breaks();
  /** @type {number[]} */
  const waits = [];
  for (let failure = 0; failure < 8; failure += 1) {
    const most = Math.min(20_000, 500 * 2 ** failure);
    const waited = pause();
    waits.push(waited / most);
    assert.ok(waited >= most / 2 - 10 && waited <= most + 10, `${waited} of ${most}`);
    last().breaks();
  }
  assert.ok(new Set(waits.map((share) => share.toFixed(2))).size > 3, "they are not all alike");
  pause();
  welcome();
  last().breaks();
  assert.ok(pause() > 9000, "a welcome alone proves nothing");
  welcome();
  for (let second = 0; second < 11; second += 1) {
    pass(1000);
    last().hears({ type: "pong" });
  }
  last().breaks();
  assert.ok(pause() <= 510);
});

test("it comes back at once when the person or the network does", () => {
  begin();
  for (const name of ["focus", "online", "visibilitychange", "pageshow"]) {
    last().breaks();
    assert.equal(link.state, "waiting");
    const before = Socket.all.length;
    (name === "visibilitychange" ? page : bare.world).dispatchEvent(new Event(name));
    assert.equal(Socket.all.length, before + 1, name);
    welcome();
  }
  // A link that seems to be there is asked.
  pass(3000);
  bare.world.dispatchEvent(new Event("online"));
  assert.deepEqual(last().kinds, ["hello", "ping"]);
  // A page that goes into the browser's memory holds no socket, and opens one when it comes back from there.
  const held = last();
  bare.world.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
  assert.deepEqual(held.closed, [1000]);
  const before = Socket.all.length;
  pass(600_000);
  assert.equal(Socket.all.length, before);
  bare.world.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  assert.equal(Socket.all.length, before + 1);
});

test("asked to move it goes at a time of its own within what was asked, and works until then", () => {
  const times = new Set();
  for (let client = 0; client < 20; client += 1) {
    begin();
    const first = last();
    first.hears({ type: "move", within_ms: 3000 });
    assert.ok(link.send({ type: "message" }));
    first.hears({ type: "ack" });
    const waited = pause();
    assert.ok(waited <= 3010, `${waited}`);
    assert.deepEqual(first.closed, [1000]);
    assert.ok(link.planned, "nothing to be alarmed about");
    welcome();
    assert.ok(!link.planned);
    times.add(Math.floor(waited / 300));
    link.stop();
  }
  assert.ok(times.size > 3, "they do not all go at once");
});
