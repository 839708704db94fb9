"""Hooks around `forward`, and on the gradients of what goes in and comes out."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..events import silence
from ..graph import RemovableHandle
from ..op import Op, call, make_views
from ..telling import emit
from ..tensor import Tensor, needs_grad, wrap
from ..thread import thread
from .legacy_hooks import watch_node

if TYPE_CHECKING:
    from .module import Module

#: Passes tensors through, so that their gradients can be seen together.
_PASSING = Op(
    "backward_hook_function",
    lambda tensors, /: [tensor[...] for tensor in tensors],
    node="BackwardHookFunctionBackward",
    many=True,
    tensors=lambda grads: grads,
)


_NOT_A_TENSOR = (
    "For backward hooks to be called, module output should be a Tensor or a tuple of "
    "Tensors but received {}"
)
_NO_INPUTS = (
    "Full backward hook is firing when gradients are computed with respect to module "
    "outputs since no inputs require gradients. See "
    "https://docs.pytorch.org/docs/main/generated/torch.nn.Module.html"
    "#torch.nn.Module.register_full_backward_hook for more details."
)


class Hooks:
    """The hooks of one module, by kind; each kind runs in the order of registering."""

    #: Around a call, and around writing and reading the state.
    CALLS = ("forward_pre", "forward", "backward_pre", "backward", "legacy_backward")
    STATES = (
        "state_dict_pre",
        "state_dict",
        "load_state_dict_pre",
        "load_state_dict_post",
    )
    KINDS = (*CALLS, *STATES)

    #: What PyTorch says of some of the hooks of a kind, by the attribute it has.
    SORTS: ClassVar = {
        "_forward_hooks_with_kwargs": ("forward", "with_kwargs"),
        "_forward_hooks_always_called": ("forward", "always"),
        "_forward_pre_hooks_with_kwargs": ("forward_pre", "with_kwargs"),
    }

    def __init__(self) -> None:
        self.kinds: dict[str, dict[int, Callable[..., Any]]] = {
            kind: OrderedDict() for kind in self.KINDS
        }
        self.with_kwargs: set[int] = set()
        self.always: set[int] = set()
        self.with_module: set[int] = set()

    def __bool__(self) -> bool:
        """Return whether there are hooks around calls."""
        before, after, *backward = map(self.kinds.__getitem__, self.CALLS)
        return bool(before or after or any(backward))

    def before(self, others: Hooks) -> Hooks:
        """Return these hooks and the others, which run after them."""
        both = Hooks()
        for kind, hooks in both.kinds.items():
            hooks.update({**self.kinds[kind], **others.kinds[kind]})
        both.with_kwargs = self.with_kwargs | others.with_kwargs
        both.always = self.always | others.always
        return both

    def sorted_out(self, kind: str, sort: str) -> dict[int, bool]:
        """Return which hooks of a kind were registered as one of a sort."""
        wanted = getattr(self, sort)
        return OrderedDict((key, True) for key in self.kinds[kind] if key in wanted)

    def register(
        self,
        kind: str,
        hook: Callable[..., Any],
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Add a hook, behind the others or before them."""
        hooks = self.kinds[kind]
        handle = RemovableHandle(hooks, hook)
        if prepend:
            others = {key: each for key, each in hooks.items() if key != handle.id}
            hooks.clear()
            hooks.update({handle.id: hook, **others})
        if with_kwargs:
            self.with_kwargs.add(handle.id)
        if always_call:
            self.always.add(handle.id)
        return handle


#: The hooks of all modules; they run before a module's own.
everywhere = Hooks()


def forget_everywhere() -> None:
    """Let no hook be around every module any more.

    >>> forget_everywhere()
    """
    vars(everywhere).clear()
    everywhere.__init__()  # type: ignore[misc]


def _around(module: Module) -> Hooks:
    own = module._module_hooks
    return everywhere.before(own) if everywhere else own


