"""What older releases of PyTorch lack: looked for here, and done another way."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

import torch

#: How tensors are saved to files; before 2.6 some of it stands elsewhere.
try:
    from torch.utils.serialization import config as _config
except ImportError:
    SAVING: Any = None
else:
    SAVING = _config

#: Whether what was saved can be seen without unpacking it: it can after 2.9.
SHOWS_SAVED = hasattr(torch._C._autograd.SavedTensor, "unpack_hook")
_HEARS_ALL = hasattr(torch.library.Library, "fallback")
UNTOLD: tuple[str, ...] = ()
if not _HEARS_ALL:
    UNTOLD = (
        f"PyTorch {torch.__version__} doesn't tell of operations that a program "
        "defines itself (torch.library): they aren't shown.",
    )


def hear(operate: Callable[..., Any], key: str) -> list[Any]:
    """Let `operate` be called for each operation while `key` is switched on.

    It is, for as long as what is returned is kept.

    >>> hear(lambda op, *args: op(*args), "FuncTorchGradWrapper")
    Traceback (most recent call last):
    RuntimeError: Tried to register multiple backend fallbacks ...
    """
    every: Any = torch.library.Library("_", "IMPL")
    if _HEARS_ALL:
        every.fallback(operate, torch._C._dispatch_key_parse(key))
        return [every]
    # Before 2.6 there is none for all: each operation that PyTorch has gets its own.
    every.m.fallback_fallthrough(key)
    aten: Any = torch.library.Library("aten", "IMPL")
    for name in torch._C._dispatch_get_all_op_names():
        if name.startswith("aten::"):
            aten.m.impl(name, key, partial(_by_name, operate, name))
    return [every, aten]


def _by_name(operate: Callable[..., Any], name: str, *args: Any, **more: Any) -> Any:
    return operate(_overload(name), *args, **more)


@cache
def _overload(name: str) -> Any:
    """Return the operation that PyTorch calls `aten::sum.dim_IntList`, say."""
    plain, _, form = name.removeprefix("aten::").partition(".")
    return getattr(getattr(torch.ops.aten, plain), form or "default")


@contextmanager
def uncompiled() -> Iterator[None]:
    """Run what was compiled before as it was written.

    >>> with uncompiled():
    ...     pass
    """
    if "torch._dynamo" not in sys.modules:
        yield
        return
    if hasattr(torch.compiler, "set_stance"):
        with torch.compiler.set_stance("force_eager"):
            yield
        return
    frames: Any = sys.modules["torch._dynamo.eval_frame"]
    names = "_maybe_set_eval_frame", "set_eval_frame"  # in 2.5 and in 2.4
    name = next(name for name in names if hasattr(frames, name))
    switch = getattr(frames, name)
    setattr(frames, name, lambda _: switch(None))
    try:
        yield
    finally:
        setattr(frames, name, switch)


class PackedError(Exception):
    """Raised where a hook of the program's would run."""


def unpacked(node: Any, name: str, raws: Iterable[Any]) -> Any:
    """Return what a node saved, as PyTorch unpacks it; hooks are not run.

    Raises:
        PackedError: if a hook was about to unpack it.
        RuntimeError: PyTorch's, if it was freed, or modified.

    >>> x = torch.ones(1, requires_grad=True)
    >>> node = (x * x).grad_fn
    >>> unpacked(node, "_saved_self", [node._raw_saved_self]) is x
    True
    """
    if SHOWS_SAVED:
        if any(raw.unpack_hook is not None for raw in raws):
            raise PackedError
        return getattr(node, name)
    before = sys.getprofile()
    sys.setprofile(_refuse)
    try:
        return getattr(node, name)
    finally:
        sys.setprofile(before)


def _refuse(_frame: Any, event: str, _about: Any) -> None:
    """Let no function of Python's run: nothing but a hook is one."""
    if event == "call":
        raise PackedError
