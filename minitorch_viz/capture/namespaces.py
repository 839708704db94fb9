"""What modules and the engine's classes hold, kept from a program that changes it."""

from __future__ import annotations

import builtins
import sys
from _sitebuiltins import Quitter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import is_
from types import ModuleType
from typing import Any

from .. import minitorch as engine

#: What every program shares beside the engine: it runs on these.
_SHARED = ("builtins", "sys", "numpy")
_PACKAGE = engine.__name__.partition(".")[0]


def with_builtins(run: Callable[[], Any]) -> None:
    """Call `run` and put Python's own names back, which all that comes after needs.

    Inside, `exit()` ends the program also where a notebook has one that ends itself.

    >>> with_builtins(lambda: vars(builtins).clear())
    >>> len("ab")
    2
    """
    names = builtins.__dict__
    before = names.copy()
    lent = {name: Quitter(name, "Ctrl-D") for name in ("exit", "quit")}
    names.update(lent | before)
    try:
        run()
    finally:
        for name in lent:
            names.pop(name, None)
        names.update(before)


@contextmanager
def kept_namespaces(
    packages: tuple[str, ...] = (), modules: tuple[str, ...] = ()
) -> Iterator[None]:
    """Put back what our modules, the engine's classes, and Python's own names held.

    And so for packages, and single modules, of others and their classes.

    >>> with kept_namespaces():
    ...     engine.ones = engine.Tensor.add = engine.mine = None
    >>> engine.ones(1), hasattr(engine, "mine")
    (tensor([1.]), False)
    """
    loaded = dict(sys.modules)
    kept = {
        name: (module, type(module), dict(vars(module)))
        for name, module in loaded.items()
        if _within(name, (_PACKAGE, *packages), (*_SHARED, *modules))
        and isinstance(module, ModuleType)
    }
    kinds = _classes(kept, (engine.__name__, *packages), modules)
    classes = [(each, dict(vars(each))) for each in kinds]
    try:
        yield
    finally:
        if not _holds(sys.modules, loaded):
            sys.modules.update(loaded)
        for name, (module, kind, before) in kept.items():
            ModuleType.__setattr__(module, "__class__", kind)
            _restore_module(name, vars(module), before)
        for kind, before in classes:
            _restore_class(kind, before)


def _within(name: str, packages: tuple[str, ...], modules: tuple[str, ...]) -> bool:
    return name in modules or f"{name}.".startswith(
        tuple(f"{package}." for package in packages)
    )


def _classes(
    kept: dict[str, Any], packages: tuple[str, ...], modules: tuple[str, ...]
) -> set[type]:
    """The classes that are defined in one of these, and found there."""
    return {
        value
        for name, (_, _, before) in kept.items()
        if _within(name, packages, modules)
        for value in before.values()
        if isinstance(value, type) and _within(value.__module__, packages, modules)
    }


def _holds(now: Any, before: dict[str, Any]) -> bool:
    """Whether all is there still, the very same; asks no object for its opinion."""
    return now.keys() >= before.keys() and all(
        map(is_, map(now.get, before), before.values())
    )


def _restore_module(name: str, space: dict[str, Any], before: dict[str, Any]) -> None:
    if not _holds(space, before):
        space.update(before)
    if len(space) > len(before):
        for key in space.keys() - before.keys():
            # A part that was imported meanwhile stays where `import` has put it.
            part = sys.modules.get(f"{name}.{key}")
            if part is None or part is not space[key]:
                del space[key]


def _restore_class(kind: type, before: dict[str, Any]) -> None:
    now = dict(vars(kind))
    if len(now) == len(before) and _holds(now, before):
        return
    for name in now.keys() - before.keys():
        type.__delattr__(kind, name)
    for name, value in before.items():
        if name not in now or now[name] is not value:
            type.__setattr__(kind, name, value)
