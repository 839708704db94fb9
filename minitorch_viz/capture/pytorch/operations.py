"""The operations that a call of PyTorch consists of, as autograd meets them.

A fallback for a dispatch key that PyTorch keeps free stands before autograd. It is only
looked at while the key is switched on for a thread, and sees each operation before and
after autograd has done its part. A `TorchDispatchMode` would not do: with one in force
PyTorch composes some calls of other operations than without.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch
from torch import Tensor

from ...minitorch.events import Operated
from .nodes import Handle, nodes
from .quiet import quiet

_KEY = torch._C._dispatch_key_parse("TESTING_ONLY_GenericMode")
_ONLY_KEY = torch._C.DispatchKeySet(_KEY)
_COMPOSED = torch._C.DispatchKey.CompositeImplicitAutograd
#: What autograd and its nodes call an operation, where that isn't its name below.
_NAMES = {
    "aten::_log_softmax": "log_softmax",
    "aten::_softmax": "softmax",
    "aten::_to_copy": "to_copy",
    "aten::nll_loss_forward": "nll_loss",
    "aten::nll_loss2d_forward": "nll_loss2d",
}
#: Steps of PyTorch's own between a call and its operations.
_INNER = frozenset({"aten::lift_fresh", "aten::alias", "aten::_local_scalar_dense"})
#: How many outputs the program sees; the others are kept for backward.
_SHOWN = {"native_layer_norm": 1, "native_batch_norm": 1, "nll_loss": 1}


class _Hearer(threading.local):
    tell: Callable[[Operated], None] | None = None


_hearer = _Hearer()


@contextmanager
def operations(tell: Callable[[Operated], None] | None) -> Iterator[None]:
    """Tell of the operations of the block; None: of none.

    >>> seen = []
    >>> with operations(seen.append):
    ...     y = torch.ones(2) + 1
    >>> [event.op for event in seen]
    ['ones', 'add']
    """
    before = _hearer.tell
    _switch(tell)
    try:
        yield
    finally:
        _switch(before)


def _switch(tell: Callable[[Operated], None] | None) -> None:
    _hearer.tell = tell
    torch._C._dispatch_tls_set_dispatch_key_included(_KEY, tell is not None)


def _operate(op: Any, *args: Any, **kwargs: Any) -> Any:
    """Run one operation, or what it is composed of, and tell of it."""
    name = op.name()
    if _is_composed(name) and not torch.is_autocast_enabled("cpu"):
        return op._op_dk(_COMPOSED, *args, **kwargs)
    tell = _hearer.tell
    with torch._C._ExcludeDispatchKeyGuard(_ONLY_KEY):
        found = op(*args, **kwargs)
        if tell is not None and name not in _INNER:
            with quiet():
                event = _event(op, args, kwargs, found)
            if event is not None:
                with operations(None):
                    tell(event)
    return found


@cache
def _is_composed(name: str) -> bool:
    return bool(torch._C._dispatch_has_kernel_for_dispatch_key(name, _COMPOSED.name))


#: Kept for as long as the process lives: without it the fallback would be gone.
_library = torch.library.Library("_", "IMPL")
_library.fallback(_operate, _KEY)


def _event(
    func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], found: Any
) -> Operated | None:
    schema = func._schema
    outputs = tuple(_flat(found))
    if not outputs:
        return None
    name = _NAMES.get(schema.name, schema.name.partition("::")[2])
    outputs = outputs[: _SHOWN.get(name)]
    given = dict(zip((a.name for a in schema.arguments), args, strict=False)) | kwargs
    inplace = any(
        a.alias_info is not None and a.alias_info.is_write for a in schema.arguments
    )
    view = not inplace and any(a.alias_info is not None for a in schema.returns)
    node = _node_of(outputs, inplace)
    reason = None if node is not None else _why_not(name, list(given.values()))
    return Operated(
        name,
        tuple(given.items()),
        outputs,
        node,
        reason,
        inplace,
        view,
    )


def _node_of(outputs: tuple[Tensor, ...], inplace: bool) -> Handle | None:
    """The node that has just been recorded: one that nobody has seen before."""
    for output in outputs:
        whole = output._base if inplace else None
        for tensor in (output,) if whole is None else (whole, output):
            try:
                node = tensor.grad_fn
            except RuntimeError:  # a forbidden view
                continue
            if node is not None and nodes().known(node) is None:
                return nodes().handle(node)
    return None


def _why_not(name: str, inputs: list[Any]) -> str:
    """The reason for which an operation left no node."""
    if name == "detach":
        return "detach"
    if torch.is_inference_mode_enabled():
        return "inference mode"
    if not any(tensor.requires_grad for tensor in _flat(inputs)):
        return "no input requires grad"
    return "non-differentiable" if torch.is_grad_enabled() else "grad mode off"


def _flat(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _flat(each)
