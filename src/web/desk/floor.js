// All open chats of a supervisor's shops, as the server lists them: a hundred at a time, asked for anew while they are
// looked at. No DOM here.

/** @typedef {import("../shared/protocol.js").FloorChat} FloorChat */

export class Floor {
  /** @param {import("./client.js").DeskClient} client */
  constructor(client) {
    this.client = client;
    this.agent = "";
    /** So many pages are shown. */
    this.pages = 1;
    /** What has come of the pages that are being asked for. @type {FloorChat[]} */
    this.coming = [];
    this.come = 0;
    this.busy = false;
  }

  /** From the beginning, as far as it was shown. @param {string} agent empty: all */
  ask(agent) {
    if (this.agent !== agent) this.pages = 1;
    else if (this.busy) return;
    this.agent = agent;
    this.coming = [];
    this.come = 0;
    this.busy = this.send(null);
  }

  /** One page more. */
  more() {
    this.pages += 1;
    this.busy = false;
    this.ask(this.agent);
  }

  /** The link is another: nothing that was asked is answered. */
  lost() {
    this.busy = false;
  }

  /** @private @param {string | null} after */
  send(after) {
    return this.client.link.send({ type: "floor", after, agent: this.agent === "" ? null : this.agent });
  }

  /** @param {Extract<import("../shared/protocol.js").DeskFrame, { type: "floor" }>} frame */
  answered({ chats, next }) {
    this.coming.push(...chats);
    this.come += 1;
    if (next && this.come < this.pages && this.send(next)) return;
    this.busy = false;
    this.client.store.set({ floor: { chats: this.coming, next: next ?? null } });
    this.coming = [];
  }
}
