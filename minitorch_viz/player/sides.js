// @ts-check
/** Places for pictures: how large each is drawn, and where it is scrolled to. */

import { boundsOf, scrolled, together } from "./bounds.js";
import { make } from "./elements.js";

/**
 * @typedef {import("./stage.js").Drawn} Drawn
 * @typedef {{box: HTMLElement, canvas: HTMLElement, caption: HTMLElement, wide: number, high: number, across: number, down: number, scale: number,
 *   x: number, y: number, goal: {left: number, top: number} | null}} Side
 */

/** A place for one picture. @param {string} name @param {string} label @returns {Side} */
export function side(name, label) {
  const canvas = make("div", "mtv-canvas"), caption = make("div", "mtv-caption");
  canvas.setAttribute("role", "group");
  canvas.setAttribute("aria-label", label);
  return { box: make("div", `mtv-side mtv-${name}`, caption, canvas), canvas, caption, wide: 0, high: 0, across: 0, down: 0, scale: 1, x: 0, y: 0, goal: null };
}

/** @param {Side} one @param {import("./stage.js").Stage} stage */
export function put({ box, canvas }, { root, wide, high }) {
  box.style.setProperty("--mtv-units", String(wide));
  box.style.setProperty("--mtv-tall", String(high));
  canvas.replaceChildren(root);
}

/** @param {Side} one @param {number} units */
export function measure(one, units) {
  const { canvas } = one, drawn = /** @type {Element} */ (canvas.firstElementChild);
  one.wide = canvas.clientWidth;
  one.high = canvas.clientHeight;
  one.across = canvas.scrollWidth;
  one.down = canvas.scrollHeight;
  one.scale = drawn.getBoundingClientRect().width / units;
  // A pane of another size may have moved what is in it, and tells of it later.
  Object.assign(one, { x: canvas.scrollLeft, y: canvas.scrollTop });
  // What scrolls must be reachable by key also where nothing in it is.
  canvas.tabIndex = one.down > one.high || one.across > one.wide ? 0 : -1;
  one.box.style.setProperty("--mtv-bar-x", `${canvas.offsetWidth - one.wide}px`);
  one.box.style.setProperty("--mtv-bar-y", `${canvas.offsetHeight - one.high}px`);
  tellMore(one);
}

/** Say on which sides a picture goes on: what is cut off by less than a line isn't worth a sign.
 * @param {Side} one */
function tellMore({ box, wide, high, across, down, x, y }) {
  const beyond = { left: x, right: across - wide - x, above: y, below: down - high - y };
  const more = Object.entries(beyond).filter(([, far]) => far > 8).map(([where]) => where).join(" ");
  if (box.dataset.more !== more) box.dataset.more = more;
}

/** Move a picture by half of its place; false if there is nothing to move.
 * @param {HTMLElement} canvas @param {number} right @param {number} down @param {boolean} still */
export function shove(canvas, right, down, still) {
  const { clientWidth, clientHeight } = canvas, behavior = still ? "instant" : "smooth";
  canvas.scrollBy({ left: (right * clientWidth) / 2, top: (down * clientHeight) / 2, behavior });
  return canvas.tabIndex === 0;
}

/** Let what is in the middle of a picture stay there while `resize` changes its size.
 * @param {Side} one @param {number} units @param {() => void} resize */
export function zoom(one, units, resize) {
  const { canvas, scale } = one, { clientWidth: wide, clientHeight: high, scrollLeft, scrollTop } = canvas;
  resize();
  measure(one, units);
  const by = one.scale / scale;
  canvas.scrollTo({ left: (scrollLeft + wide / 2) * by - wide / 2, top: (scrollTop + high / 2) * by - high / 2, behavior: "instant" });
}

const WEIGHTS = ["mtv-bad", "mtv-hot", "mtv-new"];

/** Scroll a picture wider or taller than its pane to what is new, if that is out of sight.
 * @param {Side} one @param {Drawn[]} news @param {boolean} still */
export function pan(one, news, still) {
  const { canvas, wide, high, across, down, scale, x, y, goal } = one;
  if (!news.length || canvas.tabIndex < 0) return;
  // Words beside a card come with it where there is room.
  const weight = (/** @type {Drawn} */ { classes }) => (WEIGHTS.findIndex((name) => classes.includes(name)) + WEIGHTS.length + 1) % (WEIGHTS.length + 1);
  const ordered = [...news].sort((a, b) => weight(a) - weight(b)).map(({ element }) => boundsOf(element));
  const [left, top, right, bottom] = together(ordered, wide / scale, high / scale).map((n) => n * scale);
  const there = { left: scrolled(x, wide, across, left, right), top: scrolled(y, high, down, top, bottom) };
  // What is on its way elsewhere must be told to stay, too.
  if (there.left === x && there.top === y && !goal) return;
  one.goal = there;
  canvas.scrollTo({ ...there, behavior: still ? "instant" : "smooth" });
}

/** Know where each picture is scrolled to without asking, and let both show the same part.
 * @param {Side} one @param {Side} other @param {AbortSignal} signal */
export function follow(one, other, signal) {
  for (const [from, to] of [[one, other], [other, one]]) {
    from.canvas.addEventListener("scroll", () => {
      const { scrollLeft: x, scrollTop: y } = from.canvas;
      // The echo of what the other one did to this one.
      if (from.x === x && from.y === y) return;
      const arrived = from.goal && Math.abs(from.goal.left - x) < 1 && Math.abs(from.goal.top - y) < 1;
      Object.assign(from, { x, y }, arrived ? { goal: null } : {});
      tellMore(from);
      if (!to.canvas.clientWidth) return;
      to.canvas.scrollTo({ left: x, top: y, behavior: "instant" });
      Object.assign(to, { x: to.canvas.scrollLeft, y: to.canvas.scrollTop });
      tellMore(to);
    }, { signal, passive: true });
  }
}
