"""Calls of PyTorch from Python: what each of them did, told when it is over."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor
from torch._ops import HigherOrderOperator
from torch.nn import Parameter
from torch.overrides import (
    TorchFunctionMode,
    _get_current_function_mode_stack,
    _pop_mode,
    _push_mode,
)

from ...minitorch.events import Changed, Created, Operated
from .library import rebuilds, works_unseen
from .listener import Listener
from .operations import operations
from .places import lend
from .schemas import flat

#: Calls that make tensors out of numbers.
_FACTORIES = frozenset(
    {
        *("arange", "as_tensor", "asarray", "empty", "eye", "from_numpy", "full"),
        *("linspace", "logspace", "normal", "ones", "rand"),
        *("randint", "randn", "randperm", "range", "scalar_tensor", "tensor", "zeros"),
        *("empty_like", "full_like", "ones_like", "rand_like", "randint_like"),
        *("randn_like", "zeros_like", "new_empty", "new_full", "new_ones"),
        *("new_tensor", "new_zeros"),
    }
)
#: Those that compute with tensors, if they are given any.
_TAKES = frozenset({"as_tensor", "asarray", "normal"})
#: Calls after which a tensor's flags or hooks are others than before.
_FLAGS = frozenset(
    {
        *("detach_", "register_hook", "register_post_accumulate_grad_hook"),
        *("requires_grad_", "retain_grad"),
    }
)
_SETTERS = frozenset({"data", "grad", "requires_grad"})
#: Attributes that are operations.
_DERIVED = frozenset({"H", "T", "imag", "mH", "mT", "real"})
_PLAIN = frozenset({Tensor, Parameter})
_NO_DISPATCH = Tensor.__torch_dispatch__
#: Calls whose result nobody may have seen before they give it its class.
_SUBCLASSING = frozenset({"as_subclass", "_make_subclass", "_make_wrapper_subclass"})
#: The walk back tells of itself, and what only looks is nobody's business.
_SILENT = frozenset(
    {
        *(
            "__array__",
            "__bool__",
            "__deepcopy__",
            "__float__",
            "__format__",
            "__index__",
            "__int__",
        ),
        *("__reduce_ex__", "__repr__"),
        *("allclose", "backward", "equal", "grad", "item", "numpy", "tolist"),
    }
)


class Calls(TorchFunctionMode):
    """While it is in force, a listener hears of every call of PyTorch."""

    def __init__(self, listener: Listener) -> None:
        super().__init__()
        self._listener = listener

    def __exit__(self, *raised: Any) -> None:
        """Leave, but no mode that the program has entered meanwhile."""
        above: list[Any] = []
        while self in _get_current_function_mode_stack():
            above.append(_pop_mode())
        for mode in reversed(above[:-1]):
            _push_mode(mode)

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        """Make the call, and tell what it did."""
        kwargs = kwargs or {}
        listener = self._listener
        listener.settle()
        name = getattr(func, "__name__", "")
        if name in ("__get__", "__set__", "__delete__"):
            owner = getattr(func.__self__, "__name__", "")
            caller = sys._getframe(1)
            if works_unseen(caller) or rebuilds(caller):
                return func(*args)
            silent = listener.is_constructing or rebuilds(sys._getframe(1))
            return func(*args) if silent else self._attribute(func, name, owner, args)
        if name in _SILENT or name in _SUBCLASSING or listener.is_constructing:
            result = func(*args, **kwargs)
            if name in ("__array__", "numpy"):
                lend(args[0], result)
            return result
        caller = sys._getframe(1)
        # A higher-order operator knows no key but those it was written for.
        if works_unseen(caller) or isinstance(func, HigherOrderOperator):
            return func(*args, **kwargs)
        if name in _FLAGS and isinstance(args[0], Tensor):
            result = func(*args, **kwargs)
            listener.tell(Changed(args[0]))
            return result
        if not _makes(name, args, kwargs):
            # What a subclass makes gets its class only after the operation, or it
            # does all by itself.
            known = _PLAIN.issuperset(types) and not any(map(_dispatches, flat(args)))
            tell: Callable[[Any], None] | None = listener.tell if known else None
            if name == "__setitem__" and not isinstance(args[2], Tensor):
                tell = tell and _filling(tell, args[2])
            with operations(tell, name) as hearing:
                result = func(*args, **kwargs)
            if result is NotImplemented:
                # Else PyTorch would ask the tensors, and so make the call again.
                raise TypeError(f"{name} knows no such operands")
            if hearing.made(result):
                listener.tell(Created(name, (result,)))
            return result
        result = func(*args, **kwargs)
        if _is_new(result, args) and not rebuilds(caller):
            listener.tell(Created(name, (result,)))
        return result

    def _attribute(self, func: Any, action: str, attribute: str, args: Any) -> Any:
        listener = self._listener
        if action != "__get__":
            result = func(*args)
            if attribute in _SETTERS:
                listener.tell(Changed(args[0]))
            return result
        if attribute in _DERIVED:
            with operations(listener.tell):
                return func(*args)
        result = func(*args)
        if attribute == "grad_fn" and result is not None:
            listener.show(result)
        if attribute == "data":
            event = ("self",), args[:1], (result,), None, ".data", False, True
            listener.tell(Operated("data", *event))
        return result


def _dispatches(tensor: Tensor) -> bool:
    kind = type(tensor)
    return kind not in _PLAIN and kind.__torch_dispatch__ is not _NO_DISPATCH


def _filling(tell: Callable[[Any], None], value: Any) -> Callable[[Any], None]:
    """Let the tensor that PyTorch makes of a number, to write it, be that number."""

    def told(event: Any) -> None:
        if event.op in ("copy_", "fill_"):
            second = "src" if event.op == "copy_" else "value"
            names, values = (event.names[0], second), (event.values[0], value)
            event = event._replace(names=names, values=values)
        tell(event)

    return told


def _makes(name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> bool:
    """True for a call that makes a tensor, and doesn't fill or take a given one."""
    given = name in _TAKES and any(isinstance(each, Tensor) for each in args)
    return name in _FACTORIES and kwargs.get("out") is None and not given


def _is_new(result: Any, args: Sequence[Any]) -> bool:
    return isinstance(result, Tensor) and all(result is not each for each in args)
