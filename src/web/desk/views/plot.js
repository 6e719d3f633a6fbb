// Small plots as plain SVG. What a plot shows stands in the table below it too; for screen readers it is one picture with its values in
// words.

import { el, fill } from "../../shared/dom.js";

/** Height of the room for values, and below it for labels, in units of the drawing. */
const HIGH = 84;
const LABELS = 18;
const LEFT = 4;

/**
 * @typedef {object} Point
 * @property {string} at the label
 * @property {number | null} value null where there is none
 * @property {number} [part] of the value, drawn dark; or a second value of lines
 * @property {string} said both in words
 */

/** @param {string} tag @param {Record<string, string | number>} attributes @param {...Node} children */
function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * Bars, or a line with dots above it.
 * @param {string} title
 * @param {"bars" | "line"} kind
 * @param {readonly Point[]} points
 * @param {number} most the value at the top; 0: the largest there is
 * @param {import("../strings.numbers.js").NumberWords} words
 */
export function plot(title, kind, points, most, words) {
  const known = points.filter(({ value }) => value !== null);
  const top = most || Math.max(1, ...points.map(({ value, part }) => Math.max(value ?? 0, part ?? 0)));
  // A date needs more room than an hour.
  const step = points.length > 24 ? 14 : points.length > 8 ? 18 : 44;
  const width = LEFT * 2 + Math.max(points.length, 4) * step;
  const y = (/** @type {number} */ value) => HIGH - (value / top) * (HIGH - 6);
  const middle = (/** @type {number} */ index) => LEFT + index * step + step / 2;
  const said = known.map(({ at, said: value }) => fill(words.plotPoint, { at, value })).join("; ");
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${HIGH + LABELS}`, width, height: HIGH + LABELS, class: "plot", role: "img", "aria-label": fill(words.plotLabel, { title, points: said || words.none }) });
  drawing.append(svg("line", { class: "plot-floor", x1: LEFT, x2: width - LEFT, y1: HIGH, y2: HIGH }));
  /** @type {string[]} */
  const path = [];
  let broken = true;
  points.forEach(({ at, value, part, said: told }, index) => {
    const x = middle(index);
    const spoken = svg("title", {});
    spoken.textContent = fill(words.plotPoint, { at, value: told });
    const mark = svg("g", {}, spoken);
    if (value === null) {
      broken = true;
    } else if (kind === "bars") {
      mark.append(svg("rect", { class: "plot-bar", x: x - step * 0.36, width: step * 0.72, y: y(value), height: Math.max(HIGH - y(value), value > 0 ? 1 : 0) }));
      if (part) mark.append(svg("rect", { class: "plot-part", x: x - step * 0.36, width: step * 0.72, y: y(part), height: HIGH - y(part) }));
    } else {
      path.push(`${broken ? "M" : "L"}${x.toFixed(1)} ${y(value).toFixed(1)}`);
      broken = false;
      mark.append(svg("circle", { class: "plot-point", cx: x, cy: y(value), r: 2 }));
      if (part !== undefined) mark.append(svg("circle", { class: "plot-dot", cx: x, cy: y(part), r: 3 }));
    }
    drawing.append(mark);
    // Of many labels every second or third one has room.
    const every = points.length > 24 ? 5 : points.length > 12 ? 3 : 1;
    if (index % every === 0) {
      const label = svg("text", { class: "plot-label", x, y: HIGH + 13, "text-anchor": "middle" });
      label.textContent = at;
      drawing.append(label);
    }
  });
  if (path.length > 0) drawing.insertBefore(svg("path", { class: "plot-line", d: path.join(" ") }), drawing.children[1] ?? null);
  return el("figure", { class: "plot-figure" }, el("figcaption", {}, title), el("div", { class: "plot-scroll" }, drawing));
}
