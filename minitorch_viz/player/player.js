// @ts-check
/** The player: one state, one draw. Hosted by a page (`mount`) and by anywidget (default). */

import { bytes, keptBytes, LEVELS, load, modeWords, snap } from "./model.js";
import { button, Links, make, retext } from "./elements.js";
import { code, output, picture, predict, sentence, table } from "./parts.js";
import { timeline } from "./timeline.js";

/**
 * @typedef {import("./model.js").Payload} Payload
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./parts.js").Context} Context
 * @typedef {import("./parts.js").Actions} Actions
 * @typedef {import("./parts.js").Update} Update
 * @typedef {{step?: number, level?: number, onChange?: (step: number, level: number) => void}} Options
 */

const NAMES = ["Statement", "Operation", "Backward"];
const KEYS = [
  ["→ ←", "step, step back"], ["↓ ↑", "finer level, coarser level"], ["1 2 3", "statements, operations, backward nodes"],
  ["PgDn PgUp", "ten steps on, ten back"], ["Home End", "first, last"], ["e", "to the error"], ["p", "to the prediction"],
  ["t", "light or dark"], ["?", "this list"], ["Esc", "leave the player"],
];

// ---- the parts: each builds its element once and returns it with its update

/** @param {Context} context @returns {[HTMLElement, Update]} */
function topRow({ payload, model, act, signal }) {
  const { trace } = payload;
  const title = make("span", "mtv-title", trace.title);
  const kept = make("span", "mtv-kept"), mode = make("span", "mtv-mode");
  const theme = button("◐", "Light or dark", "Light or dark (t)", "mtv-theme"), help = button("?", "Keys", "Keys (?)");
  theme.addEventListener("click", act.theme, { signal });
  help.addEventListener("click", act.help, { signal });
  const row = make("div", "mtv-row", title, kept, make("span", "mtv-grow"), mode, theme, help);
  return [row, ({ shown }) => {
    const step = trace.steps[shown];
    retext(kept, `kept for backward: ${bytes(keptBytes(model, shown))}`);
    mode.classList.toggle("mtv-off", !step.grad_enabled);
    retext(mode, modeWords(step));
  }];
}

/** @param {Context} context @returns {[HTMLElement, Update]} */
function controls({ act, signal }) {
  const nav = make("div", "mtv-nav");
  /** @param {string} go @param {string} sign @param {string} label @param {string} key @param {number} n */
  const add = (go, sign, label, key, n) => {
    const node = nav.appendChild(button(sign, label, `${label} (${key})`, go === "1" ? "mtv-go" : ""));
    node.dataset.go = go;
    node.addEventListener("click", () => act.by(n), { signal });
    return node;
  };
  const back = [add("home", "|◂", "First step", "Home", -Infinity), add("-1", "◂", "Step back", "Left", -1)];
  const on = [add("1", "▸", "Step", "Right", 1), add("end", "▸|", "Last step", "End", Infinity)];
  const place = make("b"), total = make("span"), count = make("span", "mtv-count", "step ", place, " of ", total);
  const levels = make("div", "mtv-seg");
  levels.setAttribute("role", "group");
  levels.setAttribute("aria-label", "Level");
  NAMES.forEach((name, rank) => {
    const node = levels.appendChild(button(name, name, `${name} (${rank + 1})`));
    node.dataset.level = String(rank + 1);
    node.addEventListener("click", () => act.level(rank), { signal });
  });
  return [make("div", "mtv-row", nav, count, make("span", "mtv-grow"), levels), ({ shown, stops, level }) => {
    const where = stops.indexOf(shown);
    retext(place, String(where));
    retext(total, String(stops.length - 1));
    // Not `disabled`: a focused button that is disabled would swallow the keys.
    for (const node of back) node.setAttribute("aria-disabled", String(where === 0));
    for (const node of on) node.setAttribute("aria-disabled", String(where === stops.length - 1));
    [...levels.children].forEach((node, rank) => node.setAttribute("aria-pressed", String(rank === level)));
  }];
}

