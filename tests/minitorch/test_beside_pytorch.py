"""Lines of code on PyTorch and on the engine: values, graphs, gradients, messages.

Every line of `beside/*.txt` is a case: statements parted by `;`, the last one a value.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minitorch_viz import minitorch
from minitorch_viz.minitorch import once

CASES = [
    pytest.param(line, id=f"{path.stem}: {line}")
    for path in sorted((Path(__file__).parent / "beside").glob("*.txt"))
    for line in path.read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


def names(torch: Any) -> dict[str, Any]:
    """Return what every line may use."""

    def leaf(values: Any) -> Any:
        return torch.tensor(values, requires_grad=True)

    with torch.inference_mode():
        inference = torch.tensor([[2.0, 0.5, -0.25], [0.5, 1.5, 0.125], [1.0, 0.0, 4]])
    return {
        "q": inference,
        "torch": torch,
        "nn": torch.nn,
        "F": torch.nn.functional,
        "x": leaf([[0.3, -1.2, 0.7], [1.9, 0.4, -0.6]]),
        "y": leaf([[1.1, 0.5, -0.9], [-0.3, 1.7, 0.8]]),
        "p": leaf([[0.3, 0.2, 0.7], [0.9, 0.4, 0.6]]),
        "sq": leaf([[2.0, 0.5, 0.1], [0.5, 3.0, 0.2], [0.1, 0.2, 1.5]]),
        "v": leaf([0.6, 1.4, -0.5]),
        "b": torch.arange(24.0).reshape(2, 3, 4).sin().requires_grad_(),
        "i": torch.tensor([[0, 2, 1], [1, 1, 0]]),
        "img": torch.arange(36.0).reshape(1, 1, 6, 6).sin().requires_grad_(),
    }


def told(torch: Any, line: str) -> dict[str, Any]:
    """Run a line and return what a learner could see of it."""
    # What is warned of once in a process is warned of in every line.
    once.forget()
    if torch is not minitorch:
        torch.set_warn_always(True)
    scope = names(torch)
    torch.manual_seed(0)
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        *head, last = line.split(";")
        try:
            exec("\n".join(part.strip() for part in head), scope)
            value = eval(last.strip(), scope)
        except Exception as error:  # noqa: BLE001 - any error is compared
            value = f"{type(error).__name__}: {error}"
    texts = [str(each.message).split(" (Trig")[0] for each in given]
    shown: dict[str, Any] = {"warnings": list(dict.fromkeys(texts))}
    found = list(flat(value, torch))
    tensors = [each for each in found if isinstance(each, torch.Tensor)]
    shown["plain"] = [
        repr(each) for each in found if not isinstance(each, torch.Tensor)
    ]
    shown["tensors"] = [
        (str(t.dtype), t.shape, t.stride(), t.requires_grad, t._is_view(), t._version)
        for t in tensors
    ]
    shown["graphs"] = [list(walk(t.grad_fn)) for t in tensors]
    shown["values"] = [numbers(t) for t in tensors]
    recorded = [t for t in tensors if t.grad_fn is not None]
    if recorded:
        with warnings.catch_warnings():
            # PyTorch's formulas run operations that warn.
            warnings.simplefilter("ignore")
            shown |= differentiated(torch, recorded, scope)
    return shown


def flat(value: Any, torch: Any) -> Iterator[Any]:
    """Yield the parts of nested tuples and lists."""
    if isinstance(value, (tuple, list)) and not isinstance(value, torch.Size):
        for each in value:
            yield from flat(each, torch)
    else:
        yield value


def walk(node: Any, seen: Any = None) -> Iterator[Any]:
    """Yield the names of a graph's nodes and of what they lead to."""
    seen = set() if seen is None else seen
    if node is None or node in seen:
        return
    seen.add(node)
    yield (
        node.name(),
        [(to and to.name(), number) for to, number in node.next_functions],
    )
    for to, _ in node.next_functions:
        yield from walk(to, seen)


def differentiated(torch: Any, recorded: list[Any], scope: Any) -> dict[str, Any]:
    """Return first gradients, and second ones where there are any."""
    leaves = [v for v in scope.values() if isinstance(v, torch.Tensor) and v.is_leaf]
    for module in scope.values():
        if isinstance(module, torch.nn.Module):
            leaves += module.parameters()
    leaves = [leaf for leaf in leaves if leaf.requires_grad]
    total = sum((t * t * 0.5 + t).sum() for t in recorded)
    options = {"create_graph": True, "allow_unused": True}
    try:
        first = torch.autograd.grad(total, leaves, **options)
    except RuntimeError as error:
        return {"plain": str(error)}
    found = {"first": [numbers(slope) for slope in first]}
    again = [slope for slope in first if slope is not None and slope.requires_grad]
    if again:
        total = sum((slope * slope).sum() for slope in again)
        try:
            second = torch.autograd.grad(total, leaves, allow_unused=True)
        except RuntimeError:
            return found
        found["second"] = [numbers(slope) for slope in second]
    return found


def numbers(tensor: Any) -> Any:
    """Return a tensor's numbers; no gradient counts as zero."""
    # PyTorch has gradients of nothing but zeros that have no memory at all.
    absent = tensor is None or getattr(tensor, "_is_zerotensor", bool)()
    return 0.0 if absent else np.asarray(tensor.tolist(), float)


@pytest.mark.needs("torch")
@pytest.mark.parametrize("line", CASES)
def test_the_engine_says_what_pytorch_says(line: str) -> None:
    import torch

    want, got = told(torch, line), told(minitorch, line)

    for key in ("warnings", "plain", "tensors", "graphs"):
        assert got[key] == want[key], key
    for key in ("values", "first", "second"):
        # Where PyTorch's own second derivative is missing, ours may be there.
        for ours, theirs in zip(got.get(key, ()), want.get(key, ()), strict=False):
            np.testing.assert_allclose(ours, theirs, rtol=3e-4, atol=3e-5, err_msg=key)
