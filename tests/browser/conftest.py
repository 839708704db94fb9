"""Browser fixtures: one Chromium and one JupyterLab for all, one context a test.

A context fails its test on any console error and on any request to another host, and
leaves screenshots of a failed test in `test-results/`.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    sync_playwright,
)

import minitorch_viz as mv
from tests.browser.lab import Lab, serve
from tests.browser.notebook import Notebook
from tests.browser.watch import Watch
from tests.conftest import browser

ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
)
Show = Callable[..., Page]
FAILED = pytest.StashKey[bool]()
SIZE: ViewportSize = {"width": 1280, "height": 900}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed, for the fixture that closes its pages."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


# Not for the session: while Playwright runs, this thread has a running event loop, and
# tests elsewhere that start one of their own would fail.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Run the machine's own Chromium."""
    sandbox = () if os.getuid() else ("--no-sandbox",)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=browser(), args=[*ARGUMENTS, *sandbox]
        )
        yield found
        found.close()


@pytest.fixture(scope="package")
def lab(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Run JupyterLab on a copy of the lessons and of the test's own notebooks."""
    folder = tmp_path_factory.mktemp("lab") / "lessons"
    shutil.copytree(root / "lessons", folder)
    shutil.copytree(root / "tests/browser/notebooks", folder, dirs_exist_ok=True)
    with serve(folder, tmp_path_factory.mktemp("home")) as running:
        yield running


def _photograph(context: BrowserContext, item: pytest.Item) -> None:
    folder = item.config.rootpath / "test-results"
    folder.mkdir(exist_ok=True)
    name = re.sub(r"\W+", "-", item.nodeid)
    for number, page in enumerate(context.pages):
        page.screenshot(path=folder / f"{name}-{number}.png")


@pytest.fixture
def watch() -> Watch:
    """Hear what pages do wrong; `watch.home` is the host they may ask."""
    return Watch()


@pytest.fixture
def context(
    chromium: Browser, watch: Watch, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """Give a browser without history; when it closes, nothing may have gone wrong."""
    context = chromium.new_context(viewport=SIZE, service_workers="block")
    context.set_default_timeout(15_000)
    watch.attach(context)
    yield context
    if request.node.stash.get(FAILED, False):
        _photograph(context, request.node)
    context.close()
    assert watch.strangers == []
    assert watch.errors == []


@pytest.fixture
def open_file(context: BrowserContext) -> Callable[[Path], Page]:
    """Open a page from disk (`file:`), with the network off."""
    context.set_offline(True)

    def open_it(path: Path) -> Page:
        page = context.new_page()
        page.goto(path.resolve().as_uri())
        return page

    return open_it


@pytest.fixture
def show(open_file: Callable[[Path], Page], tmp_path: Path) -> Show:
    """Trace a program, save its page and open it from disk."""

    def show_it(
        program: str | Path, level: str = "backward", **options: object
    ) -> Page:
        trace = mv.step(program, level=level, **options)  # type: ignore[arg-type]
        trace.save(tmp_path / "page.html")
        page = open_file(tmp_path / "page.html")
        page.locator(".mtv-count").wait_for(state="attached")
        return page

    return show_it


@pytest.fixture
def open_notebook(
    context: BrowserContext, lab: Lab, watch: Watch
) -> Callable[[str], Notebook]:
    """Open a notebook of the running JupyterLab, its kernel ready."""
    watch.home = lab.address.removeprefix("http://")
    return lambda name: Notebook.open(context.new_page(), lab, name)
