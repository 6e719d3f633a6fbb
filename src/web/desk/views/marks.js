// What was found, marked in a text that is shown.

import { el } from "../../shared/dom.js";

/** @typedef {import("../talks.js").Mark} Mark */

/** A text with its marks. @param {string} text @param {readonly Mark[]} marks in order, apart @returns {(Node | string)[]} */
export function marked(text, marks) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let done = 0;
  for (const [from, to] of marks) {
    if (from < done || to > text.length) continue;
    parts.push(text.slice(done, from), el("mark", {}, text.slice(from, to)));
    done = to;
  }
  parts.push(text.slice(done));
  return parts.filter((part) => part !== "");
}

/**
 * Marks a text where it stands last within an element, links and all: names of files and words of the desk stand before it.
 * Nothing is marked where it does not stand as it was found.
 * @param {Element} element @param {string} text @param {readonly Mark[]} marks
 */
export function markWithin(element, text, marks) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */
  const nodes = [];
  while (walker.nextNode()) nodes.push(/** @type {Text} */ (walker.currentNode));
  const begins = nodes.map(({ data }) => data).join("").lastIndexOf(text);
  if (begins < 0 || text === "") return;
  let at = -begins;
  for (const node of nodes) {
    const here = at;
    at += node.data.length;
    const within = marks.map(([from, to]) => /** @type {const} */ ([Math.max(from - here, 0), Math.min(to - here, node.data.length)])).filter(([from, to]) => from < to);
    if (within.length > 0) node.replaceWith(...marked(node.data, within));
  }
}
