// Pictures and documents of an agent: how they are said. Fetched when the first one is chosen, or waits. No DOM here.

import { Uploads } from "../shared/uploads.js";

/** @typedef {import("./client.js").DeskClient} DeskClient */

export class Carrier extends Uploads {
  /** @param {DeskClient} client */
  constructor(client) {
    super(client, ({ id, conversation }) => {
      const shop = client.chats.get(conversation ?? "")?.card?.shop ?? "";
      return { path: `v1/desk/files?shop=${encodeURIComponent(shop)}&id=${id}`, headers: {} };
    });
    this.client = client;
  }

  /** Says a file in a chat. @param {import("./chat.js").Chat} chat @param {File} chosen @returns {Promise<string>} why it cannot be said; empty when it is on its way */
  attach({ conversation, epoch }, chosen) {
    const { me } = this.client.store.state;
    return this.say(chosen, me?.files, { who: me?.agent ?? null, conversation, epoch });
  }
}
