// Pictures and documents of a shopper: how they are said, and where their bytes go and come from. No DOM here.

import { serverUrl } from "../shared/server.js";
import { Uploads } from "../shared/uploads.js";

/** @typedef {import("./client.js").ChatClient} ChatClient */
/** @typedef {import("../shared/protocol.js").SentFile} SentFile */

export class Carrier extends Uploads {
  /** @param {ChatClient} client */
  constructor(client) {
    const as = () => {
      const { shop, customer, signature } = client.identity();
      const { token } = client.remembered;
      return {
        shop: encodeURIComponent(shop),
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(customer !== null && { "yingda-customer": base64url(customer), "yingda-signature": signature ?? "" }),
        },
      };
    };
    super(client, ({ id }) => {
      const { shop, headers } = as();
      return { path: `v1/chat/files?shop=${shop}&id=${id}`, headers };
    });
    this.client = client;
    this.as = as;
  }

  /** Says a file. @param {File} chosen @returns {Promise<string>} why it cannot be said; empty when it is on its way */
  async attach(chosen) {
    const { client } = this;
    const code = await this.say(chosen, client.talk.files, { who: client.identity().customer });
    if (code === "" && client.talk.closed) client.link.restart();
    return code;
  }

  /** @param {import("./talk.js").Entry} entry @param {SentFile} file @returns {Promise<Blob>} rejected with the status */
  async bytesOf(entry, file) {
    const own = this.shown.get(file.id) ?? (entry.from === "shopper" ? await this.find(entry.key) : undefined);
    if (own !== undefined) return own;
    const { shop, headers } = this.as();
    const answer = await fetch(serverUrl(`v1/chat/files/${entry.talk}/${file.id}?shop=${shop}`), { headers });
    if (!answer.ok) throw answer.status;
    return answer.blob();
  }
}

/** @param {string} text */
function base64url(text) {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