/** @param {Context} context @returns {HTMLElement} */
function helpBox({ act, signal }) {
  const list = make("dl", "", ...KEYS.flatMap(([keys, words]) => [make("dt", "", ...keys.split(" ").flatMap((k) => [make("kbd", "", k), " "])), make("dd", "", words)]));
  const close = button("Close", "Close", "Close (Esc)");
  close.addEventListener("click", act.help, { signal });
  const box = make("div", "mtv-help", make("div", "mtv-sheet", make("h3", "", "Keys, while the player has the focus"), list, close));
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", "Keys");
  box.hidden = true;
  return box;
}

/** @param {string} title @param {HTMLElement} content @param {string} [name] @param {string} [aside] */
function pane(title, content, name = "", aside = "") {
  return make("div", `mtv-pane ${name}`, make("h2", "", title, ...(aside ? [make("small", "", aside)] : [])), content);
}

// ---- the whole

/** Put a player into `host`.
 * @param {HTMLElement} host @param {Payload} payload @param {Options} [options] */
export function mount(host, payload, options = {}) {
  const life = new AbortController(), { signal } = life, model = load(payload.trace);
  const body = make("section", "mtv-body"), still = model.trace.steps.length === 1 && !model.trace.source;
  const root = make("div", still ? "mtv mtv-still" : "mtv", body);
  const state = { step: 0, level: options.level ?? Math.max(0, LEVELS.indexOf(payload.trace.level)), said: /** @type {string | null} */ (null) };
  const act = actions(state, model, draw, { theme: () => turnTheme(root), help: () => toggleHelp(body) });
  const context = { payload, model, body, act, signal, links: new Links(), fits: [] };
  const updates = assemble(context);
  state.step = snap(model.stops[state.level], options.step ?? 0);
  body.tabIndex = 0;
  body.setAttribute("aria-label", `Stepper for ${payload.trace.title}: right and left arrow step, question mark lists the keys`);
  body.addEventListener("keydown", (event) => press(event, context, state), { signal });
  body.addEventListener("pointerover", (event) => context.links.light(event.target, body), { signal });
  body.addEventListener("pointerleave", () => context.links.light(null, body), { signal });
  followTheme(root, signal);
  followWidth(body, context, draw);
  host.append(root);
  draw();

  function draw() {
    const stops = model.stops[state.level], where = stops.indexOf(state.step);
    const view = { shown: state.step, before: stops[where - 1] ?? -1, next: stops[where + 1] ?? null, stops, level: state.level, said: state.said };
    // Scrolling asks for a layout: once, when all is written.
    const settle = updates.map((update) => update(view));
    for (const scroll of settle) scroll?.();
    options.onChange?.(state.step, state.level);
  }
  return {
    root, act,
    destroy() {
      life.abort();
      root.remove();
    },
  };
}

/** @param {Context} context @returns {Update[]} */
function assemble(context) {
  const { body, payload } = context, { trace } = payload;
  const [top, onTop] = topRow(context), [row, onRow] = controls(context), [times, onTimes] = timeline(context);
  const [say, onSay] = sentence(context), [lines, onLines] = code(context), [out, onOut] = output(context);
  const [card, onCard] = predict(context), [graph, onGraph] = picture(context), [tab, onTab] = table(context);
  const left = make("div", "mtv-left", lines, pane("Output", out), card);
  const right = pane("What autograd sees", graph, "mtv-graphbox", "down: values · up: gradients");
  const missing = [...(trace.notes ?? [])].map((note) => make("p", "mtv-missing", note));
  body.append(make("div", "mtv-bar", top, row, times), say, make("div", "mtv-panes", left, right), pane("Tensors", tab, "mtv-tabbox"), ...missing, helpBox(context));
  return [onTop, onRow, onTimes, onSay, onLines, onOut, onCard, onGraph, onTab];
}

/** @param {{step: number, level: number, said: string | null}} state @param {Model} model
 * @param {() => void} draw @param {{theme(): void, help(): void}} more @returns {Actions} */
function actions(state, model, draw, more) {
  return {
    ...more,
    by(n) {
      const stops = model.stops[state.level], where = stops.indexOf(state.step) + n;
      state.step = stops[Math.max(0, Math.min(stops.length - 1, where))];
      draw();
    },
    to(step) {
      const there = model.trace.steps[step];
      if (!there) return;
      state.level = Math.max(state.level, LEVELS.indexOf(there.level));
      state.step = step;
      draw();
    },
    level(rank) {
      state.level = Math.max(0, Math.min(2, rank));
      state.step = snap(model.stops[state.level], state.step);
      draw();
    },
    say(choice) {
      state.said = choice;
      draw();
    },
  };
}

