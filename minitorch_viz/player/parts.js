// @ts-check
/** The panes: each builds its element once and returns it with its update. */

import { COLUMNS, rows } from "./model.js";
import { codeMarks, lineRoom } from "./lines.js";
import { drawSample, drawScene, legendOf, needed } from "./drawing.js";
import { button, make, reachable, retext, tallest, written } from "./elements.js";

/**
 * @typedef {import("./model.js").Payload} Payload
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./model.js").Segments} Segments
 * @typedef {import("./model.js").Row} Row
 * @typedef {import("./lines.js").LineMarks} LineMarks
 * @typedef {import("./elements.js").Links} Links
 * @typedef {import("./actions.js").State & {shown: number, before: number, next: number | null, stops: number[],
 *   held: string | null}} View
 * @typedef {{by(n: number): void, to(step: number): void, stopAt(where: number): void, level(rank: number): void,
 *   finer(n: number): void, error(): void, select(id: string | null): void, pick(n: number): void,
 *   follow(n: number): void, play(): void, say(choice: string): void, ask(): void, predict(): void,
 *   theme(): void, help(): void, leave(): void}} Actions
 * @typedef {{payload: Payload, model: Model, body: HTMLElement, act: Actions, signal: AbortSignal,
 *   links: Links, fits: (() => void)[]}} Context
 * @typedef {(view: View) => void | (() => void)} Update may return what to do when all is written
 */

const LONGEST = 8;
const MANY = 14;

