// @ts-check
/** Small makers of elements: text goes in as text, never as markup. */

/** @typedef {import("./model.js").Segments} Segments */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {string} [name] @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, name = "", ...children) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  node.append(...children);
  return node;
}

/** @param {string} text @param {string} label @param {string} title @param {string} [name] */
export function button(text, label, title, name = "") {
  const node = make("button", name, text);
  node.type = "button";
  node.title = title;
  if (label !== text) node.setAttribute("aria-label", label);
  return node;
}

/** Segments as nodes: `code`, `b`, `error`, anything else is text.
 * @param {Segments} segments @returns {(Node | string)[]} */
export function written(segments) {
  return segments.map(([kind, text]) => {
    if (kind === "error") return make("b", "mtv-no", text);
    return kind === "code" || kind === "b" ? make(kind, "", text) : text;
  });
}

/** Let a pane that scrolls be reached without a mouse.
 * @param {HTMLElement} pane @param {string} label */
export function reachable(pane, label) {
  pane.tabIndex = 0;
  if (pane.tagName === "DIV") pane.setAttribute("role", "group");
  pane.setAttribute("aria-label", label);
}

/** Give a node these children in this order; those that stay aren't taken out for it.
 * @param {HTMLElement} parent @param {HTMLElement[]} wanted */
export function arrange(parent, wanted) {
  const kept = new Set(wanted);
  for (const child of [...parent.children]) if (!kept.has(/** @type {HTMLElement} */ (child))) child.remove();
  wanted.forEach((node, i) => { if (parent.children[i] !== node) parent.insertBefore(node, parent.children[i] ?? null); });
}

/** @param {HTMLElement} node @param {string} text */
export function retext(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Say how high a node would be with the tallest of some contents; nobody sees the trial.
 * @param {HTMLElement} node @param {(Node | string)[][]} contents */
export function tallest(node, contents) {
  const trial = /** @type {HTMLElement} */ (node.cloneNode(false));
  trial.removeAttribute("aria-live");
  Object.assign(trial.style, { position: "absolute", visibility: "hidden", minHeight: "0", width: `${node.offsetWidth}px` });
  node.after(trial);
  const heights = contents.map((content) => {
    trial.replaceChildren(...content);
    return trial.offsetHeight;
  });
  trial.remove();
  return Math.max(0, ...heights);
}

// ---- hovering: what belongs together lights up together

/** Words that name things wherever they stand. */
const WORDS = ".mtv-id, .mtv-say code, .mtv-ann code, .mtv-card code";

/** Elements by the ids of what they show. */
export class Links {
  /** @param {(word: string) => string[]} named what a word names now
   * @param {(id: string) => string[]} words what something is called now */
  constructor(named, words) {
    this.named = named;
    this.words = words;
    /** @type {Map<string, Set<Element>>} */ this.of = new Map();
    /** @type {WeakMap<Element, string[]>} */ this.ids = new WeakMap();
    /** @type {Element[]} */ this.lit = [];
  }

  /** @param {Element} node @param {string[]} ids */
  add(node, ids) {
    this.ids.set(node, ids);
    for (const id of ids) this.of.set(id, (this.of.get(id) ?? new Set()).add(node));
  }

  /** @param {EventTarget | null} target @param {Element} body */
  light(target, body) {
    let node = target instanceof Element ? target : null;
    while (node && node !== body && !this.ids.has(node) && !node.matches(WORDS)) node = node.parentElement;
    for (const old of this.lit) old.classList.remove("mtv-lit");
    const ids = node && node !== body ? this.ids.get(node) ?? this.named(node.textContent ?? "") : [];
    const said = new Set(ids.flatMap((id) => this.words(id)));
    const words = said.size ? [...body.querySelectorAll(WORDS)].filter((word) => said.has(word.textContent ?? "")) : [];
    this.lit = [...new Set([...ids.flatMap((id) => [...(this.of.get(id) ?? [])]), ...words])];
    for (const found of this.lit) found.classList.add("mtv-lit");
  }
}