/** @param {KeyboardEvent} event @param {Context} context @param {{level: number}} state */
function press(event, { act, body, model }, state) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const error = model.trace.steps.find((step) => step.error)?.index;
  /** @type {Record<string, () => unknown>} */
  const keys = {
    ArrowRight: () => act.by(1), ArrowLeft: () => act.by(-1), ArrowDown: () => act.level(state.level + 1), ArrowUp: () => act.level(state.level - 1),
    Home: () => act.by(-Infinity), End: () => act.by(Infinity), PageDown: () => act.by(10), PageUp: () => act.by(-10),
    1: () => act.level(0), 2: () => act.level(1), 3: () => act.level(2), t: act.theme, "?": act.help,
    e: () => error !== undefined && act.to(error),
    p: () => /** @type {HTMLElement | null} */ (body.querySelector(".mtv-card:not(.mtv-early) [data-say]"))?.focus(),
    Escape: () => leave(body, act),
  };
  if (!Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  keys[event.key]();
}

/** @param {HTMLElement} body */
function toggleHelp(body) {
  const box = /** @type {HTMLElement} */ (body.querySelector(".mtv-help"));
  box.hidden = !box.hidden;
  if (box.hidden) body.focus({ preventScroll: true });
  else box.querySelector("button")?.focus({ preventScroll: true });
}

/** Close the help, or give the focus back to whoever hosts the player.
 * @param {HTMLElement} body @param {Actions} act */
function leave(body, act) {
  if (!(/** @type {HTMLElement} */ (body.querySelector(".mtv-help")).hidden)) return act.help();
  /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
  /** @type {HTMLElement | null | undefined} */ (body.parentElement?.parentElement?.closest("[tabindex]"))?.focus({ preventScroll: true });
}

/** Keep room for the tallest contents, so that stepping moves nothing; again when the width changes.
 * @param {HTMLElement} body @param {Context} context @param {() => void} draw scrolls to the line again */
function followWidth(body, { fits, signal }, draw) {
  let width = 0;
  const watcher = new ResizeObserver(() => {
    if (body.clientWidth === width) return;
    width = body.clientWidth;
    for (const fit of fits) fit();
    draw();
  });
  watcher.observe(body);
  signal.addEventListener("abort", () => watcher.disconnect());
}

/** The host's theme: JupyterLab says its own, elsewhere the system's counts.
 * @param {HTMLElement} root @param {AbortSignal} signal */
function followTheme(root, signal) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    const lab = document.body.dataset.jpThemeLight;
    root.dataset.theme = (lab ? lab === "false" : dark.matches) ? "dark" : "light";
  };
  const watcher = new MutationObserver(follow);
  watcher.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  dark.addEventListener("change", follow, { signal });
  signal.addEventListener("abort", () => watcher.disconnect());
  follow();
}

/** @param {HTMLElement} root */
function turnTheme(root) {
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
}

/** @typedef {{get(name: string): any, set(name: string, value: unknown): void, save_changes(): void,
 *   on(name: string, listener: () => void): void, off(name: string, listener: () => void): void}} WidgetModel */

/** The anywidget host: `step` and `level` are shared with Python, stepping needs no answer.
 * @param {{model: WidgetModel, el: HTMLElement}} host */
function render({ model, el }) {
  let silent = true;
  const player = mount(el, model.get("payload"), {
    step: model.get("step"), level: LEVELS.indexOf(model.get("level")) < 0 ? undefined : LEVELS.indexOf(model.get("level")),
    onChange(step, level) {
      if (silent) return;
      model.set("step", step);
      model.set("level", LEVELS[level]);
      model.save_changes();
    },
  });
  silent = false;
  const onStep = () => player.act.to(model.get("step")), onLevel = () => player.act.level(LEVELS.indexOf(model.get("level")));
  model.on("change:step", onStep);
  model.on("change:level", onLevel);
  return () => {
    model.off("change:step", onStep);
    model.off("change:level", onLevel);
    player.destroy();
  };
}

export default { render };
