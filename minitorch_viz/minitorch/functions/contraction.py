"""`einsum`, composed of permutations and batched products as PyTorch composes it.

After `aten/src/ATen/native/Linear.cpp`: two operands at a time, from the left.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from ..tensor import Tensor
from .arithmetic import run
from .products import bmm
from .reducing import sum
from .shaping import diagonal, movedim, permute, reshape, unsqueeze, view


def _spelled(operands: tuple[Any, ...]) -> tuple[str, list[Any]]:
    """Return the equation that lists of numbers after each operand mean."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    for listed in (*operands[1::2], *operands[len(operands) // 2 * 2 :]):
        if any(each is not Ellipsis and not 0 <= each < 52 for each in listed):
            raise ValueError(
                "einsum(): subscript in subscript list is not within the valid range "
                "[0, 52)"
            )
    lists = [
        "".join("..." if each is Ellipsis else letters[each] for each in listed)
        for listed in (*operands[1::2], *operands[len(operands) // 2 * 2 :])
    ]
    if len(operands) % 2 == 0:
        return ",".join(lists), [*operands[::2]]
    return ",".join(lists[:-1]) + "->" + lists[-1], [*operands[:-1:2]]


def einsum(*args: Any) -> Tensor:
    """Return the sum of products that an equation names, as `numpy.einsum` reads it."""
    equation, *operands = args or (None,)
    if operands and isinstance(equation, Tensor):
        equation, operands = _spelled(args)
    elif operands and isinstance(operands[0], (list, tuple)):
        operands = [*operands[0]]
    if not operands:
        raise ValueError(
            "einsum(): must specify the equation string and at least one operand, or "
            "at least one operand and its subscripts list"
        )
    if not isinstance(equation, str):
        raise TypeError(
            "einsum(): argument 'equation' (position 1) must be str, not "
            f"{type(equation).__name__}"
        )
    for place, each in enumerate(operands):
        if not isinstance(each, Tensor):
            raise TypeError(
                f"expected Tensor as element {place} in argument 1, but got "
                f"{type(each).__name__}"
            )
    names, wanted = _subscripts(equation, operands)
    summed = sorted({n for each in names for n in each} - set(wanted))
    order = [*wanted, *summed]
    tensors = [_spread(x, n, order) for x, n in zip(operands, names, strict=True)]
    kept = len(wanted)
    found = tensors[0]
    for place, other in enumerate(tensors[1:], 2):
        later = tensors[place:]
        found = _paired(found, other, _summable(found, other, later, kept))
    if not summed:
        return found
    if len(tensors) > 1:
        return view(found, found._array.shape[:kept])
    return sum(found, tuple(range(kept, len(order))))


def _subscripts(
    equation: str, operands: Sequence[Tensor]
) -> tuple[list[list[str]], list[str]]:
    """Return the name of every dimension of each operand, and of the result."""
    left, arrow, right = equation.partition("->")
    parts = _parts(left, len(operands))
    names = [
        _spelt(part, x._array.ndim, number)
        for number, (part, x) in enumerate(zip(parts, operands, strict=True))
    ]
    _check_sizes(names, operands)
    found = [n for each in names for n in each]
    dots = sorted({n for n in found if n[0] == "."}, key=lambda n: int(n[1:]))[::-1]
    if not arrow:
        once = sorted(n for n in set(found) if found.count(n) == 1 and n[0] != ".")
        return names, [*dots, *once]
    wanted: list[str] = []
    for n in _letters(right, len(left) + 2, "output"):
        if n == "...":
            wanted += dots
            continue
        if n in wanted or n not in found:
            fault = (
                "appears more than once in the output"
                if n in wanted
                else "does not appear in the equation for any input operand"
            )
            raise RuntimeError(f"einsum(): output subscript {n} {fault}")
        wanted.append(n)
    return names, wanted


def _parts(left: str, count: int) -> list[str]:
    """Return the subscripts of each operand, without blanks."""
    parts: list[str] = []
    start = 0
    for number, part in enumerate(left.split(",")):
        if number == count:
            raise RuntimeError(
                "einsum(): fewer operands were provided than specified in the equation"
            )
        parts.append("".join(_letters(part, start, f"operand {number}")))
        start += len(part) + 1
    if len(parts) < count:
        raise RuntimeError(
            "einsum(): more operands were provided than specified in the equation"
        )
    return parts


def _letters(text: str, start: int, owner: str) -> Iterator[str]:
    """Yield letters and one ellipsis, and refuse all else but blanks."""
    dotted = False
    for found in re.finditer(r"\.\.\.|[^ ]", text):
        letter = found[0]
        if letter[0] == ".":
            if dotted or letter == ".":
                raise RuntimeError(
                    f"einsum(): found '.' for {owner} {_DOTS[owner[:7], dotted]}"
                )
            dotted = True
        elif not (letter.isascii() and letter.isalpha()):
            raise RuntimeError(
                f"einsum(): invalid subscript given at index {start + found.start()} "
                "in the equation string, subscripts must be in [a-zA-Z]"
            )
        yield letter


#: What is wrong with a dot, by whose it is and whether an ellipsis came before it.
_DOTS = {
    ("operand", False): "that is not part of any ellipsis",
    ("operand", True): "for which an ellipsis was already found",
    ("output", False): "that is not part of any ellipsis (...)",
    ("output", True): "but an ellipsis (...) was already found",
}


def _spelt(part: str, ndim: int, number: int) -> list[str]:
    """Name each dimension; those under `...` are `.0`, `.1` ... from the right."""
    before, ellipsis, after = part.partition("...")
    extra = ndim - len(before) - len(after)
    if extra < 0 or (extra and not ellipsis):
        raise RuntimeError(
            "einsum(): the number of subscripts in the equation "
            f"({len(before) + len(after)}) "
            + ("is more than" if ellipsis else "does not match")
            + f" the number of dimensions ({ndim}) for operand {number}"
            + ("" if ellipsis else " and no ellipsis was given")
        )
    return [*before, *(f".{i}" for i in reversed(range(extra))), *after]


def _check_sizes(names: Sequence[list[str]], operands: Sequence[Tensor]) -> None:
    sizes: dict[str, int] = {}
    for number, (each, x) in enumerate(zip(names, operands, strict=True)):
        _check_repeated(each, x, number)
        for name, size in zip(each, x._array.shape, strict=True):
            before = sizes.setdefault(name, size)
            if before == 1:
                sizes[name] = size
            elif size not in (1, before):
                place = (
                    [n for n in each if n[0] == "."].index(name)
                    if name[0] == "."
                    else None
                )
                raise RuntimeError(
                    f"einsum(): subscript {name} has size {size} for operand {number} "
                    f"which does not broadcast with previously seen size {before}"
                    if place is None
                    else f"einsum(): dimension {place} covered by ellipsis in operand "
                    f"{number}has size {size} which does not broadcast with previously "
                    f"seen ellipsis with size {before} for the respective dimension"
                )


def _check_repeated(names: list[str], x: Tensor, number: int) -> None:
    seen: dict[str, int] = {}
    for name, size in zip(names, x._array.shape, strict=True):
        if seen.setdefault(name, size) != size:
            raise RuntimeError(
                f"einsum(): subscript {name} is repeated for operand {number} but the "
                f"sizes don't match, {size} != {seen[name]}"
            )


def _spread(x: Tensor, names: list[str], order: Sequence[str]) -> Tensor:
    """Return the operand with a dimension for every name, in that order."""
    names = list(names)
    for name in dict.fromkeys(names):
        while names.count(name) > 1:
            first = names.index(name)
            second = names.index(name, first + 1)
            x = movedim(diagonal(x, 0, first, second), -1, first)
            del names[second]
    for name in order:
        if name not in names:
            x = unsqueeze(x, -1)
            names.append(name)
    return permute(x, tuple(names.index(n) for n in order))


def _summable(
    a: Tensor, b: Tensor, later: Sequence[Tensor], kept: int
) -> tuple[int, ...]:
    """Return the dimensions that nothing needs after this pair."""
    return tuple(
        d
        for d in range(kept, a._array.ndim)
        if all(x._array.shape[d] == 1 for x in later)
        and not a._array.shape[d] == b._array.shape[d] == 1
    )


def _paired(left: Tensor, right: Tensor, dims: tuple[int, ...]) -> Tensor:
    """Multiply two operands and sum over `dims`, by one batched product."""
    for d in dims:
        if right._array.shape[d] == 1:
            left = sum(left, d, True)
        elif left._array.shape[d] == 1:
            right = sum(right, d, True)
    a, b = left._array.shape, right._array.shape
    both = [d for d in dims if a[d] != 1 and b[d] != 1]
    if not both:
        return run("mul", left, right)
    done = [d for d in dims if d not in both]
    rest = [d for d in range(len(a)) if d not in dims]
    batch = [d for d in rest if a[d] != 1 and b[d] != 1]
    ours = [d for d in rest if a[d] != 1 and b[d] == 1]
    theirs = [d for d in rest if a[d] == 1]
    summed = [*both, *done]
    width = math.prod(a[d] for d in both)
    count = math.prod(a[d] for d in batch)
    rows, columns = math.prod(a[d] for d in ours), math.prod(b[d] for d in theirs)
    found = bmm(
        reshape(permute(left, (*batch, *ours, *summed, *theirs)), (count, rows, width)),
        reshape(
            permute(right, (*batch, *summed, *theirs, *ours)), (count, width, columns)
        ),
    )
    order = [*batch, *ours, *summed, *theirs]
    sizes = [1 if d in summed else b[d] if a[d] == 1 else a[d] for d in order]
    back = tuple(order.index(d) for d in range(len(a)))
    return permute(view(found, sizes), back)
