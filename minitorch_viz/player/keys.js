// @ts-check
/** The keys: one table says what each does and what the help says about it. */

import { button, make } from "./elements.js";

/**
 * @typedef {import("./parts.js").Context} Context
 * @typedef {import("./parts.js").Actions} Actions
 * @typedef {Record<string, (act: Actions) => unknown>} Deeds
 */

/** @type {[string, string, Deeds][]} what the help shows, its words, what each key does */
export const KEYS = [
  ["→ ←", "step, step back", { ArrowRight: (act) => act.by(1), ArrowLeft: (act) => act.by(-1) }],
  ["PgDn PgUp", "ten steps on, ten back", { PageDown: (act) => act.by(10), PageUp: (act) => act.by(-10) }],
  ["Home End", "first, last", { Home: (act) => act.by(-Infinity), End: (act) => act.by(Infinity) }],
  ["g", "go to a step by its number", { g: (act) => act.ask() }],
  ["Space", "play, pause", { " ": (act) => act.play() }],
  ["↓ ↑", "finer level, coarser level", { ArrowDown: (act) => act.finer(1), ArrowUp: (act) => act.finer(-1) }],
  ["1 2 3", "statements, operations, backward nodes", { 1: (act) => act.level(0), 2: (act) => act.level(1), 3: (act) => act.level(2) }],
  ["s S", "select the next tensor, the one before", { s: (act) => act.pick(1), S: (act) => act.pick(-1) }],
  ["n N", "its next change, the one before", { n: (act) => act.follow(1), N: (act) => act.follow(-1) }],
  ["e", "to the error", { e: (act) => act.error() }],
  ["p", "to the prediction", { p: (act) => act.predict() }],
  ["l", "what autograd sees, what backward walks", { l: (act) => act.lens() }],
  ["b", "the picture before and after the step", { b: (act) => act.pair() }],
  ["+ -", "a larger picture, a smaller one", { "+": (act) => act.zoom(1), "=": (act) => act.zoom(1), "-": (act) => act.zoom(-1) }],
  ["⇧ → ← ↓ ↑", "move a picture that goes on", { ShiftArrowRight: (act) => act.shove(1, 0), ShiftArrowLeft: (act) => act.shove(-1, 0), ShiftArrowDown: (act) => act.shove(0, 1), ShiftArrowUp: (act) => act.shove(0, -1) }],
  ["f", "full screen", { f: (act) => act.full() }],
  ["t", "light or dark", { t: (act) => act.theme() }],
  ["?", "this list", { "?": (act) => act.help() }],
  ["Esc", "leave full screen, leave the player", { Escape: (act) => act.leave() }],
];

/** @type {Deeds} */
const DEEDS = Object.assign({}, ...KEYS.map(([, , deeds]) => deeds));
const PRESSED = 'button, [role="button"]';

/** Handle a key, and keep it from the host; others go on to it.
 * @param {KeyboardEvent} event @param {Context} context */
export function press(event, { act, body }) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = /** @type {Element} */ (event.target), key = event.shiftKey && event.key.startsWith("Arrow") ? `Shift${event.key}` : event.key;
  if (target.matches("input:not([type=range])")) return event.stopPropagation();
  // These press what has the focus, and mean something else to a notebook.
  if ((key === " " || (key === "Enter" && !event.shiftKey)) && target.matches(PRESSED)) return event.stopPropagation();
  if (!Object.hasOwn(DEEDS, key)) return;
  event.preventDefault();
  event.stopPropagation();
  if (helpOf(body).hidden || key === "Escape" || key === "?") DEEDS[key](act);
}

/** @param {string} keys */
const caps = (keys) => keys.split(" ").flatMap((key) => [make("kbd", "", key), " "]);

/** @param {Context} context @returns {HTMLElement} */
export function helpBox({ act, signal }) {
  const list = make("dl", "", ...KEYS.flatMap(([keys, words]) => [make("dt", "", ...caps(keys)), make("dd", "", words)]));
  const close = button("Close", "Close", "Close (Esc)");
  close.addEventListener("click", act.help, { signal });
  const title = make("h2", "", "Keys, while the player has the focus");
  const box = make("div", "mtv-help", make("div", "mtv-sheet", title, list, close));
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-modal", "true");
  box.setAttribute("aria-label", "Keys");
  box.hidden = true;
  return box;
}

/** @param {HTMLElement} body @returns {HTMLElement} */
const helpOf = (body) => /** @type {HTMLElement} */ (body.querySelector(".mtv-help"));

/** @type {WeakMap<HTMLElement, Element | null>} */
const before = new WeakMap();

/** Open or close the help; what had the focus gets it back.
 * @param {HTMLElement} body */
export function toggleHelp(body) {
  const box = helpOf(body), opens = box.hidden;
  box.hidden = !opens;
  if (opens) before.set(body, document.activeElement);
  for (const part of body.children) if (part !== box) part.toggleAttribute("inert", opens);
  const back = /** @type {HTMLElement | null | undefined} */ (before.get(body));
  if (opens) box.querySelector("button")?.focus({ preventScroll: true });
  else (back && body.contains(back) ? back : body).focus({ preventScroll: true });
}

/** Close the help, or leave full screen, or give the focus back to whoever hosts the player.
 * @param {HTMLElement} body @param {Actions} act @param {{leave(): boolean}} screen */
export function leave(body, act, screen) {
  if (!helpOf(body).hidden) return act.help();
  if (screen.leave()) return;
  /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
  /** @type {HTMLElement | null | undefined} */ (body.parentElement?.parentElement?.closest("[tabindex]"))?.focus({ preventScroll: true });
}
