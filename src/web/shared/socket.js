// One live connection to the gateway that heals itself: backs off with jitter, comes back at once when the person or
// the network does, and notices a link that is dead without having been closed.

/** A welcome is owed within this time after connecting, milliseconds. */
const WELCOME_MS = 10_000;
/** While somebody looks, or something is unsent, a link that is silent for so long is asked, milliseconds. */
const SILENCE_MS = 5000;
/** After something was sent, so much silence is enough to ask, milliseconds. */
const UNANSWERED_MS = 2000;
/** An answer is owed within this time: with the silence before it less than ten seconds, milliseconds. */
const ANSWER_MS = 4500;
/** When the person or the network comes back, what was heard so lately is trusted, milliseconds. */
const FRESH_MS = 1000;
/** A link that held so long was good: the next loss is the first, milliseconds. */
const STABLE_MS = 10_000;
const BACKOFF_MS = 500;
const BACKOFF_MAX_MS = 20_000;
/** Signed out, forbidden, no such shop: coming back does not help. */
const FINAL = [4401, 4403, 4404];
/** Too many connections from this address: the next is of use in a minute only. */
const CROWDED = 4429;
const CROWDED_MS = 30_000;
const WAKERS = ["online", "focus", "pageshow", "pagehide"];

/** @typedef {"connecting" | "ready" | "waiting" | "stopped"} LinkState */
/** @typedef {{ type: string, after_ms?: number, within_ms?: number }} AnyFrame */

/**
 * @template {{ type: string }} Request
 * @template {AnyFrame} Frame
 */
export class Link {
  /**
   * @param {object} wiring
   * @param {string} wiring.url
   * @param {() => Request} wiring.hello
   * @param {Request} wiring.ping
   * @param {(frame: Frame, fresh: boolean) => void} wiring.onFrame fresh: a welcome to a new connection
   * @param {(state: LinkState) => void} wiring.onState
   * @param {(code: number) => void} [wiring.onLost] the link is another from now on
   * @param {(code: number) => void} [wiring.onRefused] the server will not have this client, or with 0 the page
   *   does not let it connect; the link has stopped
   * @param {() => number} wiring.silence with nobody looking and nothing unsent: ask after so many silent
   *   milliseconds; 0 never
   * @param {() => boolean} wiring.unsent whether something waits to be acknowledged
   * @param {() => boolean} [wiring.idle] nothing is to be heard: a lost link stays lost until `restart`
   */
  constructor(wiring) {
    this.wiring = { onLost: () => {}, onRefused: () => {}, idle: () => false, ...wiring };
    /** @type {LinkState} */
    this.state = "stopped";
    /** The server asked to move: being away for a moment is nothing to worry about. */
    this.planned = false;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.failures = 0;
    this.welcomed = 0;
    this.heard = 0;
    /** When something was sent that nothing has followed; 0 when nothing was. */
    this.asked = 0;
    /** When a frame is owed at the latest; 0 when none is. */
    this.owed = 0;
    this.alarm = 0;
    this.pause = 0;
    this.wake = this.wake.bind(this);
    this.barred = this.barred.bind(this);
  }

  start() {
    if (this.state !== "stopped") return;
    for (const name of WAKERS) window.addEventListener(name, this.wake);
    document.addEventListener("visibilitychange", this.wake);
    document.addEventListener("securitypolicyviolation", this.barred);
    this.connect();
  }

