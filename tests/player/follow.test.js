import assert from "node:assert/strict";
import test from "node:test";

import { readingTime } from "../../minitorch_viz/player/actions.js";
import { cardOf, framed } from "../../minitorch_viz/player/drawing.js";
import { changes, holder, line } from "../../minitorch_viz/player/follow.js";
import { KEYS } from "../../minitorch_viz/player/keys.js";
import { load } from "../../minitorch_viz/player/model.js";
import { inplace, site, step, tensor, trace } from "./sample.js";

const loaded = load(inplace());
/** @param {string} id @param {object} [fields] */
const made = (id, fields = {}) => ({ [id]: tensor({ id, expression: "w*x", site: site(2, 4, 7), ...fields }) });

test("a tensor's changes are the steps at which its row says something else", () => {
  assert.deepEqual(changes(loaded, line(loaded, "t0")), [
    { step: 1, say: "new" }, { step: 5, say: "value [1., 1.] → [2., 2.], version 0 → 1" },
  ]);
  assert.deepEqual(changes(loaded, line(loaded, "t1")).map(({ say }) => say), ["new", "gone"]);
});

test("a gradient that is written is a change of its owner", () => {
  const found = load(trace("", [
    step({ changes: { t0: tensor({ id: "t0", names: ["x"], requires_grad: true }) } }),
    step({ changes: { t0: { grad: "t1" }, t1: tensor({ id: "t1", names: ["x.grad"], value: 2 }) } }),
    step({ changes: { t1: { value: 1 } } }),
  ]));

  assert.deepEqual(changes(found, ["t0"]).map(({ say }) => say), ["new", "grad None → 2.", "grad 2. → [2., 2.]"]);
});

test("a tensor that is no more, or loses its name, hands its row to the next of its place", () => {
  const dies = load(trace("", [step({ changes: made("t0") }), step({ deleted: ["t0"] }), step({ changes: made("t1") })]));
  const renamed = load(trace("", [step({ changes: made("t0", { names: ["y"] }) }), step({ changes: { t0: { names: [] }, ...made("t1", { names: ["y"] }) } })]));
  const both = load(trace("", [step({ changes: made("t0") }), step({ changes: made("t1") })]));

  assert.deepEqual(line(dies, "t1"), ["t0", "t1"]);
  assert.deepEqual(line(renamed, "t0"), ["t0", "t1"]);
  assert.deepEqual([line(both, "t0"), line(both, "t1")], [["t0"], ["t1"]]);
  assert.deepEqual([0, 1, 2].map((n) => holder(dies, ["t0", "t1"], n)), ["t0", "t0", "t1"]);
});

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

test("a longer sentence gets more time, within bounds", () => {
  const times = [0, 50, 5000].map((n) => readingTime([["text", "x".repeat(n)]]));

  assert.deepEqual(times, [1200, 3200, 6000]);
});

test("no key has two meanings", () => {
  const keys = KEYS.flatMap(([, , deeds]) => Object.keys(deeds));

  assert.equal(new Set(keys).size, keys.length);
});
