// The link by itself, against a network and a clock of the test's own: when it asks, when it gives up, how long it waits.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

/** A network end that does what the test says. */
class Socket {
  static OPEN = 1;
  /** @type {Socket[]} */
  static all = [];
  constructor() {
    this.readyState = 0;
    /** @type {any[]} */
    this.sent = [];
    /** @type {number[]} */
    this.closed = [];
    this.onopen = this.onmessage = this.onclose = /** @type {(event?: any) => void} */ (() => {});
    Socket.all.push(this);
  }
  send(/** @type {string} */ text) {
    this.sent.push(JSON.parse(text));
  }
  close(/** @type {number} */ code) {
    this.closed.push(code);
    this.readyState = 3;
  }
  open() {
    this.readyState = 1;
    this.onopen();
  }
  hears(/** @type {object} */ frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }
  breaks(code = 1006) {
    this.readyState = 3;
    this.onclose({ code });
  }
  get kinds() {
    return this.sent.map((frame) => frame.type);
  }
}

class PageTransitionEvent extends Event {
  constructor(/** @type {string} */ type, { persisted = false } = {}) {
    super(type);
    this.persisted = persisted;
  }
}

const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
Object.assign(globalThis, { window: globalThis, document: page, WebSocket: Socket, PageTransitionEvent });
const world = new EventTarget();
Object.assign(globalThis, {
  addEventListener: world.addEventListener.bind(world),
  removeEventListener: world.removeEventListener.bind(world),
});
const { Link } = await import("../../src/web/shared/socket.js");

let unsent = false;
let silence = 0;
/** @type {any} */
let link;

/** The newest connection. */
const last = () => /** @type {Socket} */ (Socket.all.at(-1));

/** Lets time pass, in small steps: what is due in between is to see the time at which it was due. @param {number} milliseconds */
function pass(milliseconds) {
  for (let passed = 0; passed < milliseconds; passed += 10) mock.timers.tick(10);
}

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
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  Socket.all = [];
  page.visibilityState = "visible";
  unsent = false;
  silence = 0;
});
afterEach(() => {
  link.stop();
  mock.timers.reset();
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
    (name === "visibilitychange" ? page : world).dispatchEvent(new Event(name));
    assert.equal(Socket.all.length, before + 1, name);
    welcome();
  }
  // A link that seems to be there is asked.
  pass(3000);
  world.dispatchEvent(new Event("online"));
  assert.deepEqual(last().kinds, ["hello", "ping"]);
  // A page that goes into the browser's memory holds no socket, and opens one when it comes back from there.
  const held = last();
  world.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
  assert.deepEqual(held.closed, [1000]);
  const before = Socket.all.length;
  pass(600_000);
  assert.equal(Socket.all.length, before);
  world.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
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
