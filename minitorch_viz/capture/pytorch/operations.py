"""The operations that a call of PyTorch consists of, as autograd meets them.

A fallback for a dispatch key that PyTorch keeps free stands before autograd. It is only
looked at while the key is switched on for a thread, and sees each operation before and
after autograd has done its part. A `TorchDispatchMode` would not do: with one in force
PyTorch composes some calls of other operations than without.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch
from torch import Tensor

from ...minitorch.events import Created, Operated
from .nodes import Handle, nodes
from .older import UNTOLD, hear
from .quiet import quiet
from .schemas import EACH, flat, named, only_turns, plain, shown, writes

_MODE = "TESTING_ONLY_GenericMode"
_KEY = torch._C._dispatch_key_parse(_MODE)
_ONLY_KEY = torch._C.DispatchKeySet(_KEY)
_COMPOSED = torch._C.DispatchKey.CompositeImplicitAutograd
#: Steps of PyTorch's own between a call and its operations.
_EMPTY = ("aten::empty", "aten::new_empty")
_INNER = frozenset({"aten::lift_fresh", "aten::_local_scalar_dense"})
#: Composed of operations that leave nothing behind: for a program each is one.
_WHOLE = frozenset({"aten::argsort", "aten::isfinite", "aten::isreal"})
Tell = Callable[[Any], None]


class Hearing:
    """Who hears of the operations of one call, and what that call made for itself.

    >>> Hearing(None).made(torch.ones(1))
    False
    """

    def __init__(self, tell: Tell | None, call: str = "") -> None:
        self.tell, self.call = tell, call
        #: Tensors that the call fills for its own use before it computes with them.
        self.scratch: list[Tensor] = []
        #: How that was done: schema, arguments and what came of them.
        self.kept_back: list[tuple[Any, Any, Any, tuple[Tensor, ...]]] = []
        #: Views that were told of, and what is being told of.
        self.views: list[weakref.ref[Tensor]] = []
        self.now: tuple[Tensor, ...] = ()

    def made(self, tensor: object) -> bool:
        """True for a tensor that the call has made for itself."""
        return any(each is tensor for each in self.scratch)

    def catch_up(self, args: tuple[Any, ...]) -> None:
        """Tell what was kept back if a part of it is what an operation writes to.

        What is put together part by part is a result, and the views lead there.
        """
        target, *others = args or (None,)
        if not self.made(target) or not self.made(target._base):
            return
        if all(map(self.made, flat(others))):
            return
        whole, waiting = target._base, self.kept_back
        self.kept_back = []
        for did in waiting:
            schema, given, more, made = did
            if all(each is not whole and each._base is not whole for each in made):
                self.kept_back.append(did)
                continue
            self._forget(made)
            first = next(flat(given), None)
            if first is not None and not schema.name.startswith(_EMPTY):
                self.tell_all(schema, given, more, made)
            elif self.tell is not None:
                self.tell(Created(plain(schema.name.partition("::")[2]), made))

    def tell_all(
        self, schema: Any, args: Any, kwargs: Any, found: tuple[Tensor, ...]
    ) -> None:
        """Tell what one operation did."""
        with quiet():
            events = list(_events(schema, args, kwargs, found))
        for event in events:
            if self.tell is not None:
                self.now, before = event.outputs, _current.telling
                _current.telling = self
                self.tell(event)
                _current.telling, self.now = before, ()
            self.views += map(weakref.ref, event.outputs if event.view else ())

    def is_own(self, name: str, args: Any, found: Any) -> bool:
        """See whether an operation only prepares what the call needs for itself."""
        given, made = list(flat(args)), list(flat(found))
        own = name.startswith(_EMPTY) or all(map(self.made, given))
        own = own and not any(each.requires_grad for each in made)
        if own:
            self.scratch.extend(each for each in made if not self.made(each))
        else:  # what it made for itself is a result now
            self._forget(made)
        return own

    def _forget(self, made: Sequence[Tensor]) -> None:
        kept = self.scratch
        self.scratch = [s for s in kept if all(s is not each for each in made)]


class _Current(threading.local):
    hearing = Hearing(None)
    #: Of which call something is told.
    telling = hearing
    #: True once a call's operations couldn't be heard.
    missed = False


_current = _Current()
_MISSED = (
    "Beneath a dispatch mode, and in torch.jit.trace, PyTorch doesn't tell of "
    "operations: they aren't shown, but what they leave behind is."
)


def untold() -> tuple[str, ...]:
    """Say what PyTorch hasn't told of in this thread since it was listened to.

    >>> untold()
    ()
    """
    return (*UNTOLD, *[_MISSED] * _current.missed)


def listen_anew() -> None:
    """Forget what could not be heard before.

    >>> listen_anew()
    """
    _current.missed = False


def is_passing(tensor: Tensor) -> bool:
    """True for a view that the call which is being told of made on its way.

    Once its base is written to, PyTorch makes it a new node if somebody looks.

    >>> is_passing(torch.ones(1))
    False
    """
    call = _current.telling
    seen = any(each() is tensor for each in call.views)
    return seen and all(each is not tensor for each in call.now)


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
        _current.missed |= tell is not None
        tell = None
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
    found = nodes()
    found.packing += 1
    try:
        with operations(None):
            yield
    finally:
        found.packing -= 1
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
        try:
            return op._op_dk(_COMPOSED, *args, **kwargs)
        except RuntimeError as error:
            if _NO_TENSOR not in str(error):
                raise
            return op._op_dk(_COMPOSED, *_numbers_as_tensors(op, args), **kwargs)
    with torch._C._ExcludeDispatchKeyGuard(_ONLY_KEY):
        if hearing.scratch and writes(op._schema):
            hearing.catch_up(args)
        found = op(*args, **kwargs)
        if hearing.tell is None or name in _INNER:
            return found
        did = op._schema, args, kwargs, tuple(flat(found))
        if hearing.is_own(name, (args, tuple(kwargs.values())), found):
            hearing.kept_back.append(did)
            return found
        hearing.tell_all(*did)
    return found


def _numbers_as_tensors(op: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Make tensors again of those that PyTorch hands to Python as numbers.

    A constant in what `torch.jit.trace` noted down is such a one.
    """
    with torch._C._ExcludeDispatchKeyGuard(_ONLY_KEY):
        return tuple(
            torch.tensor(value)
            if type(value) in _NUMBERS and str(argument.type) == "Tensor"
            else value
            for argument, value in zip(op._schema.arguments, args, strict=False)
        )


