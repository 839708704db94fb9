"""What is said of names that PyTorch may have and this engine doesn't."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any


def refusing(place: str, names: Mapping[str, Any]) -> Callable[[str], Any]:
    """Return a module's `__getattr__`: it names what is missing, and what is near it.

    >>> refusing("torch.nn", {"Linear": 1})("Linaer")
    Traceback (most recent call last):
        ...
    AttributeError: minitorch has no torch.nn.Linaer; the nearest name there is: ...
    """

    def refuse(name: str) -> Any:
        near = get_close_matches(name, names, 1)
        hint = f"; the nearest name there is: {place}.{near[0]}" if near else ""
        raise AttributeError(f"minitorch has no {place}.{name}{hint}")

    return refuse