/** @param {Context} context @returns {[HTMLElement, Update]} */
export function sentence({ payload, fits }) {
  const node = make("p", "mtv-say"), length = (/** @type {Segments} */ words) => words.reduce((sum, [, text]) => sum + text.length, 0);
  const longest = payload.sentences.flatMap(({ say, whole }) => (whole ? [say, whole] : [say])).sort((a, b) => length(b) - length(a)).slice(0, LONGEST);
  fits.push(() => (node.style.minHeight = `${tallest(node, longest.map(written))}px`));
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
export function code({ model, body, links }) {
  const room = lineRoom(model), dense = room.filter(Boolean).length > MANY;
  const list = make("ol", `mtv-code ${dense ? "mtv-dense" : ""}`), longest = Math.max(...model.lines.map((line) => line.length));
  body.style.setProperty("--mtv-columns", String(longest));
  reachable(list, "Program");
  const cells = model.lines.map((line, i) => {
    const text = make("code"), notes = make("span", "mtv-ann"), item = make("li", `mtv-room${Math.min(3, room[i])}`, make("span", "mtv-ln", String(i + 1)), text, notes);
    text.textContent = line.join("") || " ";
    links.add(item, [...model.made].filter(([, n]) => n === i + 1).map(([id]) => id));
    list.append(item);
    return { item, text, notes, was: "" };
  });
  const aside = make("small");
  const heading = make("h2", "", "Program", ...(dense ? [aside] : []));
  return [make("div", "mtv-pane mtv-codebox", heading, list), ({ shown, next }) => {
    const after = next === null ? undefined : model.trace.steps[next].site?.line, now = model.trace.steps[shown].site?.line;
    retext(aside, [now && `just executed line ${now}`, after && `next ${after}`].filter(Boolean).join(", "));
    const marks = codeMarks(model, shown, next);
    cells.forEach((cell, i) => {
      const wanted = JSON.stringify(marks[i]);
      if (cell.was === wanted) return;
      drawLine(cell, model.lines[i], marks[i]);
      cell.was = wanted;
    });
    const line = model.trace.steps[shown].site?.line;
    return () => reveal(list, cells[(line ?? 0) - 1]?.item);
  }];
}

/** @param {{item: HTMLElement, text: HTMLElement, notes: HTMLElement}} cell @param {string[]} line @param {LineMarks} marks */
function drawLine({ item, text, notes }, line, marks) {
  for (const state of /** @type {const} */ (["ran", "next", "off", "error"])) item.classList.toggle(`mtv-${state}`, marks[state]);
  const [from, to] = marks.box ?? [0, 0];
  if (to > from) text.replaceChildren(line.slice(0, from).join(""), make("span", "mtv-sub", line.slice(from, to).join("")), line.slice(to).join(""));
  else text.textContent = line.join("") || " ";
  notes.replaceChildren(...marks.notes.map(({ kind, say }) => {
    const lead = kind === "next" ? [make("span", "mtv-tag-next", "next"), " "] : [];
    return make("span", `mtv-note mtv-note-${kind}`, ...lead, ...written(say));
  }));
}

/** Scroll a pane (never the page) until a child is in it.
 * @param {HTMLElement} pane @param {HTMLElement | undefined} child */
function reveal(pane, child) {
  if (!child || pane.scrollHeight <= pane.clientHeight) return;
  const top = child.offsetTop - pane.offsetTop;
  if (top < pane.scrollTop) pane.scrollTop = top - 8;
  else if (top + child.offsetHeight > pane.scrollTop + pane.clientHeight) pane.scrollTop = top + child.offsetHeight - pane.clientHeight + 8;
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

/** @param {Context} context @returns {[HTMLElement, Update]} */
export function predict({ payload, act, signal, fits }) {
  const card = make("div", "mtv-card"), asked = payload.question;
  if (!asked) {
    card.hidden = true;
    return [card, () => {}];
  }
  const title = make("h3", "", "Predict"), options = make("div", "mtv-opts"), told = make("p");
  options.classList.toggle("mtv-wide", asked.choices.some((choice) => choice.length > 13));
  const choices = asked.choices.map((choice) => {
    const node = options.appendChild(make("button", "", choice));
    node.type = "button";
    node.dataset.say = choice;
    node.addEventListener("click", () => { if (!card.classList.contains("mtv-told")) act.say(choice); }, { signal });
    return { choice, node };
  });
  const sayings = [null, ...asked.choices].flatMap((said) => [waiting(said), outcome(asked, said)]);
  fits.push(() => (told.style.minHeight = `${tallest(told, sayings.map(written))}px`));
  card.append(title, make("div", "mtv-ask", ...written(asked.ask)), options, told);
  return [card, ({ shown, said }) => {
    const over = shown >= asked.tell;
    card.classList.toggle("mtv-early", shown < asked.from);
    card.classList.toggle("mtv-told", over);
    retext(title, over ? "What happened" : "Predict");
    for (const { choice, node } of choices) {
      node.setAttribute("aria-pressed", String(choice === said));
      node.setAttribute("aria-disabled", String(over));
      node.classList.toggle("mtv-right", over && choice === asked.answer);
      node.classList.toggle("mtv-wrong", over && choice === said && choice !== asked.answer);
    }
    told.replaceChildren(...written(over ? outcome(asked, said) : waiting(said)));
  }];
}

/** @param {string | null} said @returns {Segments} */
const waiting = (said) => (said === null ? [["text", "Choose, then step on to find out."]] : [["text", "You said "], ["b", said], ["text", ", kept here until you see."]]);

/** What happened, beside what was said; a value such as `2.` ends a sentence by itself.
 * @param {import("./model.js").Question} asked @param {string | null} said @returns {Segments} */
export function outcome({ answer, why }, said) {
  const because = why.filter(([kind]) => kind !== "error"), end = answer.endsWith(".") ? " " : ". ";
  if (said === null) return [["b", answer], ["text", end], ...because];
  if (said === answer) return [["text", "You said "], ["b", said], ["text", ", and so it is. "], ...because];
  return [["text", "You said "], ["b", said], ["text", "; what happens: "], ["b", answer], ["text", end], ...because];
}

/** Drawn smaller than this, a picture's words are hard to read: then it gets the whole width. */
const SMALLEST = 0.75;

/** @param {Context} context @returns {[HTMLElement, Update]} */
export function picture({ payload, body, links, fits }) {
  const scene = payload.picture, { root, drawn, show, hold } = drawScene(scene);
  const canvas = make("div", "mtv-canvas", root), legend = make("div", "mtv-legend");
  canvas.setAttribute("role", "group");
  canvas.setAttribute("aria-label", "picture");
  root.style.setProperty("--mtv-units", String(scene.width));
  const samples = legendOf(payload.style.legend, scene.elements).map((row) => {
    const node = legend.appendChild(make("span", "", drawSample(row), row.text));
    return { row, node };
  });
  for (const { group, element } of drawn) if (element.of?.length) links.add(group, element.of);
  fits.unshift(() => {
    body.classList.remove("mtv-broad");
    body.classList.toggle("mtv-broad", canvas.clientWidth < SMALLEST * scene.width);
    // What scrolls must be reachable by key also where nothing in it is.
    const scrolls = canvas.scrollHeight > canvas.clientHeight || canvas.scrollWidth > canvas.clientWidth;
    canvas.tabIndex = scrolls ? 0 : -1;
  });
  return [make("div", "mtv-graph", canvas, legend), ({ shown, before, held }) => {
    const on = show(shown, before);
    hold(held, on);
    for (const { row, node } of samples) node.classList.toggle("mtv-unseen", !needed(row, on, shown));
    return () => pan(canvas, on.filter(({ classes }) => /mtv-(hot|bad|new)/.test(classes)).map(({ group }) => group));
  }];
}

/** Scroll a picture wider or taller than its pane to what is new, if that is out of sight.
 * @param {HTMLElement} pane @param {Element[]} targets */
function pan(pane, targets) {
  if (!targets.length || (pane.scrollWidth <= pane.clientWidth && pane.scrollHeight <= pane.clientHeight)) return;
  const frame = pane.getBoundingClientRect(), seen = targets.map((target) => target.getBoundingClientRect());
  const left = Math.min(...seen.map((r) => r.left)), right = Math.max(...seen.map((r) => r.right));
  const top = Math.min(...seen.map((r) => r.top)), bottom = Math.max(...seen.map((r) => r.bottom));
  if (left < frame.left || right > frame.right) pane.scrollLeft += (left + right - frame.left - frame.right) / 2;
  if (top < frame.top || bottom > frame.bottom) pane.scrollTop += (top + bottom - frame.top - frame.bottom) / 2;
}

/** @param {Context} context @returns {[HTMLElement, Update]} */
export function table({ model, links, body: player }) {
  const head = make("tr", "", make("th", "", "name"), ...COLUMNS.map((c) => make("th", c === "shape" ? "mtv-extra" : "", c)));
  const tbody = make("tbody"), none = make("tr", "", make("td", "mtv-none", "no tensors yet"));
  /** @type {Map<string, {node: HTMLTableRowElement, was: string}>} */
  const drawn = new Map();
  return [make("div", "mtv-tab", make("table", "", make("thead", "", head), tbody)), ({ shown, before, held }) => {
    const found = rows(model, shown, before), focused = tbody.contains(document.activeElement), nodes = found.map((row) => {
      const one = drawn.get(row.id) ?? { node: make("tr"), was: "" }, wanted = JSON.stringify(row);
      if (!drawn.has(row.id)) {
        links.add(one.node, [row.id]);
        one.node.dataset.card = row.id;
      }
      if (one.was !== wanted) drawRow(one.node, row);
      one.was = wanted;
      drawn.set(row.id, one);
      return one.node;
    });
    found.forEach(({ id }, i) => hold(nodes[i], id === held, id === held || (!i && !found.some((row) => row.id === held))));
    const wanted = nodes.length ? nodes : [none];
    if (wanted.length !== tbody.children.length || wanted.some((node, i) => tbody.children[i] !== node)) tbody.replaceChildren(...wanted);
    // The row that had the focus may have gone: the keys must not fall out of the player.
    if (focused && !tbody.contains(document.activeElement)) /** @type {HTMLElement} */ (tbody.querySelector("button[tabindex='0']") ?? player).focus({ preventScroll: true });
  }];
}

/** A name's cell; where a tensor has many names, the first and how many more.
 * @param {string} name @param {(Node | string)[]} tag */
function named(name, tag) {
  const [first, ...others] = name.split(", "), long = name.length > 30 && others.length > 0;
  const press = button("", name, "Select: n and N follow it", "mtv-name"), node = make("td", "", press, ...(long ? [" ", make("small", "", `+${others.length}`)] : []), ...tag);
  press.append(make("b", "", long ? first : name));
  node.title = name;
  return node;
}

/** Show a row as the selected one; one row at a time can be reached by Tab.
 * @param {HTMLElement} node @param {boolean} held @param {boolean} reached */
function hold(node, held, reached) {
  const press = node.querySelector("button");
  node.classList.toggle("mtv-held", held);
  press?.setAttribute("aria-pressed", String(held));
  if (press) press.tabIndex = reached ? 0 : -1;
}

/** @param {HTMLTableRowElement} node @param {Row} row */
function drawRow(node, row) {
  const tag = row.gone ? [" ", make("small", "", "gone")] : row.fresh ? [make("span", "mtv-badge", "new")] : [];
  const cells = row.cells.map(({ was, now, note }, i) => {
    const name = [was === null ? "" : "mtv-ch", COLUMNS[i] === "shape" ? "mtv-extra" : ""].join(" ").trim();
    return make("td", name, was === null ? now : `${was} → ${now}`, ...(note ? [" ", make("small", "", note)] : []));
  });
  node.classList.toggle("mtv-gone", row.gone);
  node.replaceChildren(named(row.name, tag), ...cells);
}
