// @ts-check
/** The screen that the player is on: light or dark. */

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
