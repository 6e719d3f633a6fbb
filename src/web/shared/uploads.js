// Carries pictures and documents to the server, one after the other, before the messages that name them are sent. Their bytes
// outlive the page where the browser has a database for them. Fetched when there is something to carry.

import { serverUrl } from "./server.js";
import { prepare } from "./shrink.js";
import { keys } from "./storage.js";

/** @typedef {import("./outbox.js").Waiting} Waiting */
/** @typedef {import("./protocol.js").SentFile} SentFile */
/** @typedef {{ path: string, headers: Record<string, string> }} Address */

const DATABASE = "yingda";
const TABLE = "uploads";
/** After a failure that may pass it is tried again, later each time, milliseconds. */
const PAUSE_MS = 1500;
const PAUSE_MAX_MS = 30_000;
/** Nothing has moved for so long: the link is dead, milliseconds. */
const STILL_MS = 30_000;
/** By then a message is stored as a rule, milliseconds. */
const STORED_MS = 5000;
/** What passes by itself. */
const PASSING = ["unavailable", "flood", "draining", "internal", "full", "silent"];
/** Pictures that were sent from here and are shown without asking for them again. */
const SHOWN = 40;

export class Uploads {
  /**
   * @param {Pick<import("./session.js").Session<any, any>, "outbox" | "sender" | "changed" | "withdraw">} session
   * @param {(waiting: Waiting) => Address} address where one is sent to, and as whom
   */
  constructor(session, address) {
    this.session = session;
    this.address = address;
    /** @type {Map<string, Blob>} */
    this.bytes = new Map();
    /** How much of each has gone, 0 to 1. @type {Map<string, number>} */
    this.progress = new Map();
    /** By the ids of the server. @type {Map<string, Blob>} */
    this.shown = new Map();
    /** @type {Set<string>} */
    this.queue = new Set();
    /** @type {Promise<void>} */
    this.chain = Promise.resolve();
    /** @type {{ id: string, request: XMLHttpRequest } | null} */
    this.going = null;
    this.failures = 0;
    void this.tidy();
  }

  /**
   * Says a file.
   * @param {File} chosen
   * @param {import("./protocol.js").FilesTaken | null | undefined} taken what may be sent
   * @param {{ who: string | null, conversation?: string, epoch?: number }} said
   * @returns {Promise<string>} why it cannot be said; empty when it is on its way
   */
  async say(chosen, taken, said) {
    if (!taken) return "files_off";
    const prepared = await prepare(chosen, taken);
    if (typeof prepared === "string") return prepared;
    const { session } = this;
    if (session.outbox.full) return "stuck";
    const { blob, kind, name, width, height } = prepared;
    // Known before anything is sent: the bytes have to be there when the message is looked at.
    const file = { id: "", kind, name, bytes: blob.size, width, height };
    const waiting = session.outbox.add({ text: "", ...said, file });
    await this.keep(waiting.id, blob);
    session.sender.pump();
    session.changed("outbox");
    return "";
  }

  /** @private Keeps the bytes of a message until it is stored. @param {string} id @param {Blob} blob */
  async keep(id, blob) {
    this.bytes.set(id, blob);
    // Without a database they live as long as the page.
    await transact("readwrite", (table) => table.put(blob, this.key(id))).catch(() => {});
  }

  /** @param {string} id @returns {Promise<Blob | undefined>} */
  async find(id) {
    const known = this.bytes.get(id);
    if (known !== undefined) return known;
    const found = await transact("readonly", (table) => table.get(this.key(id))).catch(() => undefined);
    if (found instanceof Blob) this.bytes.set(id, found);
    return this.bytes.get(id);
  }

  /** The message is stored, or will not be. @param {string} id */
  drop(id) {
    this.bytes.delete(id);
    this.progress.delete(id);
    transact("readwrite", (table) => table.delete(this.key(id))).catch(() => {});
  }

  /** @private What is stored by now need not be kept. */
  settle() {
    for (const id of this.bytes.keys()) if (this.session.outbox.find(id) === null) this.drop(id);
  }

