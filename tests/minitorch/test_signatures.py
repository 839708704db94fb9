"""What PyTorch's argument parser knows is listed, and read as it reads it."""

from __future__ import annotations

import pytest

from minitorch_viz.minitorch.signatures import known, read

from .signatures import FILE, text


@pytest.mark.needs("torch")
def test_the_list_is_what_pytorch_generates_its_bindings_from() -> None:
    assert FILE.read_text("utf-8") == text()


@pytest.mark.parametrize("part", ["torch", "Tensor", "nn", "linalg"])
def test_each_part_has_forms_of_each_name(part: str) -> None:
    lines = {line.partition("(")[0] for line in FILE.read_text("utf-8").splitlines()}

    assert set(known(part)) <= lines
    assert all(known(part).values())


def test_deprecated_forms_are_tried_last() -> None:
    first, last = known("torch")["add"]

    assert (first.deprecated, last.deprecated) == (False, True)
    assert str(first) == (
        "(Tensor input, Tensor other, *, Number alpha = 1, Tensor out = None)"
    )


def test_one_list_of_whole_numbers_may_be_given_one_by_one() -> None:
    form = read("permute(IntArrayRef dims)")

    assert form.refusal((1, 0), {}) is None
    assert form.refusal(((1, 0),), {}) is None
    assert form.refusal((1.5, 0), {}) is not None
