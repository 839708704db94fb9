"""Hooks in a backward pass: the user's, called with tensors, on bare arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .events import silence
from .graph import AccumulateGrad, Gradient, Node
from .kinds import type_name
from .op import do
from .tensor import Tensor
from .travelling import meet, shown


def call_tensor_hooks(
    node: Node, received: list[Gradient], versions: list[int]
) -> None:
    """Call what `register_hook` registered, then keep what `retain_grad` asks.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(1, requires_grad=True)
    >>> handle = x.register_hook(lambda grad: grad * 10)
    >>> received = [torch.ones(1)._array]
    >>> call_tensor_hooks((x * 2).grad_fn.next_functions[0][0], received, [0])
    >>> received
    [array([10.], dtype=float32)]
    """
    if isinstance(node, AccumulateGrad):
        hooks = {0: node.variable._hooks} if node.variable._hooks else {}
    else:
        hooks = node.tensor_hooks or {}
    for number, registered in hooks.items():
        for hook in tuple((registered or {}).values()):
            received[number] = _hooked(hook, received, versions, number)
    for number, reference in (node.retains or {}).items():
        tensor = reference()
        if tensor is not None and received[number] is not None:
            _retain(tensor, shown(received[number]))


def _retain(tensor: Tensor, grad: Tensor) -> None:
    with silence():
        kept = tensor._grad
        tensor._grad = do.clone(grad) if kept is None else grad + kept


def _hooked(
    hook: Callable[..., Any],
    received: list[Gradient],
    versions: list[int],
    number: int,
) -> Gradient:
    grad = received[number]
    before = None if grad is None else shown(grad, versions[number])
    found = hook(before)
    if found is None:
        found = before
    else:
        _check(hook, before, found)
    if found is None or before is grad:
        return found
    versions[number] = _version(found)
    return meet(found)._array


def _version(tensor: Tensor) -> int:
    return tensor._counter[0] if tensor._counter is not None else 0


def call_post_accumulate(variable: Tensor) -> None:
    """Call what waits for a leaf's gradient; what one returns, the next is given.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(1, requires_grad=True)
    >>> handle = x.register_post_accumulate_grad_hook(lambda leaf: print(leaf))
    >>> call_post_accumulate(x)
    tensor([1.], requires_grad=True)
    """
    given = variable
    for hook in tuple((variable._post_accumulate or {}).values()):
        found = hook(given)
        if found is not None:
            _check(hook, given, found)
            given = found
    if given is not variable:
        raise RuntimeError("Tensor post accumulate grad hooks should return None.")


def _check(hook: Callable[..., Any], before: Tensor | None, found: Any) -> None:
    """Refuse what isn't a gradient like the one that the hook was given."""
    if before is None:
        raise RuntimeError("can't replace a None gradient with a non-None value")
    if not isinstance(found, Tensor):
        raise TypeError(f"expected Variable, but hook returned '{type_name(found)}'")
    name = _name(hook)
    if found.dtype is not before.dtype:
        was, now = before.dtype.tensor_type, found.dtype.tensor_type
        raise RuntimeError(
            f"hook '{name}' has changed the type of value (was {was} got {now})"
        )
    if found.shape != before.shape:
        raise RuntimeError(f"hook '{name}' has changed the size of value")


def _name(hook: Callable[..., Any]) -> str:
    return getattr(hook, "__name__", "<unknown>")


def call_pre_hooks(node: Node, received: list[Gradient], versions: list[int]) -> None:
    """Let what `register_prehook` registered replace what the node is about to get.

    >>> from minitorch_viz import minitorch as torch
    >>> node = (torch.ones(1, requires_grad=True) * 2).grad_fn
    >>> handle = node.register_prehook(lambda grads: (grads[0] * 3,))
    >>> received = [torch.ones(1)._array]
    >>> call_pre_hooks(node, received, [0])
    >>> received
    [array([3.], dtype=float32)]
    """
    for hook in tuple((node.pre_hooks or {}).values()):
        seen = _shown(received, versions)
        found = hook(seen)
        if found is not None:
            received[:] = _answer(hook, found, seen, received)
            versions[:] = [0 if new is None else _version(new) for new in found]


def call_post_hooks(
    node: Node, received: list[Gradient], found: list[Gradient]
) -> list[Gradient]:
    """Return what the node found, or what its hooks made of that.

    >>> from minitorch_viz import minitorch as torch
    >>> node = (torch.ones(1, requires_grad=True) * 2).grad_fn
    >>> handle = node.register_hook(lambda found, received: (found[0] * 5,))
    >>> call_post_hooks(node, [torch.ones(1)._array], [torch.ones(1)._array])
    [array([5.], dtype=float32)]
    """
    for hook in tuple((node.post_hooks or {}).values()):
        seen = _shown(found)
        given = hook(seen, _shown(received))
        if given is not None:
            found = _answer(hook, given, seen, found)
    return found


def _answer(
    hook: Callable[..., Any],
    given: Any,
    seen: Sequence[Tensor | None],
    before: Sequence[Gradient],
) -> list[Gradient]:
    """Return what a node's hook answered in place of the gradients it was shown."""
    if not isinstance(given, tuple):
        raise TypeError(f"expected tuple, but hook returned '{type_name(given)}'")
    if len(given) != len(before):
        raise RuntimeError(
            f"hook '{_name(hook)}' has returned an incorrect number of values (got "
            f"{len(given)}, but expected {len(before)})"
        )
    for new, old in zip(given, seen, strict=True):
        if new is not None:
            _check(hook, old, new)
    return [_like(new, old) for new, old in zip(given, before, strict=True)]


def _like(new: Tensor | None, old: Gradient) -> Gradient:
    """Return a hook's answer in the form in which gradients travel."""
    return new if new is None or isinstance(old, Tensor) else meet(new)._array


def _shown(
    grads: Sequence[Gradient], versions: Sequence[int] = ()
) -> tuple[Tensor | None, ...]:
    known = (*versions, *[0] * len(grads))
    return tuple(
        None if grad is None else shown(grad, version)
        for grad, version in zip(grads, known, strict=False)
    )
