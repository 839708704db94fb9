// @ts-check
/** The picture's pane: through which lens, before and after, its legend, and where it is scrolled to. */

import { drawSample, explained, legendOf } from "./drawing.js";
import { differing, stage } from "./stage.js";
import { LARGER, SMALLER, ZOOMS } from "./actions.js";
import { follow, measure, pan, put, side, zoom } from "./sides.js";
import { drawers } from "./drawers.js";
import { button, make, retext } from "./elements.js";
import { at, inside } from "./model.js";

/**
 * @typedef {import("./parts.js").Context} Context
 * @typedef {import("./parts.js").Update} Update
 * @typedef {import("./parts.js").View} View
 * @typedef {import("./model.js").Lens} Lens
 * @typedef {import("./stage.js").Stage} Stage
 * @typedef {import("./stage.js").Drawn} Drawn
 * @typedef {import("./drawers.js").Drawers} Drawers
 */

/** Drawn smaller than this, before and after stand below one another, if they are wider than high. */
const TIGHT = 0.6;
/** @type {Record<Lens, [string, string, string, string]>} */
const LENSES = {
  program: ["Program", "What autograd sees", "↓ values · ↑ gradients", "Computation graph; the tensor table says the same in text"],
  autograd: ["Autograd", "What backward walks", "↑ gradients", "Nodes and edges that backward walks; the tensor table says the rest in text"],
};

/** @param {Context} context @returns {[HTMLElement, Update]} */
export function picture(context) {
  const { payload, body, links, fits } = context, still = matchMedia("(prefers-reduced-motion: reduce)");
  const [heading, onHeading] = head(context), legend = make("div", "mtv-legend"), earlier = side("earlier", "picture before"), later = side("later", "picture");
  const sides = make("div", "mtv-sides", earlier.box, later.box), below = make("div", "mtv-drawers"), frame = make("div", "mtv-graph", sides, below, legend);
  follow(earlier, later, context.signal);
  /** @type {Map<Lens, Lensed>} */ const opened = new Map();
  /** @type {Lensed | null} */ let open = null;
  let paired = false, zoomed = 0;
  /** @param {Lens} lens */
  const opening = (lens) => {
    const found = opened.get(lens) ?? lensed(context, lens);
    opened.set(lens, found);
    return found;
  };
  const fit = () => {
    if (!open) return;
    const { width, height } = payload.pictures[open.lens];
    frame.classList.remove("mtv-stack");
    frame.classList.toggle("mtv-stack", paired && width > height && later.canvas.clientWidth < TIGHT * width);
    measure(later, width);
    if (paired) measure(earlier, width);
  };
  fits.push(fit);
  opens(frame, context.signal, (fold) => open?.drawers.toggle(fold));
  return [make("div", "mtv-pane mtv-graphbox", heading, frame), (view) => {
    const { shown, before, lens, pair } = view, now = opening(lens), ids = selected(view, context);
    const touched = now.later.show(shown, before);
    now.later.hold(ids);
    now.explain(touched, shown);
    now.drawers.show(shown, before, ids);
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
      put(later, now.later);
      if (pair) put(earlier, now.earlier());
      legend.replaceChildren(...now.samples);
      below.replaceChildren(now.drawers.box);
      fit();
    }
    const resized = zoomed !== view.zoom;
    if (resized) {
      zoomed = view.zoom;
      const units = payload.pictures[now.lens].width;
      zoom(later, units, () => sides.style.setProperty("--mtv-zoom", String(LARGER ** zoomed)));
      if (pair) measure(earlier, units);
    }
    return () => {
      if (!resized) pan(later, [...now.later.news], still.matches);
      now.drawers.settle(still.matches);
    };
  }];
}

/** The heading: its words, the lenses, and before and after.
 * @param {Context} context @returns {[HTMLElement, Update]} */
