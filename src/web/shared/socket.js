// One live connection to the gateway that heals itself: backs off with jitter, and notices a link that is dead
// without having been closed. A repeated hello is answered like the first, so it serves as the question whether
// anybody is there.

/** A frame is owed within this time after something was sent, milliseconds. */
const REPLY_MS = 10_000;
/** After this much silence a link is not trusted when the person comes back. */
const DOUBT_MS = 15_000;
const BACKOFF_MS = 500;
const BACKOFF_MAX_MS = 20_000;
/** Signed out, forbidden, no such shop: coming back does not help. */
const FINAL = [4401, 4403, 4404];

/** @typedef {"connecting" | "ready" | "waiting" | "stopped"} LinkState */
/** @typedef {{ type: string, after_ms?: number }} AnyFrame */

/**
 * @template {{ type: string }} Request
 * @template {AnyFrame} Frame
 */
export class Link {
  /**
   * @param {object} wiring
   * @param {string} wiring.url
   * @param {() => Request} wiring.hello
   * @param {(frame: Frame, fresh: boolean) => void} wiring.onFrame fresh: a welcome to a new connection
   * @param {(state: LinkState) => void} wiring.onState
   * @param {(code: number) => void} [wiring.onRefused] the server will not have this client; the link has stopped
   * @param {() => number} [wiring.silence] ask after so many silent milliseconds; 0 never
   * @param {() => boolean} [wiring.idle] nothing is to be heard: a lost link stays lost until `restart`
   */
  constructor({ url, hello, onFrame, onState, onRefused, silence, idle }) {
    this.url = url;
    this.hello = hello;
    this.onFrame = onFrame;
    this.onState = onState;
    this.onRefused = onRefused ?? (() => {});
    this.idle = idle ?? (() => false);
    this.silence = silence ?? (() => 0);
    /** @type {LinkState} */
    this.state = "stopped";
    /** @type {WebSocket | null} */
    this.socket = null;
    this.failures = 0;
    this.heard = 0;
    /** When a frame is owed at the latest; 0 when none is. */
    this.owed = 0;
    this.pause = 0;
    this.tick = 0;
    this.wake = this.wake.bind(this);
  }

  start() {
    if (this.state !== "stopped") return;
    for (const name of ["online", "focus", "pageshow"]) window.addEventListener(name, this.wake);
    document.addEventListener("visibilitychange", this.wake);
    this.tick = window.setInterval(() => this.watch(), 1000);
    this.connect();
  }

  stop() {
    for (const name of ["online", "focus", "pageshow"]) window.removeEventListener(name, this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    clearInterval(this.tick);
    clearTimeout(this.pause);
    this.drop();
    this.move("stopped");
  }

  /** Begins anew at once, with a new hello. */
  restart() {
    if (this.state === "stopped") return this.start();
    if (this.state === "ready") return this.ask();
    clearTimeout(this.pause);
    this.connect();
  }

  /** @private Says hello again; silence after it is a dead link. */
  ask() {
    this.socket?.send(JSON.stringify(this.hello()));
    this.owed = Date.now() + REPLY_MS;
  }

  /**
   * Sends when the link is ready; what must not be lost belongs in an outbox too.
   * @param {Request} request
   * @returns {boolean} whether it went out
   */
  send(request) {
    if (this.state !== "ready" || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(request));
    if (request.type !== "typing" && this.owed === 0) this.owed = Date.now() + REPLY_MS;
    return true;
  }

  /** @private */
  connect() {
    this.drop();
    this.move("connecting");
    const socket = new WebSocket(this.url, "yingda.v1");
    this.socket = socket;
    this.owed = Date.now() + REPLY_MS;
    socket.onopen = () => socket.send(JSON.stringify(this.hello()));
    socket.onmessage = (event) => {
      if (this.socket === socket) this.hear(event.data);
    };
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      if (this.idle()) return this.stop();
      if (!FINAL.includes(code)) return this.retry();
      this.stop();
      this.onRefused(code);
    };
  }

  /** @private @param {unknown} data */
  hear(data) {
    this.heard = Date.now();
    this.owed = 0;
    /** @type {Frame} */
    let frame;
    try {
      frame = JSON.parse(String(data));
    } catch {
      return;
    }
    if (frame.type === "moving") return this.retry((frame.after_ms ?? 0) * (1 + Math.random() / 4));
    if (frame.type === "welcome") {
      const fresh = this.state !== "ready";
      this.failures = 0;
      // The owner of this link hears the welcome first: what it resends depends on it.
      this.state = "ready";
      this.onFrame(frame, fresh);
      return this.onState(this.state);
    }
    this.onFrame(frame, false);
  }

  /** @private Comes back later; each failure doubles the wait. @param {number} [after] */
  retry(after) {
    if (this.state === "stopped") return;
    this.drop();
    const most = Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** this.failures);
    this.failures += 1;
    this.move("waiting");
    clearTimeout(this.pause);
    this.pause = window.setTimeout(() => this.connect(), after ?? most * (0.5 + Math.random() / 2));
  }

  /** @private */
  drop() {
    const socket = this.socket;
    this.socket = null;
    this.owed = 0;
    socket?.close();
  }

  /** @private */
  watch() {
    const now = Date.now();
    if (this.owed > 0 && now > this.owed) return this.idle() ? this.stop() : this.retry();
    const silence = this.silence();
    if (this.state === "ready" && this.owed === 0 && silence > 0 && now - this.heard > silence) this.ask();
  }

  /** @private The person or the network came back. */
  wake() {
    if (document.visibilityState === "hidden" || this.idle()) return;
    const doubtful = this.owed === 0 && Date.now() - this.heard > DOUBT_MS;
    if (this.state === "waiting" || (this.state === "ready" && doubtful)) this.restart();
  }

  /** @private @param {LinkState} state */
  move(state) {
    if (this.state === state) return;
    this.state = state;
    this.onState(state);
  }
}

/**
 * The WebSocket address of a path on the server that a module came from.
 * @param {string} path
 * @param {string} base
 */
export function socketUrl(path, base) {
  const url = new URL(path, base);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
