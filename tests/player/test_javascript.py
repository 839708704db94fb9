"""The player's pure functions, tested by `node --test` beside this file."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from minitorch_viz.player.page import script


@pytest.mark.needs("node")
def test_the_players_functions_pass_their_own_tests(root: Path) -> None:
    tests = sorted(map(str, (root / "tests/player").glob("*.test.js")))
    done = subprocess.run(
        ["node", "--test", *tests],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert int(re.findall(r"^# pass (\d+)", done.stdout, re.MULTILINE)[0]) > 30


@pytest.mark.needs("node")
def test_the_joined_modules_are_one_module(tmp_path: Path) -> None:
    (tmp_path / "player.mjs").write_text(script(), "utf-8")
    ask = "const m = await import('./player.mjs'); console.log(Object.keys(m.default))"
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", ask],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.strip() == "[ 'render' ]", done.stderr


def test_no_module_writes_markup_or_asks_for_anything() -> None:
    code = re.sub(r"/\*.*?\*/", "", script(), flags=re.DOTALL)
    markup = r"innerHTML|outerHTML|insertAdjacentHTML|DOMParser|\bdocument\.write"
    asking = r"\bimport\b|\bfetch\(|XMLHttpRequest|WebSocket|\beval\(|new Function"

    assert re.findall(f"{markup}|{asking}", code) == []
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", code) == []
