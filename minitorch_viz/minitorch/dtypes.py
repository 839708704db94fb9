"""Element types, sizes and devices, and the rules by which types mix."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import DTypeLike

from .shown import OfTorch


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class dtype(metaclass=OfTorch):
    """An element type; `np` is NumPy's name for it.

    `scalar_name` and `c_name` are what PyTorch's error messages call it.

    >>> float32
    torch.float32
    >>> float32.itemsize, float32.is_floating_point
    (4, True)
    """

    name: str
    scalar_name: str
    c_name: str
    np: np.dtype[Any] = field(init=False)
    itemsize: int = field(init=False)
    is_floating_point: bool = field(init=False)
    is_signed: bool = field(init=False)
    is_complex: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        array_type = np.dtype(self.name)
        object.__setattr__(self, "np", array_type)
        object.__setattr__(self, "itemsize", array_type.itemsize)
        object.__setattr__(self, "is_floating_point", array_type.kind == "f")
        object.__setattr__(self, "is_signed", array_type.kind in "fi")

    @property
    def category(self) -> int:
        """0 for bool, 1 for integers, 2 for floating point."""
        return {"b": 0, "u": 1, "i": 1, "f": 2}[self.np.kind]

    @property
    def tensor_type(self) -> str:
        """What some messages call a tensor of this type on the CPU."""
        if self.name == "bool":
            return "CPUBoolType"
        return f"torch.{self.scalar_name}Tensor"

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> str:
        return "bool_" if self.name == "bool" else self.name


bool_ = dtype("bool", "Bool", "bool")
uint8 = dtype("uint8", "Byte", "unsigned char")
int8 = dtype("int8", "Char", "signed char")
int16 = dtype("int16", "Short", "short int")
int32 = dtype("int32", "Int", "int")
int64 = dtype("int64", "Long", "long int")
float16 = dtype("float16", "Half", "c10::Half")
float32 = dtype("float32", "Float", "float")
float64 = dtype("float64", "Double", "double")

ALL = (bool_, uint8, int8, int16, int32, int64, float16, float32, float64)
_BY_NUMPY = {each.np: each for each in ALL}


def from_numpy(array_type: DTypeLike) -> dtype:
    """Return the dtype of NumPy arrays of this type.

    >>> from_numpy("int64")
    torch.int64
    """
    found = _BY_NUMPY.get(np.dtype(array_type))
    if found is None:
        name = np.dtype(array_type).type.__name__
        raise TypeError(
            f"can't convert np.ndarray of type numpy.{name}. The only supported "
            "types are: float64, float32, float16, complex64, "
            "complex128, int64, int32, int16, int8, uint64, uint32, uint16, uint8, "
            "and bool."
        )
    return found


class _Default:
    floating = float32
    #: Where tensors are made if nobody says; None is the CPU.
    place: device | None = None
    #: Those that blocks have replaced, the innermost last.
    places: list[device | None] = []  # noqa: RUF012 - one for all
    #: How many CUDA devices are simulated; 0 is PyTorch without CUDA.
    simulated = 0


def get_default_dtype() -> dtype:
    """Return the type of floating-point tensors made from Python numbers.

    >>> get_default_dtype()
    torch.float32
    """
    return _Default.floating


def set_default_dtype(d: dtype) -> None:
    """Set the type of floating-point tensors made from Python numbers.

    >>> set_default_dtype(float64)
    >>> get_default_dtype()
    torch.float64
    >>> set_default_dtype(float32)
    """
    if not isinstance(d, dtype):
        raise TypeError(
            "invalid dtype object: only floating-point types are supported as the "
            "default type"
        )
    if not d.is_floating_point:
        raise TypeError("only floating-point types are supported as the default type")
    _Default.floating = d


@cache
def promote_types(type1: dtype, type2: dtype) -> dtype:
    """Return the smallest type that holds both, floating point before integer.

    >>> promote_types(int64, float16), promote_types(uint8, int8)
    (torch.float16, torch.int16)
    """
    low, high = sorted((type1, type2), key=lambda each: each.category)
    if low.category != high.category:
        return high
    return from_numpy(np.promote_types(low.np, high.np))


_PYTHON: dict[Any, dtype] = {bool: bool_, int: int64, float: float64}


def meant(kind: Any) -> dtype:
    """Return the element type that one of Python's own stands for.

    >>> meant(float)
    torch.float64
    """
    if kind not in _PYTHON:
        raise NotImplementedError(f"minitorch has no tensors of {kind.__name__}")
    return _PYTHON[kind]


class _Typed(Protocol):
    @property
    def dtype(self) -> dtype: ...
    @property
    def ndim(self) -> int: ...


def result_type(*operands: _Typed | float) -> dtype:
    """Return the type of an operation on tensors and Python numbers.

    Tensors of no dimension, and then Python numbers, count only if their category
    is higher than that of everything before them.

    >>> result_type(1, 2.0), result_type(True, 2)
    (torch.float32, torch.int64)
    """
    ranked: list[dtype | None] = [None, None, None]
    for operand in operands:
        rank, found = _rank(operand)
        before = ranked[rank]
        ranked[rank] = found if before is None else promote_types(before, found)
    result: dtype | None = None
    for each in ranked:
        if each is not None and (result is None or each.category > result.category):
            result = each
    return _Default.floating if result is None else result


def _rank(operand: _Typed | float) -> tuple[int, dtype]:
    if isinstance(operand, (bool, int, float, np.generic)):
        return 2, dtype_of_number(operand)
    return (0 if operand.ndim else 1), operand.dtype


def dtype_of_number(number: float | np.generic) -> dtype:
    """Return the type a tensor made from one Python number has.

    >>> dtype_of_number(True), dtype_of_number(1), dtype_of_number(1.0)
    (torch.bool, torch.int64, torch.float32)
    """
    if isinstance(number, (bool, np.bool_)):
        return bool_
    return int64 if isinstance(number, (int, np.integer)) else _Default.floating


def can_cast(from_: dtype, to: dtype) -> bool:
    """Return True if an in-place operation may write `from_` results into `to`.

    >>> can_cast(float64, float32), can_cast(float32, int64)
    (True, False)
    """
    return from_.category <= to.category


class finfo(metaclass=OfTorch):
    """What a floating-point type can hold.

    >>> finfo(float16).max, finfo().bits
    (65504.0, 32)
    """

    def __init__(self, type: dtype | None = None) -> None:
        kind = type or _Default.floating
        if not kind.is_floating_point:
            raise TypeError(
                "torch.finfo() requires a floating point input type. Use torch.iinfo "
                "to handle 'torch.finfo'"
            )
        limits = np.finfo(kind.np)
        self.bits, self.dtype = limits.bits, kind.name
        self.min, self.max = float(limits.min), float(limits.max)
        self.eps, self.resolution = float(limits.eps), float(limits.resolution)
        self.tiny = self.smallest_normal = float(limits.smallest_normal)

    def __repr__(self) -> str:
        names = "resolution", "min", "max", "eps", "smallest_normal", "tiny"
        shown = ", ".join(f"{name}={getattr(self, name):g}" for name in names)
        return f"finfo({shown}, dtype={self.dtype})"


class iinfo(metaclass=OfTorch):
    """What an integer type can hold.

    >>> iinfo(uint8)
    iinfo(min=0, max=255, dtype=uint8)
    """

    def __init__(self, type: dtype) -> None:
        if type is bool_:
            raise TypeError("torch.bool is not supported by torch.iinfo")
        if type.is_floating_point:
            raise TypeError(
                "torch.iinfo() requires an integer input type. Use torch.finfo to "
                "handle 'torch.iinfo'"
            )
        limits = np.iinfo(type.np)
        self.bits, self.dtype = limits.bits, type.name
        self.min, self.max = int(limits.min), int(limits.max)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"


_DEVICES = (
    "cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, maia, xla, "
    "lazy, vulkan, mps, meta, hpu, mtia, privateuseone"
)


@dataclass(frozen=True, slots=True, repr=False, init=False)
class device(metaclass=OfTorch):
    """Where a tensor lives; `with device(...):` makes new ones there.

    >>> device("cpu"), device("cuda", 1)
    (device(type='cpu'), device(type='cuda', index=1))
    """

    type: str
    index: int | None

    def __init__(self, type: str | device | int, index: int | None = None) -> None:
        if index is not None:
            _check_parts(type, index)
        if isinstance(type, device):
            index, type = type.index, type.type
        elif isinstance(type, int) and not isinstance(type, bool):
            _check_index(type)
            if not _Default.simulated:
                raise RuntimeError(
                    "Cannot access accelerator device when none is available."
                )
            index, type = type, "cuda"
        elif not isinstance(type, str):
            raise TypeError(_NO_DEVICE.format(type.__class__.__name__))
        name, number = _parsed(type)
        if number is not None and index is not None:
            raise RuntimeError(_TWO_INDICES.format(type))
        object.__setattr__(self, "type", name)
        object.__setattr__(self, "index", index if number is None else number)

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __repr__(self) -> str:
        index = "" if self.index is None else f", index={self.index}"
        return f"device(type='{self.type}'{index})"

    def __enter__(self) -> Self:
        _Default.places.append(_Default.place)
        _Default.place = self
        return self

    def __exit__(self, *exc_info: object) -> None:
        _Default.place = _Default.places.pop()


def _parsed(text: str) -> tuple[str, int | None]:
    """Return what "cuda:1" names."""
    if not text:
        raise RuntimeError("Device string must not be empty")
    name, colon, number = text.partition(":")
    numbered = number.isdecimal() and number == str(int(number))
    if not name.replace("_", "a").isalpha() or (colon and not numbered):
        raise RuntimeError(f"Invalid device string: '{text}'")
    if name not in _DEVICES.split(", "):
        raise RuntimeError(
            f"Expected one of {_DEVICES} device type at start of device string: {name}"
        )
    return name, int(number) if colon else None


def _check_parts(kind: Any, index: Any) -> None:
    for place, (value, name, wanted) in enumerate(
        ((kind, "type", str), (index, "index", int)), 1
    ):
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise TypeError(
                f"device(): argument '{name}' (position {place}) must be "
                f"{wanted.__name__}, not {value.__class__.__name__}"
            )
    _check_index(index)


def _check_index(index: int) -> None:
    if index < 0:
        raise RuntimeError("Device index must not be negative")


_NO_DEVICE = (
    "device() received an invalid combination of arguments - got ({0}), but expected "
    "one of:\n * (torch.device device)\n      didn't match because some of the "
    "arguments have invalid types: (!{0}!)\n * (str type, int index = -1)\n"
)
_TWO_INDICES = (
    "type (string) must not include an index because index was passed explicitly: {}"
)


@dataclass(frozen=True, slots=True, repr=False)
class layout(metaclass=OfTorch):
    """How a tensor's elements lie in memory.

    >>> strided
    torch.strided
    """

    name: str

    def __repr__(self) -> str:
        return f"torch.{self.name}"


@dataclass(frozen=True, slots=True, repr=False)
class memory_format(metaclass=OfTorch):
    """The order of dimensions in memory that an operation keeps or makes.

    >>> contiguous_format
    torch.contiguous_format
    """

    name: str

    def __repr__(self) -> str:
        return f"torch.{self.name}"


strided = layout("strided")
contiguous_format = memory_format("contiguous_format")
preserve_format = memory_format("preserve_format")
channels_last = memory_format("channels_last")
