// @ts-check
/** Which words of the program and of the sentences name what: no DOM here. */

import { at, nodesAt } from "./model.js";

/**
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./model.js").Tensor} Tensor
 */

const DOTTED = /[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*/gu;
const LITERAL = /#.*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;

/** Every name that a tensor ever has.
 * @param {Model} model @returns {Set<string>} */
export function everyName(model) {
  return new Set([...model.history].flatMap(([id, entries]) => (id[0] === "t" ? entries.flatMap(({ state }) => state.names) : [])));
}

/** Cut a line of the program so that each name of a tensor is a piece of its own.
 * @param {string} text @param {Set<string>} names @returns {{text: string, name: boolean}[]} */
export function pieces(text, names) {
  /** @type {{text: string, name: boolean}[]} */
  const found = [], bare = text.replace(LITERAL, (some) => " ".repeat(some.length));
  let done = 0;
  for (const { 0: word, index } of bare.matchAll(DOTTED)) {
    const name = prefixes(word).find((some) => names.has(some));
    if (!name || text[index - 1] === ".") continue;
    found.push({ text: text.slice(done, index), name: false }, { text: name, name: true });
    done = index + name.length;
  }
  return [...found, { text: text.slice(done), name: false }].filter(({ text: some }) => some);
}

/** A dotted word and its beginnings, the longest first. @param {string} word */
const prefixes = (word) => word.split(".").map((_, i, parts) => parts.slice(0, parts.length - i).join("."));

/** What a word names at a step: a tensor by its name or its expression, a node by its own; `x.grad` is told of `x`.
 * @param {Model} model @param {string} word @param {number} shown @returns {string[]} */
export function named(model, word, shown) {
  for (const some of prefixes(word)) {
    const found = bearers(model, some, shown);
    if (found.length) return found;
  }
  return bearers(model, word, shown);
}

/** @param {Model} model @param {string} word @param {number} shown @returns {string[]} */
function bearers(model, word, shown) {
  const { node, operation } = model.trace.steps[shown], tensors = [...model.slots.keys()].filter((id) => at(model, id, shown));
  const called = tensors.filter((id) => namesOf(model, id, shown).includes(word));
  if (called.length) return called;
  // What runs, or has just been recorded, is meant before others of that name.
  const nodes = nodesAt(model, shown).filter(({ name }) => name === word).map(({ id }) => id);
  const meant = nodes.filter((id) => id === node || id === at(model, operation, shown)?.state.node);
  if (meant.length || nodes.length) return meant.length ? meant : nodes;
  const made = tensors.findLast((id) => at(model, id, shown)?.state.expression === word);
  return made ? [made] : [];
}

/** The words that name a tensor or a node at a step.
 * @param {Model} model @param {string} id @param {number} shown @returns {string[]} */
export function wordsFor(model, id, shown) {
  const state = at(model, id, shown)?.state;
  if (!state) return [];
  return id[0] === "t" ? [...namesOf(model, id, shown), state.expression].filter(Boolean) : id[0] === "n" ? [state.name] : [];
}

/** A tensor's names; one that is gone keeps none.
 * @param {Model} model @param {string} id @param {number} shown @returns {string[]} */
function namesOf(model, id, shown) {
  const entry = at(model, id, shown);
  return entry && !entry.gone ? /** @type {Tensor} */ (entry.state).names : [];
}
