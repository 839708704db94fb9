"""Settings of modules: numbers for each dimension, constructors that keep all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Form = Callable[..., dict[str, Any]]


def form(name: str, parameters: Form) -> Form:
    """Return a lambda under the name by which Python's errors call a constructor.

    >>> settings = form("Twice", lambda self, by=2: locals())
    >>> settings(None, 3)
    {'self': None, 'by': 3}
    >>> settings(None, to=3)
    Traceback (most recent call last):
        ...
    TypeError: Twice.__init__() got an unexpected keyword argument 'to'
    """
    parameters.__name__, parameters.__qualname__ = "__init__", f"{name}.__init__"
    return parameters


def repeated(value: Any, times: int) -> tuple[Any, ...]:
    """Return what holds several values as a tuple; one value as often as is asked for.

    >>> repeated(2, 3), repeated([2, 3], 3)
    ((2, 2, 2), (2, 3))
    """
    return tuple(value) if isinstance(value, Iterable) else (value,) * times
