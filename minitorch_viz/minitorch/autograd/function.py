"""`torch.autograd.Function`: an operation with a backward of the user's own."""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np

from ..events import Operated
from ..grad_mode import no_grad
from ..graph import Gradient, Node, target_of
from ..kinds import type_name
from ..raw import raw_field
from ..saved import BACKWARD_TWICE
from ..shown import Named
from ..telling import why_not_here
from ..tensor import Tensor, needs_grad, wrap
from ..thread import thread
from ..travelling import meet, shown
from .context import BackwardCFunction, FunctionCtx
from .marking import placed
from .only_once import once_differentiable

__all__ = ["Function", "FunctionCtx", "InplaceFunction", "once_differentiable"]


class FunctionNode(Node):
    """The node of a custom Function; it has the `ctx` that both its methods get."""

    selective = False
    _function: type[Function]
    _context: type[BackwardCFunction]

    def __init__(self) -> None:
        super().__init__()
        self.ctx = self._context(self)
        #: Shape and type of every output, None for what is no tensor.
        self._outputs: list[Any] = []
        #: Which outputs have none.
        self._constant: tuple[int, ...] = ()
        #: How many outputs have a gradient.
        self._differentiable = 0

    def __getattr__(self, name: str) -> Any:
        # In PyTorch the two are one object.
        if name == "ctx":
            raise AttributeError(name)
        return getattr(self.ctx, name)

    def __call__(self, *grads: Tensor, **named: Any) -> Any:
        """Refuse to be called, as PyTorch's nodes that are written in Python do."""
        raise TypeError(f"'{type(self).__name__}' object is not callable")

    def release(self) -> None:
        """Free what was saved; asking for it then raises, even if it is nothing."""
        super().release()
        self.ctx._released = True

    def run(self, grads: list[Gradient]) -> Sequence[Gradient]:
        """Call the user's backward."""
        given = [self._given(g, i) for i, g in enumerate(grads)]
        function: Any = self._function
        if function.backward is Function.backward and hasattr(function, "vjp"):
            found = function.vjp(self.ctx, *given)
        elif hasattr(function, "vjp"):
            raise RuntimeError(_BOTH)
        else:
            found = function.backward(self.ctx, *given)
        found = found if isinstance(found, tuple) else (found,)
        matched = self._matched(found)
        if thread.now.grad:
            return matched
        versions = [g._version if g is not None and g._counter else 0 for g in matched]
        self.writes = versions if any(versions) else 0
        return [None if g is None else meet(g)._array for g in matched]

    def _given(self, grad: Gradient, number: int) -> Tensor | None:
        if grad is None and self._materializes(number):
            zeros = wrap(np.zeros(*self._outputs[number]))
            if zeros._counter is not None:
                # PyTorch fills them in place.
                zeros._counter[0] = 1
            return zeros
        return None if grad is None else shown(grad, self.bumps[number])

    def _materializes(self, number: int) -> bool:
        """Whether zeros stand for an output's gradient where there is none."""
        ctx = self.ctx
        if self._outputs[number] is None or not ctx._materializes:
            return False
        return ctx._materialize_non_diff_grads or number not in self._constant

    def _matched(self, found: tuple[Any, ...]) -> list[Any]:
        """Return the gradients of the tensor arguments, after counting all."""
        count = len(self._are_tensors)
        if len(found) > count and all(g is None for g in found[count:]):
            found = found[:count]
        if len(found) != count:
            raise RuntimeError(
                f"function {type(self).__name__} returned an incorrect number of "
                f"gradients (expected {count}, got {len(found)})"
            )
        matched = []
        for place, (grad, tensor) in enumerate(
            zip(found, self._are_tensors, strict=True), 1
        ):
            if grad is not None and not isinstance(grad, Tensor):
                raise RuntimeError(f"expected Variable or None (got {type_name(grad)})")
            if tensor:
                matched.append(grad)
            elif grad is not None:
                raise RuntimeError(
                    f"function {type(self).__name__} returned a gradient different "
                    f"than None at position {place}, but the corresponding forward "
                    "input was not a Variable"
                )
        return matched

    _are_tensors: tuple[bool, ...] = ()

    @property
    def _clears(self) -> bool:  # type: ignore[override]
        """Whether the Function lets go of what it saved once it was asked for."""
        return bool(self._function.clear_saved_tensors_on_access)

    @property
    def _raw_saved_tensors(self) -> tuple[Any, ...]:
        if self.ctx._released:
            raise RuntimeError(BACKWARD_TWICE)
        return raw_field("tensors").__get__(self)  # type: ignore[no-any-return]


_MISSING = re.compile("missing a required argument: ")


class FunctionMeta(Named):
    """What a Function's class is: it has the class of its nodes."""


FunctionMeta.__module__ = "torch.autograd.function"


