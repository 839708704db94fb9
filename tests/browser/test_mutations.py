"""Pages of damaged and crafted traces: they step, and nothing in them runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.mutations.mutants import mutant, read, show
from tests.test_mutations import crafted

pytestmark = [pytest.mark.needs("browser"), pytest.mark.xdist_group("browser")]


def test_the_player_shows_mutants_and_runs_nothing_of_theirs(
    open_file: Callable[[Path], Page], tmp_path: Path
) -> None:
    traces = [crafted(), *(read(mutant(seed)) for seed in range(400, 460))]
    paths = [tmp_path / f"{k}.html" for k, found in enumerate(traces) if found]
    for path, trace in zip(paths, filter(None, traces), strict=True):
        path.write_text(show(trace), "utf-8")
    page = open_file(paths[0])
    for path in paths:
        page.goto(path.as_uri())
        expect(page.locator(".mtv-count")).to_be_visible()
        page.locator(".mtv-body").focus()
        for key in ("3", "End", "l", "Home", "PageDown", "ArrowUp", "s", "n", "e"):
            page.keyboard.press(key)
        assert page.evaluate("window.ran === undefined")

    assert len(paths) > 5
