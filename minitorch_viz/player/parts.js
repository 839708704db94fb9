// @ts-check
/** The panes: each builds its element once and returns it with its update. */

import { codeMarks, cutShort, lettersOfMark, lineRoom } from "./lines.js";
import { lettersOf } from "./model.js";
import { everyName, pieces } from "./names.js";
import { make, reachable, retext, tallest, written } from "./elements.js";

/**
 * @typedef {import("./model.js").Payload} Payload
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./model.js").Segments} Segments
 * @typedef {import("./lines.js").LineMarks} LineMarks
 * @typedef {import("./elements.js").Links} Links
 * @typedef {import("./actions.js").State & {shown: number, before: number, next: number | null, stops: number[],
 *   held: string | null}} View
 * @typedef {{by(n: number): void, to(step: number): void, stopAt(where: number): void, level(rank: number): void,
 *   finer(n: number): void, error(): void, select(id: string | null): void, pick(n: number): void,
 *   follow(n: number): void, play(): void, say(choice: string): void, ask(): void, predict(): void,
 *   theme(): void, help(): void, leave(): void, lens(lens?: import("./model.js").Lens): void, pair(): void, zoom(n: number): void,
 *   shove(right: number, down: number): void, full(): void}} Actions
 * @typedef {{payload: Payload, model: Model, body: HTMLElement, act: Actions, signal: AbortSignal,
 *   links: Links, fits: (() => void)[]}} Context
 * @typedef {(view: View) => void | (() => void)} Update may return what to do when all is written
 */

const LONGEST = 8;
const MANY = 14;
/** A page this narrow has one column, as wide as it is: as in its styles. */
const NARROW = 760;
/** How wide a letter of a mark is, in its font's size. */
const MARK_LETTER = 0.58;
/** Between a line's last word and its marks, in letters. */
const APART = 2;

/** @param {Context} context @returns {[HTMLElement, Update]} */
export function sentence({ payload, body, fits }) {
  const node = make("p", "mtv-say");
  const longest = payload.sentences.flatMap(({ say, whole }) => (whole ? [say, whole] : [say])).sort((a, b) => lettersOf(b) - lettersOf(a)).slice(0, LONGEST);
  fits.push(() => {
    node.style.minHeight = `${tallest(node, longest.map(written))}px`;
    // Below it are the panes, each with a heading.
    body.style.setProperty("--mtv-above", `${node.offsetTop + node.offsetHeight + 4 * parseFloat(getComputedStyle(body).fontSize)}px`);
  });
  node.setAttribute("aria-live", "polite");
  let spoken = "";
  return [node, ({ shown, before }) => {
    const { say, whole } = payload.sentences[shown] ?? { say: [], whole: null };
    const words = whole && before < shown - 1 ? whole : say, text = JSON.stringify(words);
    if (text !== spoken) node.replaceChildren(...written(words));
    spoken = text;
  }];
}

/** @param {Context} context @returns {[HTMLElement, Update]} */
export function code({ model, body, links, fits }) {
  const room = lineRoom(model), many = room.filter(({ marks }) => marks).length > MANY;
  const list = make("ol", "mtv-code"), longest = Math.max(...model.lines.map((line) => line.length));
  body.style.setProperty("--mtv-columns", String(longest));
  reachable(list, "Program");
  const names = everyName(model);
  const cells = model.lines.map((line, i) => {
    const text = make("code"), notes = make("span", "mtv-ann"), item = make("li", `mtv-room${Math.min(3, room[i].marks)}`, make("span", "mtv-ln", String(i + 1)), text, notes);
    text.append(...words(line.join("") || " ", names));
    // A line that wraps goes on two columns right of where it begins, if there is room.
    text.style.setProperty("--mtv-hang", `${Math.min(16, line.join("").search(/\S|$/) + 2)}ch`);
    links.add(item, [...model.made].filter(([, n]) => n === i + 1).map(([id]) => id));
    list.append(item);
    return { item, text, notes, was: "", fits: Infinity };
  });
  const aside = make("small");
  const heading = make("h2", "", "Program", ...(many ? [aside] : []));
  let revealed = "";
  fits.push(() => (revealed = ""));
  fits.push(() => {
    const dense = many || body.clientWidth <= NARROW, marked = cells.filter((_, i) => room[i].marks);
    list.classList.toggle("mtv-dense", dense);
    if (dense && marked.length) seat(marked, room.filter(({ marks }) => marks));
    else for (const cell of marked) [cell.fits, cell.was] = [Infinity, ""];
  });
  return [make("div", "mtv-pane mtv-codebox", heading, list), ({ shown, next, lens, pair }) => {
    const after = next === null ? undefined : model.trace.steps[next].site?.line, at = model.trace.steps[shown], now = at.site?.line;
    retext(aside, [now && `${cutShort(at) ? "stopped at" : "just executed"} line ${now}`, after && `next ${after}`].filter(Boolean).join(", "));
    const marks = codeMarks(model, shown, next);
    cells.forEach((cell, i) => {
      const wanted = JSON.stringify(marks[i]);
      if (cell.was === wanted) return;
      drawLine(cell, model.lines[i], marks[i], names);
      cell.was = wanted;
    });
    // Another lens, or a pair of pictures, gives the code another height.
    const place = `${now} ${after} ${lens} ${pair}`;
    if (place === revealed) return;
    revealed = place;
    return () => reveal(list, cells[(now ?? 0) - 1]?.item, cells[(after ?? 0) - 1]?.item);
  }];
}

