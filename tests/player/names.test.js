import assert from "node:assert/strict";
import test from "node:test";

import { load } from "../../minitorch_viz/player/model.js";
import { everyName, named, pieces, wordsFor } from "../../minitorch_viz/player/names.js";
import { inplace, step, tensor, trace } from "./sample.js";

const loaded = load(inplace());
const marked = (/** @type {string} */ text, /** @type {string[]} */ ...names) => pieces(text, new Set(names)).map(({ text: some, name }) => (name ? `[${some}]` : some)).join("");

test("names of tensors are found in a line, and nothing that only looks like one", () => {
  assert.equal(marked("r = (y+z).sum()", "y", "z", "s"), "r = ([y]+[z]).sum()");
  assert.equal(marked("xx = x.x + net.weight.grad", "x", "net.weight"), "xx = [x].x + [net.weight].grad");
  assert.equal(marked("print('x', x)  # x", "x"), "print('x', [x])  # x");
  assert.equal(marked("é = f().x", "é", "x"), "[é] = f().x");
  assert.deepEqual([...everyName(loaded)], ["a", "b"]);
});

test("a word names a tensor by its name, its expression, or what stands before the dot", () => {
  assert.deepEqual([named(loaded, "a", 2), named(loaded, "a.grad", 2), named(loaded, "(a*a)", 2), named(loaded, "b", 2)], [["t0"], ["t0"], ["t1"], []]);
});

test("a word names the node that runs, or all of its name", () => {
  assert.deepEqual([named(loaded, "MulBackward0", 8), named(loaded, "SumBackward0", 7), named(loaded, "AccumulateGrad", 8)], [["n1"], ["n2"], ["n0"]]);
});

test("a name belongs to whoever has it now", () => {
  const found = load(trace("", [
    step({ changes: { t0: tensor({ id: "t0", names: ["x"], expression: "ones(2)" }) } }),
    step({ changes: { t0: { names: [] }, t1: tensor({ id: "t1", names: ["x"], expression: "x + 1" }) } }),
  ]));

  assert.deepEqual([named(found, "x", 0), named(found, "x", 1)], [["t0"], ["t1"]]);
  assert.deepEqual([wordsFor(found, "t0", 0), wordsFor(found, "t0", 1), wordsFor(found, "t1", 1)], [["x", "ones(2)"], ["ones(2)"], ["x", "x + 1"]]);
});
