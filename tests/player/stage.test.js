import assert from "node:assert/strict";
import test from "node:test";

import { boundsOf, boxed, framed, joined, scrolled, together } from "../../minitorch_viz/player/bounds.js";
import { classesAt, textAt } from "../../minitorch_viz/player/drawing.js";
import { between, cardOf, differing, turns } from "../../minitorch_viz/player/stage.js";

/** @param {object} fields @returns {any} */
const element = (fields) => ({ id: "e0", kind: "leaf", of: ["t0"], on: [[2, null]], shapes: [], ...fields });
const rect = (/** @type {number} */ y, x = 10) => ({ s: "rect", x, y, w: 80, h: 40 });
const card = (/** @type {any[]} */ ...shapes) => element({ shapes });

test("a card and its place for a gradient get their corners together, two cards each their own", () => {
  const rect = (/** @type {number} */ y) => ({ s: "rect", x: 10, y, w: 80, h: 40 });
  const element = (/** @type {any[]} */ ...shapes) => ({ id: "e0", kind: "leaf", of: ["t0"], on: [], shapes });

  assert.equal(framed([element(rect(0)), element(rect(40))]).split("M").length - 1, 4);
  assert.equal(framed([element(rect(0)), element(rect(90))]).split("M").length - 1, 8);
  assert.equal(framed([]), "");
});

test("only tensors have cards to select", () => {
  const shapes = [{ s: "rect" }];

  assert.equal(cardOf({ id: "e0", kind: "leaf", of: ["t3"], on: [], shapes }), "t3");
  assert.equal(cardOf({ id: "e0", kind: "operation", of: ["n0"], on: [], shapes }), null);
  assert.equal(cardOf({ id: "e0", kind: "edge", of: ["t3"], on: [], shapes: [{ s: "path" }] }), null);
});

test("what is looked at between two stops is all that differs between them", () => {
  const elements = [
    element({}), element({ on: [[1, 4], [6, null]], marks: { new: [1, 6], hot: [[3, 4]], gone: [[7, null]] } }),
    element({ kind: "badge", marks: { new: [3] } }), element({ on: [[0, null]], shapes: [{ s: "text", t: [[0, "None"], [5, "2."]] }] }),
  ];
  /** @type {Map<number, any[]>} */ const due = new Map();
  for (const one of elements) for (const step of turns(one)) due.set(step, [...(due.get(step) ?? []), one]);
  const look = (/** @type {any} */ one, /** @type {any} */ { shown, before }) => classesAt(one, shown, before) + one.shapes.map((/** @type {any} */ { t }) => textAt(t, shown)).join();
  const stops = Array.from({ length: 9 }, (_, shown) => [shown - 1, shown - 3, -1].map((before) => ({ shown, before }))).flat();

  for (const was of stops) {
    for (const now of stops) {
      const found = between(due, was, now);
      for (const one of elements) assert.ok(found.has(one) || look(one, was) === look(one, now), JSON.stringify([one, was, now]));
    }
  }
  assert.deepEqual([...between(due, { shown: 7, before: 6 }, { shown: 8, before: 7 })], [elements[1]]);
});

test("before and after differ where something came, went, changed its words or its state", () => {
  const calm = element({}), comes = element({ on: [[5, null]] }), goes = element({ on: [[1, 5]] }), runs = element({ marks: { hot: [[5, 6]] } });
  const dies = element({ marks: { gone: [[5, null]] } }), says = element({ shapes: [{ s: "text", t: [[2, "v0"], [5, "v1"]] }] });

  assert.deepEqual(differing([calm, comes, goes, runs, dies, says], 4, 5), [comes, goes, dies, says]);
});

test("bounds are those of the rectangles, or of text and path where there are none", () => {
  assert.deepEqual(boundsOf(card(rect(0), rect(60), { s: "text", x: 500, y: 0, t: "far" })), [10, 0, 90, 100]);
  assert.deepEqual(boundsOf(card({ s: "path", d: "M5 6L-1.5 20 7 3Z" })), [-1.5, 3, 7, 20]);
});

test("what lies close together is joined, however many steps that takes", () => {
  assert.deepEqual(joined([[0, 0, 10, 10], [30, 0, 40, 10], [12, 0, 28, 10]], 2), [[0, 0, 40, 10]]);
  assert.equal(boxed([card(rect(0)), card(rect(300))]).split("M").length - 1, 2);
});

test("a line that is new is not boxed with all that lies beside it", () => {
  assert.equal(boxed([card(rect(0)), card({ s: "path", d: "M0 0L900 900" })]), boxed([card(rect(0))]));
});

test("what is too far apart is left out, the first thing never", () => {
  assert.deepEqual(together([[0, 0, 10, 10], [500, 0, 510, 10], [20, 0, 30, 10]], 100, 100), [0, 0, 30, 10]);
  assert.deepEqual(together([[0, 0, 900, 10]], 100, 100), [0, 0, 900, 10]);
});

test("a pane scrolls no farther than it must, and not at all for what is in view", () => {
  assert.equal(scrolled(100, 600, 2000, 150, 250), 100);
  assert.equal(scrolled(0, 600, 2000, 900, 1000), 500);
  assert.equal(scrolled(900, 600, 2000, 300, 400), 200);
  assert.equal(scrolled(300, 600, 2000, 0, 40), 0);
  for (const from of [0, 340, 5000]) {
    const now = scrolled(1000, 300, 6000, from, from + 290);
    assert.ok(now <= from && from + 290 <= now + 300);
  }
});

test("what touches the edge of a pane scrolls clear of it, as far as there is something", () => {
  assert.equal(scrolled(100, 600, 2000, 102, 250), 2);
  assert.equal(scrolled(0, 600, 2000, 400, 598), 98);
  assert.equal(scrolled(0, 600, 640, 400, 598), 40);
});
