// @ts-check
/** A scene as one SVG, built once: from step to step only what looks different is touched. */

import { boxed, framed } from "./bounds.js";
import { classesAt, drawShape, svg, textAt } from "./drawing.js";

/**
 * @typedef {import("./model.js").Scene} Scene
 * @typedef {import("./model.js").Element} SceneElement
 * @typedef {{group: SVGElement, element: SceneElement, classes: string, texts: {node: SVGElement, when: [number, string][]}[]}} Drawn
 * @typedef {{root: SVGElement, wide: number, high: number, drawn: Drawn[], news: Set<Drawn>, show(shown: number, before: number): Iterable<Drawn>,
 *   hold(ids: string[]): void, mark(elements: SceneElement[]): void}} Stage
 */

/** From this many elements on, nothing fades in: each fade would paint the picture many times. */
const LARGE = 400;
const CARDS = ["leaf", "tensor", "plain"];

/** The tensor that an element is the card of, or null.
 * @param {SceneElement} element */
export function cardOf({ kind, of, shapes }) {
  const id = of?.[0], card = CARDS.includes(kind) && shapes.some(({ s }) => s === "rect");
  return card && id?.[0] === "t" ? id : null;
}

/** The steps at which an element begins to look different.
 * @param {SceneElement} element @returns {number[]} */
export function turns({ on, marks = {}, shapes }) {
  const { new: fresh = [], ...states } = marks, ranges = [on, ...Object.values(states)].flat(2);
  const texts = shapes.flatMap(({ t }) => (Array.isArray(t) ? t.map(([step]) => step) : []));
  return [...new Set([...ranges.filter((step) => step !== null), ...fresh, ...texts])];
}

/** Whether words begin to stand beside something, which they come into view with.
 * @param {SceneElement} element @param {number} before @param {number} shown */
const speaksUp = ({ kind, of, on }, before, shown) => kind === "note" && of?.length && on.some(([from, to]) => from !== null && before < from && from <= shown && (to === null || shown < to));

/** What may look different when one stop follows another: all that turns at the steps of both.
 * @template T
 * @param {Map<number, T[]>} due @param {{shown: number, before: number}} was @param {{shown: number, before: number}} now
 * @returns {Set<T>} */
export function between(due, was, now) {
  const found = new Set(), last = Math.max(was.shown, now.shown);
  for (let step = Math.min(was.before, now.before) + 1; step <= last; step++) for (const one of due.get(step) ?? []) found.add(one);
  return found;
}

/** What differs between two stops, but for what is hot or new.
 * @param {Iterable<SceneElement>} elements @param {number} before @param {number} shown @returns {SceneElement[]} */
export function differing(elements, before, shown) {
  const calm = (/** @type {SceneElement} */ element, /** @type {number} */ step) => {
    const classes = classesAt(element, step, step).replace(" mtv-hot", "");
    return classes.includes("mtv-on") ? classes + JSON.stringify(element.shapes.map(({ t }) => textAt(t ?? "", step))) : "";
  };
  return [...elements].filter((element) => element.kind !== "badge" && calm(element, before) !== calm(element, shown));
}

/** @param {SceneElement} element @returns {Drawn} */
function drawElement(element) {
  const card = cardOf(element), group = svg("g", { class: "mtv-el" });
  if (card) setAll(group, { role: "button", tabindex: "-1", "data-card": card, "aria-pressed": "false" });
  else if (element.fold !== undefined) setAll(group, { role: "button", tabindex: "0", "data-fold": String(element.fold), "aria-expanded": "false" });
  else group.setAttribute("aria-hidden", "true");
  /** @type {Drawn["texts"]} */
  const texts = [];
  for (const shape of element.shapes) {
    const node = group.appendChild(drawShape(shape));
    if (Array.isArray(shape.t)) texts.push({ node, when: shape.t });
  }
  return { group, element, classes: "mtv-el", texts };
}

/** Draw a scene; `show` goes to a stop and returns what was looked at.
 * @param {Scene} scene @param {string} label @returns {Stage} */
export function stage(scene, label) {
  const { width, height } = scene, large = scene.elements.length > LARGE ? " mtv-large" : "";
  const root = svg("svg", { class: `mtv-picture${large}`, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": label });
  const drawn = scene.elements.map(drawElement), cards = drawn.filter(({ element }) => cardOf(element));
  const frame = svg("path", { class: "mtv-holds", "aria-hidden": "true" }), marks = svg("path", { class: "mtv-differs", "aria-hidden": "true" });
  const [badges, others] = [true, false].map((is) => drawn.filter(({ element }) => (element.kind === "badge") === is).map(({ group }) => group));
  root.append(...others, marks, ...badges, frame); // a badge stands on the frames that it breaks
  /** @type {Map<number, Drawn[]>} */ const due = new Map();
  for (const one of drawn) {
    for (const step of turns(one.element)) {
      const there = due.get(step);
      if (there) there.push(one);
      else due.set(step, [one]);
    }
  }
  /** @type {Set<Drawn>} */ const news = new Set();
  /** @type {{shown: number, before: number} | null} */ let last = null;
  /** @param {number} shown @param {number} before */
  const show = (shown, before) => {
    const now = { shown, before }, touched = last ? between(due, last, now) : drawn;
    for (const one of touched) {
      redraw(one, shown, before);
      if (/mtv-on.* mtv-(hot|bad|new)/.test(one.classes) || speaksUp(one.element, before, shown)) news.add(one);
      else news.delete(one);
    }
    last = now;
    return touched;
  };
  /** @type {Drawn[]} */ let reached = [];
  /** Frame what shows the selected tensor; one card at a time can be reached by Tab.
   * @param {string[]} ids */
  const hold = (ids) => {
    const on = ids.length ? drawn.filter((one) => isOn(one) && shows(one.element, ids)) : [], kept = on.filter(({ element }) => cardOf(element));
    for (const { group } of reached) setAll(group, { tabindex: "-1", "aria-pressed": "false" });
    setAll(frame, { d: framed((kept.length ? kept : on).map(({ element }) => element)) });
    for (const { group } of kept) group.setAttribute("aria-pressed", "true");
    reached = kept.length ? kept : cards.filter(isOn).slice(0, 1);
    reached[0]?.group.setAttribute("tabindex", "0");
  };
  return { root, wide: width, high: height, drawn, news, show, hold, mark: (elements) => setAll(marks, { d: boxed(elements) }) };
}

/** @param {Drawn} one */
const isOn = ({ classes }) => classes.includes("mtv-on");

/** @param {SceneElement} element @param {string[]} ids */
const shows = (element, ids) => (cardOf(element) !== null || element.kind === "operation") && ids.some((id) => element.of?.includes(id));

/** @param {Element} node @param {Record<string, string>} values */
export function setAll(node, values) {
  for (const [name, value] of Object.entries(values)) if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** @param {Drawn} one @param {number} shown @param {number} before */
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
}
