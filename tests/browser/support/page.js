// A page without a browser: network, storage, clock and events of the test's own, for what has no DOM.

import { mock } from "node:test";

/** A network end that does what the test says. */
export class Socket {
  static OPEN = 1;
  /** @type {Socket[]} */
  static all = [];
  constructor(/** @type {string} */ url = "") {
    this.url = url;
    this.readyState = 0;
    /** @type {any[]} */
    this.sent = [];
    /** @type {number[]} */
    this.closed = [];
    this.onopen = this.onmessage = this.onclose = /** @type {(event?: any) => void} */ (() => {});
    Socket.all.push(this);
  }
  /** The newest connection. */
  static get last() {
    return /** @type {Socket} */ (Socket.all[Socket.all.length - 1]);
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
  /** What was sent of this type. @param {string} type */
  of(type) {
    return this.sent.filter((frame) => frame.type === type);
  }
}

/** What the browser keeps, as its own enumerable properties, the way `Storage` shows them. */
class Storage {
  /** @param {string} key @returns {string | null} */
  getItem(key) {
    return Object.hasOwn(this, key) ? /** @type {any} */ (this)[key] : null;
  }
  setItem(/** @type {string} */ key, /** @type {string} */ value) {
    if (Storage.full) throw new Error("QuotaExceededError");
    /** @type {any} */ (this)[key] = value;
  }
  removeItem(/** @type {string} */ key) {
    delete (/** @type {any} */ (this)[key]);
  }
  static full = false;
}

export class PageTransitionEvent extends Event {
  constructor(/** @type {string} */ type, { persisted = false } = {}) {
    super(type);
    this.persisted = persisted;
  }
}

export const page = Object.assign(new EventTarget(), { visibilityState: "visible", documentElement: { dataset: {} } });
export let world = new EventTarget();

/** Makes the page's globals. To be called before the modules under test are imported. */
export function furnish() {
  Object.assign(globalThis, {
    window: globalThis,
    document: page,
    WebSocket: Socket,
    PageTransitionEvent,
    location: { hash: "" },
    addEventListener: (/** @type {any[]} */ ...args) => world.addEventListener(.../** @type {[string, any]} */ (args)),
    removeEventListener: (/** @type {any[]} */ ...args) => world.removeEventListener(.../** @type {[string, any]} */ (args)),
  });
}

/** A fresh world: nothing kept, nothing connected, and the clock stands. */
export function begin() {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_000_000 });
  Socket.all = [];
  Storage.full = false;
  world = new EventTarget();
  page.visibilityState = "visible";
  Object.defineProperty(globalThis, "localStorage", { value: new Storage(), configurable: true, writable: true });
}

export function end() {
  mock.timers.reset();
}

/** Nothing more can be kept. */
export function fillStorage() {
  Storage.full = true;
}

/** Lets time pass, in small steps: what is due in between is to see the time at which it was due. @param {number} milliseconds */
export function pass(milliseconds) {
  for (let passed = 0; passed < milliseconds; passed += 10) mock.timers.tick(10);
}

/** Another page of this browser has written. @param {string} key */
export function stored(key) {
  world.dispatchEvent(Object.assign(new Event("storage"), { key }));
}

/** The network end opens and welcomes. @param {object} welcome */
export function welcome(welcome) {
  Socket.last.open();
  Socket.last.hears({ type: "welcome", ...welcome });
}
