"""`torch.utils.checkpoint`: run a function once more on the way back, and save less."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from ..autograd.function import Function
from ..autograd.graph import saved_tensors_hooks
from ..autograd.passes import backward
from ..events import silence
from ..grad_mode import enable_grad, is_grad_enabled, no_grad
from ..graph import Node
from ..missing import refusing
from ..nn.containers import Sequential
from ..random import fork_rng, get_rng_state, set_rng_state
from ..saved import SavedTensor, saving
from ..tensor import Tensor
from .again import Again, CheckpointError, described

__all__ = [
    "CheckpointError",
    "CheckpointFunction",
    "checkpoint",
    "checkpoint_sequential",
    "noop_context_fn",
    "set_checkpoint_early_stop",
]

Contexts = tuple[AbstractContextManager[Any], AbstractContextManager[Any]]


def noop_context_fn() -> Contexts:
    """Return the contexts of both runs: none.

    >>> len(noop_context_fn())
    2
    """
    return nullcontext(), nullcontext()


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    context_fn: Callable[[], Contexts] = noop_context_fn,
    determinism_check: str = "default",
    debug: bool = False,
    early_stop: bool = True,
    **kwargs: Any,
) -> Any:
    """Call a function and save only its inputs; backward calls it again for the rest.

    `use_reentrant=False` runs it again when something it saved is first needed, True in
    a backward pass of its own. `early_stop` ends that as soon as all is there again.

    Raises:
        ValueError: if an option isn't one of those that there are.
        CheckpointError: in backward, if the function doesn't do the same again.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(2, requires_grad=True)
    >>> checkpoint(lambda t: (t * t).exp(), x, use_reentrant=False).sum().backward()
    >>> x.grad
    tensor([5.4366, 5.4366])
    """
    if use_reentrant is None:
        warnings.warn(_EXPLICIT, UserWarning, stacklevel=2)
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if not use_reentrant:
        if debug:
            raise NotImplementedError("minitorch has no debug=True for checkpoint()")
        return _packed(
            function,
            preserve,
            context_fn(),
            described(determinism_check),
            early_stop if _early_stop[-1] is None else _early_stop[-1],
            args,
            kwargs,
        )
    _no_others(kwargs)
    if context_fn is not noop_context_fn or debug is not False:
        raise ValueError(
            "Passing `context_fn` or `debug` is only supported when "
            "use_reentrant=False."
        )
    return CheckpointFunction.apply(function, preserve, *args)


def checkpoint_sequential(
    functions: Sequential | Sequence[Callable[..., Any]],
    segments: int,
    input: Any,
    use_reentrant: bool | None = None,
    **kwargs: Any,
) -> Any:
    """Call functions one after another; segments but the last save only their input.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.zeros(2, requires_grad=True)
    >>> checkpoint_sequential([torch.exp, torch.exp], 2, x, use_reentrant=False)
    tensor([2.7183, 2.7183], grad_fn=<ExpBackward0>)
    """
    if use_reentrant is None:
        warnings.warn(_EXPLICIT_SEQUENTIAL, UserWarning, stacklevel=2)
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    _no_others(kwargs)
    if isinstance(functions, Sequential):
        functions = list(functions.children())
    size = len(functions) // segments
    done = 0
    for start in range(0, size * (segments - 1), size):
        done = start + size
        input = checkpoint(
            _chained(functions[start:done]),
            input,
            use_reentrant=use_reentrant,
            preserve_rng_state=preserve,
        )
    return _chained(functions[done:])(input)


def _chained(functions: Sequence[Callable[..., Any]]) -> Callable[[Any], Any]:
    def forward(input: Any) -> Any:
        for function in functions:
            input = function(input)
        return input

    return forward


def _no_others(kwargs: dict[str, Any]) -> None:
    if kwargs:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))


#: Whether recomputing ends early, as `set_checkpoint_early_stop` says; None if it
#: doesn't say.
_early_stop: list[bool | None] = [None]


@contextmanager
def set_checkpoint_early_stop(enable: bool) -> Iterator[None]:
    """Let functions checkpointed in the block run again to their ends, or not.

    >>> with set_checkpoint_early_stop(False):
    ...     pass
    """
    _early_stop.append(enable)
    try:
        yield
    finally:
        _early_stop.pop()


@contextmanager
def _random_as(state: Tensor | None) -> Iterator[None]:
    """Draw the numbers that were drawn from `state` on; None: whatever comes."""
    if state is None:
        yield
        return
    with fork_rng():
        with silence():
            set_rng_state(state)
        yield


def _random_now(wanted: bool) -> Tensor | None:
    with silence():
        return get_rng_state() if wanted else None


class CheckpointFunction(Function):
    """The reentrant kind: forward saves its inputs, backward is a pass in the pass."""

    @staticmethod
    def forward(
        ctx: Any, run_function: Any, preserve_rng_state: bool, *args: Any
    ) -> Any:
        """Run without recording."""
        if not any(isinstance(a, Tensor) and a.requires_grad for a in args):
            warnings.warn(_NO_GRADIENTS, UserWarning, stacklevel=3)
        ctx.function, ctx.state = run_function, _random_now(preserve_rng_state)
        ctx.plain = [None if isinstance(a, Tensor) else a for a in args]
        ctx.places = [i for i, a in enumerate(args) if isinstance(a, Tensor)]
        ctx.save_for_backward(*(args[i] for i in ctx.places))
        with no_grad():
            return run_function(*args)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        """Run once more, recording, and go back from there."""
        if saving.run is not None and saving.run.captures:
            raise RuntimeError(_NOT_REENTRANT)
        args = list(ctx.plain)
        for place, tensor in zip(ctx.places, ctx.saved_tensors, strict=True):
            args[place] = tensor.detach()
            args[place].requires_grad = tensor.requires_grad
        with _random_as(ctx.state), enable_grad():
            outputs = ctx.function(*args)
        outputs = (outputs,) if isinstance(outputs, Tensor) else outputs
        starts = [
            (output, grad)
            for output, grad in zip(outputs, grads, strict=False)
            if isinstance(output, Tensor) and output.requires_grad
        ]
        if not starts:
            raise RuntimeError(
                "none of output has requires_grad=True, this checkpoint() is not "
                "necessary"
            )
        backward([output for output, _ in starts], [grad for _, grad in starts])
        return None, None, *(a.grad if isinstance(a, Tensor) else None for a in args)


def _packed(
    function: Callable[..., Any],
    preserve: bool,
    contexts: Contexts,
    describe: Callable[[Tensor], Any],
    early_stop: bool,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """Call the function; where it would save a tensor, it keeps a stand-in."""
    first, second = contexts
    if not is_grad_enabled():
        return function(*args, **kwargs)
    state = _random_now(preserve)
    kept = [SavedTensor(a) if isinstance(a, Tensor) else a for a in args]

    def run_again() -> None:
        with _random_as(state), second:
            function(*map(_as_saved, kept), **kwargs)

    again = Again(run_again, early_stop, describe)
    with saved_tensors_hooks(again.pack, again.unpack), first:
        found = function(*args, **kwargs)
    again.forward_ended = True
    return found


def _as_saved(value: Any) -> Any:
    """Return an input as it was, or raise if it was written to since."""
    if not isinstance(value, SavedTensor):
        return value
    with silence():  # no node has it, so none is told of
        return value.operand(Node())


_NO_GRADIENTS = "None of the inputs have requires_grad=True. Gradients will be None"
_NOT_REENTRANT = (
    "When use_reentrant=True, torch.utils.checkpoint is incompatible with .grad() or "
    "passing an `inputs` parameter to .backward(). To resolve this error, you can "
    "either set use_reentrant=False, or call .backward() without passing the `inputs` "
    "argument."
)
_EXPLICIT = (
    "torch.utils.checkpoint: the use_reentrant parameter should be passed explicitly. "
    "Starting in PyTorch 2.9, calling checkpoint without use_reentrant will raise an "
    "exception. use_reentrant=False is recommended, but if you need to preserve the "
    "current default behavior, you can pass use_reentrant=True. Refer to docs for more "
    "details on the differences between the two variants."
)
_EXPLICIT_SEQUENTIAL = (
    "torch.utils.checkpoint.checkpoint_sequential: the use_reentrant parameter should "
    "be passed explicitly. In version 2.9 we will raise an exception if use_reentrant "
    "is not passed. use_reentrant=False is recommended, but if you need to preserve "
    "the current default behavior, you can pass use_reentrant=True. Refer to docs for "
    "more details on the differences between the two variants."
)

__getattr__ = refusing("torch.utils.checkpoint", globals())
