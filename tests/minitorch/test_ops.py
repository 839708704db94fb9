"""Every row of the table: its gradients, first and second, against differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from minitorch_viz import minitorch as torch
from minitorch_viz.minitorch.autograd.gradcheck import gradcheck, gradgradcheck
from minitorch_viz.minitorch.keeping import call_showing
from minitorch_viz.minitorch.op import OPS, Op, call, do
from tests.minitorch.samples import FULL, ONCE, OVERWRITING, SAMPLES, SHOWN, UNKNOWN

#: Rows whose input must be symmetric, or whose results have no sign of their own: what
#: is the same for all of them is held against differences.
FACTORS: dict[str, Callable[[Any], Any]] = {
    "linalg_cholesky_ex": lambda x: torch.linalg.cholesky(x @ x.mT),
    "cholesky_inverse": lambda x: torch.cholesky_inverse((x.mT @ x).tril()),
    "cholesky_solve": lambda x: torch.cholesky_solve(x, (x @ x.mT).tril()),
    "linalg_eigh": lambda x: _rebuilt(torch.linalg.eigh(x @ x.mT)),
    "linalg_svd": lambda x: _rebuilt(torch.linalg.svd(x, full_matrices=False)),
    "linalg_qr": lambda x: torch.linalg.qr(x).R ** 2,
}


def _rebuilt(parts: Any) -> Any:
    """Return the square of the matrix that eigenvalues or singular values belong to."""
    vectors, values = (parts[1], parts[0]) if len(parts) == 2 else parts[:2]
    return vectors @ (values**2).diag() @ vectors.mT


@pytest.mark.parametrize("name", FACTORS)
@pytest.mark.parametrize("matrix", [FULL, FULL[:, :2]], ids=["square", "tall"])
def test_factors_have_gradients_first_and_second(name: str, matrix: Any) -> None:
    if name in ("linalg_cholesky_ex", "linalg_eigh") and matrix.shape[1] == 2:
        matrix = matrix[:2]
    x = torch.tensor(matrix, requires_grad=True)

    assert gradcheck(FACTORS[name], x)
    assert gradgradcheck(FACTORS[name], x, atol=1e-4)


def in_table(op: Op) -> bool:
    """Return True for rows of `minitorch/table`; layers have rows of their own."""
    return ".table." in op.forward.__module__ and bool(op.formulas)


def tensors(inputs: list[Any], op: Op) -> list[Any]:
    """Return the inputs as tensors that require grad wherever they can."""
    made: list[Any] = []
    for index, value in enumerate(inputs):
        if isinstance(value, list):
            made.append([torch.tensor(v, requires_grad=True) for v in value])
        else:
            made.append(torch.tensor(value, requires_grad=index in op.edges))
            made[-1]._array = value.copy(order="K")
    return made


CASES = [
    pytest.param(name, *sample, id=f"{name}-{number}")
    for name, samples in SAMPLES.items()
    for number, sample in enumerate(samples)
]


def run(name: str, given: list[Any], args: tuple[Any, ...]) -> tuple[Any, list[Any]]:
    """Return a function of the differentiable inputs, and those inputs."""
    flat = [x for v in given for x in (v if isinstance(v, list) else [v])]
    wanted = [x for x in flat if x.requires_grad]
    op = OPS[name]

    def function(*_: Any) -> Any:
        if name in SHOWN:
            found = call_showing(SHOWN[name], name, given, args)
        else:
            found = call(op, given, args)
        found = found if isinstance(found, tuple) else (found,)
        return tuple(f for f in found if f.requires_grad)

    return function, wanted


def test_every_row_has_samples() -> None:
    rows = {name for name, op in OPS.items() if in_table(op)}

    assert rows - UNKNOWN - FACTORS.keys() <= SAMPLES.keys()


def test_what_has_no_derivative_says_so_when_backward_comes_by() -> None:
    x = torch.tensor([5.0], requires_grad=True)
    y = x // 2

    assert y.requires_grad
    assert repr(y) == "tensor([2.], grad_fn=<NotImplemented>)"
    with pytest.raises(RuntimeError, match="derivative for aten::floor_divide is not"):
        y.backward()


@pytest.mark.parametrize(
    ("name", "inputs", "args"), [c for c in CASES if c[0] not in OVERWRITING]
)
def test_gradients_agree_with_differences(
    name: str, inputs: list[Any], args: tuple[Any, ...]
) -> None:
    function, wanted = run(name, tensors(inputs, OPS[name]), args)

    assert gradcheck(function, wanted)


@pytest.mark.parametrize(("name", "inputs", "args"), CASES)
def test_second_gradients_agree_with_differences(
    name: str, inputs: list[Any], args: tuple[Any, ...]
) -> None:
    function, wanted = run(name, tensors(inputs, OPS[name]), args)
    slopes = torch.autograd.grad(
        sum(f.sum() for f in function()), wanted, create_graph=True
    )
    constant = name in ONCE or not all(s.requires_grad for s in slopes)

    # A constant gradient has no gradient of its own to check.
    assert constant or gradgradcheck(function, wanted, atol=1e-4)


@pytest.mark.parametrize(("name", "inputs", "args"), CASES)
def test_backward_on_arrays_and_on_tensors_agree(
    name: str, inputs: list[Any], args: tuple[Any, ...]
) -> None:
    function, wanted = run(name, tensors(inputs, OPS[name]), args)

    def slopes(*, create_graph: bool) -> list[Any]:
        total = sum((f * f).sum() for f in function())
        found = torch.autograd.grad(total, wanted, create_graph=create_graph)
        return [f._array for f in found]

    pairs = zip(slopes(create_graph=False), slopes(create_graph=True), strict=True)
    assert all(np.allclose(a, b) for a, b in pairs)


@pytest.mark.parametrize("name", ["exp", "tanh", "sigmoid", "sqrt", "relu", "rsqrt"])
def test_what_saves_its_result_allows_edits_of_its_input(name: str) -> None:
    x = torch.ones(2, requires_grad=True).clone()
    y = getattr(torch, name)(x)
    x.mul_(2)

    y.sum().backward()


@pytest.mark.parametrize("name", ["log", "sin", "cos", "abs"])
def test_what_saves_its_input_forbids_edits_of_it(name: str) -> None:
    x = torch.ones(2, requires_grad=True).clone()
    y = getattr(torch, name)(x)
    x.mul_(2)

    with pytest.raises(RuntimeError, match="is at version 1; expected version 0"):
        y.sum().backward()


def test_a_row_is_used_on_arrays_and_on_tensors() -> None:
    assert do.exp(np.zeros(1)).tolist() == [1.0]
    assert do.exp(torch.zeros(1)).tolist() == [1.0]


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        (torch.tensor([1]), 1.5, torch.float32),
        (torch.tensor([1]), torch.tensor(1.5), torch.float32),
        (torch.tensor([1.0]), torch.tensor(1.5, dtype=torch.float64), torch.float32),
        (torch.tensor([1.0]), torch.tensor([1.5], dtype=torch.float64), torch.float64),
        (torch.tensor([True]), 1, torch.int64),
        (torch.tensor([1], dtype=torch.int8), torch.tensor([1]), torch.int64),
    ],
)
def test_types_mix_as_in_pytorch(left: Any, right: Any, kind: Any) -> None:
    assert (left + right).dtype is kind


def test_true_division_of_integers_is_a_float() -> None:
    assert (torch.tensor([1]) / 2).dtype is torch.float32
    assert (torch.tensor([3]) // 2).tolist() == [1]


def test_shapes_that_do_not_fit_raise_pytorch_words() -> None:
    with pytest.raises(RuntimeError, match=r"size of tensor a \(2\) must match"):
        torch.ones(2) + torch.ones(3)


def test_gradients_that_pytorch_fills_in_place_come_with_that_version() -> None:
    x = torch.tensor([1.0, 3.0, 2.0], requires_grad=True)
    slopes = {
        "index": x[[0, 1]],
        "largest": x.max(0)[0],
        "sum": x * 2,
    }

    kept_versions = {
        name: torch.autograd.grad(y.sum(), x)[0]._version for name, y in slopes.items()
    }
    assert kept_versions == {"index": 1, "largest": 2, "sum": 0}


def test_a_slope_of_relu_can_be_differentiated_though_it_is_constant() -> None:
    x = torch.tensor([1.0, -1.0], requires_grad=True)
    (slope,) = torch.autograd.grad(x.relu().sum(), x, create_graph=True)

    assert slope.grad_fn.name() == "ThresholdBackwardBackward0"
    slope.sum().backward()
    assert x.grad.tolist() == [0.0, 0.0]


def test_what_is_made_like_a_transpose_is_laid_out_as_it_is() -> None:
    assert torch.ones_like(torch.zeros(2, 3).t()).stride() == (1, 3)
