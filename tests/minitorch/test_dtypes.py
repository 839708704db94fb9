"""Element types, sizes and devices against what PyTorch says of them."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator

import numpy as np
import pytest

from minitorch_viz import minitorch as torch
from minitorch_viz.minitorch import dtypes
from minitorch_viz.minitorch.dtypes import device, dtype
from minitorch_viz.minitorch.sizes import Size

# One row per type, in the order of dtypes.ALL: PyTorch's promote_types table.
PROMOTED = """
bool    uint8   int8    int16   int32   int64   float16 float32 float64
uint8   uint8   int16   int16   int32   int64   float16 float32 float64
int8    int16   int8    int16   int32   int64   float16 float32 float64
int16   int16   int16   int16   int32   int64   float16 float32 float64
int32   int32   int32   int32   int32   int64   float16 float32 float64
int64   int64   int64   int64   int64   int64   float16 float32 float64
float16 float16 float16 float16 float16 float16 float16 float32 float64
float32 float32 float32 float32 float32 float32 float32 float32 float64
float64 float64 float64 float64 float64 float64 float64 float64 float64
"""


@pytest.fixture(autouse=True)
def _restore_default() -> Iterator[None]:
    yield
    dtypes.set_default_dtype(dtypes.float32)


class Typed:
    """All that mixing types looks at in a tensor."""

    def __init__(self, dtype: dtype, ndim: int) -> None:
        self.dtype, self.ndim = dtype, ndim


def test_promotion_is_pytorchs_table() -> None:
    rows = [line.split() for line in PROMOTED.strip().splitlines()]

    assert rows == [
        [dtypes.promote_types(a, b).name for b in dtypes.ALL] for a in dtypes.ALL
    ]


@pytest.mark.parametrize(
    ("operands", "expected"),
    [
        ((Typed(dtypes.int64, 1), 1.5), dtypes.float32),
        ((Typed(dtypes.uint8, 1), 300), dtypes.uint8),
        ((Typed(dtypes.float16, 1), 1.5), dtypes.float16),
        ((Typed(dtypes.bool_, 1), 2), dtypes.int64),
        ((Typed(dtypes.bool_, 1), True), dtypes.bool_),
        ((Typed(dtypes.float64, 0), Typed(dtypes.float32, 1)), dtypes.float32),
        ((Typed(dtypes.float64, 0), Typed(dtypes.int32, 1)), dtypes.float64),
        ((Typed(dtypes.float64, 0), 2), dtypes.float64),
        ((Typed(dtypes.int32, 0), 2.0), dtypes.float32),
        ((Typed(dtypes.int32, 1), Typed(dtypes.int64, 0)), dtypes.int32),
        ((Typed(dtypes.int32, 2), Typed(dtypes.int64, 1)), dtypes.int64),
    ],
)
def test_dimensions_and_python_numbers_rank_lower(
    operands: tuple[Typed, ...], expected: dtype
) -> None:
    assert dtypes.result_type(*operands) is expected
    assert dtypes.result_type(*reversed(operands)) is expected


def test_python_floats_take_the_default_type() -> None:
    dtypes.set_default_dtype(dtypes.float64)

    assert dtypes.dtype_of_number(1.0) is dtypes.float64
    assert dtypes.result_type(Typed(dtypes.int8, 1), 1.0) is dtypes.float64


def test_a_class_of_its_own_made_of_a_number_is_that_number() -> None:
    class Rate(float): ...

    class Count(int): ...

    x = torch.ones(2, requires_grad=True)

    for y in (x * Rate(2), Count(2) * x, torch.mul(x, Rate(2)), x.detach() + Count(1)):
        assert (y.tolist(), y.dtype) == ([2.0, 2.0], torch.float32)
    assert (torch.arange(2) * Count(2)).dtype == torch.int64
    assert (torch.arange(2) * Rate(2)).dtype == torch.float32


def test_the_default_type_must_be_floating_point() -> None:
    with pytest.raises(TypeError, match="^only floating-point types are supported"):
        dtypes.set_default_dtype(dtypes.int64)
    with pytest.raises(TypeError, match="^invalid dtype object"):
        dtypes.set_default_dtype("float64")  # type: ignore[arg-type]


def test_dtypes_stay_themselves_when_copied() -> None:
    for each in dtypes.ALL:
        assert copy.deepcopy(each) is each
        assert pickle.loads(pickle.dumps(each)) is each
        assert dtypes.from_numpy(each.np) is each


def test_dtypes_name_themselves_as_pytorch() -> None:
    assert [str(each) for each in dtypes.ALL[:2]] == ["torch.bool", "torch.uint8"]
    assert [each.is_signed for each in dtypes.ALL] == [False, False] + [True] * 7
    assert [each.itemsize for each in dtypes.ALL] == [1, 1, 1, 2, 4, 8, 2, 4, 8]


def test_numpy_types_without_a_counterpart_are_refused() -> None:
    with pytest.raises(TypeError, match="can't convert np.ndarray of type numpy.str_"):
        dtypes.from_numpy(np.array("a").dtype)


def test_sizes_stay_sizes() -> None:
    size = Size([3, 4, 5])

    assert repr(size) == str(size) == f"{size}" == "torch.Size([3, 4, 5])"
    assert repr(size[1:]) == "torch.Size([4, 5])"
    assert repr(size + (1,)) == "torch.Size([3, 4, 5, 1])"
    assert repr((1,) + size) == "torch.Size([1, 3, 4, 5])"
    assert repr(Size([2]) * 2) == repr(2 * Size([2])) == "torch.Size([2, 2])"
    assert (size[0], size.numel(), Size().numel()) == (3, 60, 1)
    assert size == (3, 4, 5)
    assert hash(size) == hash((3, 4, 5))


def test_sizes_hold_whole_numbers_only() -> None:
    assert repr(Size([np.int64(2), True])) == "torch.Size([2, 1])"
    with pytest.raises(TypeError, match=r"\(item 1 is 'float'\)"):
        Size([1, 1.5])  # type: ignore[list-item]
    with pytest.raises(TypeError, match=r"\(not list\) to torch.Size"):
        Size([1]) + [1]


def test_devices_parse_and_compare_as_pytorchs() -> None:
    assert repr(device("cpu")) == "device(type='cpu')"
    assert repr(device("cuda:0")) == "device(type='cuda', index=0)"
    assert str(device("cpu", 0)) == "cpu:0"
    assert device(device("cpu")) == device("cpu") != device("cpu", 0)
    assert {device("cpu"), "cpu"} != {"cpu"}
    with pytest.raises(RuntimeError, match="at start of device string: gpu$"):
        device("gpu")
    with pytest.raises(RuntimeError, match="must not be empty"):
        device("")


def test_limits_print_as_pytorchs() -> None:
    assert repr(dtypes.finfo(dtypes.float32)) == (
        "finfo(resolution=1e-06, min=-3.40282e+38, max=3.40282e+38, eps=1.19209e-07, "
        "smallest_normal=1.17549e-38, tiny=1.17549e-38, dtype=float32)"
    )
    assert repr(dtypes.iinfo(dtypes.int64)) == (
        "iinfo(min=-9.22337e+18, max=9.22337e+18, dtype=int64)"
    )
    with pytest.raises(TypeError, match="requires a floating point input type"):
        dtypes.finfo(dtypes.int64)
    with pytest.raises(TypeError, match="requires an integer input type"):
        dtypes.iinfo(dtypes.float32)
