// Sends what is in the outbox: in the order in which it was said, one at a time, so that a message that is refused
// for a while is not overtaken by the next; again when the link comes back, and again after a pause when the server
// cannot keep it right now.

/** @typedef {import("./outbox.js").Waiting} Waiting */
/** @typedef {import("./outbox.js").Outbox} Outbox */

/** What the server will take later, under the same id. */
const LATER = ["unavailable", "flood", "draining", "internal", "full"];
const PAUSE_MS = 1000;
const PAUSE_MAX_MS = 30_000;

/** Messages of one lane wait for each other. @typedef {{ flight: string | null, pause: number, failures: number }} Lane */

export class Post {
  /**
   * @param {object} wiring
   * @param {Outbox} wiring.outbox
   * @param {(waiting: Waiting) => boolean} wiring.wanted whether it is to be sent from here and now
   * @param {(waiting: Waiting) => string} wiring.lane
   * @param {(waiting: Waiting) => boolean} wiring.send whether it went out
   * @param {(waiting: Waiting, code: string) => void} wiring.onRefused for good: it will not be sent again by itself
   * @param {() => void} wiring.onChange
   */
  constructor(wiring) {
    this.wiring = wiring;
    this.outbox = wiring.outbox;
    /** @type {Map<string, Lane>} */
    this.lanes = new Map();
    /** What is tried again by itself, and why it was refused. @type {Map<string, string>} */
    this.trouble = new Map();
  }

  /** Whether something was sent and not answered. */
  get busy() {
    return [...this.lanes.values()].some((lane) => lane.flight !== null);
  }

  /** Sends the next of each lane. */
  pump() {
    for (const waiting of this.outbox.all()) {
      if (waiting.error !== undefined || !this.outbox.mine(waiting) || !this.wiring.wanted(waiting)) continue;
      if (this.outbox.old(waiting)) {
        this.wiring.onRefused(waiting, "old");
        continue;
      }
      const name = this.wiring.lane(waiting);
      const lane = this.lanes.get(name) ?? { flight: null, pause: 0, failures: 0 };
      this.lanes.set(name, lane);
      if (lane.flight === null && lane.pause === 0 && this.wiring.send(waiting)) lane.flight = waiting.id;
    }
  }

  /** The server has it. @param {string} id */
  done(id) {
    this.outbox.drop(id);
    this.trouble.delete(id);
    for (const lane of this.lanes.values()) if (lane.flight === id) Object.assign(lane, { flight: null, failures: 0 });
    this.pump();
  }

  /** The server will not have it. @param {string} id @param {string} code @returns {boolean} whether it was ours */
  refused(id, code) {
    const waiting = this.outbox.find(id);
    if (waiting === null) return false;
    const lane = [...this.lanes.values()].find((one) => one.flight === id);
    if (lane !== undefined) lane.flight = null;
    if (LATER.includes(code)) {
      // Too fast is no trouble worth a word: it goes out a moment later.
      if (code !== "flood") this.trouble.set(id, code);
      if (lane !== undefined) this.rest(lane);
    } else {
      this.wiring.onRefused(waiting, code);
      this.pump();
    }
    return true;
  }

  /** @private @param {Lane} lane */
  rest(lane) {
    const most = Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** lane.failures);
    lane.failures += 1;
    clearTimeout(lane.pause);
    lane.pause = window.setTimeout(() => {
      lane.pause = 0;
      this.pump();
      this.wiring.onChange();
    }, most * (0.5 + Math.random() / 2));
  }

  /** The link is another: what was in the air is sent again. @param {boolean} [tooLarge] it was cut for a frame's size */
  lost(tooLarge = false) {
    for (const lane of this.lanes.values()) {
      const waiting = lane.flight === null ? null : this.outbox.find(lane.flight);
      lane.flight = null;
      if (tooLarge && waiting !== null) this.wiring.onRefused(waiting, "too_long");
    }
  }

  /** The person asks for another try now. @param {string} id */
  retry(id) {
    const waiting = this.outbox.find(id);
    if (waiting === null) return;
    // What was refused is said anew; what was not may have arrived, and stays where it was said.
    if (waiting.error === undefined) this.outbox.put(waiting);
    else this.outbox.put({ ...waiting, at: Date.now(), conversation: null, error: undefined });
    this.trouble.delete(id);
    for (const lane of this.lanes.values()) {
      clearTimeout(lane.pause);
      lane.pause = 0;
    }
    this.pump();
  }
}
