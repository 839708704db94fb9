// @ts-check
/** The tensor table: one row for each tensor that has a place; of many rows, those in sight. */

import { COLUMNS, listed, newest, row } from "./rows.js";
import { arrange, button, make, reachable } from "./elements.js";

/**
 * @typedef {import("./parts.js").Context} Context
 * @typedef {import("./parts.js").Update} Update
 * @typedef {import("./parts.js").View} View
 * @typedef {import("./rows.js").Row} Row
 * @typedef {{node: HTMLTableRowElement, was: string[]}} Line
 */

/** From this many rows on, only those in sight are in the document. */
const WINDOWED = 80;
/** How many more rows than are in sight, above and below. */
const SPARE = 6;

/** @param {Context} context @returns {[HTMLElement, Update]} */
export function table(context) {
  const { model, links, fits, signal } = context, extra = (/** @type {string} */ column) => (column === "shape" ? "mtv-extra" : "");
  const tbody = make("tbody"), none = make("tr", "", make("td", "mtv-none", "no tensors yet"));
  const head = make("tr", "", make("th", "", "name"), ...COLUMNS.map((column) => make("th", extra(column), column)));
  const whole = make("table", "", make("thead", "", head), tbody), box = make("div", "mtv-tab", whole);
  whole.setAttribute("aria-label", "Tensors");
  const many = listed(model, model.trace.steps.length - 1).length > WINDOWED, above = make("tr", "mtv-gap"), below = make("tr", "mtv-gap");
  /** @type {Map<string, Line>} */ const lines = new Map();
  /** @type {{view: View, ids: string[]} | null} */ let last = null;
  let [from, high, tall] = [0, 0, 0];
  /** @param {string} id @param {View} view */
  const drawn = (id, { shown, before }) => {
    const line = lines.get(id) ?? { node: make("tr"), was: [] };
    if (!lines.has(id)) {
      links.add(line.node, [id]);
      line.node.dataset.card = id;
      lines.set(id, line);
    }
    drawRow(line, row(model, id, shown, before));
    return line.node;
  };
  /** Put rows into the table: all, or those in sight between two gaps. */
  const fill = () => {
    if (!last) return;
    const { view, ids } = last, start = many && tall ? Math.max(0, Math.floor(from / tall) - SPARE) : 0;
    const seen = many ? ids.slice(start, start + (tall ? Math.ceil(high / tall) : 1) + 2 * SPARE) : ids, focused = tbody.contains(document.activeElement);
    const nodes = seen.map((id) => drawn(id, view)), reached = seen.includes(view.held ?? "") ? view.held : seen[0];
    seen.forEach((id, i) => hold(nodes[i], id === view.held, id === reached));
    const wanted = nodes.length ? nodes : [none];
    if (many) {
      nodes.forEach((node, i) => node.setAttribute("aria-rowindex", String(start + i + 2)));
      whole.setAttribute("aria-rowcount", String(ids.length + 1));
      above.style.height = `${start * tall}px`;
      below.style.height = `${Math.max(0, ids.length - start - seen.length) * tall}px`;
      wanted.unshift(above);
      wanted.push(below);
    }
    arrange(tbody, wanted);
    // The row that had the focus may have gone: the keys must not fall out of the player.
    if (focused && !tbody.contains(document.activeElement)) /** @type {HTMLElement} */ (tbody.querySelector("button[tabindex='0']") ?? context.body).focus({ preventScroll: true });
  };
  if (many) {
    box.classList.add("mtv-window");
    reachable(box, "Tensors");
    fits.push(() => ([high, tall] = [box.clientHeight, 0]));
    box.addEventListener("scroll", () => {
      from = box.scrollTop;
      fill();
    }, { signal, passive: true });
  }
  return [box, (view) => {
    const ids = listed(model, view.shown), place = many ? ids.indexOf(newest(model, ids, view.shown, view.before) ?? "") : -1;
    last = { view, ids };
    fill();
    if (place < 0) return;
    // One row is the head's, which stays.
    const out = () => place * tall < from || (place + 2) * tall > from + high;
    if (!tall || out()) return () => {
      tall ||= tbody.querySelector("button")?.closest("tr")?.offsetHeight ?? 0;
      if (out()) box.scrollTop = Math.max(0, place * tall - high / 2);
    };
  }];
}

/** A name's cell; where a tensor has many names, the first and how many more.
 * @param {string} name @param {(Node | string)[]} tag */
function nameCell(name, tag) {
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

/** Write what a row says now; cells that say the same stay as they are.
 * @param {Line} line @param {Row} row */
function drawRow({ node, was }, { name, gone, fresh, cells }) {
  const wanted = [`${name} ${gone} ${fresh}`, ...cells.map(({ was: old, now, note }) => JSON.stringify([old, now, note]))];
  wanted.forEach((text, i) => {
    if (was[i] === text) return;
    const cell = i ? valued(cells[i - 1], COLUMNS[i - 1]) : nameCell(name, gone ? [" ", make("small", "", "gone")] : fresh ? [make("span", "mtv-badge", "new")] : []);
    if (node.children[i]) node.children[i].replaceWith(cell);
    else node.append(cell);
    was[i] = text;
  });
  node.classList.toggle("mtv-gone", gone);
}

/** @param {Row["cells"][number]} cell @param {string} column */
function valued({ was, now, note }, column) {
  const name = [was === null ? "" : "mtv-ch", column === "shape" ? "mtv-extra" : ""].join(" ").trim();
  return make("td", name, was === null ? now : `${was} → ${now}`, ...(note ? [" ", make("small", "", note)] : []));
}
