import assert from "node:assert/strict";
import test from "node:test";

import { codeMarks, lineRoom, what } from "../../minitorch_viz/player/lines.js";
import { load } from "../../minitorch_viz/player/model.js";
import { inplace, site, step, trace } from "./sample.js";

const model = load(inplace());
/** @param {number} line @param {number} shown @param {number | null} next */
const said = (line, shown, next) => codeMarks(model, shown, next)[line - 1].notes.map(({ kind, say }) => `${kind}: ${say.map(([, text]) => text).join("")}`);

test("the line that ran and the next are marked, with what ran in it", () => {
  assert.deepEqual(said(2, 2, 3), ["ran: just executed a*a", "next: (…).sum()"]);
  assert.deepEqual(said(1, 1, 2), ["ran: just executed "]);
  assert.deepEqual(said(5, 7, 8), ["ran: just executed SumBackward0", "next: MulBackward0"]);
});

test("a line that was cut short isn't said to have been executed", () => {
  /** @param {Partial<import("../../minitorch_viz/player/model.js").Step>} how */
  const last = (how) => {
    const found = load(trace("f()", [step({ kind: "start" }), step({ kind: "stopped", site: site(1, 0, 3), ...how })]));
    return codeMarks(found, 1, null)[0].notes.map(({ say }) => say.map(([, text]) => text).join(""));
  };

  assert.deepEqual(last({ part: site(1, 0, 3) }), ["stopped here"]);
  assert.deepEqual(last({}), ["just executed "]);
});

test("a sub-expression is boxed at its columns, a whole statement isn't", () => {
  assert.deepEqual(codeMarks(model, 2, 3)[1].box, [5, 8]);
  assert.equal(codeMarks(model, 3, 4)[1].box, null);
});

test("a box that spans lines covers its part of each", () => {
  const found = load(trace("y = (a +\n  b).sum()", [step({ level: "operation", site: { line: 1, column: 0, end_line: 2, end_column: 11 }, part: { line: 1, column: 5, end_line: 2, end_column: 3 } })]));

  assert.deepEqual(codeMarks(found, 0, null).map(({ box }) => box), [[5, 8], [0, 3]]);
});

test("a no_grad block is hatched from where the mode goes off, and lines outside never", () => {
  /** @param {number} shown */
  const off = (shown) => codeMarks(model, shown, null).map((marks) => marks.off);

  assert.deepEqual(off(3), [false, false, false, false, false]);
  assert.deepEqual(off(4), [false, false, true, true, false]);
  assert.deepEqual(off(8), [false, false, true, true, false]);
});

test("a line that runs again with grad mode on is hatched no longer", () => {
  const found = load(trace("f()\nf()", [step({ kind: "start" }), step({ site: site(1, 0, 3), grad_enabled: false }), step({ site: site(1, 0, 3) })]));

  assert.deepEqual([1, 2].map((n) => codeMarks(found, n, null)[0].off), [true, false]);
});

test("an error stands on the line that raised, beside the lines that saved and wrote", () => {
  assert.deepEqual(said(5, 8, null), ["bad: ✕ raised here"]);
  assert.deepEqual(said(2, 8, null), ["note: saved a at v0"]);
  assert.deepEqual(said(4, 8, null), ["note: modified a: v0 → v1"]);
  assert.equal(codeMarks(model, 8, null)[4].error, true);
});

test("an error that is caught is marked as one that isn't, where it was raised", () => {
  const caught = inplace(), { error } = caught.steps[8];
  if (error) error.caught = true;
  const marks = codeMarks(load(caught), 8, null);

  assert.deepEqual(marks.map(({ notes }) => notes.map(({ kind }) => kind)), codeMarks(model, 8, null).map(({ notes }) => notes.map(({ kind }) => kind)));
  assert.equal(marks[4].error, true);
});

test("what was saved is told to be old as soon as it is", () => {
  assert.deepEqual([said(2, 4, null), said(2, 5, null)], [[], ["note: saved a at v0"]]);
});

test("an error on a line beyond the program breaks nothing", () => {
  const error = { ...inplace().steps[8].error, site: site(99, 0, 1) };

  assert.equal(codeMarks(load(trace("x", [step({ error })])), 0, null).length, 1);
});

test("leaving a block is said as such", () => {
  assert.deepEqual(said(3, 6, 7), ["ran: just left the block"]);
  assert.deepEqual(said(3, 5, 6), ["next: leave the block"]);
});

test("a function's caller waits for it", () => {
  const found = load(trace("def f():\n  pass\nf()", [step({ kind: "start" }), step({ site: site(2, 2, 6), frame: "f", parent: 2 }), step({ site: site(3, 0, 3) })]));

  assert.deepEqual(codeMarks(found, 1, 2)[2].notes.map(({ say }) => say.map(([, text]) => text).join("")), ["", "waits for f"]);
});

test("long parts are cut", () => {
  const source = `y = ${"a + ".repeat(20)}a`;
  const found = load(trace(source, [step({ level: "operation", operation: "o0", part: site(1, 4, source.length), site: site(1, 0, source.length) })]));

  assert.equal(what(found, found.trace.steps[0])[0][1].length, 26);
});

test("lines on which two marks can meet keep room for both", () => {
  const room = lineRoom(model);

  assert.deepEqual(room.map(({ marks }) => marks), [1, 2, 1, 1, 2]);
  assert.ok(room[1].letters > room[0].letters);
});
