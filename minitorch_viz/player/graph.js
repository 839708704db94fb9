// @ts-check
/** The picture's pane: through which lens, before and after, its legend, and where it is scrolled to. */

import { boundsOf, scrolled, together } from "./bounds.js";
import { drawSample, explained, legendOf } from "./drawing.js";
import { differing, stage } from "./stage.js";
import { button, make, retext } from "./elements.js";
import { at, inside } from "./model.js";

/**
 * @typedef {import("./parts.js").Context} Context
 * @typedef {import("./parts.js").Update} Update
 * @typedef {import("./parts.js").View} View
 * @typedef {import("./model.js").Lens} Lens
 * @typedef {import("./stage.js").Stage} Stage
 * @typedef {import("./stage.js").Drawn} Drawn
 * @typedef {{box: HTMLElement, canvas: HTMLElement, caption: HTMLElement, wide: number, high: number, scale: number,
 *   x: number, y: number}} Side
 */

/** Drawn smaller than this, a picture's words are hard to read: then it gets the whole width. */
const SMALLEST = 0.75;
/** Drawn smaller than this, before and after stand below one another. */
const TIGHT = 0.6;
/** @type {Record<Lens, [string, string, string, string]>} */
const LENSES = {
  program: ["Program", "What autograd sees", "down: values · up: gradients", "Computation graph; the tensor table says the same in text"],
  autograd: ["Autograd", "What backward walks", "up: gradients", "Nodes and edges that backward walks; the tensor table says the rest in text"],
};

/** @param {Context} context @returns {[HTMLElement, Update]} */
export function picture(context) {
  const { payload, body, links, fits } = context, still = matchMedia("(prefers-reduced-motion: reduce)");
  const [heading, onHeading] = head(context), legend = make("div", "mtv-legend"), earlier = side("earlier", "picture before"), later = side("later", "picture");
  const sides = make("div", "mtv-sides", earlier.box, later.box), frame = make("div", "mtv-graph", sides, legend);
  follow(earlier, later, context.signal);
  /** @type {Map<Lens, Lensed>} */ const opened = new Map();
  /** @type {Lensed | null} */ let open = null;
  let paired = false;
  /** @param {Lens} lens */
  const opening = (lens) => {
    const found = opened.get(lens) ?? lensed(payload, lens, links);
    opened.set(lens, found);
    return found;
  };
  const fit = () => {
    if (!open) return;
    const { width } = payload.pictures[open.lens];
    body.classList.remove("mtv-broad");
    frame.classList.remove("mtv-stack");
    body.classList.toggle("mtv-broad", paired || later.canvas.clientWidth < SMALLEST * width);
    frame.classList.toggle("mtv-stack", paired && later.canvas.clientWidth < TIGHT * width);
    measure(later, width);
    if (paired) measure(earlier, width);
  };
  fits.unshift(fit);
  return [make("div", "mtv-pane mtv-graphbox", heading, frame), (view) => {
    const { shown, before, lens, pair } = view, now = opening(lens), ids = selected(view, context);
    const touched = now.later.show(shown, before);
    now.later.hold(ids);
    now.explain(touched, shown);
    onHeading(view);
    if (pair) {
      const was = now.earlier();
      was.show(before, before);
      was.hold(ids);
      const differ = differing([...now.later.drawn].map(({ element }) => element), before, shown);
      was.mark(differ);
      now.later.mark(differ);
      retext(earlier.caption, before < 0 ? "before the start" : `before · step ${view.stops.indexOf(before)}`);
      retext(later.caption, `after · step ${view.stops.indexOf(shown)}`);
    } else now.later.mark([]);
    if (now !== open || pair !== paired) {
      [open, paired] = [now, pair];
      frame.classList.toggle("mtv-pair", pair);
      body.classList.toggle("mtv-paired", pair);
      later.canvas.replaceChildren(now.later.root);
      if (pair) earlier.canvas.replaceChildren(now.earlier().root);
      legend.replaceChildren(...now.samples);
      fit();
    }
    return () => pan(later, [...now.later.news], still.matches);
  }];
}

/** The heading: its words, the lenses, and before and after.
 * @param {Context} context @returns {[HTMLElement, Update]} */
function head({ act, signal }) {
  const title = make("span"), aside = make("small"), lenses = make("div", "mtv-seg"), pair = button("", "Before and after", "Before and after (b)", "mtv-both");
  lenses.setAttribute("role", "group");
  lenses.setAttribute("aria-label", "Lens");
  const keys = /** @type {Lens[]} */ (Object.keys(LENSES));
  const buttons = keys.map((lens) => {
    const node = lenses.appendChild(button(LENSES[lens][0], LENSES[lens][0], `${LENSES[lens][1]} (l)`));
    node.dataset.lens = lens;
    node.addEventListener("click", () => act.lens(lens), { signal });
    return node;
  });
  pair.append(make("span", "", "before"), make("span", "", "after"));
  pair.addEventListener("click", act.pair, { signal });
  return [make("div", "mtv-heading", make("h2", "", title, aside), lenses, pair), (view) => {
    const [, words, way] = LENSES[view.lens];
    retext(title, words);
    retext(aside, way);
    buttons.forEach((node, i) => node.setAttribute("aria-pressed", String(keys[i] === view.lens)));
    pair.setAttribute("aria-pressed", String(view.pair));
  }];
}

