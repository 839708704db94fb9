// @ts-check
/** The tensor table: one row for each tensor that has a place. */

import { COLUMNS, rows } from "./rows.js";
import { button, make } from "./elements.js";

/**
 * @typedef {import("./parts.js").Context} Context
 * @typedef {import("./parts.js").Update} Update
 * @typedef {import("./rows.js").Row} Row
 */

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
