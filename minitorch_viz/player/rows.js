// @ts-check
/** What the tensor table says at each step: no DOM here. */

import { at, lastNames, nameOf } from "./model.js";

/**
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./model.js").Tensor} Tensor
 * @typedef {import("./model.js").Entry} Entry
 */

export const COLUMNS = ["value", "shape", "is_leaf", "requires_grad", "grad_fn", "grad", "version", "storage"];

/** @typedef {{id: string, name: string, fresh: boolean, gone: boolean, cells: {was: string | null, now: string, note: string}[]}} Row */

/** The tensor table at a stop; a cell has `was` when it changed since the stop before.
 * @param {Model} model @param {number} shown @param {number} before @returns {Row[]} */
export const rows = (model, shown, before) => listed(model, shown).map((id) => row(model, id, shown, before));

/** The tensors that have a row at a step.
 * @param {Model} model @param {number} shown @returns {string[]} */
export function listed(model, shown) {
  /** @type {Map<string, string[]>} */
  const places = new Map();
  for (const [id, slot] of model.slots) {
    const entry = at(model, id, shown);
    if (!entry || model.grads.has(id)) continue;
    const there = places.get(slot) ?? [];
    // A loop's next turn takes the place of what the last one left behind.
    const living = there.filter((other) => !at(model, other, shown)?.gone);
    places.set(slot, [...living, id]);
  }
  return [...places.values()].flat();
}

/** The last of some rows in which something happened after `before` and up to `shown`.
 * @param {Model} model @param {string[]} ids @param {number} shown @param {number} before @returns {string | null} */
export function newest(model, ids, shown, before) {
  const touched = (/** @type {string | null} */ id) => (at(model, id, shown)?.step ?? -1) > before;
  return ids.findLast((id) => touched(id) || touched(at(model, id, shown)?.state.grad ?? null)) ?? null;
}

/** @param {Model} model @param {string} id @param {number} shown @param {number} before @returns {Row} */
export function row(model, id, shown, before) {
  const now = /** @type {Entry} */ (at(model, id, shown)), was = at(model, id, before);
  const cells = COLUMNS.map((column) => {
    const [text, note] = cell(model, now.state, column, shown);
    const old = was ? cell(model, was.state, column, before)[0] : text;
    return { was: old === text ? null : old, now: text, note };
  });
  const lost = !now.state.names.length && lastNames(model, id, shown).length > 0;
  return { id, name: (lost ? "was " : "") + nameOf(model, id, shown), fresh: !was, gone: now.gone, cells };
}

/** @param {boolean} flag */
const python = (flag) => (flag ? "True" : "False");

/** @param {Model} model @param {Tensor} tensor @param {string} column @param {number} step @returns {[string, string]} */
function cell(model, tensor, column, step) {
  switch (column) {
    case "value": return [valueText(model, tensor.value), ""];
    case "shape": return [`(${tensor.shape.join(", ")}${tensor.shape.length === 1 ? "," : ""})`, ""];
    case "is_leaf": return [python(tensor.is_leaf), ""];
    case "requires_grad": return [python(tensor.requires_grad), ""];
    case "grad_fn": return [at(model, tensor.grad_fn, step)?.state.name ?? "None", ""];
    case "version": return [tensor.version === null ? "none" : String(tensor.version), ""];
    case "storage": return [tensor.storage, tensor.view_of ? `view of ${nameOf(model, tensor.view_of, step).split(", ")[0]}` : ""];
    default: return gradCell(model, tensor, step);
  }
}

/** @param {Model} model @param {Tensor} tensor @param {number} step @returns {[string, string]} */
function gradCell(model, tensor, step) {
  const grad = /** @type {Tensor | undefined} */ (at(model, tensor.grad, step)?.state);
  if (grad) return [valueText(model, grad.value), ""];
  return ["None", tensor.requires_grad && !tensor.is_leaf && !tensor.retains_grad ? "not kept" : ""];
}

/** A value for the table, which has a column for the shape.
 * @param {Model} model @param {number | null} value */
function valueText(model, value) {
  return value === null ? "?" : model.trace.values[value].text.replace(/^\([\d, ]*\) /, "");
}
