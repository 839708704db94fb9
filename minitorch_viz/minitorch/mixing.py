"""What happens when an operation meets tensors that aren't on the CPU.

Every operation runs NumPy through `thread.now.quiet`. That is exchanged when the first
tensor elsewhere is made, so that programs without any pay nothing: the inputs are
checked to be on one device, and what NumPy returns is put there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy import ndarray

from . import devices
from .dtypes import device as Device
from .storage import owner
from .thread import looks_at_devices


class _Known:
    #: A forward -> its operation. By themselves: an id may be another function's later.
    operations: ClassVar[dict[Any, Any]] = {}


@looks_at_devices
def _around(quiet: Callable[..., Any]) -> Callable[..., Any]:
    def run(function: Callable[..., Any], *args: Any) -> Any:
        if not any(isinstance(x, devices.Elsewhere) for x in _flat(args)):
            return quiet(function, *args)
        op = _operation(function)
        if op is None or op.moves:
            return quiet(function, *args)
        where = _common(op, list(_flat(args[: len(op.inputs)])))
        if where is devices.META and op.name in _WRITTEN:
            # Nobody can see what is written there, and it may be large.
            return args[0]
        found = quiet(function, *_bare(args))
        owners = {id(owner(x)) for x in _flat(args)}
        return _labelled(found, where, owners)

    return run


def _operation(function: Callable[..., Any]) -> Any:
    from .op import OPS

    known = _Known.operations
    if not known:
        for op in OPS.values():
            known.setdefault(op.direct, op)
            known[op.forward] = op
    return known.get(function)


def _flat(values: Sequence[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, ndarray):
            yield value
        elif value.__class__ is list or value.__class__ is tuple:
            yield from _flat(value)


def _bare(values: Sequence[Any]) -> list[Any]:
    """Return the arguments with plain arrays: NumPy then does as on the CPU."""
    return [
        type(value)(_bare(value))
        if value.__class__ is list or value.__class__ is tuple
        else devices.strip(value)
        for value in values
    ]


def _labelled(found: Any, where: Device, owners: set[int]) -> Any:
    if found.__class__ is list or found.__class__ is tuple:
        return type(found)(_labelled(each, where, owners) for each in found)
    if found is None or where is devices.CPU:
        return found
    if isinstance(found, ndarray) and id(owner(found)) in owners:
        return found.view(devices.kind_of(where))
    return devices.put(found, where)


def together(name: str, *arrays: Any) -> Device:
    """Return the device of all arrays, which aren't inputs of an operation.

    >>> together("equal", np.zeros(1), np.ones(1))
    device(type='cpu')
    """
    return _common(_Named(name), list(arrays))


class _Named(NamedTuple):
    name: str


def _common(op: Any, arrays: list[Any]) -> Device:
    """Return the device of all inputs; numbers on the CPU go with any other."""
    if op.name == "copy":
        return _copied(*arrays)
    places = [devices.device_of(x) for x in arrays]
    counted = [p for p, x in zip(places, arrays, strict=True) if _counts(op, p, x)]
    order = _ORDER.get(op.name)
    if order is not None and devices.META in counted and len(counted) == len(places):
        counted = [counted[i] for i in order if i < len(counted)]
    where = counted[0] if counted else places[0]
    for each in counted:
        if each != where:
            _refuse(op, arrays, places, where, each)
    return where


def _counts(op: Any, place: Device, array: Any) -> bool:
    return place is not devices.CPU or array.ndim > 0 or op.name in _CHECKED


def _copied(target: Any, source: Any) -> Device:
    where = devices.device_of(target)
    if devices.device_of(source) is devices.META and where is not devices.META:
        raise NotImplementedError(devices.NO_DATA)
    return where


def _refuse(
    op: Any,
    arrays: list[Any],
    places: list[Device],
    where: Device,
    other: Device,
) -> None:
    if devices.META in (where, other):
        if op.name in _UNCHECKED:
            return
        raise RuntimeError(
            f"Tensor on device {other} is not on the expected device {where}!"
        )
    if op.name == "convolution":
        kinds = [_type_name(x) for x in arrays[:2]]
        if kinds[0] != kinds[1]:
            raise RuntimeError(
                f"Input type ({kinds[0]}) and weight type ({kinds[1]}) should be the "
                "same"
            )
    if op.name in _CHECKED:
        method, names = _CHECKED[op.name]
        name = names.split()[min(places.index(other), names.count(" "))]
        raise RuntimeError(
            f"Expected all tensors to be on the same device, but got {name} is on "
            f"{other}, different from other tensors on {where} (when checking argument "
            f"in method wrapper_CUDA_{method})"
        )
    first = next(place for place in places if place is not devices.CPU)
    second = next(place for place in places if place != first)
    raise RuntimeError(
        "Expected all tensors to be on the same device, but found at least two "
        f"devices, {first} and {second}!"
    )


def _type_name(array: Any) -> str:
    from .dtypes import from_numpy

    where = devices.device_of(array)
    kind = f"{from_numpy(array.dtype).scalar_name}Tensor"
    return f"torch.{kind}" if where is devices.CPU else f"torch.{where.type}.{kind}"


def arrived(node: Any, received: Sequence[Any], found: list[Any]) -> None:
    """Put the gradients a node gives where those it received are.

    >>> arrived(None, [np.zeros(1)], [])
    """
    if getattr(getattr(node, "op", None), "moves", False):
        return
    like = next((x for x in received if isinstance(x, devices.Elsewhere)), None)
    if like is None:
        return
    for index, grad in enumerate(found):
        if isinstance(grad, (ndarray, np.generic)):
            found[index] = devices.beside(grad, like)


#: Operations that only write over a tensor.
_WRITTEN = {
    *("zero", "fill", "copy", "uniform", "normal", "bernoulli"),
    *("random", "random.from", "random.to"),
    *("exponential", "geometric", "cauchy", "log_normal"),
}
#: Operations whose inputs PyTorch checks before its kernels do, and what it calls them.
_CHECKED = {
    "mm": ("mm", "self mat2"),
    "bmm": ("bmm", "self mat2"),
    "addmm": ("addmm", "self mat1 mat2"),
    "baddbmm": ("baddbmm", "self batch1 batch2"),
    "dot": ("_dot", "self tensor"),
    "mv": ("addmv_", "self vec"),
    "cat": ("cat", "tensors"),
    "stack": ("cat", "tensors"),
    "gather": ("gather", "self index"),
    "embedding": ("_index_select", "self index"),
    "nll_loss": ("nll_loss_forward", "self target weight"),
}
#: In which order inputs are looked at on `meta`, where not as they are given.
_ORDER = {"addmm": (1, 2, 0), "nll_loss": (1, 0, 2), "masked_fill": (1, 0)}
#: What PyTorch computes on `meta` whatever its other inputs are on.
_UNCHECKED = {"mm", "bmm", "index", "index_select", "gather", "scatter", "embedding"}
