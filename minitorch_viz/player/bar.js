// @ts-check
/** The bar: title, buttons, the count of steps, levels. */

import { bytes, keptBytes, modeWords } from "./model.js";
import { button, make, retext } from "./elements.js";
import { svg } from "./drawing.js";
import { followed } from "./actions.js";

/**
 * @typedef {import("./parts.js").Context} Context
 * @typedef {import("./parts.js").Update} Update
 * @typedef {import("./parts.js").Actions} Actions
 */

const NAMES = ["Statement", "Operation", "Backward"];

/** @param {Context} context @returns {[HTMLElement, Update]} */
export function topRow({ payload, model, act, signal }) {
  const { trace } = payload;
  const ran = trace.engine === "torch" ? " · on PyTorch" : "";
  const title = make("span", "mtv-title", `${trace.title}${ran}`);
  const size = make("span"), mode = make("span", "mtv-mode");
  const theme = button("◐", "Light or dark", "Light or dark (t)", "mtv-theme"), help = button("?", "Keys", "Keys (?)"), full = button("", "Full screen", "Full screen (f)", "mtv-fill");
  const kept = make("span", "mtv-kept", make("i", "", "tensors "), "kept", make("i", "", " for backward"), ": ", size);
  full.append(sign("M3 8V3h5v1.8H4.8V8zM12 3h5v5h-1.8V4.8H12zM3 12h1.8v3.2H8V17H3zM15.2 12H17v5h-5v-1.8h3.2z"));
  full.addEventListener("click", act.full, { signal });
  theme.addEventListener("click", act.theme, { signal });
  help.addEventListener("click", act.help, { signal });
  const row = make("div", "mtv-row", title, kept, make("span", "mtv-grow"), mode, full, theme, help);
  return [row, ({ shown }) => {
    const step = trace.steps[shown];
    retext(size, bytes(keptBytes(model, shown)));
    mode.classList.toggle("mtv-off", !step.grad_enabled);
    retext(mode, modeWords(step));
  }];
}

/** @param {Context} context @returns {[HTMLElement, Update]} */
export function controls({ model, act, signal }) {
  const nav = make("div", "mtv-nav");
  /** @param {string} go @param {string} sign @param {string} label @param {string} key @param {() => void} deed */
  const add = (go, sign, label, key, deed) => {
    const node = nav.appendChild(button(sign, label, `${label} (${key})`, go === "1" ? "mtv-go" : ""));
    node.dataset.go = go;
    node.addEventListener("click", deed, { signal });
    return node;
  };
  const back = [add("home", "|◂", "First step", "Home", () => act.by(-Infinity)), add("-1", "◂", "Step back", "Left", () => act.by(-1))];
  const on = [add("1", "▸", "Step", "Right", () => act.by(1)), add("end", "▸|", "Last step", "End", () => act.by(Infinity))];
  const play = add("play", "", "Play", "Space", act.play);
  play.append(playSign());
  const [count, onCount] = counter(act, signal), [levels, onLevels] = levelButtons(act, signal), news = make("span", "mtv-follow");
  news.setAttribute("role", "status");
  return [make("div", "mtv-row", nav, count, news, levels), (view) => {
    const { shown, before, stops, picked, hint, playing: runs } = view, where = stops.indexOf(shown);
    // Not `disabled`: a focused button that is disabled would swallow the keys.
    for (const node of back) node.setAttribute("aria-disabled", String(where === 0));
    for (const node of [...on, play]) node.setAttribute("aria-disabled", String(where === stops.length - 1));
    play.setAttribute("aria-pressed", String(runs));
    retext(news, hint || (picked ? followed(model, picked, shown, before) : ""));
    news.title = news.textContent ?? "";
    onCount(view);
    onLevels(view);
  }];
}

/** @param {string} d @param {string} [name] */
function sign(d, name) {
  const drawn = svg("svg", { class: "mtv-sign", viewBox: "0 0 20 20", "aria-hidden": "true" });
  drawn.append(svg("path", { d, class: name }));
  return drawn;
}

/** A triangle while it stands, two bars while it plays. */
function playSign() {
  const drawn = sign("M6 3.5v13L16.5 10zM2 3.5h1.5v13H2z", "mtv-stands");
  drawn.append(svg("path", { class: "mtv-plays", d: "M5 3.5h3.5v13H5zM11.5 3.5H15v13h-3.5z" }));
  return drawn;
}

/** `step 3 of 10`; the number can be asked for another.
 * @param {Actions} act @param {AbortSignal} signal @returns {[HTMLElement, Update]} */
function counter(act, signal) {
  const place = button("", "", "Go to a step (g)", "mtv-place"), entry = make("input", "mtv-entry"), total = make("span");
  Object.assign(entry, { type: "text", inputMode: "numeric", hidden: true });
  entry.setAttribute("aria-label", "Go to step");
  const close = () => {
    entry.hidden = true;
    place.hidden = false;
  };
  place.addEventListener("click", act.ask, { signal });
  entry.addEventListener("blur", close, { signal });
  entry.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    // Or the button that gets the focus would be pressed by this very key.
    event.preventDefault();
    const wanted = /^\s*\d+\s*$/.test(entry.value) ? Number(entry.value) : null;
    close();
    place.focus({ preventScroll: true });
    if (event.key === "Enter" && wanted !== null) act.stopAt(wanted);
  }, { signal });
  return [make("span", "mtv-count", "step ", place, entry, " of ", total), ({ shown, stops }) => {
    const where = String(stops.indexOf(shown));
    retext(place, where);
    place.setAttribute("aria-label", `step ${where}, go to another`);
    retext(total, String(stops.length - 1));
  }];
}

/** @param {Actions} act @param {AbortSignal} signal @returns {[HTMLElement, Update]} */
function levelButtons(act, signal) {
  const levels = make("div", "mtv-seg");
  levels.setAttribute("role", "group");
  levels.setAttribute("aria-label", "Level");
  NAMES.forEach((name, rank) => {
    const node = levels.appendChild(button(name, name, `${name} (${rank + 1})`));
    node.dataset.level = String(rank + 1);
    node.addEventListener("click", () => act.level(rank), { signal });
  });
  return [levels, ({ level }) => [...levels.children].forEach((node, rank) => node.setAttribute("aria-pressed", String(rank === level)))];
}
