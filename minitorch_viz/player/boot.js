// @ts-check
/** On a page of its own: the data stands in the page, the address keeps the step and the level. */

import { mount } from "./player.js";

const host = document.querySelector("main"), data = document.querySelector('script[type="application/json"]');
const { payload, step } = JSON.parse(data?.textContent ?? "{}"), kept = /^#(\d+);([123])$/.exec(location.hash);
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
if (host) {
  mount(host, payload, {
    step: kept ? Number(kept[1]) : step,
    level: kept ? Number(kept[2]) - 1 : undefined,
    onChange(now, level) {
      clearTimeout(timer);
      timer = setTimeout(() => history.replaceState(null, "", `#${now};${level + 1}`), 250);
    },
  });
}
