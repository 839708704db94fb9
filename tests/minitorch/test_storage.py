"""Where views lie in their bases, and how gradients find the way back."""

from __future__ import annotations

import numpy as np

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