_NUMBERS = frozenset({bool, int, float, complex})
#: What a composed operation says of one, unless it takes numbers as well.
_NO_TENSOR = "Expected a value of type 'Tensor'"


@cache
def _is_composed(name: str) -> bool:
    return bool(torch._C._dispatch_has_kernel_for_dispatch_key(name, _COMPOSED.name))


#: Kept for as long as the process lives: without it nothing would be heard.
_library = hear(_operate, _MODE)


def _events(
    schema: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    outputs: tuple[Tensor, ...],
) -> Iterator[Operated]:
    """Yield what an operation did; one on lists did it to each of their tensors."""
    if not schema.name.startswith(EACH):
        if outputs:
            yield _event(schema, args, kwargs, outputs)
        return
    inplace, name = not outputs, named(schema)
    names = tuple(a.name for a in schema.arguments)
    for i, output in enumerate(outputs or args[0]):
        given = tuple(a[i] if isinstance(a, list | tuple) else a for a in args)
        reason = _why_not(name, list(given))
        yield Operated(name, names, given, (output,), None, reason, inplace, False)


def _event(
    schema: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    outputs: tuple[Tensor, ...],
) -> Operated:
    name = named(schema)
    asked = _current.hearing.call.endswith(("_ex", "_with_indices"))
    seen = len(outputs) if asked else shown(name, len(outputs))
    outputs, hidden = outputs[:seen], outputs[seen:]
    _current.hearing.scratch.extend(hidden)
    if name == "unique2":  # what wasn't asked for is empty
        outputs = (outputs[0], *(each for each in outputs[1:] if each.numel()))
    given = dict(zip((a.name for a in schema.arguments), args, strict=False)) | kwargs
    given.pop("out", None)
    given = {name: _number_in(each) for name, each in given.items()}
    inplace = writes(schema)
    view = not inplace and any(a.alias_info is not None for a in schema.returns)
    written = inplace and not only_turns(schema.name, schema.overload_name)
    node = _node_of(outputs, written)
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


def _number_in(value: Any) -> Any:
    """Return the number that a call has made a tensor of, other things as they are."""
    hidden = isinstance(value, Tensor) and _current.hearing.made(value)
    return value.item() if hidden and not value.dim() and value.is_cpu else value


def _node_of(outputs: tuple[Tensor, ...], written: bool) -> Handle | None:
    """The node that has just been recorded: one that nobody has seen before."""
    if not torch.is_grad_enabled() or torch.is_inference_mode_enabled():
        return None
    for output in outputs:
        whole = output._base if written else None
        try:  # a view's own node is made anew if its base was written to at all
            node = (output if whole is None else whole).grad_fn
        except RuntimeError:  # a forbidden view
            continue
        found = None if node is None else nodes().recorded(node)
        if found is not None:
            return found
    return None


def _why_not(name: str, inputs: list[Any]) -> str:
    """The reason for which an operation left no node."""
    if name == "detach":
        return "detach"
    if torch.is_inference_mode_enabled():
        return "inference mode"
    if not any(tensor.requires_grad for tensor in flat(inputs)):
        return "no input requires grad"
    return "non-differentiable" if torch.is_grad_enabled() else "grad mode off"
