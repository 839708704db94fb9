// @ts-check
/** Small traces for the tests, written as `Trace.to_dict()` writes them: a state whole, then what differs. */

/** @param {number} line @param {number} from @param {number} to */
export const site = (line, from, to) => ({ line, column: from, end_line: line, end_column: to });

/** @param {object} fields @returns {any} */
export const step = (fields) => ({
  level: "statement", kind: "statement", site: null, part: null, parent: null, frame: "<module>", operation: null, node: null,
  grad_enabled: true, modes: [], changes: {}, deleted: [], output: 0, error: null, action: "", iteration: null, ...fields,
});

/** @param {object} fields */
export const tensor = (fields) => ({
  names: [], shape: [], requires_grad: false, is_leaf: true, grad_fn: null, grad: null, retains_grad: false, version: 0, storage: "s0",
  view_of: null, value: 0, expression: "", made_by: null, site: null, ...fields,
});

const NO_GRAD = { name: "no_grad", enabled: false, line: 3, scoped: true };
const SOURCE = "a = ones(2)\nb = (a*a).sum()\nwith no_grad():\n    a += 1\nb.backward()\n";

/** @param {number} now */
const saved = (now) => ["self", "other"].map((field) => ({ field, tensor: "t0", version: 0, now, freed: false, nbytes: 8, storage: "s0" }));

const STEPS = [
  step({ kind: "start" }),
  step({ kind: "create", site: site(1, 0, 11), operation: "o0", changes: { o0: { id: "o0", name: "ones", outputs: ["t0"], node: null, inplace: false, site: site(1, 4, 11) }, t0: tensor({ id: "t0", names: ["a"], shape: [2], requires_grad: true, site: site(1, 4, 11) }) } }),
  step({
    level: "operation", kind: "operation", site: site(2, 0, 15), part: site(2, 5, 8), operation: "o1",
    changes: {
      n0: { id: "n0", name: "AccumulateGrad", saved: [] }, n1: { id: "n1", name: "MulBackward0", saved: saved(0) },
      o1: { id: "o1", name: "mul", outputs: ["t1"], node: "n1", inplace: false, site: site(2, 5, 8) },
      t1: tensor({ id: "t1", shape: [2], requires_grad: true, is_leaf: false, grad_fn: "n1", storage: "s1", expression: "(a*a)", site: site(2, 5, 8) }),
    },
  }),
  step({
    kind: "operation", site: site(2, 0, 15), part: site(2, 4, 15), operation: "o2", deleted: ["t1"],
    changes: {
      n2: { id: "n2", name: "SumBackward0", saved: [] }, o2: { id: "o2", name: "sum", outputs: ["t2"], node: "n2", inplace: false, site: site(2, 4, 15) },
      t2: tensor({ id: "t2", names: ["b"], requires_grad: true, is_leaf: false, grad_fn: "n2", storage: "s2", value: 2, site: site(2, 4, 15) }),
    },
  }),
  step({ kind: "mode", action: "entered", site: site(3, 0, 15), grad_enabled: false, modes: [NO_GRAD] }),
  step({
    kind: "operation", site: site(4, 4, 10), part: site(4, 4, 10), operation: "o3", grad_enabled: false, modes: [NO_GRAD], output: 1,
    changes: { o3: { id: "o3", name: "add_", outputs: ["t0"], node: null, inplace: true, site: site(4, 4, 10) }, t0: { version: 1, value: 1 }, n1: { saved: saved(1) } },
  }),
  step({ kind: "mode", action: "left", site: site(3, 0, 15), output: 1 }),
  step({ level: "backward", kind: "backward", site: site(5, 0, 12), part: site(5, 0, 12), node: "n2", output: 1 }),
  step({
    kind: "error", site: site(5, 0, 12), part: site(5, 0, 12), node: "n1", output: 1,
    error: { type: "RuntimeError", message: "modified", caught: false, kind: "modified", site: site(5, 0, 12), culprit_node: "n1", culprit_field: "self", culprit_tensor: "t0", saved_line: 2, changed_line: 4 },
  }),
];

/** @returns {import("../../minitorch_viz/player/model.js").Trace} */
export const inplace = () => trace(SOURCE, STEPS);

/** @param {string} source @param {any[]} steps @returns {import("../../minitorch_viz/player/model.js").Trace} */
export const trace = (source, steps) => ({
  title: "sample", source, engine: "minitorch", level: "statement", stopped: null, output: [{ stream: "stdout", text: "hello\n" }],
  values: [{ text: "[1., 1.]" }, { text: "[2., 2.]" }, { text: "2." }], steps: steps.map((each, index) => ({ ...each, index })),
});
