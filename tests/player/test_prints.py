"""The page to print: each change before and after, and nothing that runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import minitorch_viz as mv
from minitorch_viz.player.prints import prints

PROGRAM = """\
import torch
x = torch.tensor(2., requires_grad=True)
y = x * 3
y.backward()
q = {'<script>alert(1)</script>': x}
"""


def test_each_stop_is_a_picture_once_and_a_picture_before_the_next() -> None:
    page = prints(mv.step(PROGRAM))
    drawn = re.findall(r'<svg id="s(\d+)"', page)

    assert len(drawn) == len(set(drawn)) == 5  # before x; then x, y, backward, q
    assert re.findall(r'<use href="#s(\d+)"/>', page) == drawn[1:-1]
    assert page.count("<figcaption>before") == page.count("<figcaption>after") == 4


def test_what_changes_no_picture_is_left_out() -> None:
    page = prints(mv.step(PROGRAM + "print(x)\n"))

    assert page.count("<figcaption>after") == prints(mv.step(PROGRAM)).count("after<")
    assert "Nothing in the picture changes." in prints(mv.step("print(1)"))


def test_the_sentence_stands_over_its_pictures() -> None:
    headings = re.findall(r"<h2>(.*?)</h2>", prints(mv.step(PROGRAM)))

    assert len(headings) == 4
    assert any("x.grad" in text for text in headings)


def test_nothing_of_the_program_becomes_markup() -> None:
    page = prints(mv.step(PROGRAM, max_steps=100))

    assert "<script" not in page
    assert "default-src 'none'" in page


def test_save_finds_it_by_its_name_and_takes_a_lens(tmp_path: Path) -> None:
    trace = mv.step(PROGRAM)
    trace.save(tmp_path / "x.print.html")
    trace.save(tmp_path / "y.PRINT.html", lens="autograd")

    assert "figcaption" in (tmp_path / "x.print.html").read_text("utf-8")
    assert "lens autograd" in (tmp_path / "y.PRINT.html").read_text("utf-8")
    with pytest.raises(ValueError, match="shows all steps; leave out step=2"):
        trace.save(tmp_path / "x.print.html", step=2)


def test_equal_programs_have_equal_pages() -> None:
    assert prints(mv.step(PROGRAM)) == prints(mv.step(PROGRAM))
    assert prints(mv.step(PROGRAM)) != prints(mv.step(PROGRAM), theme="dark")
