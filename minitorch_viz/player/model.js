// @ts-check
/** What there is to see at each step, worked out from the payload alone: no DOM here. */

/**
 * @typedef {{line: number, column: number, end_line: number, end_column: number}} Site
 * @typedef {{text: string}} Value
 * @typedef {{id: string, names: string[], shape: number[], requires_grad: boolean, is_leaf: boolean,
 *   grad_fn: string | null, grad: string | null, retains_grad: boolean, version: number | null,
 *   storage: string, view_of: string | null, value: number | null, expression: string,
 *   made_by: string | null, site: Site | null}} Tensor
 * @typedef {{field: string, tensor: string | null, version: number | null, now: number | null,
 *   freed: boolean, nbytes: number, storage: string | null}} Saved
 * @typedef {{id: string, name: string, saved: Saved[]}} Node
 * @typedef {{id: string, name: string, outputs: string[], node: string | null, inplace: boolean,
 *   site: Site | null}} Operation
 * @typedef {{type: string, message: string, caught: boolean, kind: string | null, site: Site | null,
 *   culprit_node: string | null, culprit_field: string | null, culprit_tensor: string | null,
 *   saved_line: number | null, changed_line: number | null}} Failure
 * @typedef {{index: number, level: string, kind: string, site: Site | null, part: Site | null,
 *   parent: number | null, frame: string, operation: string | null, node: string | null,
 *   grad_enabled: boolean, modes: {name: string, enabled: boolean}[], changes: Record<string, any>,
 *   deleted: string[], output: number, error: Failure | null, action?: string,
 *   iteration?: number | null}} Step
 * @typedef {{title: string, source: string, engine: string, level: string, stopped: string | null, notes?: string[],
 *   values: Value[], output: {stream: string, text: string}[], steps: Step[]}} Trace
 * @typedef {string[][]} Segments
 * @typedef {(number | null)[][]} Ranges
 * @typedef {{s: string, c?: string, a?: string, head?: string, d?: string, t?: string | [number, string][],
 *   x?: number, y?: number, w?: number, h?: number, r?: number, gap?: number}} Shape
 * @typedef {{new?: number[], hot?: Ranges, bad?: Ranges, gone?: Ranges, freed?: Ranges}} Marks
 * @typedef {{id: string, kind: string, fold?: number, of?: string[], on: Ranges, marks?: Marks, shapes: Shape[]}} Element
 * @typedef {{width: number, height: number, elements: Element[], folds?: Scene[]}} Scene
 * @typedef {"program" | "autograd"} Lens
 * @typedef {{ask: Segments, choices: string[], answer: string, from: number, tell: number,
 *   why: Segments}} Question
 * @typedef {{key: string, text: string, shapes: Shape[]}} LegendRow
 * @typedef {{trace: Trace, pictures: Record<Lens, Scene>, sentences: {say: Segments, whole: Segments | null}[],
 *   question: Question | null, style: {legend: LegendRow[]}}} Payload
 * @typedef {{step: number, state: any, gone: boolean}} Entry
 * @typedef {{trace: Trace, lines: string[][], history: Map<string, Entry[]>, stops: number[][],
 *   nodes: {id: string, from: number, to: number}[], grads: Set<string>, slots: Map<string, string>, made: Map<string, number>, inner: Map<string, string>,
 *   off: Map<number, {step: number, off: boolean}[]>}} Model
 * @typedef {{line: number, steps: number[], off: boolean}} Group
 */

export const LEVELS = ["statement", "operation", "backward"];
const CUT = 26;

/**
 * Find the last entry whose step is at most `step`, by halving.
 * @template {{step: number}} T
 * @param {T[]} entries
 * @param {number} step
 * @returns {T | undefined}
 */
export function latest(entries, step) {
  let low = 0, high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle].step <= step) low = middle + 1;
    else high = middle;
  }
  return entries[low - 1];
}

/** @param {Ranges | undefined} ranges sorted, and apart from each other @param {number} step */
export function inside(ranges, step) {
  let low = 0, high = ranges?.length ?? 0;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges?.[middle][0] ?? 0) <= step) low = middle + 1;
    else high = middle;
  }
  const found = ranges?.[low - 1];
  return !!found && (found[1] === null || step < found[1]);
}

/** Did one of `steps` happen after `before` and up to `step`?
 * @param {number[] | undefined} steps @param {number} before @param {number} step */
export function happened(steps, before, step) {
  return !!steps && steps.some((n) => n > before && n <= step);
}

