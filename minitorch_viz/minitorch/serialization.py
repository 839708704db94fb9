"""`torch.save` and `torch.load`: objects in files, for this engine to read again."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from . import dtypes
from .restoring import Room, home, located, restored, stored
from .tensor import Tensor

_PLAIN = {
    *("collections.OrderedDict", "collections.Counter", "_codecs.encode"),
    *("complex", "set", "bytearray", "torch.nn.parameter.Parameter"),
    home(Room.__module__, Room.__qualname__),
}
_safe: dict[str, Any] = {}


def save(obj: Any, f: Any) -> None:
    """Write an object into a file; only this engine can read it again.

    >>> import io
    >>> from minitorch_viz import minitorch as torch
    >>> file = io.BytesIO()
    >>> save({"weight": torch.ones(1)}, file)
    >>> _ = file.seek(0)
    >>> load(file)
    {'weight': tensor([1.])}
    """
    if not hasattr(f, "write"):
        if not isinstance(f, (str, Path)):
            raise AttributeError(
                "expected 'f' to be string, path, or a file-like object with a 'write' "
                "attribute"
            )
        with Path(f).open("wb") as file:
            save(obj, file)
        return
    _Pickler(f).dump(obj)


def load(
    f: Any,
    map_location: Any = None,
    *,
    weights_only: bool | None = None,
    encoding: str = "utf-8",
) -> Any:
    """Return what `save` wrote: tensors and plain data alone, unless told otherwise.

    >>> import io
    >>> file = io.BytesIO()
    >>> save([1, 2], file)
    >>> _ = file.seek(0)
    >>> load(file)
    [1, 2]
    """
    if isinstance(f, (str, Path)):
        with Path(f).open("rb") as file:
            how: Any = {"weights_only": weights_only, "encoding": encoding}
            return load(file, map_location, **how)
    if not hasattr(f, "seek"):
        raise AttributeError(
            f"'{type(f).__name__}' object has no attribute 'seek'. You can only "
            "torch.load from a file that is seekable. Please pre-load the data into a "
            "buffer like io.BytesIO and try to load from it instead."
        )
    try:
        return _Unpickler(f, map_location, weights_only is not False, encoding).load()
    except EOFError:
        raise EOFError from None  # without Python's words


class _Pickler(pickle.Pickler):
    """Writes tensors as memory and what they see of it; what they share stays so."""

    def __init__(self, file: io.BufferedIOBase) -> None:
        super().__init__(file)
        self.rooms: dict[int, Room] = {}

    def reducer_override(self, obj: Any) -> Any:
        if not isinstance(obj, Tensor):
            return NotImplemented
        found: Any = obj.__reduce_ex__(2)
        if found[0] is not restored:
            return NotImplemented
        kind, *_, requires_grad, where = found[1]
        return restored, (kind, *stored(obj._array, self.rooms), requires_grad, where)


class _Unpickler(pickle.Unpickler):
    """Reads what was saved, and with `weights_only` nothing that could run code."""

    def __init__(
        self, file: Any, location: Any, weights_only: bool, encoding: str
    ) -> None:
        super().__init__(file, encoding=encoding)
        self.location, self.weights_only = location, weights_only

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == (restored.__module__, "restored"):
            where: Callable[[str], str] = partial(located, self.location)
            return partial(restored, where=where)
        path = home(module, name)
        if self.weights_only and path not in _allowed() | _safe.keys():
            raise pickle.UnpicklingError(_REFUSED.format(path))
        return super().find_class(module, name)


def _allowed() -> set[str]:
    """Return what plain data and tensors are made of, by PyTorch's names."""
    kinds = (*(kind.name for kind in dtypes.ALL), "Tensor", "Size", "device")
    return {f"torch.{name}" for name in kinds} | _PLAIN


def add_safe_globals(safe_globals: Sequence[Any]) -> None:
    """Let `load` make objects of these classes too.

    >>> from minitorch_viz import minitorch as torch
    >>> with _kept():
    ...     add_safe_globals([torch.nn.ReLU])
    ...     get_safe_globals()
    [<class 'torch.nn.modules.activation.ReLU'>]
    """
    for each in safe_globals:
        _safe[home(each.__module__, each.__qualname__)] = each


def clear_safe_globals() -> None:
    """Let `load` make nothing but tensors and plain data again.

    >>> clear_safe_globals()
    >>> get_safe_globals()
    []
    """
    _safe.clear()


def get_safe_globals() -> list[Any]:
    """Return the classes that `load` was allowed to make objects of.

    >>> get_safe_globals()
    []
    """
    return list(_safe.values())


@contextmanager
def safe_globals(safe_globals: Sequence[Any]) -> Iterator[None]:
    """Let `load` make objects of these classes inside a block.

    >>> from minitorch_viz import minitorch as torch
    >>> with torch.serialization.safe_globals([torch.nn.ReLU]):
    ...     len(get_safe_globals())
    1
    """
    with _kept():
        add_safe_globals(safe_globals)
        yield


@contextmanager
def _kept() -> Iterator[None]:
    before = dict(_safe)
    try:
        yield
    finally:
        _safe.clear()
        _safe.update(before)


_REFUSED = (
    "Weights only load failed. This file can still be loaded, to do so you have two "
    "options, \033[1mdo those steps only if you trust the source of the checkpoint"
    "\033[0m. \n\t(1) In PyTorch 2.6, we changed the default value of the "
    "`weights_only` argument in `torch.load` from `False` to `True`. Re-running "
    "`torch.load` with `weights_only` set to `False` will likely succeed, but it can "
    "result in arbitrary code execution. Do it only if you got the file from a trusted "
    "source.\n\t(2) Alternatively, to load with `weights_only=True` please check the "
    "recommended steps in the following error message.\n\tWeightsUnpickler error: "
    "Unsupported global: GLOBAL {0} was not an allowed global by default. Please use "
    "`torch.serialization.add_safe_globals([{0}])` or the "
    "`torch.serialization.safe_globals([{0}])` context manager to allowlist this "
    "global if you trust this class/function.\n\nCheck the documentation of torch.load "
    "to learn more about types accepted by default with weights_only "
    "https://pytorch.org/docs/stable/generated/torch.load.html."
)
