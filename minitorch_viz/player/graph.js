// @ts-check
/** The picture's pane: the drawing, its legend, and where it is scrolled to. */

import { drawSample, drawScene, legendOf, needed } from "./drawing.js";
import { make } from "./elements.js";

/**
 * @typedef {import("./parts.js").Context} Context
 * @typedef {import("./parts.js").Update} Update
 */

/** Drawn smaller than this, a picture's words are hard to read: then it gets the whole width. */
const SMALLEST = 0.75;

/** @param {Context} context @returns {[HTMLElement, Update]} */
export function picture({ payload, body, links, fits }) {
  const scene = payload.picture, { root, drawn, show, hold } = drawScene(scene);
  const canvas = make("div", "mtv-canvas", root), legend = make("div", "mtv-legend");
  canvas.setAttribute("role", "group");
  canvas.setAttribute("aria-label", "picture");
  root.style.setProperty("--mtv-units", String(scene.width));
  const samples = legendOf(payload.style.legend, scene.elements).map((row) => {
    const node = legend.appendChild(make("span", "", drawSample(row), row.text));
    return { row, node };
  });
  for (const { group, element } of drawn) if (element.of?.length) links.add(group, element.of);
  fits.unshift(() => {
    body.classList.remove("mtv-broad");
    body.classList.toggle("mtv-broad", canvas.clientWidth < SMALLEST * scene.width);
    // What scrolls must be reachable by key also where nothing in it is.
    const scrolls = canvas.scrollHeight > canvas.clientHeight || canvas.scrollWidth > canvas.clientWidth;
    canvas.tabIndex = scrolls ? 0 : -1;
  });
  return [make("div", "mtv-graph", canvas, legend), ({ shown, before, held }) => {
    const on = show(shown, before);
    hold(held, on);
    for (const { row, node } of samples) node.classList.toggle("mtv-unseen", !needed(row, on, shown));
    return () => pan(canvas, on.filter(({ classes }) => /mtv-(hot|bad|new)/.test(classes)).map(({ group }) => group));
  }];
}

/** Scroll a picture wider or taller than its pane to what is new, if that is out of sight.
 * @param {HTMLElement} pane @param {Element[]} targets */
function pan(pane, targets) {
  if (!targets.length || (pane.scrollWidth <= pane.clientWidth && pane.scrollHeight <= pane.clientHeight)) return;
  const frame = pane.getBoundingClientRect(), seen = targets.map((target) => target.getBoundingClientRect());
  const left = Math.min(...seen.map((r) => r.left)), right = Math.max(...seen.map((r) => r.right));
  const top = Math.min(...seen.map((r) => r.top)), bottom = Math.max(...seen.map((r) => r.bottom));
  if (left < frame.left || right > frame.right) pane.scrollLeft += (left + right - frame.left - frame.right) / 2;
  if (top < frame.top || bottom > frame.bottom) pane.scrollTop += (top + bottom - frame.top - frame.bottom) / 2;
}
