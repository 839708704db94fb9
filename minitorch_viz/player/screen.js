// @ts-check
/** The screen that the player is on: light or dark, all of it or a part. */

/** The host's theme: JupyterLab says its own, elsewhere the system's counts.
 * @param {HTMLElement} root @param {AbortSignal} signal */
export function followTheme(root, signal) {
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
export function turnTheme(root) {
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
}

/** The nearest of an element and what it is in that is scrolled up and down: a notebook's pane. Null: the window is.
 * @param {HTMLElement | null} element @returns {HTMLElement | null} */
export function scroller(element) {
  if (!element || element === document.body) return null;
  const { scrollHeight, clientHeight, parentElement } = element;
  return scrollHeight > clientHeight + 1 && /auto|scroll/.test(getComputedStyle(element).overflowY) ? element : scroller(parentElement);
}

/** All of the screen; where the host denies that, all of the window.
 * @param {HTMLElement} root @param {HTMLElement} body @param {AbortSignal} signal */
export function fullScreen(root, body, signal) {
  const button = () => body.querySelector(".mtv-fill");
  const mark = (/** @type {boolean} */ on) => {
    root.classList.toggle("mtv-full", on);
    button()?.setAttribute("aria-pressed", String(on));
  };
  /** The top layer: no clipping or moving parent reaches it. @param {boolean} on */
  const cover = (on) => {
    root.popover = on ? "manual" : null;
    if (on) root.showPopover();
    mark(on);
  };
  const leave = () => {
    if (!root.classList.contains("mtv-full")) return false;
    if (document.fullscreenElement === root) document.exitFullscreen();
    else cover(false);
    return true;
  };
  document.addEventListener("fullscreenchange", () => mark(document.fullscreenElement === root), { signal });
  signal.addEventListener("abort", leave);
  return {
    leave,
    turn() {
      if (leave()) return;
      const asked = document.fullscreenEnabled ? root.requestFullscreen() : Promise.reject();
      asked.catch(() => cover(true));
    },
  };
}
