// Starts the real binary on a free port with a folder of its own, and a wire in front of it that can be cut.

import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const BINARY = process.env.YINGDA_BIN ?? join(ROOT, "target/release/yingda");
const INTENTS = process.env.YINGDA_INTENTS ?? join(ROOT, "intents");
const START_MS = 120_000;

/** @typedef {{ url: string, signin: string | undefined, stop: (signal?: NodeJS.Signals) => Promise<void> }} Server */

/** A folder for one server's data, kept over restarts. */
export async function dataFolder() {
  return mkdtemp(join(tmpdir(), "yingda-browser-"));
}

/** A copy of the intent files, to be edited while a server serves them. Its shops never close: tests run at any time of day. */
export async function intentFolder() {
  const folder = await mkdtemp(join(tmpdir(), "yingda-intents-"));
  await cp(INTENTS, folder, { recursive: true });
  for (const shop of await readdir(join(folder, "shops"))) {
    const file = join(folder, "shops", shop, "shop.yaml");
    const text = await readFile(file, "utf8");
    const open = text.replace(/^service_hours:\n(?: +\S.*\n)+(?:#.*\n)*(?:holidays:\n(?: +\S.*\n)+)?/m, 'service_hours:\n  every_day: "00:00-24:00"\n');
    if (open === text) throw new Error(`${file} has no service hours`);
    await writeFile(file, open);
  }
  return folder;
}

/** @type {Promise<string> | undefined} */
let shared;

/** The copy that all servers of a test file read which do not edit one. */
function sharedIntents() {
  shared ??= intentFolder().then((folder) => {
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    return folder;
  });
  return shared;
}

/** @param {string} folder */
export async function removeFolder(folder) {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * @param {string} data
 * @param {Record<string, string>} [settings] as environment variables
 * @returns {Promise<Server>}
 */
export async function startServer(data, settings = {}) {
  const intents = settings.YINGDA_UNDERSTANDING__INTENTS ?? (await sharedIntents());
  const args = ["serve", "--listen", "127.0.0.1:0", "--data", data, "--intents", intents];
  // The server knows every variable with its prefix; those of the tests are none of its own.
  // All pages of a test come from one address; in a shop they do not.
  const unlimited = Object.fromEntries(
    ["ADDRESS_TALKS", "ADDRESS_HANDOFFS", "ADDRESS_MESSAGES", "SHOPPER_MESSAGES"].map((what) => [
      `YINGDA_LIMITS__${what}_PER_MINUTE`,
      "0",
    ]),
  );
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("YINGDA_")));
  const child = spawn(BINARY, args, { cwd: ROOT, env: { ...env, ...unlimited, ...settings }, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let said = "";
  const address = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no address within ${START_MS} ms:\n${said}`)), START_MS);
    const hear = (/** @type {Buffer} */ chunk) => {
      said += chunk;
      const found = /http:\/\/127\.0\.0\.1:\d+\/(?!desk)/.exec(said);
      // A later start has no supervisor to invite, so the link may be missing.
      if (found !== null && said.slice(found.index).includes("\n")) {
        clearTimeout(late);
        setTimeout(() => resolve(found[0]), 100);
      }
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("error", reject);
    child.once("exit", (code) => {
      clearTimeout(late);
      reject(new Error(`the server ended with ${code}:\n${said}`));
    });
  });
  return {
    url: new URL(address).origin,
    signin: /https?:\/\/\S+?(\/desk#signin=\S+)/.exec(said)?.[1],
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      await ended;
    },
  };
}

/** A TCP wire to a server: the browser's address stays the same while the server behind it goes and comes. */
export class Wire {
  /** @param {string} target */
  constructor(target) {
    this.target = target;
    this.down = false;
    /** @type {Set<net.Socket>} */
    this.sockets = new Set();
    /** Those that carry a WebSocket. @type {Set<net.Socket>} */
    this.live = new Set();
    /** @type {Set<net.Socket>} */
    this.dead = new Set();
    this.listener = net.createServer((near) => this.join(near));
  }

  async open() {
    await new Promise((resolve) => this.listener.listen(0, "127.0.0.1", () => resolve(null)));
    const { port } = /** @type {net.AddressInfo} */ (this.listener.address());
    return `http://127.0.0.1:${port}`;
  }

  /** @private @param {net.Socket} near */
  join(near) {
    near.on("error", () => {});
    if (this.down) return near.destroy();
    const { hostname, port } = new URL(this.target);
    const far = net.connect(Number(port), hostname);
    far.on("error", () => near.destroy());
    near.once("data", (head) => {
      if (/^upgrade: websocket/im.test(head.toString("latin1"))) this.live.add(near).add(far);
    });
    for (const [from, to] of [[near, far], [far, near]]) {
      this.sockets.add(from);
      from.on("data", (chunk) => {
        // On a dead link bytes go nowhere and nobody is told.
        if (!this.dead.has(from)) to.write(chunk);
      });
      from.on("close", () => {
        this.sockets.delete(from);
        this.live.delete(from);
        to.destroy();
      });
    }
  }

  /** Every WebSocket of now goes silent without being closed; new ones work. */
  freeze() {
    for (const socket of this.live) this.dead.add(socket);
  }

  /** Closes every connection and refuses new ones, until `mend`. */
  cut() {
    this.down = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(target = this.target) {
    this.target = target;
    this.down = false;
  }

  async close() {
    this.cut();
    await new Promise((resolve) => this.listener.close(resolve));
  }
}
