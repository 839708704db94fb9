// @ts-check
/** The player: one state, one draw. Hosted by a page (`mount`) and by anywidget (default). */

import { LEVELS, load, snap } from "./model.js";
import { holder } from "./follow.js";
import { Links, make } from "./elements.js";
import { code, output, sentence } from "./parts.js";
import { predict } from "./predict.js";
import { picture } from "./graph.js";
import { table } from "./table.js";
import { timeline } from "./timeline.js";
import { named, wordsFor } from "./names.js";
import { following, looking, moves, playing } from "./actions.js";
import { controls, topRow } from "./bar.js";
import { helpBox, leave, press, toggleHelp } from "./keys.js";
import { shove } from "./sides.js";
import { followTheme, fullScreen, scroller, turnTheme } from "./screen.js";

/**
 * @typedef {import("./model.js").Payload} Payload
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./parts.js").Context} Context
 * @typedef {import("./parts.js").Actions} Actions
 * @typedef {import("./actions.js").State} State
 * @typedef {import("./parts.js").Update} Update
 * @typedef {{step?: number, level?: number, onChange?: (step: number, level: number) => void}} Options
 */

/** @param {string} title @param {HTMLElement} content @param {string} [name] */
function pane(title, content, name = "") {
  return make("div", `mtv-pane ${name}`, make("h2", "", title), content);
}

// ---- the whole

/** Put a player into `host`.
 * @param {HTMLElement} host @param {Payload} payload @param {Options} [options] */
export function mount(host, payload, options = {}) {
  const life = new AbortController(), { signal } = life, model = load(payload.trace);
  const body = make("section", "mtv-body"), still = model.trace.steps.length === 1 && !model.trace.source;
  const root = make("div", still ? "mtv mtv-still" : "mtv", body);
  /** @type {State} */
  const state = { step: 0, level: options.level ?? Math.max(0, LEVELS.indexOf(payload.trace.level)), said: null, picked: null, hint: "", playing: false, lens: "program", pair: false, zoom: 0 };
  const act = actions(state, model, payload, draw, root, body, signal);
  const context = { payload, model, body, act, signal, links: new Links((word) => named(model, word, state.step), (id) => wordsFor(model, id, state.step)), fits: [] };
  const updates = assemble(context);
  state.step = snap(model.stops[state.level], options.step ?? 0);
  body.tabIndex = 0;
  body.setAttribute("aria-label", `Stepper for ${payload.trace.title}: right and left arrow step, question mark lists the keys`);
  listen(context);
  followTheme(root, signal);
  followRoom(root, body, context, draw);
  host.append(root);
  draw();

  function draw() {
    const stops = model.stops[state.level], where = stops.indexOf(state.step);
    const held = state.picked && holder(model, state.picked.ids, state.step);
    const view = { ...state, shown: state.step, before: stops[where - 1] ?? -1, next: stops[where + 1] ?? null, stops, held };
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

/** @param {State} state @param {Model} model @param {Payload} payload @param {() => void} draw
 * @param {HTMLElement} root @param {HTMLElement} body @param {AbortSignal} signal @returns {Actions} */
function actions(state, model, payload, draw, root, body, signal) {
  const going = moves(state, model, draw), screen = fullScreen(root, body, signal), find = (/** @type {string} */ name) => /** @type {HTMLElement | null} */ (body.querySelector(name));
  const act = {
    ...going,
    ...following(state, model, draw, going.to),
    ...looking(state, draw),
    play: playing(state, model, payload, draw, signal),
    say(/** @type {string} */ choice) {
      state.said = choice;
      draw();
    },
    ask() {
      const place = /** @type {HTMLElement} */ (find(".mtv-place")), entry = /** @type {HTMLInputElement} */ (find(".mtv-entry"));
      entry.value = place.textContent ?? "";
      place.hidden = true;
      entry.hidden = false;
      entry.focus({ preventScroll: true });
      entry.select();
    },
    predict: () => find(".mtv-card:not(.mtv-early) [data-say]")?.focus(),
    theme: () => turnTheme(root),
    help: () => toggleHelp(body),
    full: screen.turn,
    /** Move the picture that has the focus, else the main one. @param {number} right @param {number} down */
    shove(right, down) {
      const held = /** @type {HTMLElement | null} */ (document.activeElement?.closest(".mtv-canvas")), canvas = held ?? find(".mtv-later > .mtv-canvas");
      const moved = canvas && shove(canvas, right, down, matchMedia("(prefers-reduced-motion: reduce)").matches);
      state.hint = moved ? "" : "All of the picture is seen";
      draw();
    },
    leave() {
      state.playing = false;
      draw();
      leave(body, act, screen);
    },
  };
  return act;
}

/** Keys, hovering, and clicks on a card or a row.
 * @param {Context} context */
function listen(context) {
  const { body, act, links, signal } = context;
  /** @param {Event} event */
  const select = (event) => {
    const card = /** @type {Element} */ (event.target).closest("[data-card]"), id = card?.getAttribute("data-card");
    if (!card || !id) return false;
    act.select(id);
    return true;
  };
  body.addEventListener("keydown", (event) => {
    const card = /** @type {Element} */ (event.target).matches("g[data-card]") && (event.key === "Enter" || event.key === " ");
    if (card && select(event)) event.preventDefault();
    press(event, context);
  }, { signal });
  // A drag over a row selects its text, not the tensor.
  body.addEventListener("click", (event) => { if (getSelection()?.isCollapsed !== false) select(event); }, { signal });
  body.addEventListener("pointerover", (event) => links.light(event.target, body), { signal });
  body.addEventListener("pointerleave", () => links.light(null, body), { signal });
}

/** @param {Context} context @returns {Update[]} */
function assemble(context) {
  const { body, payload } = context, { trace } = payload;
  const [top, onTop] = topRow(context), [row, onRow] = controls(context), [times, onTimes] = timeline(context);
  const [say, onSay] = sentence(context), [lines, onLines] = code(context), [out, onOut] = output(context);
  const [card, onCard] = predict(context), [graph, onGraph] = picture(context), [tab, onTab] = table(context);
  const left = make("div", "mtv-left", lines, pane("Output", out), card);
  const missing = [...(trace.notes ?? [])].map((note) => make("p", "mtv-missing", note));
  body.append(make("div", "mtv-bar", top, row, times), say, make("div", "mtv-panes", left, graph), pane("Tensors", tab, "mtv-tabbox"), ...missing, helpBox(context));
  return [onTop, onRow, onTimes, onSay, onLines, onOut, onCard, onGraph, onTab];
}

/** Keep room for the tallest contents, so that stepping moves nothing; again when there is more or less of it.
 * @param {HTMLElement} root @param {HTMLElement} body @param {Context} context @param {() => void} draw scrolls to the line again */
function followRoom(root, body, { fits, signal }, draw) {
  let room = "";
  const watcher = new ResizeObserver(() => {
    const pane = root.classList.contains("mtv-full") ? null : scroller(root.parentElement), high = pane ? `${pane.clientHeight}px` : "";
    if (pane) watcher.observe(pane);
    if (room === `${body.clientWidth} ${high}`) return;
    room = `${body.clientWidth} ${high}`;
    root.style.setProperty("--mtv-view", high);
    for (const fit of fits) fit();
    draw();
  });
  watcher.observe(body);
  signal.addEventListener("abort", () => watcher.disconnect());
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
