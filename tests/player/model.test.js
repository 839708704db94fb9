import assert from "node:assert/strict";
import test from "node:test";

import * as model from "../../minitorch_viz/player/model.js";
import { inplace, site, step, tensor, trace } from "./sample.js";

const loaded = model.load(inplace());

test("the latest entry is found by halving", () => {
  const entries = [{ step: 1 }, { step: 4 }, { step: 4, last: true }, { step: 9 }];

  assert.equal(model.latest(entries, 0), undefined);
  assert.deepEqual(model.latest(entries, 5), { step: 4, last: true });
  assert.deepEqual(model.latest(entries, 99), { step: 9 });
});

test("an interval ends before its end, and null is the trace's end", () => {
  assert.deepEqual([1, 2, 3, 4, 9].map((n) => model.inside([[2, 4], [9, null]], n)), [false, true, true, false, true]);
  assert.equal(model.inside(undefined, 3), false);
});

test("what happened since the stop before includes the stop shown", () => {
  assert.deepEqual([model.happened([3], 2, 3), model.happened([3], 3, 4), model.happened([3], 0, 9)], [true, false, true]);
});

test("states are whole again, and change only where the log says so", () => {
  assert.deepEqual([4, 5].map((n) => model.at(loaded, "t0", n)?.state.version), [0, 1]);
  assert.deepEqual(model.at(loaded, "t0", 8)?.state.names, ["a"]);
  assert.equal(model.at(loaded, "t0", 0), undefined);
  assert.deepEqual([2, 3].map((n) => model.at(loaded, "t1", n)?.gone), [false, true]);
});

test("each level stops where it should, and a finer stop snaps to the next coarse one", () => {
  assert.deepEqual(loaded.stops, [[0, 1, 3, 4, 5, 6, 8], [0, 1, 2, 3, 4, 5, 6, 8], [0, 1, 2, 3, 4, 5, 6, 7, 8]]);
  assert.equal(model.snap(loaded.stops[0], 2), 3);
  assert.equal(model.snap(loaded.stops[0], 99), 8);
});

test("a storage that two saved tensors share is counted once, and freed ones not at all", () => {
  assert.deepEqual([1, 2, 5].map((n) => model.keptBytes(loaded, n)), [0, 8, 8]);

  const freed = inplace();
  freed.steps[7].changes = { n1: { saved: [{ field: "self", tensor: "t0", version: 0, now: 1, freed: true, nbytes: 8, storage: "s0" }] } };
  assert.equal(model.keptBytes(model.load(freed), 7), 0);

  const dropped = inplace();
  dropped.steps[7].deleted = ["n1"];
  assert.equal(model.keptBytes(model.load(dropped), 7), 0);
});

test("byte counts read well", () => {
  assert.deepEqual([0, 1, 48, 9999, 48_000, 2_500_000].map(model.bytes), ["0 bytes", "1 byte", "48 bytes", "9999 bytes", "48 kB", "2.5 MB"]);
});

test("grad mode off says who switched it", () => {
  assert.equal(model.modeWords(loaded.trace.steps[3]), "grad mode: on");
  assert.equal(model.modeWords(loaded.trace.steps[5]), "grad mode: off · no_grad");
});

test("each kind of step has its shape", () => {
  assert.deepEqual(loaded.trace.steps.map((s) => model.shapeOf(loaded, s)), ["step", "step", "step", "step", "mode", "inplace", "mode", "grad", "error"]);
});

test("a statement that walked back is marked so, whatever else it did after that", () => {
  const steps = ["start", "backward", "operation", "statement", "operation", "statement"];
  const parents = [null, 3, 3, null, 5, null];
  const found = model.load(trace("l.backward()\nx * 2", steps.map((kind, index) => step({ kind, index, parent: parents[index] }))));

  assert.deepEqual(found.trace.steps.map((s) => model.shapeOf(found, s)), ["step", "grad", "step", "grad", "step", "step"]);
});

test("neighbouring stops of one line are a group", () => {
  const found = model.groups(loaded.trace, loaded.stops[2]);

  assert.deepEqual(found.map((g) => g.line), [0, 1, 2, 3, 4, 3, 5]);
  assert.deepEqual(found[2].steps, [2, 3]);
  assert.deepEqual(found.map((g) => g.off), [false, false, false, true, true, false, false]);
});

test("pages hold at most so many stops, every stop once, and cut only groups that are too long", () => {
  const groups = [3, 3, 9, 1].map((n, line) => ({ line, off: false, steps: Array.from({ length: n }, (_, i) => line * 100 + i) }));
  const book = model.pages(groups, 4), sizes = book.map((page) => page.reduce((sum, g) => sum + g.steps.length, 0));

  assert.ok(sizes.every((size) => size <= 4), String(sizes));
  assert.deepEqual(book.flat().flatMap((g) => g.steps), groups.flatMap((g) => g.steps));
  assert.deepEqual(book[0].map((g) => g.line), [0]);
});

test("columns count characters, not code units", () => {
  const found = model.load(trace("'😀', x.y", [step({ kind: "start" })]));

  assert.equal(model.slice(found, site(1, 5, 8)), "x.y");
});

test("a line separator inside a string is no line", () => {
  assert.equal(model.load(trace("s = '\u2028'\r\nt = 1\n", [step({ kind: "start" })])).lines.length, 2);
});

test("a run that was cut short ends in a stop and no error", () => {
  assert.equal(model.shapeOf(loaded, step({ kind: "stopped" })), "stopped");
});

test("what a call computed on its way isn't called by the call's code", () => {
  const call = site(1, 4, 12), inputs = (/** @type {string} */ id) => [{ name: "self", tensor: id, text: "" }];
  const made = (/** @type {string} */ id, /** @type {string} */ by) => tensor({ id, expression: "layer(x)", made_by: by, site: call });
  const found = model.load(trace("y = layer(x)", [step({ changes: {
    t0: tensor({ id: "t0", names: ["w"] }), t1: made("t1", "o0"), t2: made("t2", "o1"),
    o0: { id: "o0", name: "t", inputs: inputs("t0"), outputs: ["t1"], inplace: false, site: call },
    o1: { id: "o1", name: "addmm", inputs: inputs("t1"), outputs: ["t2"], inplace: false, site: call },
  } })]));

  assert.deepEqual(["t0", "t1", "t2"].map((id) => model.nameOf(found, id, 0)), ["w", "t()", "layer(x)"]);
});
