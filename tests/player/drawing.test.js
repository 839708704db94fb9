import assert from "node:assert/strict";
import test from "node:test";

import { classesAt, hatching, legendOf, prefixed, textAt } from "../../minitorch_viz/player/drawing.js";

/** @param {object} fields @returns {any} */
const element = (fields) => ({ id: "e0", kind: "leaf", on: [[2, null]], shapes: [], ...fields });

test("an element is on while one of its intervals holds", () => {
  assert.equal(classesAt(element({}), 1, 0), "mtv-el");
  assert.equal(classesAt(element({}), 2, 1), "mtv-el mtv-on");
});

test("states are told at their steps", () => {
  const marks = { hot: [[3, 4]], gone: [[5, null]], bad: [[6, 7]], freed: [[7, null]] };

  assert.deepEqual([2, 3, 5, 6, 7].map((n) => classesAt(element({ marks }), n, n - 1).slice(14)), ["", "mtv-hot", "mtv-gone", "mtv-bad mtv-gone", "mtv-gone mtv-freed"]);
});

test("a coarse stop shows as new all that it skipped", () => {
  const one = element({ marks: { new: [3] } });

  assert.deepEqual([classesAt(one, 5, 2), classesAt(one, 5, 4)], ["mtv-el mtv-on mtv-new", "mtv-el mtv-on"]);
});

test("a badge is on only while it is news", () => {
  const badge = element({ kind: "badge", marks: { new: [3] } });

  assert.deepEqual([[3, 2], [4, 3], [5, 2]].map(([n, before]) => classesAt(badge, n, before).includes("mtv-on")), [true, false, true]);
});

test("a text changes at its steps", () => {
  assert.deepEqual([0, 1, 5, 9].map((n) => textAt([[1, "1."], [5, "2."]], n)), ["", "1.", "2.", "2."]);
  assert.equal(textAt("grad", 7), "grad");
});

test("class names get the prefix", () => {
  assert.equal(prefixed("box leaf"), "mtv-box mtv-leaf");
  assert.equal(prefixed(undefined), "");
});

test("a rectangle is hatched by lines from edge to edge", () => {
  assert.equal(hatching({ s: "hatch", x: 0, y: 0, w: 9, h: 9, gap: 9 }), "M0 9L9 0");
  assert.equal(hatching({ s: "hatch", x: 10, y: 20, w: 20, h: 10, gap: 8 }), "M10 28L18 20M16 30L26 20M24 30L30 24");
});

const LEGEND = [".gone", "leaf", "ghost"].map((key) => ({ key, text: key, shapes: [] }));

test("the legend has what the trace ever shows, in the order in which it appears", () => {
  const elements = [element({ on: [[4, null]], marks: { gone: [[6, null]] } })];

  assert.deepEqual(legendOf(LEGEND, elements).map((row) => row.key), ["leaf", ".gone"]);
});
