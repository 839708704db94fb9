// @ts-check
/** The timeline: one group per statement, one stop per step; long traces get pages. */

import { groups, pages, shapeOf } from "./model.js";
import { svg } from "./drawing.js";
import { button, make } from "./elements.js";

/**
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./model.js").Group} Group
 * @typedef {import("./parts.js").Context} Context
 * @typedef {import("./parts.js").View} View
 * @typedef {import("./parts.js").Update} Update
 */

const FEW = 40;
/** What counts most comes first: it is said where there isn't room for all. */
const WORD = { error: "error", stopped: "stopped", grad: "backward", inplace: "in-place", mode: "mode", step: "step" };
const MARK = {
  mode: "M10 3.5 16.5 10 10 16.5 3.5 10z", inplace: "M10 4 16.5 15.5H3.5z", grad: "M15.5 3.5v13L4 10z",
  error: "M6 3h8l3.5 3.5v7L14 17H6l-3.5-3.5v-7z", stopped: "M4.5 4.5h11v11h-11z", step: "M5 10a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
};

/** @param {Context} context @returns {[HTMLElement, Update]} */
export function timeline(context) {
  const { model, body, act, signal, fits } = context, { trace } = model;
  const stopsRow = make("div", "mtv-tl"), track = scrubber(context);
  const box = make("div", "mtv-times", track.box, stopsRow);
  /** @type {Group[][]} */ let book = [];
  /** @type {Group[] | null} */ let page = null;
  /** @type {Map<number, HTMLElement>} */ let marks = new Map();
  /** @type {View | null} */ let last = null;
  let key = "", places = FEW;
  stopsRow.addEventListener("click", (event) => {
    const stop = /** @type {Element} */ (event.target).closest("button")?.dataset.step;
    if (stop !== undefined) act.to(Number(stop));
  }, { signal });
  /** @param {View} view */
  const update = (view) => {
    const wanted = `${view.level} ${places}`;
    if (key !== wanted) {
      book = pages(groups(trace, trace.steps.length > Math.min(FEW, places) ? view.stops : trace.steps.map((s) => s.index)), places);
      box.classList.toggle("mtv-long", book.length > 1);
      track.rebuild(view.stops);
      key = wanted;
      page = null;
    }
    const open = book.find((some) => some.some((group) => group.steps.includes(view.shown))) ?? book[0];
    if (open !== page) marks = drawPage(model, stopsRow, (page = open), view.stops);
    for (const [stop, node] of marks) {
      node.classList.toggle("mtv-past", stop < view.shown);
      node.classList.toggle("mtv-now", stop === view.shown);
      if (stop === view.shown) node.setAttribute("aria-current", "step");
      else node.removeAttribute("aria-current");
    }
    [...stopsRow.children].forEach((node, i) => node.classList.toggle("mtv-cur", open[i].steps.includes(view.shown)));
    track.update(view, open);
    last = view;
  };
  fits.push(() => {
    places = Math.max(8, Math.floor(body.clientWidth / (2.1 * parseFloat(getComputedStyle(body).fontSize)))) || FEW;
    if (last) update(last);
  });
  return [box, update];
}

/** @param {Model} model @param {HTMLElement} row @param {Group[]} page @param {number[]} stops */
function drawPage(model, row, page, stops) {
  /** @type {Map<number, HTMLElement>} */
  const marks = new Map(), shown = new Set(stops);
  row.replaceChildren(...page.map((group) => {
    const kinds = group.steps.map((stop) => shapeOf(model, model.trace.steps[stop]));
    const stopsBox = make("div", "mtv-stops", ...group.steps.map((stop, i) => {
      const node = stopButton(kinds[i], stop, group.line, shown.has(stop));
      marks.set(stop, node);
      return node;
    }));
    const words = Object.entries(WORD).filter(([kind]) => kind !== "step" && kinds.includes(/** @type {keyof typeof WORD} */ (kind))).map(([, word]) => word);
    const where = make("span", "mtv-where", ...(group.line ? [make("i", "", "line "), String(group.line)] : ["start"]));
    // A word that has no room goes to the next line, and so out of sight, as a whole.
    const label = make("div", "mtv-lab", where, ...words.map((word) => make("span", "mtv-kind", make("i", "", "· "), word)));
    const box = make("div", `mtv-grp ${group.off ? "mtv-off" : ""} ${group.line ? "" : "mtv-begin"}`, stopsBox, label);
    box.style.flexGrow = String(group.steps.length + 0.6);
    return box;
  }));
  return marks;
}

