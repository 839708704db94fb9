"""What is said of names that PyTorch may have and this engine doesn't."""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

_IMPORT_FROM = dis.opmap["IMPORT_FROM"]


def refusing(place: str, names: Mapping[str, Any]) -> Callable[[str], Any]:
    """Return a module's `__getattr__`: it names what is missing, and what is near it.

    >>> refusing("torch.nn", {"Linear": 1})("Linaer")
    Traceback (most recent call last):
        ...
    AttributeError: minitorch has no torch.nn.Linaer; the nearest name there is: ...
    """

    def refuse(name: str) -> Any:
        near = []
        if name[:2] != "__":  # that is Python: `from x import y` asks for `__path__`
            shown = [each for each in names if each[0] != "_"]
            near = get_close_matches(name, shown, 1)
        hint = f"; the nearest name there is: {place}.{near[0]}" if near else ""
        text = f"minitorch has no {place}.{name}{hint}"
        if _imports(sys._getframe(1)):
            raise ImportError(f"cannot import name '{name}' from '{place}': {text}")
        raise AttributeError(text)

    return refuse


def _imports(frame: Any) -> bool:
    """Return True if a name is asked for by `from ... import ...`.

    Python would forget the text of an AttributeError there.
    """
    code = frame.f_code.co_code
    return bool(frame.f_lasti >= 0 and code[frame.f_lasti] == _IMPORT_FROM)


def refuse_below(package: str) -> None:
    """Let every module of a package name what is missing, unless it does already.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.random.set_rng_stat
    Traceback (most recent call last):
        ...
    AttributeError: minitorch has no torch.random.set_rng_stat; the nearest name ...
    """
    for name, module in list(sys.modules.items()):
        if name.startswith(f"{package}.") and "__getattr__" not in vars(module):
            place = f"torch{name.removeprefix(package)}"
            vars(module)["__getattr__"] = refusing(place, vars(module))
