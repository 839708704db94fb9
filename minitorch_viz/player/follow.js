// @ts-check
/** Following one tensor: the steps at which its row changes, whoever has the row by then. */

import { at } from "./model.js";
import { COLUMNS, row } from "./rows.js";

/**
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./model.js").Entry} Entry
 * @typedef {{step: number, say: string}} Change
 */

/** The tensors that take one place in turn: each turn of a loop makes its own `loss`.
 * @param {Model} model @param {string} id @returns {string[]} */
export function line(model, id) {
  const slot = model.slots.get(id);
  /** @type {string[][]} */
  const lines = [];
  for (const [other, place] of model.slots) {
    if (place !== slot || model.grads.has(other)) continue;
    const before = lines.find((some) => takesOver(model, some[some.length - 1], other));
    if (before) before.push(other);
    else lines.push([other]);
  }
  return lines.find((some) => some.includes(id)) ?? [id];
}

/** Is `next` there when `id` is no longer, or does it take its name?
 * @param {Model} model @param {string} id @param {string} next */
function takesOver(model, id, next) {
  const entries = entriesOf(model, id), last = entries[entries.length - 1];
  const names = new Set(entries.flatMap(({ state }) => state.names));
  const later = entriesOf(model, next);
  return (last.gone && last.step <= later[0].step) || later.some(({ state }) => state.names.some((/** @type {string} */ name) => names.has(name)));
}

/** @param {Model} model @param {string} id @returns {Entry[]} */
const entriesOf = (model, id) => model.history.get(id) ?? [];

/** Who of a line has the row at a step?
 * @param {Model} model @param {string[]} ids @param {number} step @returns {string | null} */
export function holder(model, ids, step) {
  return ids.findLast((id) => at(model, id, step)) ?? null;
}

/** Every change in a line's row, in order.
 * @param {Model} model @param {string[]} ids @returns {Change[]} */
export function changes(model, ids) {
  const steps = new Set(ids.flatMap((id) => entriesOf(model, id).flatMap(({ step, state }) => [step, ...entriesOf(model, state.grad).map((entry) => entry.step)])));
  return [...steps].sort((a, b) => a - b).map((step) => ({ step, say: told(model, ids, step) })).filter(({ say }) => say);
}

/** What changed in the row at a step: `grad None → 2.`; empty if nothing did.
 * @param {Model} model @param {string[]} ids @param {number} step */
function told(model, ids, step) {
  const now = holder(model, ids, step), was = holder(model, ids, step - 1);
  if (now === null) return "";
  const { name, gone, cells } = row(model, now, step, step - 1);
  if (now !== was) return "new";
  if (gone) return at(model, now, step - 1)?.gone ? "" : "gone";
  const before = row(model, now, step - 1, step - 1).name;
  const found = cells.flatMap((cell, i) => (cell.was === null ? [] : [`${COLUMNS[i]} ${cell.was} → ${cell.now}`]));
  return [...(before === name ? [] : [`name ${before} → ${name}`]), ...found].join(", ");
}
