// @ts-check
/** Drawers: what is folded opens below the picture, in a picture of its own that steps along. */

import { button, make, retext } from "./elements.js";
import { textAt } from "./drawing.js";
import { measure, pan, put, side } from "./sides.js";

/**
 * @typedef {import("./stage.js").Drawn} Drawn
 * @typedef {import("./stage.js").Stage} Stage
 * @typedef {import("./sides.js").Side} Side
 * @typedef {{fold: number, box: HTMLElement, title: HTMLElement, place: Side, stage: Stage, from: Drawn, above: Drawer | null, open: boolean}} Drawer
 * @typedef {{box: HTMLElement, toggle(fold: number): void, show(shown: number, before: number, ids: string[]): void, settle(still: boolean): void}} Drawers
 */

/** @param {Stage} whole @param {(fold: number) => Stage} built
 * @param {(touched: Iterable<Drawn>, shown: number) => void} explain @param {AbortSignal} signal @returns {Drawers} */
export function drawers(whole, built, explain, signal) {
  const box = make("div", "mtv-below");
  /** @type {Map<number, Drawer>} */ const made = new Map();
  let last = { shown: 0, before: -1, ids: /** @type {string[]} */ ([]) };

  /** @param {number} fold @returns {[Drawn, Drawer | null]} what it opens from, and in which drawer that is */
  const origin = (fold) => {
    for (const above of [null, ...made.values()]) {
      const from = (above?.stage ?? whole).drawn.find(({ element }) => element.fold === fold);
      if (from) return [from, above];
    }
    throw new Error(`no fold ${fold}`);
  };
  /** @param {number} fold @returns {Drawer} */
  const pull = (fold) => {
    const [from, above] = origin(fold), stage = built(fold), place = side("inner", "inside of what is folded");
    const title = make("h3"), close = button("✕", "Close", "Close", "mtv-shut");
    close.addEventListener("click", () => toggle(fold), { signal });
    put(place, stage);
    place.canvas.addEventListener("scroll", () => measure(place, stage.wide), { signal, passive: true });
    const drawer = { fold, box: make("section", "mtv-drawer", make("div", "mtv-heading", title, close), place.box), title, place, stage, from, above, open: false };
    made.set(fold, drawer);
    return drawer;
  };
  /** @param {Drawer} drawer @returns {string} */
  const name = ({ from, above }) => {
    const said = from.element.shapes.find(({ s }) => s === "text")?.t ?? "", mine = textAt(said, last.shown) || textAt(said, Infinity);
    return above ? `${name(above)} › ${mine}` : mine;
  };
  /** @param {Drawer} drawer */
  const draw = (drawer) => {
    explain(drawer.stage.show(last.shown, last.before), last.shown);
    drawer.stage.hold(last.ids);
    retext(drawer.title, name(drawer));
  };
  /** Keep the picture above as high as it is: drawers would take the room that it has for its neighbour's sake. */
  const hold = () => {
    const above = /** @type {HTMLElement | null | undefined} */ (box.closest(".mtv-graph")?.querySelector(".mtv-sides"));
    if (above) above.style.minHeight = opened().length ? `${above.offsetHeight}px` : "";
  };
  /** @param {Drawer} drawer */
  const shut = (drawer) => {
    drawer.open = false;
    drawer.from.group.setAttribute("aria-expanded", "false");
    drawer.box.remove();
    explain(drawer.stage.drawn, -1);
    for (const other of made.values()) if (other.above === drawer && other.open) shut(other);
  };
  /** @param {number} fold */
  const toggle = (fold) => {
    const drawer = made.get(fold) ?? pull(fold);
    if (drawer.open) {
      const held = drawer.box.contains(document.activeElement);
      shut(drawer);
      hold();
      if (held) drawer.from.group.focus({ preventScroll: true });
      return;
    }
    drawer.open = true;
    hold();
    drawer.from.group.setAttribute("aria-expanded", "true");
    // A drawer from a drawer stands below that one.
    if (drawer.above) drawer.above.box.after(drawer.box);
    else box.prepend(drawer.box);
    draw(drawer);
    explain(drawer.stage.drawn, last.shown);
    measure(drawer.place, drawer.stage.wide);
    drawer.box.scrollIntoView({ block: "nearest" });
  };
  const opened = () => [...made.values()].filter(({ open }) => open);
  return {
    box, toggle,
    show(shown, before, ids) {
      last = { shown, before, ids };
      for (const drawer of opened()) draw(drawer);
    },
    settle(still) {
      for (const { place, stage } of opened()) {
        measure(place, stage.wide);
        pan(place, [...stage.news], still);
      }
    },
  };
}
