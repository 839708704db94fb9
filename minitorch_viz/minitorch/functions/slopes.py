"""`torch.gradient`: how steep what a tensor's elements are samples of is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..bind import all_dims
from ..tensor import Tensor
from .arithmetic import run
from .composed import diff
from .joining import cat
from .shaping import reshape, select


def gradient(
    self: Tensor, *, spacing: Any = None, dim: Any = None, edge_order: int = 1
) -> tuple[Tensor, ...]:
    """Return the slope along each dimension, by differences of neighbours."""
    ndim = self._array.ndim
    every = dim is None
    dim = range(ndim) if every else dim
    listed = [dim] if isinstance(dim, int) else list(dim)
    if isinstance(spacing, (tuple, list)):
        spaces = list(spacing)
        _check_spacing(spaces, len(listed), every)
    else:
        spaces = [1 if spacing is None else spacing] * len(listed)
    _check(self, listed, edge_order)
    found = []
    for place, space in zip(all_dims(listed, ndim), spaces, strict=True):
        along = _Along(self, place)
        if isinstance(space, Tensor):
            found.append(_uneven(along, space, edge_order))
        else:
            found.append(_even(along, space, edge_order))
    return tuple(found)


def _check_spacing(spaces: Sequence[Any], count: int, every: bool) -> None:
    if len(spaces) != count:
        if every:
            raise RuntimeError(
                "torch.gradient expected spacing to be unspecified, a scalar, or a "
                f"list of length equal to 'self.dim() = {count}', since dim argument "
                f"was not given, but got a list of length {len(spaces)}"
            )
        raise RuntimeError(
            "torch.gradient expected spacing to be unspecified, a scalar or it's "
            "spacing and dim arguments to have the same length, but got a spacing "
            f"argument of length {len(spaces)} and a dim argument of length {count}."
        )
    for each in spaces:
        if isinstance(each, Tensor) and each._array.ndim != 1:
            raise RuntimeError(
                "torch.gradient expected each element of spacing to have one dimension,"
                f" but got an element with {each._array.ndim} dimensions!"
            )


def _check(self: Tensor, dims: Sequence[int], edge_order: int) -> None:
    if self._array.dtype.name == "uint8":
        raise RuntimeError("torch.gradient does not support uint8 input.")
    if edge_order not in (1, 2):
        raise RuntimeError(
            "torch.gradient only supports edge_order=1 and edge_order=2."
        )
    for place in all_dims(dims, self._array.ndim):
        if self._array.shape[place] <= edge_order:
            raise RuntimeError(
                "torch.gradient expected each dimension size to be at least "
                "edge_order+1"
            )


class _Along:
    """A tensor's slices along one dimension."""

    def __init__(self, tensor: Tensor, dim: int) -> None:
        self.tensor, self.dim = tensor, dim
        self.size = tensor._array.shape[dim]

    def part(self, start: int, end: int = 0) -> Tensor:
        """Return the slices from `start` up to `end`, counted from the end if <= 0."""
        start = start + self.size if start < 0 else start
        end = end + self.size if end <= 0 else end
        return run("slice", self.tensor, args=(self.dim, start, end, 1))

    def joined(self, *parts: Tensor) -> Tensor:
        """Return parts one after the other along the dimension."""
        return cat(parts, self.dim)


def _even(along: _Along, space: float, edge_order: int) -> Tensor:
    part = along.part
    center = run("div.number", _less(part(2), part(0, -2)), args=(space,))
    if edge_order == 1:
        first, last = _less(part(1, 2), part(0, 1)), _less(part(-1), part(-2, -1))
    else:
        low, high = (_times(part(0, 1), -1.5), _times(part(1, 2), 2))
        first = _less(_more(low, high), _times(part(2, 3), 0.5))
        low, high = _times(part(-3, -2), 0.5), _times(part(-2, -1), 2)
        last = _more(_less(low, high), _times(part(-1), 1.5))
    return along.joined(
        run("div.number", first, args=(space,)),
        run("div.number", center, args=(2,)),
        run("div.number", last, args=(space,)),
    )


def _uneven(along: _Along, places: Tensor, edge_order: int) -> Tensor:
    part, steps = along.part, diff(places)
    count = steps._array.shape[0]
    shape = [1] * along.tensor._array.ndim
    shape[along.dim] = -1
    one = run("slice", steps, args=(0, 0, count - 1, 1))
    two = run("slice", steps, args=(0, 1, count, 1))
    weights = (
        run("neg", two) / (one * (one + two)),
        (two - one) / (one * two),
        one / (two * (one + two)),
    )
    a, b, c = (reshape(each, tuple(shape)) for each in weights)
    center = a * part(0, -2) + b * part(1, -1) + c * part(2)
    begin, end = select(steps, 0, 0), select(steps, 0, count - 1)
    if edge_order == 1:
        first = _less(part(1, 2), part(0, 1)) / begin
        last = _less(part(-1), part(-2, -1)) / end
        return along.joined(first, center, last)
    after, before = select(steps, 0, 1), select(steps, 0, count - 2)
    a = -(2.0 * begin + after) / (begin * (begin + after))
    b = (begin + after) / (begin * after)
    c = run("neg", begin) / (after * (begin + after))
    first = a * part(0, 1) + b * part(1, 2) + c * part(2, 3)
    a = end / (before * (before + end))
    b = -(before + end) / (before * end)
    c = (2 * end + before) / (end * (before + end))
    last = a * part(-3, -2) + b * part(-2, -1) + c * part(-1)
    return along.joined(first, center, last)


def _less(a: Tensor, b: Tensor) -> Tensor:
    return run("sub", a, b, args=(1,))


def _more(a: Tensor, b: Tensor) -> Tensor:
    return run("add", a, b, args=(1,))


def _times(a: Tensor, number: float) -> Tensor:
    return run("mul.number", a, args=(number,))