  /** Takes a message back. @param {string} id */
  cancel(id) {
    if (this.going?.id === id) this.going.request.abort();
    this.session.withdraw(id);
    this.drop(id);
  }

  /** Sends the bytes of a message, unless they are on their way. @param {Waiting} waiting */
  carry({ id }) {
    if (this.queue.has(id)) return;
    this.queue.add(id);
    this.chain = this.chain.then(() => this.next(id)).catch(() => {}).then(() => void this.queue.delete(id));
  }

  /** @private @param {string} id */
  async next(id) {
    const { session } = this;
    const waiting = session.outbox.find(id);
    if (waiting?.file === undefined || waiting.error !== undefined) return;
    const blob = await this.find(id);
    if (blob === undefined) return void session.sender.refused(id, "file_gone");
    const { code, sent } = await this.send(waiting, blob);
    const now = session.outbox.find(id);
    // Taken back meanwhile.
    if (now?.file === undefined) return this.drop(id);
    if (sent !== undefined) {
      this.failures = 0;
      session.outbox.put({ ...now, file: { ...now.file, ...sent, name: now.file.name } });
      this.show(sent.id, blob);
      session.sender.trouble.delete(id);
      session.sender.pump();
      setTimeout(() => this.settle(), STORED_MS);
    } else if (PASSING.includes(code)) {
      session.sender.refused(id, "unavailable");
      const pause = Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** this.failures);
      this.failures += 1;
      this.progress.delete(id);
      session.changed("outbox");
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random() / 2)));
    } else session.sender.refused(id, code);
    this.progress.delete(id);
    session.changed("outbox");
  }

  /** @private @param {Waiting} waiting @param {Blob} blob @returns {Promise<{ code: string, sent?: SentFile }>} */
  send(waiting, blob) {
    const { path, headers } = this.address(waiting);
    const request = new XMLHttpRequest();
    this.going = { id: waiting.id, request };
    return new Promise((resolve) => {
      let still = 0;
      const end = (/** @type {{ code: string, sent?: SentFile }} */ outcome) => {
        clearTimeout(still);
        this.going = null;
        resolve(outcome);
      };
      const moved = () => {
        clearTimeout(still);
        still = window.setTimeout(() => request.abort(), STILL_MS);
      };
      request.open("POST", serverUrl(path));
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.setRequestHeader("content-type", "application/octet-stream");
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        moved();
        this.progress.set(waiting.id, total > 0 ? loaded / total : 0);
        this.session.changed("outbox");
      });
      request.addEventListener("load", () => {
        const body = read(request.responseText);
        if (request.status === 201) end({ code: "", sent: body });
        // A proxy that says so in its own words.
        else end({ code: body?.code ?? (request.status === 413 ? "file_large" : "unavailable") });
      });
      for (const name of ["error", "abort"]) request.addEventListener(name, () => end({ code: "unavailable" }));
      moved();
      request.send(blob);
    });
  }

  /** @private @param {string} id @param {Blob} blob */
  show(id, blob) {
    this.shown.set(id, blob);
    for (const oldest of this.shown.keys()) if (this.shown.size > SHOWN) this.shown.delete(oldest);
  }

  /** @private @param {string} id */
  key(id) {
    return this.session.outbox.prefix + id;
  }

  /** @private What belongs to no message any more is forgotten. */
  async tidy() {
    const kept = await transact("readonly", (table) => table.getAllKeys()).catch(() => []);
    // Of whatever shop or person: every message that waits has a key in the storage of the browser.
    const waiting = new Set(keys("yingda."));
    for (const key of kept) {
      if (!waiting.has(String(key))) transact("readwrite", (table) => table.delete(key)).catch(() => {});
    }
  }
}

/** @param {string} text */
function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(table: IDBObjectStore) => IDBRequest<T>} work
 * @returns {Promise<T>}
 */
function transact(mode, work) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction(TABLE, mode);
      const request = work(transaction.objectStore(TABLE));
      transaction.oncomplete = () => {
        database.close();
        resolve(request.result);
      };
      transaction.onabort = transaction.onerror = () => {
        database.close();
        reject(transaction.error);
      };
    };
  });
}
