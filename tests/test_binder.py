"""What Binder reads: pinned, complete, and accepted by repo2docker."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PIN = re.compile(r"[a-z0-9][a-z0-9._-]*==[0-9][^\s;]*")


def pins(root: Path) -> list[str]:
    """Return the lines of Binder's requirements that say something."""
    lines = (root / "binder/requirements.txt").read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def name(requirement: str) -> str:
    """Return the normalized name that a requirement starts with."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def version(root: Path) -> str:
    """Return the Python that Binder runs, such as `3.11`."""
    runtime = (root / "binder/runtime.txt").read_text("utf-8")
    return runtime.strip().removeprefix("python-")


def test_every_requirement_is_pinned_and_none_names_a_host(root: Path) -> None:
    assert [line for line in pins(root) if not PIN.fullmatch(line)] == []


def test_all_that_the_lessons_need_is_pinned(root: Path) -> None:
    about = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    needed = {
        *about["project"]["dependencies"],
        *about["project"]["optional-dependencies"]["lessons"],
        *about["build-system"]["requires"],
    }

    assert {name(line) for line in needed} <= {name(line) for line in pins(root)}


def test_binder_runs_a_python_that_the_package_supports(root: Path) -> None:
    about = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    lowest = about["project"]["requires-python"].removeprefix(">=")

    assert int(version(root).split(".")[1]) >= int(lowest.split(".")[1])


def test_what_runs_after_the_build_is_executable(root: Path) -> None:
    assert os.access(root / "binder/postBuild", os.X_OK)


@pytest.mark.needs("repo2docker")
def test_repo2docker_accepts_the_configuration(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr

    assert done.returncode == 0, said
    assert f"Building conda environment for python={version(root)}" in said
    assert '/bin/pip install --no-cache-dir -r "binder/requirements.txt"' in said
    assert "RUN ./binder/postBuild" in said
