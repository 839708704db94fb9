"""The forms of arguments that PyTorch's parser knows, and what it says of others.

`signatures.txt` lists them as PyTorch has them. It is read when a call has failed:
calls that work pay nothing for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .kinds import element_outside, fits, is_index, shown_kind, type_name

#: What NumPy calls an argument, for what PyTorch calls it.
ALSO = {
    "dim": ("axis",),
    "keepdim": ("keepdims",),
    "input": ("x", "a", "x1"),
    "other": ("x2",),
}
_PARAMETER = re.compile(
    r"(?P<kind>[\w:<>]+)(\[(?P<size>\d+)\])?(?P<optional>\?)? "
    r"(?P<name>\w+)(=(?P<default>.+))?"
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a form: `IntArrayRef[1]? dim=None`."""

    kind: str
    name: str
    #: A list of this size may be a number alone.
    size: int
    #: As it is written, or None where the argument is needed.
    default: str | None
    nullable: bool
    keyword: bool

    def __str__(self) -> str:
        tail = "" if self.default is None else f" = {self.default}"
        return f"{shown_kind(self.kind)} {self.name}{tail}"

    def given(self, kwargs: dict[str, Any]) -> tuple[str, ...]:
        """Return the keyword that a call gives this by, if any."""
        names = (self.name, *ALSO.get(self.name, ()))
        return tuple(name for name in names if name in kwargs)[:1]


@dataclass(frozen=True, slots=True)
class Signature:
    """One form in which a function takes its arguments."""

    name: str
    parameters: tuple[Parameter, ...]
    deprecated: bool

    @property
    def least(self) -> int:
        """How many arguments it needs."""
        return sum(each.default is None for each in self.parameters)

    @property
    def placed(self) -> int:
        """How many arguments may stand without a keyword."""
        return sum(not each.keyword for each in self.parameters)

    def __str__(self) -> str:
        parts = list(map(str, self.parameters))
        if self.placed < len(parts):
            parts[self.placed] = f"*, {parts[self.placed]}"
        return f"({', '.join(parts)})"

    def refusal(self, args: Sequence[Any], kwargs: dict[str, Any]) -> str | None:
        """Return what is said of arguments that don't fit; None if they do.

        >>> form = read("sin(Tensor input, *, Tensor out=None)")
        >>> form.refusal((1,), {})
        "sin(): argument 'input' (position 1) must be Tensor, not int"
        """
        first = self.parameters[0] if self.placed == 1 else None
        # Where a number alone will do, those after it are too many.
        spread = first and first.kind.endswith("IntArrayRef") and not first.size
        if len(args) > self.placed and not (spread and is_index(args[0])):
            return self._too_many(len(args))
        waiting, used = list(args), 0
        for place, parameter in enumerate(self.parameters):
            by = () if waiting else parameter.given(kwargs)
            if waiting and parameter.keyword:
                return self._too_many(len(args))
            if not waiting and not by:
                if parameter.default is None:
                    return self._missing(place)
                continue
            value = waiting[0] if waiting else kwargs[by[0]]
            if spread and waiting and fits(parameter, list(args), self.name, place):
                waiting = []
                continue
            accepted = (value is None and parameter.nullable) or fits(
                parameter, value, self.name, place
            )
            if not accepted:
                return self._wrong(parameter, value, by)
            waiting, used = waiting[1:], used + len(by)
        return self._unexpected(args, kwargs) if used < len(kwargs) else None

    def _wrong(
        self,
        parameter: Parameter,
        value: Any,
        by: tuple[str, ...],
    ) -> str:
        place = "" if by else f" (position {self._place(parameter) + 1})"
        what = f"{self.name}(): argument '{parameter.name}'{place} must be "
        what += shown_kind(parameter.kind)
        found = element_outside(parameter, value)
        if found is None or by:
            return f"{what}, not {type_name(value)}"
        return f"{what}, but found element of type {type_name(found[0])} at pos 0"

    def _place(self, parameter: Parameter) -> int:
        return self.parameters.index(parameter)

    def _too_many(self, count: int) -> str:
        most, least = self.placed, self.least
        if least != most:
            takes = f"takes from {least} to {most} positional arguments"
            return f"{self.name}() {takes} but {count} were given"
        takes = f"takes {most} positional argument{'' if most == 1 else 's'}"
        were = "was" if count == 1 else "were"
        return f"{self.name}() {takes} but {count} {were} given"

    def _missing(self, place: int) -> str:
        names = [f'"{p.name}"' for p in self.parameters[place:] if p.default is None]
        # The plural is PyTorch's.
        word = "arguments" if len(names) == 1 else "argument"
        what = f"missing {len(names)} required positional {word}"
        return f"{self.name}() {what}: {', '.join(names)}"

    def _unexpected(self, args: Sequence[Any], kwargs: dict[str, Any]) -> str | None:
        names = [p.name for p in self.parameters]
        for key in kwargs:
            if key not in names:
                return f"{self.name}() got an unexpected keyword argument '{key}'"
            if names.index(key) < len(args):
                return f"{self.name}() got multiple values for argument '{key}'"
        return "invalid keyword arguments"


