"""Tensors in files: the memory under them, and what each sees of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .devices import META, device_of, put, resolve, strip
from .dtypes import device as Device
from .shown import place
from .storage import Array, address, owner
from .tensor import Tensor, check_claim
from .thread import thread

_PACKAGE = __name__.rpartition(".")[0]


class Room:
    """The bytes under one tensor or several.

    >>> Room(bytes(2)).memory
    array([0, 0], dtype=uint8)
    """

    def __init__(self, data: bytes) -> None:
        self.memory = np.frombuffer(data, np.uint8).copy()

    def __reduce__(self) -> Any:
        return Room, (self.memory.tobytes(),)


def stored(array: Array, rooms: dict[int, Room]) -> tuple[Any, ...]:
    """Return what `restored` makes an array of; arrays over one memory share a room.

    >>> whole, rooms = np.zeros(3, np.float32), {}
    >>> stored(whole[1:], rooms)[0] is stored(whole, rooms)[0]
    True
    """
    if device_of(array) is META:
        return (
            Room(bytes(array.itemsize)),
            array.dtype.str,
            0,
            array.shape,
            (0,) * array.ndim,
        )
    array = strip(array)
    whole = owner(array)
    if not (whole.flags.c_contiguous or whole.flags.f_contiguous):
        whole = array = np.array(array, order="C")
    room = rooms.get(id(whole))
    if room is None:
        room = rooms[id(whole)] = Room(whole.tobytes("A"))
    start = address(array) - address(whole)
    return room, array.dtype.str, start, array.shape, array.strides


def restored(
    kind: type[Tensor],
    room: Room,
    dtype: str,
    start: int,
    shape: tuple[int, ...],
    strides: tuple[int, ...],
    requires_grad: bool,
    device: str,
    where: Callable[[str], str] = str,
) -> Tensor:
    """Return the tensor that was stored, over memory that it shares as before.

    >>> room, *parts = stored(np.ones(1, np.float32), {})
    >>> restored(Tensor, room, *parts, False, "cpu")
    tensor([1.])
    """
    made = object.__new__(kind)
    array: Array = np.ndarray(shape, np.dtype(dtype), room.memory.data, start, strides)
    made._array = put(array, resolve(where(device)))
    made._requires_grad = check_claim(array, requires_grad)
    made._inference = inference = thread.now.inference
    made._counter = None if inference else [1]
    return made


def located(location: Any, device: str) -> str:
    """Return the device that `map_location` sends what was on `device` to.

    >>> located("meta", "cpu"), located({"cpu": "meta"}, "cpu"), located(None, "cpu")
    ('meta', 'meta', 'cpu')
    """
    if location is None:
        return device
    if isinstance(location, dict):
        return str(location.get(device, device))
    if isinstance(location, Device):
        return str(location)
    if str(location).partition(":")[0] not in ("cpu", "meta", "cuda"):
        raise RuntimeError(
            "don't know how to restore data location of torch.storage.UntypedStorage "
            f"(tagged with {location})"
        )
    return str(location)


def home(module: str, name: str) -> str:
    """Return where PyTorch has what the engine has in this module.

    >>> home("minitorch_viz.minitorch.nn.layers", "Linear"), home("builtins", "print")
    ('torch.nn.modules.linear.Linear', 'print')
    """
    if module == "builtins":
        return name
    if module.startswith(_PACKAGE):
        below = module.removeprefix(_PACKAGE).lstrip(".")
        if below in ("tensor", "dtypes", "sizes"):
            return f"torch.{name.rstrip('_')}"
        return f"torch.{place(name, below)}.{name}"
    return f"{module}.{name}"
