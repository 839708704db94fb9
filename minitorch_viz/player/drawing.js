// @ts-check
/** Shapes as SVG: how an element looks at a step, and the samples of the legend. */

import { happened, inside } from "./model.js";

/**
 * @typedef {import("./model.js").Scene} Scene
 * @typedef {import("./model.js").Element} SceneElement
 * @typedef {import("./model.js").Shape} Shape
 * @typedef {import("./model.js").Ranges} Ranges
 * @typedef {import("./model.js").LegendRow} LegendRow
 */

const SVG = "http://www.w3.org/2000/svg";
const STATES = /** @type {const} */ (["hot", "bad", "gone", "freed"]);

/** @param {string} tag @param {Record<string, string | number | undefined>} attributes @returns {SVGElement} */
export function svg(tag, attributes = {}) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) node.setAttribute(name, String(value));
  return node;
}

/** Prefix class names, which the scene and the style table write bare.
 * @param {string | undefined} names */
export const prefixed = (names) => (names ?? "").split(" ").filter(Boolean).map((name) => `mtv-${name}`).join(" ");

/** The text of a shape at a step: one text, or the last of a list of changes.
 * @param {string | [number, string][]} text @param {number} step */
export function textAt(text, step) {
  if (typeof text === "string") return text;
  let low = 0, high = text.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (text[middle][0] <= step) low = middle + 1;
    else high = middle;
  }
  return text[low - 1]?.[1] ?? "";
}

/** Say which classes an element has at a stop; `before` is the stop before it.
 * @param {SceneElement} element @param {number} shown @param {number} before */
export function classesAt(element, shown, before) {
  const marks = element.marks ?? {}, fresh = happened(marks.new, before, shown);
  // A badge tells a change: a coarse stop shows those of all the steps it skipped.
  const on = element.kind === "badge" ? fresh : inside(element.on, shown);
  const states = STATES.filter((state) => inside(marks[state], shown));
  return ["mtv-el", on ? "mtv-on" : "", fresh ? "mtv-new" : "", ...states.map((s) => `mtv-${s}`)].filter(Boolean).join(" ");
}

/** Parallel lines at 45 degrees that fill a rectangle, `gap` apart along its edges.
 * @param {Shape} rectangle */
export function hatching({ x = 0, y = 0, w = 0, h = 0, gap = 1 }) {
  const round = (/** @type {number} */ n) => Math.round(n * 10) / 10;
  let lines = "";
  for (let reach = gap; reach < w + h; reach += gap) {
    const over = Math.max(0, reach - h), right = Math.max(0, reach - w);
    lines += `M${round(x + over)} ${round(y + Math.min(h, reach))}L${round(x + Math.min(w, reach))} ${round(y + right)}`;
  }
  return lines;
}

/** @param {Shape} shape @returns {SVGElement} */
export function drawShape(shape) {
  const { s, x, y, w, h, r, d, a } = shape, name = prefixed(shape.c);
  if (s === "text") {
    const node = svg("text", { x, y, class: name, "text-anchor": a });
    node.textContent = textAt(shape.t ?? "", 0);
    return node;
  }
  if (s === "path") return svg("path", { d, class: name });
  if (s === "hatch") return svg("path", { d: hatching(shape), class: name });
  return svg("rect", { x, y, width: w, height: h, rx: r, class: name });
}

/** @param {LegendRow} row @param {SceneElement} element @returns {Ranges | undefined} when the row explains it */
export const explained = ({ key }, { kind, on, marks }) =>
  key.startsWith(".") ? marks?.[/** @type {"hot"} */ (key.slice(1))] : key === kind ? on : undefined;

/** The rows that a scene ever needs, in the order in which they are first needed.
 * @param {LegendRow[]} legend @param {SceneElement[]} elements @returns {LegendRow[]} */
export function legendOf(legend, elements) {
  const firsts = legend.map((row) => {
    const starts = elements.flatMap((element) => (explained(row, element) ?? []).map(([from]) => from ?? 0));
    return { row, first: Math.min(...starts) };
  });
  return firsts.filter(({ first }) => first < Infinity).sort((a, b) => a.first - b.first).map(({ row }) => row);
}

/** @param {LegendRow} row @returns {SVGElement} */
export function drawSample(row) {
  const node = svg("svg", { class: "mtv-picture", viewBox: "0 0 24 14", "aria-hidden": "true" });
  const group = svg("g", { class: `mtv-el mtv-on ${row.key.startsWith(".") ? "mtv-" + row.key.slice(1) : ""}` });
  group.append(...row.shapes.map(drawShape));
  node.append(group);
  return node;
}
