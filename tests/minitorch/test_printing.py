"""The text of tensors; the expected texts were printed by PyTorch 2.13.0."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from minitorch_viz.minitorch import dtypes
from minitorch_viz.minitorch.printing import (
    get_printoptions,
    printoptions,
    set_printoptions,
    tensor_text,
)

INF, NAN = float("inf"), float("nan")


@pytest.fixture(autouse=True)
def _restore_options() -> Iterator[None]:
    yield
    set_printoptions(profile="default")
    dtypes.set_default_dtype(dtypes.float32)


def text(values: Any, dtype: str = "float32", *suffixes: str) -> str:
    return tensor_text(np.array(values, dtype), suffixes)


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        ([1, 2, 3], "float32", "tensor([1., 2., 3.])"),
        ([1.5, 2.25], "float32", "tensor([1.5000, 2.2500])"),
        ([0.1, 100], "float32", "tensor([  0.1000, 100.0000])"),
        ([0.1, 99], "float32", "tensor([ 0.1000, 99.0000])"),
        ([1e-5, 1], "float32", "tensor([1.0000e-05, 1.0000e+00])"),
        ([1e10, 1], "float32", "tensor([1.0000e+10, 1.0000e+00])"),
        ([3, 1e8], "float32", "tensor([3.0000e+00, 1.0000e+08])"),
        ([99999999.0], "float32", "tensor([100000000.])"),
        ([100000.0], "float32", "tensor([100000.])"),
        ([-0.0], "float32", "tensor([-0.])"),
        (3.14159265, "float32", "tensor(3.1416)"),
        (NAN, "float32", "tensor(nan)"),
        ([INF, -INF, NAN], "float32", "tensor([inf, -inf, nan])"),
        ([1, INF], "float32", "tensor([1., inf])"),
        ([1.5, NAN, -2], "float32", "tensor([ 1.5000,     nan, -2.0000])"),
        ([1, 20, 300], "int64", "tensor([  1,  20, 300])"),
        ([[1, -2], [300, 4]], "int64", "tensor([[  1,  -2],\n        [300,   4]])"),
        ([True, False], "bool", "tensor([ True, False])"),
        (True, "bool", "tensor(True)"),
        ([1, 2], "uint8", "tensor([1, 2], dtype=torch.uint8)"),
        ([1, 2], "float64", "tensor([1., 2.], dtype=torch.float64)"),
        ([], "float32", "tensor([])"),
        ([], "int64", "tensor([], dtype=torch.int64)"),
        ([[], []], "float64", "tensor([], size=(2, 0), dtype=torch.float64)"),
    ],
)
def test_widths_and_modes_are_pytorchs(values: Any, dtype: str, expected: str) -> None:
    assert text(values, dtype) == expected


def test_long_rows_wrap_under_the_first_element() -> None:
    assert text(range(30), "int64") == (
        "tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, "
        "17,\n        18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29])"
    )


def test_a_suffix_that_does_not_fit_takes_its_own_line() -> None:
    assert text([0.5] * 8, "float32", "requires_grad=True") == (
        "tensor([0.5000, 0.5000, 0.5000, 0.5000, 0.5000, 0.5000, 0.5000, 0.5000],\n"
        "       requires_grad=True)"
    )


def test_size_and_type_come_before_other_suffixes() -> None:
    assert text(np.zeros((0, 2)), "float64", "requires_grad=True") == (
        "tensor([], size=(0, 2), dtype=torch.float64, requires_grad=True)"
    )


def test_more_than_a_thousand_elements_are_summarised() -> None:
    assert (
        text(range(1001), "int64")
        == "tensor([   0,    1,    2,  ...,  998,  999, 1000])"
    )
    assert "..." not in text(range(1000), "int64")
    assert text(np.arange(2000).reshape(2, 1000), "int64") == (
        "tensor([[   0,    1,    2,  ...,  997,  998,  999],\n"
        "        [1000, 1001, 1002,  ..., 1997, 1998, 1999]])"
    )


def test_a_summary_of_three_dimensions_keeps_blank_lines() -> None:
    lines = text(np.zeros((10, 20, 10))).splitlines()

    assert lines[0] == "tensor([[[0., 0., 0.,  ..., 0., 0., 0.],"
    assert lines[3] == "         ...,"
    assert lines[8] == "        [[0., 0., 0.,  ..., 0., 0., 0.],"
    assert lines[7] == ""
    assert lines[24] == "        ...,"


def test_only_shown_elements_decide_the_width_of_a_summary() -> None:
    values = np.zeros(2000, np.float32)
    values[1000] = 1e9

    assert tensor_text(values) == "tensor([0., 0., 0.,  ..., 0., 0., 0.])"


def test_zeros_count_one_column_and_overflow_the_line() -> None:
    assert text(np.zeros(24)) == f"tensor([{', '.join(['0.'] * 24)}])"


def test_the_default_type_is_not_shown() -> None:
    dtypes.set_default_dtype(dtypes.float64)

    assert text([1], "float64") == "tensor([1.])"
    assert text([1], "float32") == "tensor([1.], dtype=torch.float32)"


def test_printoptions_set_precision_threshold_edges_and_width() -> None:
    set_printoptions(precision=2)
    assert text([1.23456, 2]) == "tensor([1.23, 2.00])"

    set_printoptions(threshold=4, edgeitems=1)
    assert text(range(5), "int64") == "tensor([0,  ..., 4])"

    set_printoptions(edgeitems=0)
    assert text([[1, 2]] * 3, "int64") == "tensor([...], size=(3, 2))"

    set_printoptions(profile="full", linewidth=20)
    assert text(range(5), "int64") == "tensor([0, 1, 2, 3,\n        4])"


def test_scientific_mode_is_forgotten_by_the_next_call() -> None:
    set_printoptions(precision=6, sci_mode=False)
    assert text([1e-5, 1]) == "tensor([0.000010, 1.000000])"

    set_printoptions(precision=4)
    assert text([1e-5, 1]) == "tensor([1.0000e-05, 1.0000e+00])"


def test_printoptions_as_a_block_are_undone() -> None:
    before = get_printoptions()
    with printoptions(precision=1, sci_mode=True):
        assert text([1.0]) == "tensor([1.0e+00])"

    assert get_printoptions() == before


def _arrays() -> Iterator[np.ndarray[Any, Any]]:
    random = np.random.RandomState(0)
    special = [0.0, -0.0, NAN, INF, -INF, 1.0, 2.5, -1e-5]
    for shape in [
        (),
        (1,),
        (7,),
        (23,),
        (2, 3),
        (4, 0),
        (3, 2, 2),
        (1, 1200),
        (8, 9, 20),
    ]:
        for exponent in (-8, -3, 0, 2, 9):
            yield random.randn(*shape).__mul__(10.0**exponent) + np.zeros(shape)
        yield np.exp(random.uniform(-9, 9, shape))
        yield random.choice(special, shape) + np.zeros(shape)
        yield random.randint(-500, 500, shape) + np.zeros(shape)


@pytest.mark.needs("torch")
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int64", "bool"])
def test_any_tensor_prints_as_pytorch_prints_it(dtype: str) -> None:
    import torch

    for values in _arrays():
        with np.errstate(all="ignore"):
            array = np.nan_to_num(values) if dtype in ("int64", "bool") else values
            array = np.asarray(array).astype(dtype)

        assert tensor_text(array) == repr(torch.tensor(array))