/** @param {keyof typeof MARK} kind @param {number} stop @param {number} line @param {boolean} coarse */
function stopButton(kind, stop, line, coarse) {
  const node = button("", `step ${stop}${line ? `, line ${line}` : ", start"}${kind === "step" ? "" : `: ${WORD[kind]}`}`, WORD[kind], `mtv-stop mtv-k-${kind} ${coarse ? "" : "mtv-fine"}`);
  const icon = svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" });
  icon.append(svg("circle", { class: "mtv-halo", cx: 10, cy: 10, r: 9.5 }));
  icon.append(coarse ? svg("path", { class: "mtv-mk", d: MARK[kind] }) : svg("circle", { class: "mtv-mk", cx: 10, cy: 10, r: 2.4 }));
  if (coarse && kind === "error") icon.append(svg("path", { class: "mtv-x", d: "m7 7 6 6m0-6-6 6" }));
  node.dataset.step = String(stop);
  node.tabIndex = -1;
  node.append(icon);
  return node;
}

/** A long trace at a glance, with a handle; hidden while one page holds all stops.
 * @param {Context} context */
function scrubber({ model, act, signal }) {
  const range = make("input", "mtv-range"), strip = svg("svg", { class: "mtv-strip", preserveAspectRatio: "none", "aria-hidden": "true" });
  const here = svg("rect", { class: "mtv-here", y: 0, height: 10 }), box = make("div", "mtv-track", strip, range);
  /** @type {number[]} */ let stops = [0];
  range.type = "range";
  range.min = "0";
  range.setAttribute("aria-label", "All steps");
  range.addEventListener("input", () => act.to(stops[Number(range.value)]), { signal });
  /** @param {number[]} all */
  const rebuild = (all) => {
    stops = all;
    range.max = String(all.length - 1);
    strip.setAttribute("viewBox", `0 0 ${all.length} 10`);
    strip.replaceChildren(...runs(model, all).map(([kind, off, from, to]) => svg("rect", { class: `mtv-b-${kind}${off ? " mtv-b-off" : ""}`, x: from, y: 2, width: to - from, height: 6 })), here);
  };
  /** @param {{shown: number, stops: number[]}} view @param {Group[]} page */
  const update = (view, page) => {
    const from = stops.findIndex((s) => s >= page[0].steps[0]), last = page[page.length - 1].steps.at(-1) ?? 0;
    const after = stops.findIndex((s) => s > last);
    here.setAttribute("x", String(from));
    here.setAttribute("width", String((after < 0 ? stops.length : after) - from));
    range.value = String(stops.indexOf(view.shown));
    range.setAttribute("aria-valuetext", `step ${range.value} of ${stops.length - 1}`);
  };
  return { box, rebuild, update };
}

/** Join neighbouring stops of one kind. @param {Model} model @param {number[]} stops
 * @returns {[string, boolean, number, number][]} */
function runs(model, stops) {
  /** @type {[string, boolean, number, number][]} */
  const found = [];
  stops.forEach((stop, i) => {
    const step = model.trace.steps[stop], kind = shapeOf(model, step), last = found.at(-1);
    if (last && last[0] === kind && last[1] === !step.grad_enabled) last[3] = i + 1;
    else found.push([kind, !step.grad_enabled, i, i + 1]);
  });
  return found;
}