function head({ act, signal }) {
  const title = make("span"), aside = make("small"), lenses = make("div", "mtv-seg"), pair = button("", "Before and after", "Before and after (b)", "mtv-both"), sizes = make("div", "mtv-seg mtv-sizes");
  aside.setAttribute("aria-hidden", "true");
  lenses.setAttribute("role", "group");
  lenses.setAttribute("aria-label", "Lens");
  const keys = /** @type {Lens[]} */ (Object.keys(LENSES));
  const buttons = keys.map((lens) => {
    const node = lenses.appendChild(button(LENSES[lens][0], LENSES[lens][0], `${LENSES[lens][1]} (l)`));
    node.dataset.lens = lens;
    node.addEventListener("click", () => act.lens(lens), { signal });
    return node;
  });
  sizes.setAttribute("role", "group");
  sizes.setAttribute("aria-label", "Size of the picture");
  const [smaller, larger] = [button("−", "Smaller picture", "Smaller (-)"), button("+", "Larger picture", "Larger (+)")];
  smaller.addEventListener("click", () => act.zoom(-1), { signal });
  larger.addEventListener("click", () => act.zoom(1), { signal });
  sizes.append(smaller, larger);
  pair.append(make("span", "", "before"), make("span", "", "after"));
  pair.addEventListener("click", act.pair, { signal });
  return [make("div", "mtv-heading", make("h2", "", title, aside), lenses, pair, sizes), (view) => {
    const [, words, way] = LENSES[view.lens];
    retext(title, words);
    retext(aside, way);
    buttons.forEach((node, i) => node.setAttribute("aria-pressed", String(keys[i] === view.lens)));
    pair.setAttribute("aria-pressed", String(view.pair));
    smaller.setAttribute("aria-disabled", String(view.zoom === SMALLER));
    larger.setAttribute("aria-disabled", String(view.zoom === ZOOMS));
  }];
}

/** A click on what is folded opens it, as Enter and Space do.
 * @param {HTMLElement} frame @param {AbortSignal} signal @param {(fold: number) => void} toggle */
function opens(frame, signal, toggle) {
  /** @param {Event} event */
  const press = (event) => {
    const fold = /** @type {Element} */ (event.target).closest("g[data-fold]");
    if (!fold) return;
    event.preventDefault();
    toggle(Number(fold.getAttribute("data-fold")));
  };
  frame.addEventListener("click", press, { signal });
  frame.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") press(event); }, { signal });
}

/** @typedef {{lens: Lens, later: Stage, earlier: () => Stage, drawers: Drawers, samples: Node[], explain(touched: Iterable<Drawn>, shown: number): void}} Lensed */

/** What one lens shows; the picture of the step before is built when it is first wanted.
 * @param {Context} context @param {Lens} lens @returns {Lensed} */
function lensed({ payload, links, signal }, lens) {
  const scene = payload.pictures[lens], folds = scene.folds ?? [];
  /** @param {import("./model.js").Scene} drawing */
  const built = (drawing) => {
    const made = stage(drawing, LENSES[lens][3]);
    for (const { group, element } of made.drawn) if (element.of?.length) links.add(group, element.of);
    return made;
  };
  const later = built(scene);
  /** @type {Stage | null} */ let earlier = null;
  const rows = legendOf(payload.style.legend, [scene, ...folds].flatMap(({ elements }) => elements)).map((row) => ({ row, node: make("span", "mtv-unseen", drawSample(row), row.text), needs: new Set() }));
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
  const below = drawers(later, (fold) => built(folds[fold]), explain, signal);
  return { lens, later, earlier: () => (earlier ??= built(scene)), drawers: below, samples: rows.map(({ node }) => node), explain };
}

/** The selected tensor, and through the lens of autograd the node that made it.
 * @param {View} view @param {Context} context */
function selected({ held, lens, shown }, { model }) {
  const node = lens === "autograd" && at(model, held, shown)?.state.grad_fn;
  return [...(held ? [held] : []), ...(node ? [node] : [])];
}
