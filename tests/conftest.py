"""What a test may ask of the machine: `@pytest.mark.needs("browser")`.

On a machine that lacks it the test is skipped with the reason. `MINITORCH_VIZ_REQUIRE`
(names joined by commas) turns that into a failure: where CI says it has a browser, a
skipped browser test is a broken build.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

REQUIRED = frozenset(os.environ.get("MINITORCH_VIZ_REQUIRE", "").split(","))
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def browser() -> str | None:
    """Find a Chromium: `MINITORCH_VIZ_BROWSER`, or one of the usual names."""
    named = os.environ.get("MINITORCH_VIZ_BROWSER")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


def axe() -> Path | None:
    """Find axe-core, which `.ci/run` puts into `.tools`."""
    root = Path(__file__).resolve().parent.parent
    found = root / ".tools" / "node_modules" / "axe-core" / "axe.min.js"
    return found if found.exists() else None


def _has(module: str) -> Callable[[], bool]:
    return lambda: importlib.util.find_spec(module) is not None


CHECKS: dict[str, tuple[Callable[[], bool], str]] = {
    "axe": (
        lambda: axe() is not None,
        "needs axe-core: npm install --no-save --prefix .tools axe-core@4.11",
    ),
    "browser": (
        lambda: browser() is not None and _has("playwright")(),
        "needs Playwright and Chromium (on the PATH, or in MINITORCH_VIZ_BROWSER)",
    ),
    "node": (lambda: shutil.which("node") is not None, "needs Node.js on the PATH"),
    "repo2docker": (_has("repo2docker"), "needs jupyter-repo2docker"),
    "torch": (_has("torch"), "needs PyTorch: pip install 'minitorch-viz[torch]'"),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or fail where the machine promised what is missing."""
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            check, reason = CHECKS[name]
            if not check():
                (pytest.fail if name in REQUIRED else pytest.skip)(reason)
    if item.get_closest_marker("slow") and "slow" not in REQUIRED:
        pytest.skip("slow: set MINITORCH_VIZ_REQUIRE=slow to run it")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the checkout."""
    return Path(__file__).resolve().parent.parent
