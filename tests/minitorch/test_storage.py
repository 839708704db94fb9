"""Where views lie in their bases, and how gradients find the way back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from minitorch_viz import minitorch as torch
from minitorch_viz.minitorch.storage import Geometry


def test_elements_seen_twice_add_up() -> None:
    twice = Geometry((4,), (1,), (2, 2), (1, 1), 0)

    assert twice.scatter(np.ones((2, 2))).tolist() == [1.0, 2.0, 1.0, 0.0]


def test_what_lies_before_or_behind_the_base_is_dropped() -> None:
    before = Geometry((2,), (1,), (3,), (1,), -1)
    behind = Geometry((2,), (1,), (3,), (1,), 1)

    assert before.scatter(np.array([1.0, 2.0, 3.0])).tolist() == [2.0, 3.0]
    assert behind.scatter(np.array([1.0, 2.0, 3.0])).tolist() == [0.0, 1.0]


def test_windows_that_overlap_pass_all_gradients_on() -> None:
    x = torch.arange(4.0, requires_grad=True)
    (torch.as_strided(x * 1, (2, 2), (1, 1)) ** 2).sum().backward()

    assert x.grad.tolist() == [0.0, 4.0, 4.0, 0.0]


def test_strides_count_from_where_the_storage_begins() -> None:
    base = torch.arange(6.0, requires_grad=True) * 1
    view = base[2:].as_strided((2,), (2,), 1)
    node = view.grad_fn

    assert view.tolist() == [1.0, 3.0]
    assert (node._saved_size, node._saved_stride) == ((2,), (2,))
    assert node._saved_storage_offset == 1
    assert base[2:].as_strided((1,), (1,)).grad_fn._saved_storage_offset is None


def test_a_view_whose_base_was_edited_knows_where_it_lies() -> None:
    base = torch.arange(6.0, requires_grad=True) * 1
    view = base[2:]
    base.mul_(2)
    node = view.grad_fn

    assert node.name() == "AsStridedBackward0"
    assert (node._saved_size, node._saved_stride) == ((4,), (1,))
    assert node._saved_storage_offset == 2


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (((2,), (1, 1)), "mismatch in length of strides and shape"),
        (((2,), (1,), -1), "Tensor: invalid storage offset -1"),
        (
            ((4,), (1,)),
            "setStorage: sizes [4], strides [1], storage offset 0, and itemsize 4 "
            "requiring a storage size of 16 are out of bounds for storage of size 12",
        ),
    ],
)
def test_strides_that_leave_the_storage_are_refused(how: Any, words: str) -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.ones(3).as_strided(*how)

    assert str(caught.value) == words


@pytest.mark.parametrize(
    "turn",
    [
        lambda x: x.t_(),
        lambda x: x.set_(torch.ones(2, 2).t()),
        lambda x: setattr(x, "data", torch.ones(2, 2).t()),
    ],
    ids=["t_", "set_", "data"],
)
def test_what_lay_row_by_row_is_asked_anew_once_it_looks_at_other_memory(
    turn: Any,
) -> None:
    x, other = torch.ones(2, 2) + 1, torch.ones(2, 2)
    in_rows = (x + other).is_contiguous()
    turn(x)

    assert in_rows
    assert not (x + other).is_contiguous()
