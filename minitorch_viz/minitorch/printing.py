"""The text of a tensor, letter for letter as PyTorch prints it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from . import dtypes
from .devices import CPU, META, device_of, strip

Array = NDArray[Any]


@dataclass(slots=True)
class _Options:
    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


_options = _Options()
_PROFILES: dict[str | None, dict[str, float]] = {
    "default": {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80},
    "short": {"precision": 2, "threshold": 1000, "edgeitems": 2, "linewidth": 80},
    "full": {"precision": 4, "threshold": math.inf, "edgeitems": 3, "linewidth": 80},
}


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: Literal["default", "short", "full"] | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Set how tensors print; what isn't given stays, except `sci_mode`.

    >>> set_printoptions(precision=2)
    >>> tensor_text(np.array([1.23456], np.float32))
    'tensor([1.23])'
    >>> set_printoptions(profile="default")
    """
    given = {
        "precision": precision,
        "threshold": threshold,
        "edgeitems": edgeitems,
        "linewidth": linewidth,
    }
    for name, value in (*_PROFILES.get(profile, {}).items(), *given.items()):
        if value is not None:
            setattr(_options, name, value)
    # Not given, scientific mode is chosen anew for each tensor, as PyTorch does.
    _options.sci_mode = sci_mode


def get_printoptions() -> dict[str, Any]:
    """Return the options in force, as `set_printoptions` takes them.

    >>> get_printoptions()["linewidth"]
    80
    """
    return asdict(_options)


@contextmanager
def printoptions(**options: Any) -> Iterator[None]:
    """Set the options inside a block.

    >>> with printoptions(precision=1):
    ...     tensor_text(np.array([0.25, 1.0], np.float32))
    'tensor([0.2, 1.0])'
    """
    before = get_printoptions()
    set_printoptions(**options)
    try:
        yield
    finally:
        set_printoptions(**before)


def tensor_text(
    array: Array, suffixes: Iterable[str] = (), prefix: str = "tensor("
) -> str:
    """Return the text of a tensor that holds `array`.

    Size and type are added where PyTorch shows them; `suffixes` come after them.

    >>> tensor_text(np.array([1, 2], np.int32), ["requires_grad=True"])
    'tensor([1, 2], dtype=torch.int32, requires_grad=True)'
    """
    meta = device_of(array) is META
    text = prefix + ("..." if meta else body(strip(array), len(prefix)))
    column = len(text) - text.rfind("\n") + 1
    for suffix in (*_own_suffixes(array), *suffixes):
        if column + len(suffix) + 2 > _options.linewidth:
            text += ",\n" + " " * len(prefix) + suffix
            column = len(prefix) + len(suffix)
        else:
            text += ", " + suffix
            column += len(suffix) + 2
    return text + ")"


def _own_suffixes(array: Array) -> Iterator[str]:
    kind, where = dtypes.from_numpy(array.dtype), device_of(array)
    if where is not CPU:
        yield f"device='{where}'"
    evident = {dtypes.get_default_dtype()}
    if where is META:
        yield f"size={array.shape}"
    elif array.size:
        evident |= {dtypes.int64, dtypes.bool_}
    if where is META:
        pass
    elif not _options.edgeitems if array.size else array.ndim != 1:
        yield f"size={array.shape}"
    if kind not in evident:
        yield f"dtype={kind}"


def body(array: Array, indent: int = 0) -> str:
    r"""Return the nested brackets, for a first line that starts at column `indent`.

    >>> body(np.array([[1.0, 2.0], [3.0, 4.5]]))
    '[[1.0000, 2.0000],\n [3.0000, 4.5000]]'
    """
    if not array.size:
        return "[]"
    cut = array.size > _options.threshold
    return _nested(array, indent, cut, _choose_format(_edges(array) if cut else array))


def _edges(array: Array) -> Array:
    """Keep only the elements a summary shows."""
    edge = _options.edgeitems
    for axis, length in enumerate(array.shape):
        if length > 2 * edge:
            kept = [*range(edge), *range(length - edge, length)]
            array = array.take(np.array(kept, int), axis)
    return array


@dataclass(frozen=True, slots=True)
class _Format:
    """How every element of one tensor is written."""

    spec: str = ""
    suffix: str = ""
    width: int = 1

    def text(self, value: Any) -> str:
        text = f"{value:{self.spec}}" if self.spec else str(value)
        if self.suffix and math.isfinite(value):
            text += self.suffix
        return text.rjust(self.width)


def _choose_format(array: Array) -> _Format:
    if array.dtype.kind != "f":
        return _Format(width=max((len(str(v)) for v in array.flat), default=1))
    counted = array[np.isfinite(array) & (array != 0)].astype(np.float64)
    if not counted.size:
        # Zeros alone print as "0.", in a column one wide (PyTorch miscounts the dot).
        return _Format(".0f", ".")
    if _is_scientific(np.abs(counted)):
        form = _Format(f".{_options.precision}e")
    elif np.all(counted == np.ceil(counted)):
        form = _Format(".0f", ".")
    else:
        form = _Format(f".{_options.precision}f")
    width = max(len(form.text(v)) for v in counted.tolist())
    return _Format(form.spec, form.suffix, width)


def _is_scientific(sizes: Array) -> bool:
    if _options.sci_mode is not None:
        return _options.sci_mode
    low, high = float(sizes.min()), float(sizes.max())
    return high / low > 1000 or high > 1e8 or low < 1e-4


def _nested(array: Array, indent: int, cut: bool, form: _Format) -> str:
    if array.ndim == 0:
        return form.text(array.item())
    if array.ndim == 1:
        return _row(array, indent, cut, form)
    parts = _items(array, cut, lambda a: _nested(a, indent + 1, cut, form), "...")
    return "[" + ("," + "\n" * (array.ndim - 1) + " " * (indent + 1)).join(parts) + "]"


def _row(array: Array, indent: int, cut: bool, form: _Format) -> str:
    parts = _items(array, cut, form.text, " ..." if _options.edgeitems else "...")
    fit = max(1, (_options.linewidth - indent) // (form.width + 2))
    lines = [", ".join(parts[i : i + fit]) for i in range(0, len(parts), fit)]
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"


def _items(
    array: Array, cut: bool, write: Callable[[Any], str], gap: str
) -> Sequence[str]:
    """Write each item, or the first and last ones with `gap` between them."""
    edge, length = _options.edgeitems, len(array)
    if not cut or length <= 2 * edge:
        return [write(each) for each in array]
    first, last = array[:edge], array[length - edge :]
    return [*map(write, first), gap, *map(write, last)]
