import assert from "node:assert/strict";
import test from "node:test";

import { load } from "../../minitorch_viz/player/model.js";
import { COLUMNS, rows } from "../../minitorch_viz/player/rows.js";
import { inplace, site, step, tensor, trace } from "./sample.js";

const loaded = load(inplace());

/** @param {number} shown @param {number} before */
const table = (shown, before) => Object.fromEntries(rows(loaded, shown, before).map((row) => [row.name, row]));
const column = (/** @type {string} */ name) => COLUMNS.indexOf(name);

test("a changed cell tells what it was", () => {
  const { a } = table(5, 4);

  assert.deepEqual(a.cells[column("version")], { was: "0", now: "1", note: "" });
  assert.deepEqual(a.cells[column("value")], { was: "[1., 1.]", now: "[2., 2.]", note: "" });
  assert.equal(a.cells[column("is_leaf")].was, null);
});

test("a row is new at the stop that made it, and stays when its tensor is gone", () => {
  assert.deepEqual([table(2, 1)["(a*a)"].fresh, table(3, 2)["(a*a)"].fresh], [true, false]);
  assert.deepEqual([table(2, 1)["(a*a)"].gone, table(3, 2)["(a*a)"].gone], [false, true]);
});

test("a non-leaf's grad is not kept, a leaf's is None", () => {
  const rows = table(5, 4);

  assert.deepEqual([rows.a, rows.b].map((row) => row.cells[column("grad")].note), ["", "not kept"]);
  assert.equal(rows.b.cells[column("grad_fn")].now, "SumBackward0");
  assert.equal(rows.a.cells[column("shape")].now, "(2,)");
});

test("a gradient has its place in its owner's row and no row of its own", () => {
  const found = load(trace("", [
    step({ changes: { t0: tensor({ id: "t0", names: ["x"], requires_grad: true }) } }),
    step({ changes: { t0: { grad: "t1" }, t1: tensor({ id: "t1", names: ["x.grad"], value: 2 }) } }),
    step({ changes: { t1: { value: 1 } } }),
  ]));

  assert.deepEqual(rows(found, 1, 0).map((row) => row.name), ["x"]);
  assert.deepEqual(rows(found, 1, 0)[0].cells[column("grad")], { was: "None", now: "2.", note: "" });
  assert.deepEqual(rows(found, 2, 1)[0].cells[column("grad")], { was: "2.", now: "[2., 2.]", note: "" });
});

test("a gradient that also has a name of its own has a row", () => {
  const found = load(trace("", [step({ changes: { t0: tensor({ id: "t0", names: ["x"], grad: "t1" }), t1: tensor({ id: "t1", names: ["x.grad", "g"] }) } })]));

  assert.deepEqual(rows(found, 0, -1).map((row) => row.name), ["x", "g"]);
});

test("a loop's next turn takes the row of what the last one left, and never that of a living tensor", () => {
  /** @param {string} id */
  const made = (id) => ({ [id]: tensor({ id, expression: "w*x", site: site(2, 4, 7) }) });
  const found = load(trace("", [
    step({ changes: made("t0") }), step({ deleted: ["t0"] }), step({ changes: made("t1") }), step({ changes: made("t2") }),
  ]));

  assert.deepEqual([0, 1, 2, 3].map((n) => rows(found, n, n - 1).map((row) => row.id)), [["t0"], ["t0"], ["t1"], ["t1", "t2"]]);
});

test("a tensor that lost its name is called by the one it had, a temporary by its expression", () => {
  const found = load(trace("", [
    step({ changes: { t0: tensor({ id: "t0", names: ["x"], expression: "ones(2)" }), t1: tensor({ id: "t1", expression: "x*x", site: site(1, 0, 3) }) } }),
    step({ changes: { t0: { names: [] } } }), step({ deleted: ["t0", "t1"] }),
  ]));

  assert.deepEqual([0, 1, 2].map((n) => rows(found, n, n - 1).map((row) => row.name)), [["x", "x*x"], ["was x", "x*x"], ["was x", "x*x"]]);
});
