"""What CONTRIBUTING shows works: its operation is added as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minitorch_viz import minitorch as torch
from minitorch_viz.minitorch.op import OPS, call


@pytest.fixture
def bump(root: Path) -> Iterator[Any]:
    """Add the operation to the table, for one test."""
    text = (root / "CONTRIBUTING.md").read_text("utf-8")
    (row,) = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    exec(row, {"np": np})
    op = OPS["bump"]
    yield lambda x: call(op, (x,), (2.0,))
    del OPS["bump"]


def test_one_row_adds_an_operation(bump: Any) -> None:
    x = torch.tensor([0.5, 2.0], dtype=torch.float64, requires_grad=True)
    node = bump(x).grad_fn

    assert repr(node).startswith("<BumpBackward0 ")
    assert node._saved_width == 2.0
    assert torch.autograd.gradcheck(bump, x)
    assert torch.autograd.gradgradcheck(bump, x)
