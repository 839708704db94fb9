"""What Binder builds, built here: a fresh environment opens a lesson and steps it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.lab import Lab, serve
from tests.browser.notebook import Notebook
from tests.browser.watch import Watch

# A worker of its own: installing takes as long as all the other browser tests.
pytestmark = [
    pytest.mark.needs("browser"),
    pytest.mark.slow,
    pytest.mark.xdist_group("binder"),
]
NOT_IN_GIT = (".git", ".venv", ".tools", "__pycache__", ".*_cache", "test-results")


def build(root: Path, folder: Path, env: Path) -> str:
    """Do what the image's build does; return the PATH its server starts with."""
    shutil.copytree(root, folder, ignore=shutil.ignore_patterns(*NOT_IN_GIT))
    venv.create(env, with_pip=True)
    path = f"{env / 'bin'}{os.pathsep}{os.environ['PATH']}"
    for command in (
        ["pip", "install", "--quiet", "-r", "binder/requirements.txt"],
        ["binder/postBuild"],
    ):
        # `env` looks the command up in the new PATH; subprocess would use the old one.
        subprocess.run(["env", f"PATH={path}", *command], cwd=folder, check=True)
    return path


@pytest.fixture
def binder(root: Path, tmp_path: Path) -> Iterator[Lab]:
    """Run JupyterLab as Binder would, on a copy of the checkout."""
    wanted = (root / "binder/runtime.txt").read_text("utf-8").strip()
    if wanted != "python-{}.{}".format(*sys.version_info):
        pytest.skip(f"Binder runs {wanted}; this is another")
    folder, env = tmp_path / "repository", tmp_path / "env"
    path = build(root, folder, env)
    command = (str(env / "bin/jupyter"), "lab")
    with serve(folder, tmp_path / "home", command, PATH=path) as lab:
        yield lab


def test_a_lesson_opens_and_steps_in_what_binder_builds(
    binder: Lab, context: BrowserContext, watch: Watch
) -> None:
    watch.home = binder.address.removeprefix("http://")
    notebook = Notebook.open(context.new_page(), binder, "lessons/03_no_grad.ipynb")
    notebook.run_all()
    player = notebook.players()[0]
    player.focus()
    player.press("Home")
    player.press("ArrowRight")

    player.expect_step(1)
