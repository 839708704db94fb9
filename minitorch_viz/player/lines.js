// @ts-check
/** What stands beside each line of the program: just executed, next, and who wrote what. */

import { at, cut, latest, lettersOf, nameOf, nodesAt, slice } from "./model.js";

/**
 * @typedef {import("./model.js").Site} Site
 * @typedef {import("./model.js").Step} Step
 * @typedef {import("./model.js").Node} Node
 * @typedef {import("./model.js").Failure} Failure
 * @typedef {import("./model.js").Segments} Segments
 * @typedef {import("./model.js").Model} Model
 */

const TRIED = 400;
/** @type {Record<string, number>} Letters of `just executed` and `next`, and what keeps them apart. */
const LEAST = { ran: 14, next: 6 };

/** @param {Site | null | undefined} a @param {Site | null | undefined} b */
const same = (a, b) => !!a && !!b && a.line === b.line && a.column === b.column && a.end_line === b.end_line && a.end_column === b.end_column;

/** Name what a step does, for its mark beside the code: `MulBackward0`, `(y+z)`, `….sum()`.
 * @param {Model} model @param {Step} step @param {Step | null} before the stop shown, when `step` is next
 * @returns {Segments} */
export function what(model, step, before = null) {
  if (step.kind === "mode" && step.action === "left") return [["text", "leave the block"]];
  if (step.kind === "loop" && step.action === "ended") return [["text", "end of the loop"]];
  if (step.kind === "loop" && step.iteration) return [["text", `turn ${step.iteration}`]];
  const node = at(model, step.node, step.index)?.state;
  if (["backward", "accumulate", "error"].includes(step.kind)) return node ? [["code", node.name]] : [];
  const part = slice(model, step.part);
  if (part === null || !step.operation) return [];
  const inner = before && before.operation && before.site?.line === step.site?.line ? slice(model, before.part) : null;
  if (!before) return step.level === "statement" ? [] : [["code", cut(part)]];
  if (inner && part !== inner && part.includes(inner)) return [["code", cut(part.replace(inner, () => "…"))]];
  return step.level !== "statement" || inner ? [["code", cut(part)]] : [];
}

/**
 * @typedef {{ran: boolean, next: boolean, error: boolean, off: boolean, box: [number, number] | null,
 *   notes: {kind: "ran" | "next" | "bad" | "note", say: Segments}[]}} LineMarks
 */

/** What stands beside each line when `shown` is the stop and `next` the one after.
 * @param {Model} model @param {number} shown @param {number | null} next @returns {LineMarks[]} */
export function codeMarks(model, shown, next) {
  /** @type {LineMarks[]} */
  const marks = model.lines.map((_, i) => ({
    ran: false, next: false, error: false, box: null, notes: [],
    off: latest(model.off.get(i + 1) ?? [], shown)?.off ?? false,
  }));
  const step = model.trace.steps[shown], after = next === null ? null : model.trace.steps[next];
  const failed = step.error ?? null;
  const raised = failed ? (failed.site ?? step.site) : null;
  if (step.site) for (let n = step.site.line; n <= step.site.end_line; n++) if (marks[n - 1]) marks[n - 1].ran = true;
  if (step.site && !failed) marks[step.site.line - 1]?.notes.push({ kind: "ran", say: justRan(model, step) });
  boxPart(marks, step, model);
  if (after?.site && marks[after.site.line - 1]) {
    marks[after.site.line - 1].next = true;
    marks[after.site.line - 1].notes.push({ kind: "next", say: what(model, after, step) });
  }
  if (raised && marks[raised.line - 1]) {
    marks[raised.line - 1].error = true;
    marks[raised.line - 1].notes.push({ kind: "bad", say: [["text", "✕ raised here"]] });
  }
  for (const [line, say] of [...callers(model, step), ...stale(model, shown, failed)]) marks[line - 1]?.notes.push({ kind: "note", say });
  return marks;
}

/** Whether a line was broken off; a limit stops between two lines, and names no part.
 * @param {Step} step */