/** @param {Trace} trace @returns {Model} */
export function load(trace) {
  const lines = trace.source.replace(/[\r\n]+$/, "").split(/\r\n|\r|\n/).map((line) => Array.from(line));
  const history = remember(trace.steps);
  const stops = LEVELS.map((_, rank) => trace.steps.filter((s) => LEVELS.indexOf(s.level) <= rank).map((s) => s.index));
  const nodes = [...history].filter(([id]) => id[0] === "n").map(([id, entries]) => ({ id, from: entries[0].step, to: deathOf(entries) }));
  return { trace, lines, history, stops, nodes, ...index(history), off: offLines(trace.steps) };
}

/** @param {Entry[]} entries */
function deathOf(entries) {
  const last = entries[entries.length - 1];
  return last.gone ? last.step : Infinity;
}

/** Turn the log of changes into one list of states per entity.
 * @param {Step[]} steps @returns {Map<string, Entry[]>} */
function remember(steps) {
  /** @type {Map<string, Entry[]>} */
  const history = new Map();
  for (const step of steps) {
    for (const [id, fields] of Object.entries(step.changes ?? {})) {
      const entries = history.get(id) ?? [];
      entries.push({ step: step.index, state: { ...entries.at(-1)?.state, ...fields }, gone: false });
      history.set(id, entries);
    }
    for (const id of step.deleted ?? []) {
      const entries = history.get(id);
      entries?.push({ step: step.index, state: entries[entries.length - 1].state, gone: true });
    }
  }
  return history;
}

/** Which tensors are only somebody's gradient, which place each was made at, which line made what.
 * @param {Map<string, Entry[]>} history */
function index(history) {
  /** @type {Set<string>} */ const grads = new Set();
  /** @type {Map<string, string>} */ const slots = new Map();
  /** @type {Map<string, number>} */ const made = new Map();
  for (const [id, entries] of history) {
    const first = entries[0].state;
    if (first.site) made.set(id, first.site.line);
    if (id[0] === "o" && first.node && first.site) made.set(first.node, first.site.line);
    if (id[0] !== "t") continue;
    slots.set(id, JSON.stringify([first.site, first.expression]));
    for (const { state } of entries) if (state.grad) grads.add(state.grad);
  }
  const inner = innerOf(history);
  for (const id of [...grads]) if (history.get(id)?.some(({ state }) => ownNames(state).length)) grads.delete(id);
  return { grads, slots, made, inner };
}

/** Which tensors a call computed on its way, and what to call them: `layer(x)` is the end.
 * @param {Map<string, Entry[]>} history */
function innerOf(history) {
  /** @type {Map<string, string>} */ const inner = new Map();
  for (const [id, [{ state }]] of history) {
    if (id[0] !== "o" || state.inplace || !state.site) continue;
    for (const { tensor } of state.inputs ?? []) {
      const states = history.get(tensor), made = history.get(states?.[0].state.made_by)?.[0].state, reached = states?.at(-1)?.state.names.includes(states[0].state.expression);
      if (made && !reached && JSON.stringify(made.site) === JSON.stringify(state.site)) inner.set(tensor, `${made.name}()`);
    }
  }
  return inner;
}

/** @param {Tensor} tensor */
const ownNames = (tensor) => tensor.names.filter((name) => !name.endsWith(".grad"));

/** Each line's last word on grad mode: lines of a block are hatched from the moment it switches off.
 * @param {Step[]} steps */
function offLines(steps) {
  /** @type {Map<number, {step: number, off: boolean}[]>} */
  const found = new Map();
  /** @param {number} line @param {number} step @param {boolean} off */
  const note = (line, step, off) => {
    const entries = found.get(line) ?? [];
    if (entries.at(-1)?.off !== off) entries.push({ step, off });
    found.set(line, entries);
  };
  for (let i = 0; i < steps.length; i++) {
    const { site, grad_enabled, kind, action } = steps[i];
    if (!site) continue;
    if (grad_enabled) {
      if (!(kind === "mode" && action !== "entered" && action !== "called")) note(site.line, i, false);
      continue;
    }
    const start = i;
    for (; i < steps.length && !steps[i].grad_enabled; i++) {
      const place = steps[i].site;
      if (place) note(place.line, start, true);
    }
    i--;
  }
  return found;
}

/** @param {Model} model @param {string | null} id @param {number} step @returns {Entry | undefined} */
export function at(model, id, step) {
  const entries = id === null ? undefined : model.history.get(id);
  return entries && latest(entries, step);
}

/** Return the stop to show at a level: this one, or the next that is a stop there.
 * @param {number[]} stops @param {number} step */
export function snap(stops, step) {
  return stops.find((stop) => stop >= step) ?? stops[stops.length - 1];
}

/** The nodes that are there at a step.
 * @param {Model} model @param {number} step @returns {Node[]} */