class Function(metaclass=FunctionMeta):
    """The base of operations whose backward you write.

    >>> from minitorch_viz import minitorch as torch
    >>> class Cube(Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x**3
    ...
    ...     @staticmethod
    ...     def backward(ctx, grad):
    ...         (x,) = ctx.saved_tensors
    ...         return grad * 3 * x**2
    >>> x = torch.tensor(2.0, requires_grad=True)
    >>> Cube.apply(x).backward()
    >>> x.grad
    tensor(12.)
    """

    #: Whether `ctx.saved_tensors` may be asked for only once, and frees what it gives.
    clear_saved_tensors_on_access = False
    _node_type: type[FunctionNode]
    _sets_up: bool

    def __init_subclass__(cls) -> None:
        name = f"{cls.__name__}Backward"
        cls._sets_up = hasattr(cls, "setup_context")
        module = {"__module__": "torch.autograd.function"}
        own = {"_function": cls, "_context": type(name, (BackwardCFunction,), module)}
        cls._node_type = type(name, (FunctionNode,), own | module)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        told = _NOT_INSTANTIATED.format(type(self))
        warnings.warn(told, DeprecationWarning, stacklevel=2)

    @staticmethod
    def forward(*args: Any) -> Any:
        """Compute the outputs; the first argument is `ctx`."""
        raise NotImplementedError(
            "You must implement the forward function for custom autograd.Function."
        )

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        """Turn the gradients of the outputs into those of the arguments."""
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom "
            "autograd.Function to use it with backward mode AD."
        )

    def __call__(self, *args: Any) -> Any:
        """Refuse: Functions are applied, not called."""
        raise RuntimeError(
            "Legacy autograd function with non-static forward method is deprecated. "
            "Please use new-style autograd function with static forward method. "
            "(Example: https://pytorch.org/docs/stable/autograd.html"
            "#torch.autograd.Function)"
        )

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Run forward and record it as one operation."""
        given = args
        if kwargs or cls._sets_up:
            args = cls._bound(args, kwargs)
        if thread.now.transforming and not cls._sets_up:
            raise RuntimeError(_NO_SETUP)
        node = cls._node_type()
        needed = tuple(isinstance(a, Tensor) and needs_grad(a) for a in args)
        node.ctx.needs_input_grad = needed
        node._are_tensors = tuple(isinstance(a, Tensor) for a in args)
        node.targets = tuple(target_of(a) for a in args if isinstance(a, Tensor))
        recorded = thread.now.grad and not thread.now.inference and any(needed)
        with no_grad() if thread.now.grad else nullcontext():
            found = cls._forward(node, args)
            single = not isinstance(found, tuple)
            outputs = placed(node, (found,) if single else found, args, recorded)
        if recorded:
            node.shapes = tuple(
                _NO_SHAPE if given is None or number in node._constant else given
                for number, given in enumerate(node._outputs)
            )
            node.saved["tensors"] = node.ctx.keep(outputs)
        cls._tell(given, outputs, node if node._differentiable else None)
        return outputs[0] if single else outputs

    @classmethod
    def _bound(cls, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """Return the arguments in order, those that weren't given as well."""
        signature = inspect.signature(cls.forward)
        if cls._sets_up:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            args, kwargs = bound.args, bound.kwargs
        known = signature.parameters.values()
        named = {each.name for each in known if each.kind is each.POSITIONAL_OR_KEYWORD}
        for name in kwargs:
            if name not in named:
                raise TypeError(
                    f"forward() got an unexpected keyword argument '{name}'"
                )
        if cls._sets_up:
            return args
        try:
            bound = signature.bind(None, *args, **kwargs)
        except TypeError as error:
            said = _MISSING.sub("missing required argument: ", str(error))
            if said != str(error):
                said += f" (position {len(args)})"
            said = f"got {said}" if said.startswith("multiple") else said
            raise TypeError(f"forward() {said}") from None
        bound.apply_defaults()
        return bound.args[1:]

    @classmethod
    def _forward(cls, node: FunctionNode, args: Sequence[Any]) -> Any:
        if not cls._sets_up:
            return cls.forward(node.ctx, *args)
        found = cls.forward(*args)
        cls.setup_context(node.ctx, args, found)  # type: ignore[attr-defined]
        return found

    @classmethod
    def _tell(
        cls, args: Sequence[Any], outputs: Sequence[Any], node: Node | None
    ) -> None:
        if thread.now.observer is not None:
            names = tuple(f"args[{i}]" for i in range(len(args)))
            tensors = tuple(o for o in outputs if isinstance(o, Tensor))
            reason = None if node else why_not_here(args)
            event = names, tuple(args), tensors, node, reason, False, False
            thread.now.observer(Operated(cls.__name__, *event))


Function.__init_subclass__.__func__(Function)  # type: ignore[attr-defined]


class InplaceFunction(Function):
    """An older name to derive from; `Function` does the same.

    >>> issubclass(InplaceFunction, Function)
    True
    """


_NOT_INSTANTIATED = (
    "{} should not be instantiated. Methods on autograd functions are all static, so "
    "you should invoke them on the class itself. Instantiating an autograd function "
    "will raise an error in a future version of PyTorch."
)
_NO_SETUP = (
    "In order to use an autograd.Function with functorch transforms (vmap, grad, jvp, "
    "jacrev, ...), it must override the setup_context staticmethod. For more details, "
    "please see https://pytorch.org/docs/main/notes/extending.func.html"
)
_BOTH = (
    "Implementing both 'backward' and 'vjp' for a custom Function is not allowed. You "
    "should only implement one of them."
)

#: What PyTorch says of an output that has no gradient.
_NO_SHAPE = ((), np.float32)
