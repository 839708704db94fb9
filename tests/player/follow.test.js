import assert from "node:assert/strict";
import test from "node:test";

import { moves, readingTime } from "../../minitorch_viz/player/actions.js";
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

test("a longer sentence gets more time, within bounds", () => {
  const times = [0, 50, 5000].map((n) => readingTime([["text", "x".repeat(n)]]));

  assert.deepEqual(times, [1200, 3200, 6000]);
});

test("a coarser level and back again is the same place, unless there was a step between", () => {
  const state = /** @type {any} */ ({ step: 7, level: 2 }), act = moves(state, loaded, () => {});
  const places = [() => act.level(0), () => act.level(2), () => act.finer(-1), () => act.finer(-1), () => act.level(2), () => act.level(0), () => act.by(-1), () => act.by(1), () => act.level(2)].map((deed) => (deed(), state.step));

  assert.deepEqual(places, [8, 7, 8, 8, 7, 8, 6, 8, 8]);
});

test("no key has two meanings", () => {
  const keys = KEYS.flatMap(([, , deeds]) => Object.keys(deeds));

  assert.equal(new Set(keys).size, keys.length);
});
