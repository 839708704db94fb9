// @ts-check
/** What a player can be told to do: each deed changes the one state and draws it. */

import { changes, holder, line } from "./follow.js";
import { LEVELS, lettersOf, nameOf, snap } from "./model.js";
import { rows } from "./rows.js";

/**
 * @typedef {import("./model.js").Payload} Payload
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./follow.js").Change} Change
 * @typedef {{ids: string[], changes: Change[]}} Picked
 * @typedef {{step: number, level: number, said: string | null, picked: Picked | null, hint: string,
 *   playing: boolean, lens: import("./model.js").Lens, pair: boolean, zoom: number}} State
 */

const SLOWEST = 6000;
/** How often a picture can be made larger and smaller, and by how much each time. */
export const ZOOMS = 5, SMALLER = -8, LARGER = 1.25;

/** How long a learner may want for a sentence, in milliseconds.
 * @param {import("./model.js").Segments} words */
export function readingTime(words) {
  return Math.min(SLOWEST, 1200 + 40 * lettersOf(words));
}

/** Stepping, by number, by step and by level.
 * @param {State} state @param {Model} model @param {() => void} draw */
export function moves(state, model, draw) {
  const stop = () => ((state.playing = false), (state.hint = ""));
  /** Where a coarser level was entered from: going back without a step leads there again. */
  let left = { from: 0, to: -1 };
  /** @param {number} rank */
  const level = (rank) => {
    stop();
    state.level = Math.max(0, Math.min(2, rank));
    const from = left.to === state.step ? left.from : state.step, to = snap(model.stops[state.level], from);
    left = { from, to };
    state.step = to;
    draw();
  };
  /** @param {number} where */
  const stopAt = (where) => {
    const stops = model.stops[state.level];
    left = { from: 0, to: -1 };
    state.step = stops[Math.max(0, Math.min(stops.length - 1, where))];
    draw();
  };
  /** @param {number} step */
  const to = (step) => {
    const there = model.trace.steps[step];
    if (!there) return;
    stop();
    left = { from: 0, to: -1 };
    state.level = Math.max(state.level, LEVELS.indexOf(there.level));
    state.step = step;
    draw();
  };
  return {
    level, stopAt, to,
    by(/** @type {number} */ n) {
      const was = state.step;
      stop();
      stopAt(model.stops[state.level].indexOf(was) + n);
      if (state.step !== was) return;
      state.hint = n > 0 ? "This is the last step" : "This is the first step";
      draw();
    },
    finer: (/** @type {number} */ n) => level(state.level + n),
    error() {
      const found = model.trace.steps.find((step) => step.error);
      if (found) to(found.index);
    },
  };
}

/** Selecting a tensor, and going where its row changes.
 * @param {State} state @param {Model} model @param {() => void} draw @param {(step: number) => void} to */
export function following(state, model, draw, to) {
  /** @param {string | null} id */
  const select = (id) => {
    const ids = id === null || state.picked?.ids.includes(id) ? [] : line(model, id);
    state.picked = ids.length ? { ids, changes: changes(model, ids) } : null;
    state.hint = "";
    draw();
  };
  return {
    select,
    /** Select the tensor `n` rows on. @param {number} n */
    pick(n) {
      const ids = rows(model, state.step, state.step).map((row) => row.id);
      const held = state.picked && holder(model, state.picked.ids, state.step), now = held === null ? -1 : ids.indexOf(held);
      const next = ids.at(now < 0 ? Math.min(0, n) : (now + n) % ids.length);
      if (next && next !== held) select(next);
    },
    /** Go to the selected tensor's next change, or the one before. @param {number} n */
    follow(n) {
      const { picked, step } = state;
      const there = n > 0 ? picked?.changes.find((one) => one.step > step) : picked?.changes.findLast((one) => one.step < step);
      if (there) return to(there.step);
      state.hint = picked ? `${titleOf(model, picked.ids, step)}: no ${n > 0 ? "later" : "earlier"} change` : "Select a tensor first: click it, or press s";
      draw();
    },
  };
}

/** @param {Model} model @param {string[]} ids @param {number} step */
const titleOf = (model, ids, step) => nameOf(model, holder(model, ids, step) ?? ids[0], step).split(", ")[0];

/** What the bar says of the tensor that is followed.
 * @param {Model} model @param {Picked} picked @param {number} shown @param {number} before */
export function followed(model, picked, shown, before) {
  const { ids, changes: all } = picked, name = titleOf(model, ids, Math.max(shown, all[0]?.step ?? 0));
  const done = all.filter(({ step }) => step <= shown), last = done.at(-1);
  const place = `following ${name}: ${last && last.step > before ? "change" : "after change"} ${done.length} of ${all.length}`;
  return last && last.step > before ? `${place} · ${last.say}` : place;
}

/** How the picture is looked at: through which lens, and beside what it was before.
 * @param {State} state @param {() => void} draw */
export function looking(state, draw) {
  return {
    /** @param {State["lens"]} [lens] the other one, if not said */
    lens(lens) {
      state.lens = lens ?? (state.lens === "program" ? "autograd" : "program");
      state.hint = `Lens: ${state.lens}`;
      draw();
    },
    /** Draw the picture larger or smaller, never smaller than as all of it is seen. @param {number} n */
    zoom(n) {
      state.zoom = Math.max(SMALLER, Math.min(ZOOMS, state.zoom + n));
      const seen = state.zoom < 0 ? ", or so that all of it is seen" : "";
      state.hint = state.zoom ? `Picture ${Math.round(100 * LARGER ** state.zoom)} %${seen}` : "Picture as it fits";
      draw();
    },
    pair() {
      state.pair = !state.pair;
      state.hint = state.pair ? "Before and after" : "One picture";
      draw();
    },
  };
}

/** Playing: a step whenever the sentence could have been read; never by itself.
 * @param {State} state @param {Model} model @param {Payload} payload @param {() => void} draw
 * @param {AbortSignal} signal */
export function playing(state, model, { sentences, question }, draw, signal) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const end = () => model.stops[state.level].at(-1);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asked = false;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(tick, readingTime(sentences[state.step]?.say ?? []));
  };
  /** Would the next step tell what the learner has not yet predicted? */
  const spoils = () => {
    const next = model.stops[state.level].find((stop) => stop > state.step) ?? 0;
    return !!question && state.said === null && state.step < question.tell && next >= question.tell;
  };
  function tick() {
    if (!state.playing) return;
    const next = model.stops[state.level].find((stop) => stop > state.step);
    if (next !== undefined) state.step = next;
    state.playing = state.step !== end() && !spoils();
    draw();
    if (state.playing) wait();
  }
  signal.addEventListener("abort", () => clearTimeout(timer));
  return () => {
    const reluctant = still.matches && !asked && !state.playing;
    asked = true;
    state.hint = reluctant ? "This system asks for less motion: once more to play all the same" : "";
    state.playing = !reluctant && !state.playing && state.step !== end();
    draw();
    if (state.playing) wait();
  };
}
