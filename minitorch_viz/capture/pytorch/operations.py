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
    "aten::_cdist_forward": "cdist",
    "aten::_foreach_norm": "linalg_vector_norm",
    "aten::_reshape_alias": "reshape",
    "aten::log_sigmoid_forward": "log_sigmoid",
    "aten::max_pool2d_with_indices": "max_pool2d",
    "aten::nll_loss_forward": "nll_loss",
    "aten::nll_loss2d_forward": "nll_loss2d",
}
#: Steps of PyTorch's own between a call and its operations.
_EMPTY = ("aten::empty", "aten::new_empty")
_INNER = frozenset({"aten::lift_fresh", "aten::_local_scalar_dense"})
#: Operations on lists, which optimizers use.
_EACH = "aten::_foreach_"
#: Composed of operations that leave nothing behind: for a program each is one.
_WHOLE = frozenset({"aten::argsort", "aten::isfinite", "aten::isreal"})
#: How many outputs the program sees; the others are kept for backward.
_SHOWN = {
    "embedding_bag": 1,
    "linalg_inv_ex": 1,
    "linalg_solve_ex": 1,
    "log_sigmoid": 1,
    "max_pool2d": 1,
    "mkldnn_rnn_layer": 3,
    "native_batch_norm": 1,
    "native_group_norm": 1,
    "native_layer_norm": 1,
    "nll_loss": 1,
    "scaled_dot_product_flash_attention_for_cpu": 1,
}


Tell = Callable[[Operated], None]


class Hearing:
    """Who hears of the operations of one call, and what that call made for itself.

    >>> Hearing(None).made(torch.ones(1))
    False
    """

    def __init__(self, tell: Tell | None, call: str = "") -> None:
        self.tell, self.call = tell, call
        #: Tensors that the call fills for its own use before it computes with them.
        self.scratch: list[Tensor] = []

    def made(self, tensor: object) -> bool:
        """True for a tensor that the call has made for itself."""
        return any(each is tensor for each in self.scratch)

    def is_own(self, name: str, args: Any, found: Any) -> bool:
        """See whether an operation only prepares what the call needs for itself."""
        given, made = list(_flat(args)), list(_flat(found))
        own = name.startswith(_EMPTY) or all(map(self.made, given))
        own = own and not any(each.requires_grad for each in made)
        if own:
            self.scratch.extend(each for each in made if not self.made(each))
        else:  # what it made for itself is a result now
            kept = self.scratch
            self.scratch = [s for s in kept if all(s is not each for each in made)]
        return own


class _Current(threading.local):
    hearing = Hearing(None)


_current = _Current()


@contextmanager
def operations(tell: Tell | None, call: str = "") -> Iterator[Hearing]:
    """Tell of the operations of the block, which is one call; None: of none.

    >>> seen = []
    >>> x = torch.ones(2)
    >>> with operations(seen.append):
    ...     y = (x + 1).exp()
    >>> [event.op for event in seen]
    ['add', 'exp']
    """
    before = _current.hearing
    if (
        torch._C._len_torch_dispatch_stack()
        or torch._C._get_tracing_state() is not None
    ):
        tell = None  # a mode of the program's, or `torch.jit.trace`, comes first
    hearing = Hearing(tell, call)
    _switch(hearing)
    try:
        yield hearing
    finally:
        _switch(before)


@contextmanager
def anew() -> Iterator[None]:
    """Let operations be heard that code of the program's runs inside another one.

    >>> with anew():
    ...     pass
    """
    excluded = torch._C._dispatch_tls_is_dispatch_key_excluded(_KEY)
    torch._C._dispatch_tls_set_dispatch_key_excluded(_KEY, False)
    try:
        with operations(None):
            yield
    finally:
        torch._C._dispatch_tls_set_dispatch_key_excluded(_KEY, excluded)


def _switch(hearing: Hearing) -> None:
    _current.hearing = hearing
    on = hearing.tell is not None
    torch._C._dispatch_tls_set_dispatch_key_included(_KEY, on)


