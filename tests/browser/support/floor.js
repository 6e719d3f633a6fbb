// A floor that a test makes up: the page is the real one, what it hears at `/v1/desk` is written here. For what takes a
// thousand shoppers or a day to come to pass; what the server does of it is tested in Rust.

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").WebSocketRoute} Route */

const LANES = ["normal", "normal", "normal", "normal", "high", "urgent", "top", "safety"];
const WORDS = ["快递到哪了，三天没动了", "鞋底开胶了怎么办", "转人工", "能不能便宜点", "少发了一双袜子，给补吗", "尺码不合适想换 42", "再不处理我就投诉", "地址写错了能改吗"];

export const NOW = Date.now();

/** @param {number} n @param {object} [more] @returns {any} */
export function card(n, more = {}) {
  return {
    conversation: `019ad000-0000-7000-8000-${String(n).padStart(12, "0")}`,
    shop: "demo",
    shopper: `访客 ${(n * 7919 + 46_656).toString(36).toUpperCase().padStart(4, "0")}${String(n).padStart(6, "0")}`,
    lane: LANES[n % LANES.length],
    reason: "asked",
    signals: [],
    last_text: WORDS[n % WORDS.length],
    waiting_since: NOW - n * 3000,
    deadline: NOW + (90 - n * 4) * 1000,
    epoch: 2,
    here: n % 3 === 0,
    ...more,
  };
}

/** @param {any[]} cards */
export function counts(cards, waiting = cards.length) {
  const lanes = /** @type {Record<string, number>} */ ({});
  for (const { lane } of cards) lanes[lane] = (lanes[lane] ?? 0) + 1;
  return { waiting, lanes, left: 0, oldest: NOW - 130_000, agents_online: 12 };
}

export class FakeFloor {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    /** @type {Route | null} */
    this.route = null;
    /** What the page sent. @type {any[]} */
    this.sent = [];
    /** @type {(frame: any) => void} */
    this.hears = () => {};
    /** Whether it answers no greeting: the page stays without a connection. */
    this.silent = false;
  }

  /** Opens the desk with this board. @param {string} url @param {object} board @param {object} [welcome] */
  async open(url, board, welcome = {}) {
    const { page } = this;
    // Nobody has signed in at the server.
    await page.route(/\/v1\/(standards|phrases)/, (asked) => asked.fulfill({ json: { rules: [], phrases: [], may_change: false, most: { shop: 0, own: 0 } } }));
    await page.route(/\/v1\/customers\/card/, (asked) => asked.fulfill({ json: { shop: "demo", shopper: "v", tags: [], vip: false, notes: [], shop_tags: [] } }));
    await page.route(/\/v1\/customers\/orders/, (asked) => asked.fulfill({ json: { state: "off" } }));
    await page.route(/\/v1\/drafts\/waiting/, (asked) => asked.fulfill({ json: { waiting: 0 } }));
    await page.routeWebSocket(/\/v1\/desk$/, (route) => {
      this.route = route;
      route.onMessage((text) => {
        const frame = JSON.parse(String(text));
        this.sent.push(frame);
        if (frame.type === "ping") this.says({ type: "pong" });
        if (frame.type === "hello" && !this.silent) {
          this.says({
            type: "welcome",
            agent: "me",
            name: "小美",
            supervisor: false,
            roles: ["agent"],
            shops: [],
            slots: 30,
            available: true,
            state: "online",
            break_reasons: ["meal", "training", "other", "接孩子"],
            reopen_within_ms: 86_400_000,
            now: Date.now(),
            titles: { signals: {}, shops: {} },
            ...welcome,
          });
          this.says({ type: "board", left: [], agents_online: 12, notices: [], now: Date.now(), ...board });
        }
        this.hears(frame);
      });
    });
    await page.goto(`${url}/desk`);
    await page.locator(".presence:enabled").waitFor();
  }

  /** @param {object} frame */
  says(frame) {
    this.route?.send(JSON.stringify(frame));
  }

  /** What the page sent of this type. @param {string} type */
  of(type) {
    return this.sent.filter((frame) => frame.type === type);
  }
}
