"""`torch.testing`: whether values are as expected, and where they aren't."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .dtypes import float16, float32, float64
from .missing import refusing
from .storage import Array
from .tensor import Tensor

#: Which relative and absolute difference is none, by the type of the elements.
_TOLERANCES = {float16: (1e-3, 1e-5), float32: (1.3e-6, 1e-5), float64: (1e-7, 1e-7)}
Tolerance = tuple[float, float]


def assert_close(
    actual: Any,
    expected: Any,
    *,
    allow_subclasses: bool = True,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_device: bool = True,
    check_dtype: bool = True,
    check_layout: bool = True,
    check_stride: bool = False,
    msg: str | Callable[[str], str] | None = None,
) -> None:
    """Raise unless `actual` is `expected`, but for a little.

    >>> from minitorch_viz import minitorch as torch
    >>> assert_close(torch.ones(2), torch.ones(2) + 1e-7)
    """
    if (rtol is None) != (atol is None):
        lacking = "rtol" if rtol is None else "atol"
        raise ValueError(
            "Both 'rtol' and 'atol' must be either specified or omitted, but got no "
            f"{lacking}."
        )
    given = None if rtol is None or atol is None else (rtol, atol)
    names = ["shape"]
    names += ["device"] * check_device + ["dtype"] * check_dtype
    names += ["stride()"] * check_stride
    problem, place = _difference(actual, expected, given, equal_nan, names)
    if not problem:
        return
    at = "".join(f"[{key!r}]" for key in place)
    text = f"{problem}\n\nThe failure occurred for item {at}" if place else problem
    raise AssertionError(
        text if msg is None else msg if isinstance(msg, str) else msg(text)
    )


Found = tuple[str, tuple[Any, ...]]


def _difference(
    actual: Any, expected: Any, given: Tolerance | None, nan: bool, names: Sequence[str]
) -> Found:
    """Return what differs, and by which keys one comes there."""
    kinds = actual, expected
    if all(isinstance(each, Tensor) for each in kinds):
        return _of_tensors(actual, expected, given, nan, names), ()
    if all(each is None for each in kinds):
        return "", ()
    if all(isinstance(each, bool) for each in kinds):
        same = actual is expected
        return "" if same else f"Booleans mismatch: {actual} is not {expected}", ()
    if all(isinstance(each, (int, float)) for each in kinds):
        return _of_numbers(actual, expected, given, nan, "dtype" in names), ()
    if all(isinstance(each, (list, tuple)) for each in kinds):
        if len(actual) != len(expected):
            lengths = f"{len(actual)} != {len(expected)}"
            return f"The length of the sequences mismatch: {lengths}", ()
        keys: Sequence[Any] = range(len(actual))
    elif all(isinstance(each, Mapping) for each in kinds):
        missing = sorted(expected.keys() - actual.keys())
        more = sorted(actual.keys() - expected.keys())
        if missing or more:
            return (
                "The keys of the mappings do not match:\n"
                f"Missing keys in the actual mapping: {missing}\n"
                f"Additional keys in the actual mapping: {more}"
            ), ()
        keys = sorted(actual)
    else:
        raise TypeError(
            "No comparison pair was able to handle inputs of type "
            f"{type(actual)} and {type(expected)}."
        )
    for key in keys:
        inner = actual[key], expected[key]
        problem, place = _difference(*inner, given, nan, names)
        if problem:
            return problem, (key, *place)
    return "", ()


def _of_tensors(
    actual: Tensor, expected: Tensor, given: Tolerance | None, nan: bool, names: Any
) -> str:
    for name in names:
        have, want = (
            each.stride() if name == "stride()" else getattr(each, name)
            for each in (actual, expected)
        )
        if have != want:
            return f"The values for attribute '{name}' do not match: {have} != {want}."
    a, b = actual._array, expected._array
    kinds = [_TOLERANCES.get(each.dtype, (0.0, 0.0)) for each in (actual, expected)]
    loose = max(kinds) if given is None else given
    if not a.ndim:
        return _told_numbers(a.item(), b.item(), loose, nan)
    if a.dtype != b.dtype:
        a, b = np.broadcast_arrays(*(x.astype(np.result_type(a, b)) for x in (a, b)))
    close = np.isclose(a, b, *loose, equal_nan=nan)
    return "" if close.all() else _told(a, b, close, loose)


def _told(a: Array, b: Array, close: Array, loose: Tolerance) -> str:
    """Say how many elements differ, and where most."""
    if a.dtype.kind == "b":
        a, b = a.astype(np.int64), b.astype(np.int64)
    with np.errstate(all="ignore"):
        apart = np.abs(a - b) if a.dtype.kind == "f" else np.where(a > b, a - b, b - a)
        apart = np.where(close, 0, apart)
        kind = a.dtype if a.dtype.kind == "f" else np.float32
        share = np.where(close, 0, apart.astype(kind) / np.abs(b).astype(kind))
    count, total = int((~close).sum()), close.size
    exact = not any(loose)
    lines = [f"Tensor-likes are not {'equal' if exact else 'close'}!", ""]
    lines.append(f"Mismatched elements: {count} / {total} ({count / total:.1%})")
    for name, values, limit in (
        ("absolute", apart, loose[1]),
        ("relative", share, loose[0]),
    ):
        at = np.unravel_index(int(values.argmax()), values.shape)
        place = tuple(int(n) for n in at)
        lines.append(
            f"Greatest {name} difference: {values[at].item()} at index {place}"
            + ("" if exact else f" (up to {limit} allowed)")
        )
    return "\n".join(lines)


def _of_numbers(
    actual: Any, expected: Any, given: Tolerance | None, nan: bool, typed: bool
) -> str:
    if typed and type(actual) is not type(expected):
        return f"The (d)types do not match: {type(actual)} != {type(expected)}."
    floating = isinstance(actual, float) or isinstance(expected, float)
    usual = _TOLERANCES[float64] if floating else (0.0, 0.0)
    return _told_numbers(actual, expected, usual if given is None else given, nan)


def _told_numbers(actual: Any, expected: Any, loose: Tolerance, nan: bool) -> str:
    if np.isclose(actual, expected, *loose, equal_nan=nan):
        return ""
    exact = not any(loose)
    apart = abs(actual - expected)
    share = apart / abs(expected) if expected else float("inf")
    limits = [""] * 2
    if not exact:
        limits = [f" (up to {limit} allowed)" for limit in reversed(loose)]
    return (
        f"Scalars are not {'equal' if exact else 'close'}!\n\n"
        f"Expected {expected} but got {actual}.\n"
        f"Absolute difference: {apart}{limits[0]}\n"
        f"Relative difference: {share}{limits[1]}"
    )


__getattr__ = refusing("torch.testing", globals())