def refusal(
    part: str, name: str, args: Sequence[Any], kwargs: dict[str, Any]
) -> str | None:
    """Return what PyTorch's parser says of a call, or None where it takes it.

    >>> refusal("torch", "exp", (None,), {})
    "exp(): argument 'input' (position 1) must be Tensor, not NoneType"
    >>> refusal("torch", "cumsum", ([1.0], 0), {}) is None
    False
    """
    forms = known(part).get(name, ())
    if len(forms) < 2:
        return forms[0].refusal(args, kwargs) if forms else None
    if any(form.refusal(args, kwargs) is None for form in forms):
        return None
    count = len(args) + len(kwargs)
    usual = [form for form in forms if not form.deprecated]
    plausible = [f for f in usual if f.least <= count <= len(f.parameters)]
    if len(plausible) == 1:
        return plausible[0].refusal(args, kwargs)
    lines = [
        f"{name}() received an invalid combination of arguments - got "
        f"{_described(args, kwargs)}, but expected "
    ]
    if len(usual) == 1:
        return lines[0] + str(usual[0])
    lines[0] += "one of:"
    for form in usual:
        lines.append(f" * {form}")
        parts = str(form)[1:-1].split(", ")
        if len(parts) == count:
            lines.append(_mismatch(parts, args, kwargs))
    return "\n".join(lines) + "\n"


def _described(args: Sequence[Any], kwargs: dict[str, Any]) -> str:
    parts = [type_name(value) for value in args]
    # The order is that of PyTorch's hash table: the last comes first.
    parts += [f"{key}={type_name(kwargs[key])}" for key in reversed(kwargs)]
    return f"({', '.join(parts)}{', ' if kwargs and not args else ''})"


def _mismatch(parts: Sequence[str], args: Sequence[Any], kwargs: dict[str, Any]) -> str:
    """Return why a form of as many parts didn't match.

    PyTorch splits the text that it shows: `*` is a part, and of `Tensor out = None` it
    takes `None` for the name and the rest for the type.
    """
    kinds, names = zip(*(part.rpartition(" ")[::2] for part in parts), strict=True)
    start = len(parts) - len(kwargs)
    wrong = [key for key in reversed(kwargs) if key not in names[start:]]
    why = "      didn't match because some of the "
    if wrong:
        return f"{why}keywords were incorrect: {', '.join(wrong)}"
    given = [(value, "") for value in args]
    given += [(kwargs[name], f"{name}=") for name in names[start:]]
    shown = []
    for kind, (value, key) in zip(kinds, given, strict=True):
        named = type_name(value) in ((kind, "int") if kind == "float" else (kind,))
        mark = "" if named else "!"
        shown.append(f"{mark}{key}{_spelled(value)}{mark}")
    tail = "" if args else ", "
    return f"{why}arguments have invalid types: ({', '.join(shown)}{tail})"


def _spelled(value: Any) -> str:
    if not isinstance(value, (tuple, list)):
        return type_name(value)
    inner = ", ".join(map(type_name, value))
    if isinstance(value, list):
        return f"list of [{inner}]"
    return f"{type_name(value)} of ({inner}{',' if len(value) == 1 else ''})"


@cache
def known(part: str) -> dict[str, tuple[Signature, ...]]:
    """Return the forms of the functions of a part of torch, by name.

    >>> [str(form) for form in known("torch")["relu"]]
    ['(Tensor input)']
    """
    text = (Path(__file__).parent / "signatures.txt").read_text("utf-8")
    lines = text.partition(f"[{part}]\n")[2].partition("\n[")[0].splitlines()
    found: dict[str, list[Signature]] = {}
    for form in map(read, lines):
        found.setdefault(form.name, []).append(form)
    # Deprecated forms are tried last.
    return {n: tuple(sorted(s, key=lambda f: f.deprecated)) for n, s in found.items()}


def takes_nothing(name: str) -> bool:
    """Return True for a method that has no argument at all.

    >>> takes_nothing("exp"), takes_nothing("sum")
    (True, False)
    """
    forms = known("Tensor").get(name, ())
    return len(forms) == 1 and not forms[0].parameters


def read(line: str) -> Signature:
    """Read one line of the list.

    >>> read("sum(Tensor input, *, ScalarType? dtype=None)").parameters[1].keyword
    True
    """
    name, _, rest = line.partition("(")
    inner, _, mark = rest.rpartition(")")
    parameters, keyword = [], False
    for part in filter(None, inner.split(", ")):
        found = _PARAMETER.fullmatch(part)
        if found is None:
            keyword = True
            continue
        parameters.append(
            Parameter(
                found["kind"],
                found["name"],
                int(found["size"] or 0),
                found["default"],
                nullable=bool(found["optional"]) or found["default"] == "None",
                keyword=keyword,
            )
        )
    return Signature(name, tuple(parameters), bool(mark))
