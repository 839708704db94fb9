// @ts-check
/** The picture: one SVG built once from the scene; a step toggles classes and swaps texts. */

import { happened, inside } from "./model.js";

/**
 * @typedef {import("./model.js").Scene} Scene
 * @typedef {import("./model.js").Element} SceneElement
 * @typedef {import("./model.js").Shape} Shape
 * @typedef {import("./model.js").Ranges} Ranges
 * @typedef {import("./model.js").LegendRow} LegendRow
 * @typedef {{group: SVGElement, element: SceneElement, classes: string, texts: {node: SVGElement, when: [number, string][]}[]}} Drawn
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
  let found = "";
  for (const [from, words] of text) if (from <= step) found = words;
  return found;
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

/** @param {Shape} shape @returns {SVGElement} */
function drawShape(shape) {
  const { s, x, y, w, h, r, d, a } = shape, name = prefixed(shape.c);
  if (s === "text") {
    const node = svg("text", { x, y, class: name, "text-anchor": a });
    node.textContent = textAt(shape.t ?? "", 0);
    return node;
  }
  if (s === "path") return svg("path", { d, class: name });
  return svg("rect", { x, y, width: w, height: h, rx: r, class: name });
}

const CARDS = ["leaf", "tensor", "plain"];

/** The tensor that an element is the card of, or null.
 * @param {SceneElement} element */
export function cardOf({ kind, of, shapes }) {
  const id = of?.[0], card = CARDS.includes(kind) && shapes.some(({ s }) => s === "rect");
  return card && id?.[0] === "t" ? id : null;
}

/** @param {SceneElement} element @returns {Drawn} */
function drawElement(element) {
  const card = cardOf(element), group = svg("g", { class: "mtv-el" });
  if (card) setAll(group, { role: "button", tabindex: "-1", "data-card": card, "aria-pressed": "false" });
  else group.setAttribute("aria-hidden", "true");
  /** @type {Drawn["texts"]} */
  const texts = [];
  for (const shape of element.shapes) {
    const node = group.appendChild(drawShape(shape));
    if (Array.isArray(shape.t)) texts.push({ node, when: shape.t });
  }
  return { group, element, classes: "mtv-el", texts };
}

/** Draw a scene; the function returned shows a step and returns what is on.
 * @param {Scene} scene */
export function drawScene(scene) {
  const { width, height } = scene;
  const root = svg("svg", {
    class: "mtv-picture", viewBox: `0 0 ${width} ${height}`, role: "group",
    "aria-label": "Computation graph; the tensor table says the same in text",
  });
  const drawn = scene.elements.map(drawElement), frame = svg("path", { class: "mtv-holds", "aria-hidden": "true" });
  root.append(...drawn.map(({ group }) => group), frame);
  /** @param {number} shown @param {number} before */
  const show = (shown, before) => drawn.filter((one) => redraw(one, shown, before));
  /** @type {Drawn[]} */ let reached = [];
  /** Frame the cards of the selected tensor; one card at a time can be reached by Tab.
   * @param {string | null} held @param {Drawn[]} on */
  const hold = (held, on) => {
    const cards = on.filter(({ element }) => cardOf(element)), kept = cards.filter(({ element }) => held && cardOf(element) === held);
    for (const { group } of reached) setAll(group, { tabindex: "-1", "aria-pressed": "false" });
    frame.setAttribute("d", framed(kept.map(({ element }) => element)));
    for (const { group } of kept) group.setAttribute("aria-pressed", "true");
    reached = kept.length ? kept : cards.slice(0, 1);
    reached[0]?.group.setAttribute("tabindex", "0");
  };
  return { root, drawn, show, hold };
}

/** @param {Element} node @param {Record<string, string>} values */
function setAll(node, values) {
  for (const [name, value] of Object.entries(values)) if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

const AWAY = 5, ARM = 11;

/** Corners around cards; cards that touch (a leaf and its place for a gradient) get them together.
 * @param {SceneElement[]} elements */
export function framed(elements) {
  /** @type {[number, number, number, number][]} */
  const boxes = [];
  for (const { s, x = 0, y = 0, w = 0, h = 0 } of elements.flatMap(({ shapes }) => shapes)) {
    if (s !== "rect") continue;
    const near = boxes.find(([l, t, r, b]) => x <= r + 1 && x + w >= l - 1 && y <= b + 1 && y + h >= t - 1);
    if (near) near.splice(0, 4, Math.min(near[0], x), Math.min(near[1], y), Math.max(near[2], x + w), Math.max(near[3], y + h));
    else boxes.push([x, y, x + w, y + h]);
  }
  return boxes.map(([l, t, r, b]) => corners(l - AWAY, t - AWAY, r + AWAY, b + AWAY)).join("");
}

/** @param {number} l @param {number} t @param {number} r @param {number} b */
const corners = (l, t, r, b) => [[l, t, 1, 1], [r, t, -1, 1], [r, b, -1, -1], [l, b, 1, -1]].map(([x, y, dx, dy]) => `M${x + dx * ARM} ${y}H${x}V${y + dy * ARM}`).join("");

/** @param {Drawn} one @param {number} shown @param {number} before @returns {boolean} is it on? */
function redraw(one, shown, before) {
  const classes = classesAt(one.element, shown, before);
  if (classes !== one.classes) {
    one.group.setAttribute("class", classes + (one.group.classList.contains("mtv-lit") ? " mtv-lit" : ""));
    one.classes = classes;
  }
  for (const { node, when } of one.texts) {
    const text = textAt(when, shown);
    if (node.textContent !== text) node.textContent = text;
  }
  return classes.includes("mtv-on");
}

/** @param {LegendRow} row @param {SceneElement} element @returns {Ranges | undefined} when the row explains it */
const explained = ({ key }, { kind, on, marks }) =>
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

/** Does a row explain something that is on?
 * @param {LegendRow} row @param {Drawn[]} on @param {number} shown */
export const needed = (row, on, shown) => on.some(({ element }) => inside(explained(row, element), shown));

/** @param {LegendRow} row @returns {SVGElement} */
export function drawSample(row) {
  const node = svg("svg", { class: "mtv-picture", viewBox: "0 0 24 14", "aria-hidden": "true" });
  const group = svg("g", { class: `mtv-el mtv-on ${row.key.startsWith(".") ? "mtv-" + row.key.slice(1) : ""}` });
  group.append(...row.shapes.map(drawShape));
  node.append(group);
  return node;
}