/** A place for one picture. @param {string} name @param {string} label @returns {Side} */
function side(name, label) {
  const canvas = make("div", "mtv-canvas"), caption = make("div", "mtv-caption");
  canvas.setAttribute("role", "group");
  canvas.setAttribute("aria-label", label);
  return { box: make("div", `mtv-side mtv-${name}`, caption, canvas), canvas, caption, wide: 0, high: 0, scale: 1, x: 0, y: 0 };
}

/** @typedef {{lens: Lens, later: Stage, earlier: () => Stage, samples: Node[], explain(touched: Iterable<Drawn>, shown: number): void}} Lensed */

/** What one lens shows; the picture of the step before is built when it is first wanted.
 * @param {import("./model.js").Payload} payload @param {Lens} lens @param {import("./elements.js").Links} links @returns {Lensed} */
function lensed(payload, lens, links) {
  const scene = payload.pictures[lens], built = () => {
    const made = stage(scene, LENSES[lens][3]);
    for (const { group, element } of made.drawn) if (element.of?.length) links.add(group, element.of);
    return made;
  };
  const later = built();
  /** @type {Stage | null} */ let earlier = null;
  const rows = legendOf(payload.style.legend, scene.elements).map((row) => ({ row, node: make("span", "mtv-unseen", drawSample(row), row.text), needs: new Set() }));
  /** @param {Iterable<Drawn>} touched @param {number} shown */
  const explain = (touched, shown) => {
    for (const one of touched) {
      for (const { row, needs } of rows) {
        const spans = explained(row, one.element);
        if (!spans) continue;
        if (inside(spans, shown) && one.classes.includes("mtv-on")) needs.add(one);
        else needs.delete(one);
      }
    }
    for (const { node, needs } of rows) node.classList.toggle("mtv-unseen", needs.size === 0);
  };
  return { lens, later, earlier: () => (earlier ??= built()), samples: rows.map(({ node }) => node), explain };
}

/** The selected tensor, and through the lens of autograd the node that made it.
 * @param {View} view @param {Context} context */
function selected({ held, lens, shown }, { model }) {
  const node = lens === "autograd" && at(model, held, shown)?.state.grad_fn;
  return [...(held ? [held] : []), ...(node ? [node] : [])];
}

/** @param {Side} one @param {number} units */
function measure(one, units) {
  const { canvas } = one, drawn = /** @type {Element} */ (canvas.firstElementChild);
  one.wide = canvas.clientWidth;
  one.high = canvas.clientHeight;
  one.scale = drawn.getBoundingClientRect().width / units;
  // What scrolls must be reachable by key also where nothing in it is.
  canvas.tabIndex = canvas.scrollHeight > one.high || canvas.scrollWidth > one.wide ? 0 : -1;
}

const WEIGHTS = ["mtv-bad", "mtv-hot", "mtv-new"];

/** Scroll a picture wider or taller than its pane to what is new, if that is out of sight.
 * @param {Side} side @param {Drawn[]} news @param {boolean} still */
function pan({ canvas, wide, high, scale, x, y }, news, still) {
  if (!news.length || canvas.tabIndex < 0) return;
  const weight = (/** @type {Drawn} */ { classes }) => WEIGHTS.findIndex((name) => classes.includes(name));
  const ordered = [...news].sort((a, b) => weight(a) - weight(b)).map(({ element }) => boundsOf(element));
  const [left, top, right, bottom] = together(ordered, wide / scale, high / scale).map((n) => n * scale);
  const there = { left: scrolled(x, wide, left, right), top: scrolled(y, high, top, bottom) };
  if (there.left !== x || there.top !== y) canvas.scrollTo({ ...there, behavior: still ? "instant" : "smooth" });
}

/** Know where each picture is scrolled to without asking, and let both show the same part.
 * @param {Side} one @param {Side} other @param {AbortSignal} signal */
function follow(one, other, signal) {
  for (const [from, to] of [[one, other], [other, one]]) {
    from.canvas.addEventListener("scroll", () => {
      const { scrollLeft: x, scrollTop: y } = from.canvas;
      // The echo of what the other one did to this one.
      if (from.x === x && from.y === y) return;
      Object.assign(from, { x, y });
      if (!to.canvas.clientWidth) return;
      to.canvas.scrollTo({ left: x, top: y, behavior: "instant" });
      Object.assign(to, { x: to.canvas.scrollLeft, y: to.canvas.scrollTop });
    }, { signal, passive: true });
  }
}
