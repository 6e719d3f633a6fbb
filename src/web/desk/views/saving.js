// Gives the browser a file to keep.

import { el } from "../../shared/dom.js";

/** How long a file that was made stays in memory for the browser to take, milliseconds. */
const TAKEN_MS = 60_000;

/** @param {string} name @param {unknown} value */
export const saveJson = (name, value) => save(name, JSON.stringify(value, null, 2), "application/json");

/** A sheet. @param {string} name @param {string} text */
export const saveText = (name, text) => save(name, text, "text/csv;charset=utf-8");

/** @param {string} name @param {string} text @param {string} type */
function save(name, text, type) {
  const href = URL.createObjectURL(new Blob([text], { type }));
  el("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), TAKEN_MS);
}
