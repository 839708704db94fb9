"""The harness hears what it is there to hear: else its silence means nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.notebook import Notebook
from tests.browser.watch import Watch

pytestmark = [pytest.mark.needs("browser"), pytest.mark.xdist_group("browser")]


def test_a_notebook_opens_and_runs(open_notebook: Callable[[str], Notebook]) -> None:
    notebook = open_notebook("plain.ipynb")
    notebook.run_all()

    outputs = notebook.page.locator(".jp-OutputArea-output")
    expect(outputs.nth(0)).to_have_text("0.1.0")
    expect(outputs.nth(1)).to_have_text("45")

    notebook.run_all()

    assert notebook.prompts() == ["[3]:", "[4]:"]


def test_a_request_to_another_host_is_stopped_and_heard(
    open_file: Callable[[Path], Page], watch: Watch, tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text('<img src="http://192.0.2.1/x.png">')

    open_file(tmp_path / "page.html")

    assert watch.strangers == ["http://192.0.2.1/x.png"]
    watch.strangers.clear()
    watch.errors.clear()  # Chromium says so on the console as well


def test_a_console_error_and_an_exception_are_heard(
    open_file: Callable[[Path], Page], watch: Watch, tmp_path: Path
) -> None:
    script = "console.error('said'); throw new Error('thrown')"
    (tmp_path / "page.html").write_text(f"<script>{script}</script>")

    open_file(tmp_path / "page.html")

    assert [error.split(" (")[0] for error in watch.errors] == ["said", "thrown"]
    watch.errors.clear()