  stop() {
    for (const name of WAKERS) window.removeEventListener(name, this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    document.removeEventListener("securitypolicyviolation", this.barred);
    clearTimeout(this.pause);
    this.drop();
    this.move("stopped");
  }

  /** Begins anew at once: with a new hello, or with a new connection when there is none. */
  restart() {
    if (this.state === "stopped") return this.start();
    if (this.state === "ready") return this.demand(this.wiring.hello());
    if (this.state === "waiting") this.connect();
  }

  /**
   * Sends when the link is ready; what must not be lost belongs in an outbox too.
   * @param {Request} request
   * @returns {boolean} whether it went out
   */
  send(request) {
    if (this.state !== "ready" || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(request));
    if (request.type !== "typing" && this.asked === 0) {
      this.asked = Date.now();
      this.watch();
    }
    return true;
  }

  /** @private Sends what is answered at once; silence after it is a dead link. @param {Request} request */
  demand(request) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(request));
    if (this.owed === 0) this.owed = Date.now() + ANSWER_MS;
    this.watch();
  }

  /** @private */
  connect() {
    clearTimeout(this.pause);
    this.drop();
    this.move("connecting");
    /** @type {WebSocket} */
    let socket;
    try {
      socket = new WebSocket(this.wiring.url, "yingda.v1");
    } catch {
      // A page over https may not speak to a plain server, and a page's policy may forbid it.
      return this.refuse(0);
    }
    this.socket = socket;
    this.owed = Date.now() + WELCOME_MS;
    this.watch();
    socket.onopen = () => socket.send(JSON.stringify(this.wiring.hello()));
    socket.onmessage = (event) => {
      if (this.socket === socket) this.hear(event.data);
    };
    socket.onclose = ({ code }) => {
      if (this.socket === socket) this.lose(code);
    };
  }

  /** @private @param {unknown} data */
  hear(data) {
    this.heard = Date.now();
    this.owed = this.asked = 0;
    /** @type {Frame} */
    let frame;
    try {
      frame = JSON.parse(String(data));
    } catch {
      return;
    }
    if (frame.type === "pong") return this.watch();
    if (frame.type === "move") return this.moveWithin(frame.within_ms ?? 0);
    if (frame.type === "moving") {
      this.planned = true;
      return this.retry((frame.after_ms ?? 0) * (1 + Math.random() / 4));
    }
    if (frame.type === "welcome") {
      const fresh = this.state !== "ready";
      if (fresh) this.welcomed = this.heard;
      this.planned = false;
      // The owner of this link hears the welcome first: what it resends depends on it.
      this.state = "ready";
      this.wiring.onFrame(frame, fresh);
      this.watch();
      return this.wiring.onState(this.state);
    }
    this.wiring.onFrame(frame, false);
    this.watch();
  }

  /** @private The server will go: leaves it at a time of its own, so that not all come to the next one at once. @param {number} within */
  moveWithin(within) {
    const { socket } = this;
    window.setTimeout(() => {
      if (this.socket !== socket || this.state !== "ready") return;
      this.failures = 0;
      if (this.wiring.idle()) return this.stop();
      this.planned = true;
      this.connect();
    }, within * Math.random());
  }

  /** @private @param {number} code */
  lose(code) {
    this.wiring.onLost(code);
    if (FINAL.includes(code)) return this.refuse(code);
    if (this.wiring.idle()) return this.stop();
    this.retry(code === CROWDED ? CROWDED_MS * (0.5 + Math.random()) : undefined);
  }

  /** @private @param {number} code */
  refuse(code) {
    this.stop();
    this.wiring.onRefused(code);
  }

  /** @private The page's policy has kept a connection from being made: trying again changes nothing. @param {SecurityPolicyViolationEvent} event */
  barred({ blockedURI, effectiveDirective, disposition }) {
    const ours = effectiveDirective === "connect-src" && disposition === "enforce" && blockedURI !== "" && this.wiring.url.startsWith(blockedURI);
    if (ours && this.state !== "ready") this.refuse(0);
  }

  /** @private Comes back later; each failure doubles the wait. @param {number} [after] */
  retry(after) {
    if (this.state === "stopped") return;
    if (this.state === "ready" && Date.now() - this.welcomed > STABLE_MS) this.failures = 0;
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
    this.owed = this.asked = 0;
    clearTimeout(this.alarm);
    if (socket === null) return;
    socket.close(1000);
    this.wiring.onLost(0);
  }

  /** @private When the link is to be asked, or given up. */
  due() {
    if (this.owed > 0) return this.owed;
    if (this.state !== "ready") return Infinity;
    const { silence, unsent } = this.wiring;
    const asked = this.asked > 0 ? this.asked + UNANSWERED_MS : Infinity;
    const watched = document.visibilityState === "visible" || unsent();
    const patience = watched ? SILENCE_MS : silence() || Infinity;
    return Math.min(asked, this.heard + patience);
  }

  /** @private Looks after the link when it is due. */
  watch() {
    clearTimeout(this.alarm);
    const due = this.due();
    if (due !== Infinity) this.alarm = window.setTimeout(() => this.look(), Math.max(0, due - Date.now()));
  }

  /** @private */
  look() {
    const now = Date.now();
    if (this.due() > now) return this.watch();
    if (this.owed === 0) return this.demand(this.wiring.ping);
    if (this.wiring.idle()) return this.stop();
    this.retry();
  }

  /** @private The person or the network comes or goes. @param {Event} event */
  wake(event) {
    const { type } = event;
    const restored = event instanceof PageTransitionEvent && type === "pageshow" && event.persisted;
    if (type === "pagehide") {
      // A page that may come back must hold no socket, or browsers throw it away.
      if (this.wiring.idle()) return this.stop();
      clearTimeout(this.pause);
      this.drop();
      return this.move("waiting");
    }
    if (document.visibilityState === "hidden") return;
    this.watch();
    if (this.wiring.idle()) return;
    const stuck = this.state === "connecting" && type === "online";
    if (this.state === "waiting" || stuck || restored) this.connect();
    else if (this.state === "ready" && Date.now() - this.heard > FRESH_MS) this.demand(this.wiring.ping);
  }

  /** @private @param {LinkState} state */
  move(state) {
    if (this.state === state) return;
    this.state = state;
    this.wiring.onState(state);
  }
}