/**
 * `fits` is how many letters of marks there is room for.
 * @typedef {{item: HTMLElement, text: HTMLElement, notes: HTMLElement, was: string, fits: number}} Cell
 */

/** Where lines stand close, the marks stand behind a line's last word, or below it where they have no room.
 * @param {Cell[]} cells @param {{letters: number}[]} room */
function seat(cells, room) {
  const letter = MARK_LETTER * parseFloat(getComputedStyle(cells[0].notes).fontSize), range = document.createRange();
  const found = cells.map(({ text }) => {
    range.selectNodeContents(text);
    const { left, right } = text.getBoundingClientRect();
    return { all: right - left, free: right - ([...range.getClientRects()].at(-1)?.right ?? 0) };
  });
  cells.forEach((cell, i) => {
    const { all, free } = found[i], beside = free / letter - APART, below = beside < room[i].letters;
    cell.item.classList.toggle("mtv-under", below);
    cell.fits = below ? all / letter : beside;
    cell.was = "";
  });
}

/** @param {Cell} cell @param {string[]} line @param {LineMarks} marks @param {Set<string>} names */
function drawLine({ item, text, notes, fits }, line, marks, names) {
  for (const state of /** @type {const} */ (["ran", "next", "off", "error"])) item.classList.toggle(`mtv-${state}`, marks[state]);
  const [from, to] = marks.box ?? [0, 0];
  const part = (/** @type {number} */ start, /** @type {number} */ end = line.length) => words(line.slice(start, end).join(""), names);
  if (to > from) text.replaceChildren(...part(0, from), make("span", "mtv-sub", ...part(from, to)), ...part(to));
  else text.replaceChildren(...(line.length ? part(0) : [" "]));
  const short = fits < marks.notes.reduce((sum, note) => sum + lettersOfMark(note), 0);
  notes.replaceChildren(...marks.notes.map(({ kind, say }) => {
    const lead = kind === "next" ? [make("span", "mtv-tag-next", "next"), " "] : [];
    const told = short && (kind === "ran" || kind === "next") ? say.filter(([sort]) => sort !== "code") : say;
    return make("span", `mtv-note mtv-note-${kind}`, ...lead, ...written(told));
  }));
}

/** A line's words; those that name a tensor light up what they name.
 * @param {string} text @param {Set<string>} names @returns {(Node | string)[]} */
const words = (text, names) => pieces(text, names).map((piece) => (piece.name ? make("span", "mtv-id", piece.text) : piece.text));

/** Scroll a pane (never the page) until a child is in it, and another one if both have room.
 * @param {HTMLElement} pane @param {HTMLElement | undefined} child @param {HTMLElement | undefined} other */
function reveal(pane, child, other = child) {
  if (!child || !other || pane.scrollHeight <= pane.clientHeight) return;
  const ends = (/** @type {HTMLElement} */ { offsetTop: top, offsetHeight: high }) => [top - pane.offsetTop, top - pane.offsetTop + high];
  const both = [...ends(child), ...ends(other)], high = pane.clientHeight;
  const fit = Math.max(...both) - Math.min(...both) <= high - 16, [top, bottom] = fit ? [Math.min(...both), Math.max(...both)] : ends(child);
  if (top < pane.scrollTop) pane.scrollTop = top - 8;
  else if (bottom > pane.scrollTop + high) pane.scrollTop = bottom - high + 8;
}

/** @param {Context} context @returns {[HTMLElement, Update]} */
export function output({ payload, fits }) {
  const { trace } = payload, box = make("div", "mtv-out"), empty = make("span", "mtv-none", "nothing printed");
  const pieces = trace.output.map(({ stream, text }) => {
    const piece = make("span", `mtv-o-${stream}`, text);
    piece.hidden = true;
    return piece;
  });
  const failed = make("span", "mtv-o-error"), said = (/** @type {number} */ count) => trace.output.slice(0, count).map(({ text }) => text);
  const fullest = trace.steps.filter((step, i) => step.error || i === trace.steps.length - 1).slice(-LONGEST);
  fits.push(() => (box.style.minHeight = `${tallest(box, fullest.map(({ output: count, error }) => [...said(count), ...(error ? errorWords(error) : [])]))}px`));
  box.append(empty, ...pieces, failed);
  reachable(box, "Output");
  /** Python says a syntax error itself. @param {import("./model.js").Failure} error @param {number} now */
  const told = ({ message }, now) => trace.output.slice(0, now).some(({ stream, text }) => stream === "stderr" && text.includes(message));
  let count = 0;
  return [box, ({ shown }) => {
    const step = trace.steps[shown], now = step.output, bottom = count !== now;
    for (let i = Math.min(count, now); i < Math.max(count, now); i++) pieces[i].hidden = i >= now;
    count = now;
    empty.hidden = now > 0 || !!step.error;
    box.classList.toggle("mtv-bad", !!step.error && !step.error.caught);
    failed.replaceChildren(...(step.error && !told(step.error, now) ? errorWords(step.error) : []));
    if (bottom || step.error) return () => { box.scrollTop = box.scrollHeight; };
  }];
}

/** @param {import("./model.js").Failure} error */
function errorWords({ type, message, caught }) {
  const found = /at version \d+; expected version \d+/.exec(message), parts = [make("b", "", caught ? `caught: ${type}` : type), ": "];
  if (!found) return [...parts, message];
  return [...parts, message.slice(0, found.index), make("b", "", found[0]), message.slice(found.index + found[0].length)];
}
