// Choosing pictures and documents for the shopper of the chat that is shown.

import { Choosing } from "../../shared/choosing.js";
import { fileWords } from "../strings.files.js";

/** @typedef {import("../chat.js").Chat} Chat */

export class Attaching {
  /** @param {import("../client.js").DeskClient} client */
  constructor(client) {
    this.client = client;
    /** @type {Chat | null} */
    this.chat = null;
    const take = (/** @type {File[]} */ chosen) => {
      if (this.chat !== null) void client.attach(this.chat, chosen);
    };
    this.choosing = new Choosing(() => this.open, take);
  }

  /** @private Whether anything may be sent in the chat that is shown. */
  get open() {
    const { files } = this.client.store.state.me ?? {};
    const { card, place } = this.chat ?? {};
    return place === "mine" && files !== undefined && files !== null && !files.not_in?.includes(card?.shop ?? "");
  }

  /** @param {Chat} chat @param {HTMLElement} element the conversation */
  draw(chat, element) {
    this.chat = chat;
    this.choosing.draw(fileWords(this.client.store.state.lang), element);
  }
}
