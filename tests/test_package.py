"""What people install: everything the package needs at run time is in the wheel."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Build the wheel and return the names of its files."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=root,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(built).namelist())


def test_the_wheel_holds_the_package_and_the_lessons(
    root: Path, wheel: set[str]
) -> None:
    package = {
        path.relative_to(root).as_posix()
        for path in (root / "minitorch_viz").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    lessons = {
        f"minitorch_viz/lessons/{path.name}"
        for path in (root / "lessons").glob("*.ipynb")
    }

    assert package | lessons == {name for name in wheel if ".dist-info/" not in name}


@pytest.mark.parametrize("suffix", [".js", ".css", ".ttf", ".json", ".ipynb", ".typed"])
def test_what_is_not_python_is_there_too(suffix: str, wheel: set[str]) -> None:
    assert [name for name in wheel if name.endswith(suffix)]


def test_the_licences_go_along(wheel: set[str]) -> None:
    told = {name.partition("/licenses/")[2] for name in wheel} - {""}

    assert told == {"LICENSE", "minitorch_viz/picture/fonts/LICENSE"}
