// @ts-check
/** Where the elements of a scene are, in the scene's own units: nothing here asks the browser. */

/**
 * @typedef {import("./model.js").Element} SceneElement
 * @typedef {import("./model.js").Shape} Shape
 * @typedef {[left: number, top: number, right: number, bottom: number]} Bounds
 */

const LETTER = 6.2, LINE = 12, BELOW = 3.5;

/** @param {Shape} shape @returns {Bounds} */
function boundsOfShape({ s, x = 0, y = 0, w = 0, h = 0, d = "", t = "", a }) {
  if (s === "rect" || s === "hatch") return [x, y, x + w, y + h];
  if (s === "text") {
    const wide = LETTER * Math.max(0, ...(typeof t === "string" ? [t] : t.map(([, words]) => words)).map((words) => words.length));
    const left = a === "middle" ? x - wide / 2 : a === "end" ? x - wide : x;
    return [left, y - LINE, left + wide, y + BELOW];
  }
  const numbers = (d.match(/-?[\d.]+/g) ?? []).map(Number), xs = numbers.filter((_, i) => i % 2 === 0), ys = numbers.filter((_, i) => i % 2);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** The bounds of an element: of its rectangles, or of its text and paths where it has none.
 * @param {SceneElement} element @returns {Bounds} */
export function boundsOf({ shapes }) {
  const rects = shapes.filter(({ s }) => s === "rect");
  return (rects.length ? rects : shapes).map(boundsOfShape).reduce(around);
}

/** @param {Bounds} one @param {Bounds} other @returns {Bounds} */
export const around = ([l, t, r, b], [x, y, z, w]) => [Math.min(l, x), Math.min(t, y), Math.max(r, z), Math.max(b, w)];

/** @param {Bounds} one @param {Bounds} other @param {number} near */
const meet = ([l, t, r, b], [x, y, z, w], near) => l - near <= z && x - near <= r && t - near <= w && y - near <= b;

/** Join the bounds that lie within `near` of each other.
 * @param {Bounds[]} all @param {number} near @returns {Bounds[]} */
export function joined(all, near) {
  /** @type {Bounds[]} */
  const found = [];
  for (let one of all) {
    for (let i = 0; i < found.length;) {
      if (!meet(one, found[i], near)) i++;
      else {
        one = around(one, found.splice(i, 1)[0]);
        i = 0;
      }
    }
    found.push(one);
  }
  return found;
}

/** What of several things can be in view together: the first, and each other that still fits with it.
 * @param {Bounds[]} all the most important first @param {number} wide @param {number} high @returns {Bounds} */
export function together(all, wide, high) {
  return all.reduce((kept, one) => {
    const both = around(kept, one);
    return both[2] - both[0] <= wide && both[3] - both[1] <= high ? both : kept;
  });
}

/** What touches the edge of its place is as good as cut off. */
const EDGE = 4;

/** How far to scroll along one axis for `from` to `to` to be in view: no farther than needed, or than there is.
 * @param {number} now @param {number} room @param {number} all @param {number} from @param {number} to */
export function scrolled(now, room, all, from, to) {
  const margin = Math.max(0, Math.min(room / 6, (room - (to - from)) / 2)), edge = Math.min(margin, EDGE);
  if (from - edge >= now && to + edge <= now + room) return now;
  return Math.max(0, Math.min(all - room, from - margin < now ? from - margin : to + margin - room));
}

const AWAY = 5, NEAR = 3, ARM = 11;

/** Corners around cards; cards that touch (a leaf and its place for a gradient) get them together.
 * @param {SceneElement[]} elements */
export function framed(elements) {
  const rects = elements.flatMap(({ shapes }) => shapes.filter(({ s }) => s === "rect").map(boundsOfShape));
  return joined(rects, 1).map(([l, t, r, b]) => corners(l - AWAY, t - AWAY, r + AWAY, b + AWAY)).join("");
}

/** @param {number} l @param {number} t @param {number} r @param {number} b */
const corners = (l, t, r, b) => [[l, t, 1, 1], [r, t, -1, 1], [r, b, -1, -1], [l, b, 1, -1]].map(([x, y, dx, dy]) => `M${x + dx * ARM} ${y}H${x}V${y + dy * ARM}`).join("");

/** A box around each thing, one around those that touch. What is only a line gets none: its box would
 * hold much that it has nothing to do with.
 * @param {SceneElement[]} elements */
export function boxed(elements) {
  const things = elements.filter(({ shapes }) => shapes.some(({ s }) => s !== "path"));
  return joined(things.map(boundsOf), 2 * NEAR).map(([l, t, r, b]) => `M${l - NEAR} ${t - NEAR}H${r + NEAR}V${b + NEAR}H${l - NEAR}z`).join("");
}
