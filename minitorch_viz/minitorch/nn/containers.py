"""Modules that hold other modules, in order or by name."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, Self

from .module import Module, framed


def _position(index: int, length: int) -> int:
    index = operator.index(index)
    if not -length <= index < length:
        raise IndexError(f"index {index} is out of range")
    return index % length


class _Ordered(Module):
    """Children in order, named by their numbers."""

    def _fill(self, modules: Iterable[Module]) -> None:
        listed = list(modules)
        self._modules.clear()
        for number, module in enumerate(listed):
            self.add_module(str(number), module)

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._modules.values())

    def _name_at(self, index: int) -> str:
        return list(self._modules)[_position(index, len(self))]

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, self._name_at(index), module)

    def __delitem__(self, index: int | slice[Any, Any, Any]) -> None:
        names = list(self._modules)
        gone = names[index] if isinstance(index, slice) else [self._name_at(index)]
        self._fill(m for name, m in self._modules.items() if name not in gone)

    def append(self, module: Module) -> Self:
        """Add a module at the end."""
        self.add_module(str(len(self)), module)
        return self

    def insert(self, index: int, module: Module) -> Any:
        """Put a module before the one at `index`."""
        for number in range(len(self), index, -1):
            # As PyTorch: modules that have names of their own aren't found.
            self._modules[str(number)] = self._modules[str(number - 1)]
        self._modules[str(index)] = module

    def pop(self, index: int) -> Any:
        """Take the module at `index` out and return it."""
        found = self._modules[self._name_at(index)]
        del self[index]
        return found


class Sequential(_Ordered):
    """Modules called one after the other.

    >>> from minitorch_viz.minitorch import nn
    >>> Sequential(nn.Linear(2, 1), nn.ReLU())
    Sequential(
      (0): Linear(in_features=2, out_features=1, bias=True)
      (1): ReLU()
    )
    """

    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], dict):
            for name, module in args[0].items():
                self.add_module(name, module)
        else:
            self._fill(args)

    def forward(self, input: Any) -> Any:
        """Pass the input through every module."""
        for module in self:
            input = module(input)
        return input

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(dict(list(self._modules.items())[index]))
        return self._modules[self._name_at(index)]

    def insert(self, index: int, module: Module) -> Self:
        """Put a module before the one at `index`, and return the container."""
        if not isinstance(module, Module):
            raise AssertionError(  # noqa: TRY004 - PyTorch's
                f"module should be of type: {Module}"
            )
        if not -len(self) <= index <= len(self):
            raise IndexError(f"Index out of range: {index}")
        super().insert(index if index >= 0 else index + len(self), module)
        return self

    def __add__(self, other: Sequential) -> Sequential:
        if not isinstance(other, Sequential):
            raise ValueError(  # noqa: TRY004 - PyTorch's
                "add operator supports only objects of Sequential class, but "
                f"{type(other)} is given."
            )
        return Sequential(*self, *other)

    def __mul__(self, other: int) -> Sequential:
        if not isinstance(other, int):
            raise TypeError(
                f"unsupported operand type(s) for *: {type(self)} and {type(other)}"
            )
        if other <= 0:
            raise ValueError(
                f"Non-positive multiplication factor {other} for {type(self)}"
            )
        return Sequential(*[*self] * other)

    __rmul__ = __mul__

    def __imul__(self, other: int) -> Self:
        return self.extend([*(self * other)][len(self) :])

    def extend(self, sequential: Iterable[Module]) -> Self:
        """Add several modules at the end."""
        for module in sequential:
            self.append(module)
        return self


class ModuleList(_Ordered):
    """Modules in a list; calling them is up to you.

    >>> from minitorch_viz.minitorch import nn
    >>> ModuleList([nn.ReLU(), nn.ReLU()])
    ModuleList(
      (0-1): 2 x ReLU()
    )
    """

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.extend(modules)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(list(self)[index])
        return self._modules[self._name_at(index)]

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList([*self, *other])

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add several modules at the end."""
        if not isinstance(modules, Iterable):
            raise TypeError(
                "ModuleList.extend should be called with an iterable, but got "
                + type(modules).__name__
            )
        for module in modules:
            self.append(module)
        return self

    def __repr__(self) -> str:
        below, number = [], 0
        for text, alike in groupby(map(repr, self)):
            count = len(list(alike))
            where = f"({number})" if count == 1 else f"({number}-{number + count - 1})"
            times = "" if count == 1 else f"{count} x "
            below.append(f"{where}: {times}" + text.replace("\n", "\n  "))
            number += count
        return framed(self._get_name(), [], below)


def pairs(values: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield names with values, of a mapping or of a list of pairs.

    >>> list(pairs([("a", 1)], "ModuleDict"))
    [('a', 1)]
    """
    if hasattr(values, "items"):
        yield from values.items()
        return
    for place, pair in enumerate(values):
        if not isinstance(pair, Iterable):
            raise TypeError(
                f"{name} update sequence element #{place} should be Iterable; is"
                f"{type(pair).__name__}"
            )
        listed = list(pair)
        if len(listed) != 2:
            raise ValueError(
                f"{name} update sequence element #{place} has length {len(listed)}; "
                "2 is required"
            )
        yield listed[0], listed[1]


class ModuleDict(Module):
    """Modules by name; calling them is up to you.

    >>> from minitorch_viz.minitorch import nn
    >>> list(ModuleDict({"act": nn.ReLU()}).keys())
    ['act']
    """

    def __init__(self, modules: Mapping[str, Module] | None = None) -> None:
        super().__init__()
        self.update(modules or {})

    def update(self, modules: Any) -> None:
        """Add modules by name, replacing those of the same names."""
        if not isinstance(modules, Iterable):
            raise TypeError(
                "ModuleDict.update should be called with an iterable of key/value "
                f"pairs, but got {type(modules).__name__}"
            )
        for name, module in pairs(modules, "ModuleDict"):
            self[name] = module

    def clear(self) -> None:
        """Take every module out."""
        self._modules.clear()

    def pop(self, key: str) -> Any:
        """Take a module out and return it."""
        found = self[key]
        del self[key]
        return found

    def __getitem__(self, key: str) -> Any:
        return self._modules[key]

    def __setitem__(self, key: str, module: Module) -> None:
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, key: str) -> bool:
        return key in self._modules

    def keys(self) -> Iterable[str]:
        """Return the names."""
        return self._modules.keys()

    def values(self) -> Iterable[Any]:
        """Return the modules."""
        return self._modules.values()

    def items(self) -> Iterable[tuple[str, Any]]:
        """Return the names with their modules."""
        return self._modules.items()