export const cutShort = (step) => step.kind === "stopped" && !!step.part;

/** @param {Model} model @param {Step} step @returns {Segments} */
function justRan(model, step) {
  if (step.kind === "mode" && step.action === "left") return [["b", "just left the block"]];
  if (cutShort(step)) return [["b", "stopped here"]];
  return [["b", "just executed"], ["text", " "], ...what(model, step)];
}

/** @param {LineMarks[]} marks @param {Step} step @param {Model} model */
function boxPart(marks, step, model) {
  const { part, site } = step;
  if (!part || step.level !== "operation" || same(part, site)) return;
  for (let n = part.line; n <= part.end_line && marks[n - 1]; n++) {
    const from = n === part.line ? part.column : 0;
    const line = model.lines[n - 1];
    marks[n - 1].box = [from, n === part.end_line ? part.end_column : line.length];
  }
}

/** Which lines wait for a call to return.
 * @param {Model} model @param {Step} step @returns {[number, Segments][]} */
function callers(model, step) {
  /** @type {[number, Segments][]} */
  const found = [];
  let inner = step;
  for (let i = step.parent; i !== null && i !== undefined; i = model.trace.steps[i].parent) {
    const outer = model.trace.steps[i];
    if (outer.site && outer.frame !== inner.frame) found.push([outer.site.line, [["text", "waits for "], ["code", inner.frame]]]);
    inner = outer;
  }
  return found;
}

/** Which lines saved what is out of date by now, and which line wrote.
 * @param {Model} model @param {number} shown @param {Failure | null} failed @returns {[number, Segments][]} */
function stale(model, shown, failed) {
  /** @type {Map<string, [number, Segments]>} */
  const found = new Map();
  for (const { id, saved: kept } of nodesAt(model, shown)) {
    const line = model.made.get(id);
    if (!line) continue;
    for (const saved of kept) {
      if (saved.freed || saved.tensor === null || saved.now === saved.version || saved.now === null) continue;
      const name = nameOf(model, saved.tensor, shown), guilty = failed?.culprit_node === id;
      found.set(`${line} ${name}`, [line, [[guilty ? "b" : "text", `saved ${name} at v${saved.version}`]]]);
    }
  }
  if (failed?.kind === "modified" && failed.changed_line && failed.culprit_tensor) {
    const saved = /** @type {Node | undefined} */ (at(model, failed.culprit_node, shown)?.state)?.saved.find((s) => s.field === failed.culprit_field);
    const versions = saved ? `: v${saved.version} → v${saved.now}` : "";
    found.set("changed", [failed.changed_line, [["b", `modified ${nameOf(model, failed.culprit_tensor, shown)}${versions}`]]]);
  }
  return [...found.values()];
}

/** How many letters a mark takes, with what is around it.
 * @param {{kind: string, say: Segments}} mark */
export const lettersOfMark = ({ kind, say }) => lettersOf(say) + (kind === "next" ? LEAST.next : 2);

/** What each line ever has beside it at once: how many marks, and how many letters they need; what has run and what
 * comes next can go without the name of its part. In long traces, what it may well have.
 * @param {Model} model @returns {{marks: number, letters: number}[]} */
export function lineRoom(model) {
  const room = model.lines.map(() => ({ marks: 0, letters: 0 })), { steps } = model.trace;
  const stops = steps.length > TRIED ? [] : model.stops;
  for (const some of stops) {
    some.forEach((stop, i) => codeMarks(model, stop, some[i + 1] ?? null).forEach(({ notes }, n) => {
      room[n].marks = Math.max(room[n].marks, notes.length);
      room[n].letters = Math.max(room[n].letters, notes.reduce((sum, note) => sum + (LEAST[note.kind] ?? lettersOfMark(note)), 0));
    }));
  }
  if (stops.length) return room;
  for (const { site } of steps) if (site && site.line <= room.length) room[site.line - 1] = { marks: 2, letters: LEAST.ran + LEAST.next };
  return room;
}