def call_hooked(module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Run `forward` with all hooks around it."""
    hooks = _around(module)
    try:
        args, kwargs = _before(module, hooks, args, kwargs)
        watch = None
        if hooks.kinds["backward"] or hooks.kinds["backward_pre"]:
            watch = _Watch(module, hooks)
            args = watch.inputs(args)
        result = module.forward(*args, **kwargs)
        hooks = _around(module)
        result = _after(module, hooks, args, kwargs, result, hooks.kinds["forward"])
    except Exception:
        always = {k: h for k, h in hooks.kinds["forward"].items() if k in hooks.always}
        _after(module, hooks, args, kwargs, None, always)
        raise
    if watch is not None:
        result = watch.outputs(result)
    legacy = tuple(hooks.kinds["legacy_backward"].values())
    if legacy:
        watch_node(module, legacy, args, result)
    return result


def _before(
    module: Module, hooks: Hooks, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    for key, hook in tuple(hooks.kinds["forward_pre"].items()):
        if key in hooks.with_kwargs:
            both = hook(module, args, kwargs)
            if both is None:
                continue
            if not isinstance(both, tuple) or len(both) != 2:
                raise RuntimeError(
                    "forward pre-hook must return None or a tuple of (new_args, "
                    f"new_kwargs), but got {both}."
                )
            args, kwargs = both
        else:
            given = hook(module, args)
            if given is not None:
                args = given if isinstance(given, tuple) else (given,)
    return args, kwargs


def _after(
    module: Module,
    hooks: Hooks,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    result: Any,
    registered: dict[int, Callable[..., Any]],
) -> Any:
    for key, hook in tuple(registered.items()):
        if key in hooks.with_kwargs:
            given = hook(module, args, kwargs, result)
        else:
            given = hook(module, args, result)
        if given is not None:
            result = given
    return result


class _Watch:
    """One call of a module, from its inputs' gradients to its outputs'."""

    def __init__(self, module: Module, hooks: Hooks) -> None:
        self.module = module
        # Hooks registered between forward and backward don't see this call.
        self.pre = tuple(hooks.kinds["backward_pre"].values())
        self.user = tuple(hooks.kinds["backward"].values())
        self.grad_outputs: tuple[Any, ...] | None = None
        #: What zeros for each argument are like; the arguments themselves may go.
        self.likes: tuple[tuple[Any, Any] | None, ...] = ()
        self.count_out = 0
        self.places_in: list[int] | None = None
        self.places_out: list[int] = []

    def inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Pass the arguments through a node that reports their gradients."""
        if not self.user:
            return args
        self.likes = tuple(
            (a._array.shape, a._array.dtype) if isinstance(a, Tensor) else None
            for a in args
        )
        args, places, node = _passed(args)
        if node is not None:
            self.places_in = places

            # By this name PyTorch's errors know what a node calls for modules.
            def hook(grads: Sequence[Any], outputs: Sequence[Any]) -> Any:
                return self._left(grads, outputs)

            node.register_hook(hook)
        return args

    def outputs(self, result: Any) -> Any:
        """Pass the results through a node that reports their gradients."""
        if not isinstance(result, (Tensor, tuple)):
            told = _NOT_A_TENSOR.format(type(result))
            warnings.warn(told, UserWarning, stacklevel=2)
        results = result if isinstance(result, tuple) else (result,)
        self.count_out = len(results)
        results, self.places_out, node = _passed(results)
        if node is None:
            return result

        def hook(_: Sequence[Any], grads: Sequence[Any]) -> Any:
            return self._arrived(grads)

        # After the node: it only passes on what came, which this may replace.
        node.register_hook(hook)
        return results if isinstance(result, tuple) else results[0]

    def _arrived(self, grads: Sequence[Any]) -> Any:
        self.grad_outputs = _placed(grads, self.places_out, self.count_out)
        changed = False
        for hook in self.pre:
            given = hook(self.module, self.grad_outputs)
            if given is not None:
                self._check(given, self.count_out, "pre hook", "grad_output")
                self.grad_outputs, changed = given, True
        if self.places_in is None and self.user:
            warnings.warn(_NO_INPUTS, UserWarning, stacklevel=2)
            self._without_inputs()
        if not changed:
            return None
        assert self.grad_outputs is not None
        return tuple(self.grad_outputs[place] for place in self.places_out)

    def _without_inputs(self) -> None:
        empty = (None,) * len(self.likes)
        for hook in self.user:
            given = hook(self.module, empty, self.grad_outputs)
            if given is not None and any(each is not None for each in _tupled(given)):
                raise RuntimeError(
                    "Backward hook for Modules where no input requires gradient should "
                    "always return None or None for all gradients."
                )

    def _left(self, grads: Sequence[Any], _: Sequence[Any]) -> Any:
        if self.grad_outputs is None:
            return None
        assert self.places_in is not None
        # One function takes all inputs, so what has no gradient gets zeros.
        found = tuple(
            wrap(np.zeros(*like)) if grad is None and like else grad
            for grad, like in zip(
                _placed(grads, self.places_in, len(self.likes)),
                self.likes,
                strict=True,
            )
        )
        for hook in self.user:
            given = hook(self.module, found, self.grad_outputs)
            if given is not None:
                # Whatever has as many elements, a tensor too, is taken for a tuple.
                self._check(given, len(found), "hook", "grad_input")
                found = given
        self.grad_outputs = None
        return tuple(found[place] for place in self.places_in)

    @staticmethod
    def _check(given: Any, expected: int, kind: str, what: str) -> None:
        if len(given) != expected:
            raise RuntimeError(
                f"Backward {kind} returned an invalid number of {what}, got "
                f"{len(given)}, but expected {expected}"
            )


def _passed(values: tuple[Any, ...]) -> tuple[tuple[Any, ...], list[int], Any]:
    """Replace tensors by views; those that require grad come out of one node."""
    tensors = {i: v for i, v in enumerate(values) if isinstance(v, Tensor)}
    places = [i for i, tensor in tensors.items() if needs_grad(tensor)]
    if not places or not thread.now.grad:
        return values, places, None
    given = [tensors[place] for place in places]
    with silence():
        outputs = call(_PASSING, (given,))
    made = "function" if len(places) == 1 else "multiple"
    replaced = {i: wrap(tensor._array[...]) for i, tensor in tensors.items()}
    replaced |= dict(zip(places, outputs, strict=True))
    for place, tensor in tensors.items():
        make_views(tensor, (replaced[place],))
        replaced[place]._made = made
    if thread.now.observer is not None:
        emit(_PASSING, (given,), (), outputs, outputs[0].grad_fn)
    values = tuple(replaced.get(i, value) for i, value in enumerate(values))
    return values, places, outputs[0].grad_fn


def _placed(grads: Sequence[Any], places: list[int], count: int) -> tuple[Any, ...]:
    found = dict(zip(places, grads, strict=True))
    return tuple(found.get(i) for i in range(count))


def _tupled(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
