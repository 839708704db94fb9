"""What there is to see on PyTorch's tensors."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeGuard

import torch
from torch import Tensor
from torch.nn.parameter import is_lazy

from ...snapshot import TensorState
from ..memory import TOO_LARGE
from ..registry import Registry
from .nodes import Handle, maker, nodes
from .numbers import LARGE, checked, value_of
from .operations import is_passing
from .places import place_of
from .quiet import unwarned


def is_tensor(value: object) -> TypeGuard[Tensor]:
    """True for PyTorch's tensors.

    >>> is_tensor(torch.ones(2)), is_tensor(2)
    (True, False)
    """
    # Not `isinstance`: that asks the object, whose answer may be any code.
    return issubclass(type(value), Tensor)


def looks(tensors: Sequence[Tensor]) -> list[object]:
    """Return something new for each: PyTorch doesn't tell of all that changes.

    >>> x = torch.ones(2)
    >>> looks([x]) == looks([x])
    False
    """
    return [object() for _ in tensors]


def describe_tensor(
    tensor: Tensor,
    registry: Registry,
    old: TensorState | None = None,
    quick: bool = False,
) -> TensorState:
    """Return what there is to see on `tensor`; its origin is taken from `old`.

    `quick` doesn't read a large tensor again while nothing was written to it.

    >>> describe_tensor(torch.ones(2), Registry()).shape
    (2,)
    """
    entity = registry.identify("t", tensor)
    if old is not None and is_passing(tensor):
        return replace(old, version=version_of(tensor))
    node, invalid = _grad_fn(tensor)
    given, base = grad(tensor), tensor._base
    place = _storage_id(tensor, registry)
    version = version_of(tensor)
    shapeless = is_lazy(tensor) or tensor.is_nested
    large = not shapeless and tensor.numel() > LARGE
    look, before = (checked(tensor),) if large else (), registry.seen.get(entity)
    registry.seen[entity] = look
    registry.overlooked |= look == (TOO_LARGE,)
    same = quick and large and look == before
    if same and old is not None and (old.storage, old.version) == (place, version):
        value = old.value
    else:
        value = value_of(tensor, registry)
    return replace(
        old or TensorState(entity),
        shape=() if shapeless else tuple(tensor.shape),
        dtype=str(tensor.dtype).removeprefix("torch."),
        device=str(tensor.device),
        requires_grad=tensor.requires_grad,
        is_leaf=not invalid and tensor.is_leaf,
        grad_fn=None if node is None else registry.identify("n", node),
        output_nr=0 if invalid else tensor.output_nr,
        grad=None if given is None else registry.identify("t", given),
        retains_grad=not invalid and tensor.retains_grad,
        version=version,
        storage=place,
        view_of=None if base is None else registry.identify("t", base),
        is_inference=tensor.is_inference(),
        is_parameter=isinstance(tensor, torch.nn.Parameter),
        value=value,
        invalid=invalid,
    )


def _grad_fn(tensor: Tensor) -> tuple[Handle | None, bool]:
    """The node behind a tensor, and whether reading it raises (a forbidden view)."""
    try:
        with unwarned():
            node = tensor.grad_fn
    except RuntimeError:
        return None, True
    if node is None:
        return None, False
    return _handle(tensor, node), False


def _handle(tensor: Tensor, node: Any) -> Handle:
    handle, number = nodes().handle(node), tensor.output_nr
    held = handle.outputs.get(number)
    if held is None or held() is not tensor:
        handle.add_output(number, tensor)
    return handle


def grad_fn(tensor: Tensor) -> Handle | None:
    """Return the node behind a tensor, None also where reading it raises.

    >>> grad_fn(torch.ones(2)) is None
    True
    """
    return _grad_fn(tensor)[0]


def output_nr(tensor: Tensor) -> int:
    """Return which output of its node a tensor is.

    >>> output_nr(torch.ones(2, requires_grad=True).unbind()[1])
    1
    """
    return tensor.output_nr


def hooked_nodes(tensor: Tensor) -> Iterable[Handle]:
    """Return the nodes that hold this tensor's hooks.

    >>> [node.name for node in hooked_nodes(torch.ones(2, requires_grad=True))]
    []
    """
    node, invalid = _grad_fn(tensor)
    if node is not None:
        yield node
    elif not invalid and tensor.requires_grad and tensor.is_leaf:
        sink = maker(tensor)
        known = None if sink is None else nodes().known(sink)
        if known is not None:
            yield known


def grad(tensor: Tensor) -> Tensor | None:
    """Return a tensor's `.grad`, without a warning.

    >>> grad(torch.ones(2)) is None
    True
    """
    try:
        if tensor.is_leaf or tensor.retains_grad:
            return tensor.grad
    except RuntimeError:  # a forbidden view
        return None
    with unwarned():  # somebody may have set it all the same
        return tensor.grad


def storage(tensor: Tensor) -> Any:
    """Return what stands for the buffer behind a tensor.

    >>> x = torch.ones(2)
    >>> storage(x.view(2, 1)) is storage(x)
    True
    """
    return place_of(tensor)


def version_of(tensor: Tensor) -> int | None:
    """Return a tensor's version, None if none is counted.

    >>> version_of(torch.ones(2).add_(1))
    1
    """
    try:
        return tensor._version
    except RuntimeError:  # most inference tensors have none
        return None


def _storage_id(tensor: Tensor, registry: Registry) -> str:
    return registry.identify("s", storage(tensor))


def counter(tensor: Tensor) -> Hashable | None:
    """Return what stands for a tensor's version counter: its buffer, which it counts.

    >>> x = torch.ones(2)
    >>> counter(x) == counter(x.detach())
    True
    """
    if version_of(tensor) is None:
        return None
    return counter_of(storage(tensor))


def counter_of(place: Any) -> Hashable:
    """Return what stands for a buffer's version counter, without keeping it alive.

    >>> x = torch.ones(2)
    >>> counter_of(storage(x)) == counter(x)
    True
    """
    return id(place)