export function nodesAt(model, step) {
  const alive = model.nodes.filter(({ from, to }) => from <= step && step < to);
  return alive.map(({ id }) => at(model, id, step)?.state);
}

/** Sum up what the recorded nodes keep for backward: each storage once.
 * @param {Model} model @param {number} step */
export function keptBytes(model, step) {
  /** @type {Map<string, number>} */
  const storages = new Map();
  for (const node of nodesAt(model, step)) {
    for (const saved of node.saved) {
      const key = saved.storage ?? `${node.id}.${saved.field}`;
      if (saved.nbytes && !saved.freed) storages.set(key, Math.max(saved.nbytes, storages.get(key) ?? 0));
    }
  }
  return [...storages.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** @param {number} count */
export function bytes(count) {
  if (count < 10000) return `${count} ${count === 1 ? "byte" : "bytes"}`;
  const [size, unit] = count < 1e6 ? [count / 1e3, "kB"] : [count / 1e6, "MB"];
  return `${Number(size.toPrecision(3))} ${unit}`;
}

/** @param {Step} step */
export function modeWords(step) {
  const set = step.modes.at(-1);
  return step.grad_enabled ? "grad mode: on" : `grad mode: off${set ? " · " + set.name : ""}`;
}

const WALKS = new Set(["backward", "accumulate"]);

/** Say whether a statement walked back, whatever else it did after that.
 * @param {Trace} trace @param {Step} step */
function walked({ steps }, step) {
  let i = step.index - 1;
  while (steps[i]?.parent === step.index && !WALKS.has(steps[i].kind)) i--;
  return steps[i]?.parent === step.index;
}

/** @param {Model} model @param {Step} step @returns {"error" | "stopped" | "mode" | "grad" | "inplace" | "step"} */
export function shapeOf(model, step) {
  if (step.kind === "stopped") return "stopped";
  if (step.error) return "error";
  if (step.kind === "mode") return "mode";
  if (WALKS.has(step.kind) || walked(model.trace, step)) return "grad";
  return at(model, step.operation, step.index)?.state.inplace ? "inplace" : "step";
}

/** Gather neighbouring stops of one line.
 * @param {Trace} trace @param {number[]} stops @returns {Group[]} */
export function groups(trace, stops) {
  /** @type {(Group & {frame: string})[]} */
  const found = [];
  for (const stop of stops) {
    const { site, frame, grad_enabled } = trace.steps[stop];
    const line = site?.line ?? 0, last = found.at(-1);
    if (last && last.line === line && last.frame === frame) last.steps.push(stop);
    else found.push({ line, frame, steps: [stop], off: !grad_enabled });
  }
  return found;
}

/** Cut groups into pages of at most `room` stops; a page stays while the stop shown is on it.
 * @param {Group[]} all @param {number} room @returns {Group[][]} */
export function pages(all, room) {
  /** @type {Group[][]} */
  const found = [[]];
  let used = 0;
  for (const group of all) {
    for (let i = 0; i < group.steps.length; i += room) {
      const steps = group.steps.slice(i, i + room);
      if (used && used + steps.length > room) {
        found.push([]);
        used = 0;
      }
      found[found.length - 1].push({ ...group, steps });
      used += steps.length;
    }
  }
  return found;
}

/** Return the source between two columns of one line, null across lines.
 * @param {Model} model @param {Site | null} site */
export function slice(model, site) {
  if (!site || site.line !== site.end_line) return null;
  return (model.lines[site.line - 1] ?? []).slice(site.column, site.end_column).join("");
}

/** How long a sentence is. @param {Segments} words */
export const lettersOf = (words) => words.reduce((sum, [, text]) => sum + text.length, 0);

/** @param {string} text */
export const cut = (text) => (Array.from(text).length > CUT ? Array.from(text).slice(0, CUT - 1).join("") + "…" : text);

/** Name a tensor: by its names, those it had last, or the expression that made it.
 * @param {Model} model @param {string} id @param {number} step */
export function nameOf(model, id, step) {
  const tensor = /** @type {Tensor | undefined} */ (at(model, id, step)?.state);
  if (!tensor) return id;
  const names = ownNames(tensor).length ? ownNames(tensor) : tensor.names.length ? tensor.names : lastNames(model, id, step);
  if (names.length) return names.join(", ");
  return cut(model.inner.get(id) || tensor.expression || at(model, tensor.made_by, step)?.state.name || "(temporary)");
}

/** @param {Model} model @param {string} id @param {number} step @returns {string[]} */
export function lastNames(model, id, step) {
  const named = model.history.get(id)?.filter((entry) => entry.step <= step && entry.state.names.length);
  return named?.at(-1)?.state.names ?? [];
}
