// @ts-check
/** On a page of its own: the data stands in the page, the address keeps the step and the level. */

import { mount } from "./player.js";

const host = document.querySelector("main"), data = document.querySelector('script[type="text/plain"]');
if (host && !("DecompressionStream" in window)) host.append("This page needs a browser of 2023 or later.");
const packed = Uint8Array.from(atob(data?.textContent ?? ""), (letter) => letter.charCodeAt(0));
const { payload, step } = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
const kept = /^#(\d+);([123])$/.exec(location.hash);
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
if (host) {
  const { root } = mount(host, payload, {
    step: kept ? Number(kept[1]) : step,
    level: kept ? Number(kept[2]) - 1 : undefined,
    onChange(now, level) {
      clearTimeout(timer);
      timer = setTimeout(() => history.replaceState(null, "", `#${now};${level + 1}`), 250);
    },
  });
  // Here no host wants the keys: they work before the player has had the focus.
  const player = /** @type {HTMLElement} */ (root.querySelector(".mtv-body")), unheard = new AbortController();
  player.addEventListener("focusin", () => unheard.abort(), { once: true });
  document.addEventListener("keydown", (event) => {
    if (event.target !== document.body || player.dispatchEvent(new KeyboardEvent("keydown", event))) return;
    event.preventDefault();
    if (document.activeElement === document.body && event.key !== "Escape") player.focus({ preventScroll: true });
  }, { signal: unheard.signal });
}
