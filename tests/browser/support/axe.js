// axe on what a page shows, when it shows all of it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** @typedef {import("playwright-core").Page} Page */

/**
 * Waits until what was asked of a page is there as it stays: the chat's pieces are fetched, styles have come, what moves
 * has arrived, and what is drawn soon is drawn. Half way buttons have no name yet and colours are mixed.
 * @param {Page} page
 */
async function settles(page) {
  await page.waitForFunction(() => {
    const chats = [...document.querySelectorAll("yingda-chat")].map((chat) => chat.shadowRoot);
    return [document, ...chats].every((root) => {
      if (root === null) return false;
      const styles = [...root.querySelectorAll(/** @type {"link"} */ ("link[rel=stylesheet]"))];
      // What goes on for ever has nowhere to arrive.
      const moving = root.getAnimations().filter(({ playState, effect }) => playState === "running" && effect?.getComputedTiming().endTime !== Infinity);
      return root.querySelector(".launcher[aria-busy=true]") === null && styles.every(({ sheet }) => sheet !== null) && moving.length === 0;
    });
  });
  await page.evaluate(() => new Promise((resolve) => setTimeout(() => setTimeout(resolve))));
}

/** Nothing that axe finds, light and dark. @param {Page} page @param {string} where @param {readonly ("light" | "dark")[]} [schemes] */
export async function clean(page, where, schemes = ["light", "dark"]) {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // Through the debugger: the page's own policy lets no foreign script in.
    await page.evaluate(AXE);
    await settles(page);
    const violations = await page.evaluate(async () => {
      // Its preloading makes style elements, which the policy rightly refuses.
      // @ts-expect-error axe is not a part of this page
      const { violations: found } = await window.axe.run(document, { resultTypes: ["violations"], preload: false });
      return found.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes.map((/** @type {any} */ n) => n.html).join(" | ")}`);
    });
    assert.deepEqual(violations, [], `${where}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
}