def _operate(op: Any, *args: Any, **kwargs: Any) -> Any:
    """Run one operation, or what it is composed of, and tell of it."""
    name = op.name()
    hearing = _current.hearing
    composed = _is_composed(name) and not torch.is_autocast_enabled("cpu")
    if composed and name not in _WHOLE:
        return op._op_dk(_COMPOSED, *args, **kwargs)
    with torch._C._ExcludeDispatchKeyGuard(_ONLY_KEY):
        found = op(*args, **kwargs)
        if hearing.tell is None or name in _INNER:
            return found
        if hearing.is_own(name, (args, tuple(kwargs.values())), found):
            return found
        with quiet():
            events = list(_events(op._schema, args, kwargs, tuple(_flat(found))))
        for event in events:
            hearing.tell(event)
    return found


@cache
def _is_composed(name: str) -> bool:
    return bool(torch._C._dispatch_has_kernel_for_dispatch_key(name, _COMPOSED.name))


if not hasattr(torch.library.Library, "fallback"):
    raise ImportError(
        f"stepping needs PyTorch 2.7 or newer, and {torch.__version__} is installed; "
        "engine='minitorch' needs none"
    )
#: Kept for as long as the process lives: without it the fallback would be gone.
_library = torch.library.Library("_", "IMPL")
_library.fallback(_operate, _KEY)


def _events(
    schema: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    outputs: tuple[Tensor, ...],
) -> Iterator[Operated]:
    """Yield what an operation did; one on lists did it to each of their tensors."""
    if not schema.name.startswith(_EACH):
        if outputs:
            yield _event(schema, args, kwargs, outputs)
        return
    inplace, name = not outputs, schema.name.removeprefix(_EACH)
    names = tuple(a.name for a in schema.arguments)
    for i, output in enumerate(outputs or args[0]):
        given = tuple(a[i] if isinstance(a, list | tuple) else a for a in args)
        name = _NAMES.get(schema.name, name)
        reason = _why_not(name, list(given))
        yield Operated(name, names, given, (output,), None, reason, inplace, False)


def _event(
    schema: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    outputs: tuple[Tensor, ...],
) -> Operated:
    name = _NAMES.get(schema.name) or _plain(schema.name.partition("::")[2])
    asked = _current.hearing.call.endswith("_with_indices")
    shown = len(outputs) if asked else _SHOWN.get(name, len(outputs))
    outputs, hidden = outputs[:shown], outputs[shown:]
    if name == "unique2":  # what wasn't asked for is empty
        outputs = (outputs[0], *(each for each in outputs[1:] if each.numel()))
    given = dict(zip((a.name for a in schema.arguments), args, strict=False)) | kwargs
    given.pop("out", None)
    given = {name: _number_in(each) for name, each in given.items()}
    # What only fills something beside its result (noise, say) isn't in place.
    inplace = any(
        a.alias_info is not None and a.alias_info.is_write for a in schema.returns
    )
    view = not inplace and any(a.alias_info is not None for a in schema.returns)
    node = _node_of(outputs, inplace)
    if node is not None:
        node.saved_own(outputs)
        node.kept_inside(hidden)
    reason = None if node is not None else _why_not(name, list(given.values()))
    return Operated(
        name,
        tuple(given),
        tuple(given.values()),
        outputs,
        node,
        reason,
        inplace,
        view,
    )


def _plain(name: str) -> str:
    """Return an operation's name without what marks it as PyTorch's own."""
    return name if name.startswith("__") else name.removeprefix("_")


def _number_in(value: Any) -> Any:
    """Return the number that a call has made a tensor of, other things as they are."""
    hidden = isinstance(value, Tensor) and _current.hearing.made(value)
    return value.item() if hidden and not value.dim() else value


def _node_of(outputs: tuple[Tensor, ...], inplace: bool) -> Handle | None:
    """The node that has just been recorded: one that nobody has seen before."""
    if not torch.is_grad_enabled() or torch.is_inference_mode_enabled():
        return None
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
