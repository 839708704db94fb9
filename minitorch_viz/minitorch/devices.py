"""Tensors that aren't on the CPU: `meta`, which has no numbers, and a simulated `cuda`.

An array's class says where its tensor is. Plain arrays are on the CPU, so that nothing
that runs there asks; `mixing.py` looks at the others, once there are any.
"""

from __future__ import annotations

import math
import mmap
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

import numpy as np
from numpy import ndarray

from .dtypes import _Default as state
from .dtypes import device as Device
from .storage import Array, beyond_memory, check_bytes
from .thread import watch

CPU, META = Device("cpu"), Device("meta")


class Elsewhere(np.ndarray[Any, Any]):
    """An array whose tensor is on another device; each has a class of its own."""

    where: ClassVar[Device]


@cache
def kind_of(where: Device) -> type[Elsewhere]:
    """Return the class of the arrays on a device.

    >>> kind_of(META).where
    device(type='meta')
    """
    watch()
    # There is one `META`, by which it is known.
    return type("Elsewhere", (Elsewhere,), {"where": META if where == META else where})


def device_of(array: Any) -> Device:
    """Return where the tensor of an array is.

    >>> device_of(np.zeros(1)), device_of(put(np.zeros(1), META))
    (device(type='cpu'), device(type='meta'))
    """
    if type(array) is ndarray:
        return CPU
    found: Device = getattr(array, "where", CPU)
    return found


def put(array: Any, where: Device) -> Any:
    """Return a copy of an array on a device; the array itself if that is the CPU.

    >>> device_of(put(np.zeros(2), Device("cuda:0")))
    device(type='cuda', index=0)
    """
    if where.type == "cpu" or (where == META and device_of(array) is META):
        return array
    return np.asarray(array).view(kind_of(where)).copy(order="K")


def beside(found: Any, like: Any) -> Any:
    """Return what was computed from `like`, an array, where that is.

    >>> device_of(beside(np.zeros(1), put(np.zeros(1), META)))
    device(type='meta')
    """
    if type(like) is ndarray or type(found) is type(like):
        return found
    return put(found, device_of(like))


def strip(array: Any) -> Any:
    """Return the plain array over the same memory.

    >>> type(strip(put(np.zeros(1), META)))
    <class 'numpy.ndarray'>
    """
    return array.view(ndarray) if isinstance(array, Elsewhere) else array


def reserved(shape: Sequence[int], kind: Any) -> Array:
    """Return an array on `meta`: memory that nobody reads and that takes no room.

    >>> reserved((10**5, 10**5), np.dtype("float32")).shape
    (100000, 100000)
    """
    size = math.prod(shape) * kind.itemsize
    # Python 3.11 doesn't know its name; Windows has nothing of the kind.
    reserve = getattr(mmap, "MAP_NORESERVE", 0x4000 if sys.platform == "linux" else 0)
    if size < mmap.PAGESIZE or not hasattr(mmap, "MAP_ANONYMOUS"):
        found: Array = put(np.zeros(shape, kind), META)
        return found
    room = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | reserve)
    return kind_of(META)(tuple(shape), kind, room)


def zeros_on(shape: Sequence[int], kind: Any, where: Device) -> Array:
    """Return zeros on a device.

    >>> zeros_on((2,), np.dtype("float32"), CPU)
    array([0., 0.], dtype=float32)
    """
    if where == META:
        return reserved(shape, kind)
    found: Array = put(cleared(shape, kind), where)
    return found


def cleared(shape: Sequence[int], kind: Any) -> Array:
    """Return zeros, or raise PyTorch's errors for sizes beyond all memory.

    >>> cleared((2**40, 2**40), np.dtype("float32"))
    Traceback (most recent call last):
        ...
    RuntimeError: Storage size calculation overflowed with sizes=[1099511627776, \
1099511627776]
    """
    check_bytes(shape, kind)
    try:
        return np.zeros(shape, kind)
    except MemoryError as error:
        raise beyond_memory(error) from None


def resolve(wanted: Any, place: str = "to()") -> Device:
    """Return the device that an argument means, or raise if there is none.

    >>> resolve("cpu:0"), resolve("meta")
    (device(type='cpu'), device(type='meta'))
    """
    if wanted is None:
        wanted = state.place or CPU
    if isinstance(wanted, bool) or not isinstance(wanted, (int, str, Device)):
        raise TypeError(
            f"{place}: argument 'device' must be torch.device, not "
            f"{type(wanted).__name__}"
        )
    device = Device(wanted)
    if device.type in ("cpu", "meta"):
        return CPU if device.type == "cpu" else META
    if device.type != "cuda":
        raise _missing(device.type)
    require_cuda()
    index = device.index or 0
    if index >= state.simulated:
        raise RuntimeError(_INVALID)
    return Device("cuda", index)


def set_default_device(device: Any) -> None:
    """Make tensors on this device if nothing else is said; None is the CPU.

    >>> set_default_device("meta")
    >>> get_default_device()
    device(type='meta')
    >>> set_default_device(None)
    """
    state.place = None if device is None else Device(device)


def get_default_device() -> Device:
    """Return where tensors are made if nothing else is said.

    >>> get_default_device()
    device(type='cpu')
    """
    return resolve(None)


def require_cuda() -> None:
    """Raise as a PyTorch for the CPU does, unless CUDA is simulated.

    >>> require_cuda()
    Traceback (most recent call last):
        ...
    AssertionError: Torch not compiled with CUDA enabled
    """
    if not state.simulated:
        raise AssertionError("Torch not compiled with CUDA enabled")


def _missing(kind: str) -> Exception:
    if kind in ("xpu", "mtia"):
        return AssertionError(f"Torch not compiled with {kind.upper()} enabled")
    return RuntimeError(f"PyTorch is not linked with support for {kind} devices")


def refuse_numbers(array: Any) -> None:
    """Raise if an array on `meta` is asked for a number.

    >>> refuse_numbers(put(np.zeros(()), META))
    Traceback (most recent call last):
        ...
    RuntimeError: Tensor.item() cannot be called on meta tensors
    """
    if type(array) is not ndarray and device_of(array) is META:
        raise RuntimeError("Tensor.item() cannot be called on meta tensors")


def refuse_looking(name: str, *arrays: Any) -> None:
    """Raise if a function whose result depends on numbers meets `meta`.

    >>> refuse_looking("equal", np.zeros(1))
    """
    for array in arrays:
        if type(array) is not ndarray and device_of(array) is META:
            raise NotImplementedError(
                _NONZERO if name == "nonzero" else _NO_KERNEL.format(name)
            )


NO_DATA = "Cannot copy out of meta tensor; no data!"
_NONZERO = (
    "The register_meta function for torch.nonzero() raises unimplemented by default, "
    "as a correct data-independent implementation does not exist. This implementation "
    "returns a fake value, assuming all elements of the tensor are non-zero. To enable "
    "this registration, please set "
    "'torch.fx.experimental._config.meta_nonzero_assume_all_nonzero' to True."
)
_NO_KERNEL = (
    "aten::{}: attempted to run this operator with Meta tensors, but there was no fake "
    "impl or Meta kernel registered. You may have run into this message while using an "
    "operator with PT2 compilation APIs (torch.compile/torch.export); in order to use "
    "this operator with those APIs you'll need to add a fake impl. Please see the "
    "following for next steps:  "
    "https://pytorch.org/tutorials/advanced/custom_ops_landing_page.html"
)
_INVALID = (
    "CUDA error: invalid device ordinal\n"
    "GPU device may be out of range, do you have enough GPUs?\n"
)
