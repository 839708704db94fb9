"""Which tensors look into one buffer, found out without touching PyTorch's storages.

A storage that Python has seen counts as held by somebody: PyTorch then adds gradients
up in new memory where it would have used the old. So a buffer is known by its address,
for as long as a tensor lives that was seen to look into it, or an array of NumPy's.
"""

from __future__ import annotations

import re
import weakref
from typing import Any

import numpy as np
import torch
from torch import Tensor

_PLAIN = (Tensor, torch.nn.Parameter)


class Place:
    """A buffer, by the tensors and arrays that look into it.

    >>> place_of(torch.ones(1)).key is not None
    True
    """

    __slots__ = ("__weakref__", "key", "lookers")

    def __init__(self, key: Any) -> None:
        self.key = key
        #: id -> the tensor or array, as long as it lives.
        self.lookers: dict[int, weakref.ref[Any]] = {}

    def join(self, looker: Any) -> None:
        """Be known for as long as this tensor or array lives."""
        number = id(looker)
        self.lookers[number] = weakref.ref(looker, lambda _: _leave(self, number))
        _homes[number] = self


#: Buffers by address, and by what looks into them, which keeps them known.
_places: weakref.WeakValueDictionary[Any, Place] = weakref.WeakValueDictionary()
_homes: dict[int, Place] = {}


def place_of(tensor: Tensor) -> Place:
    """Return the buffer behind a tensor: the same for as long as it is one.

    >>> x = torch.ones(2)
    >>> place_of(x[1:]) is place_of(x), place_of(x.clone()) is place_of(x)
    (True, False)
    """
    number = id(tensor)
    home = _homes.get(number)
    if home is not None and home.lookers[number]() is not tensor:
        home = None
    key = memory_of(tensor)
    if home is not None and home.key == key:
        return home
    if home is not None:  # it was given other memory
        _leave(home, number)
    place = _places.get(key)
    if place is None:
        place = _places[key] = Place(key)
    place.join(tensor)
    return place


def lend(tensor: Tensor, array: object) -> None:
    """Let a tensor's buffer stay known while an array of NumPy's looks into it.

    >>> x = torch.ones(2)
    >>> array, place = x.numpy(), place_of(x)
    >>> lend(x, array)
    >>> del x
    >>> place_of(torch.from_numpy(array)) is place
    True
    """
    if isinstance(array, np.ndarray) and array.ctypes.data == tensor.data_ptr():
        place_of(tensor).join(array)


def memory_of(tensor: Tensor) -> Any:
    """Return where a tensor's memory begins; of what has none, which tensor it is.

    >>> x = torch.ones(2)
    >>> memory_of(x) == memory_of(x[1:])
    True
    """
    try:
        if type(tensor) in _PLAIN and tensor.numel():
            address = tensor.data_ptr()
            if address:
                return address - tensor.storage_offset() * tensor.element_size()
        if type(tensor) not in _PLAIN:  # a fake one has no memory
            return _storage_id(tensor), "unknown"
        return _first_of(tensor) or (_storage_id(tensor), "empty")
    except (NotImplementedError, RuntimeError):  # sparse tensors have none
        return id(tensor), "alone"


def _first_of(tensor: Tensor) -> int:
    """Return where the memory begins of which a tensor without elements is a part."""
    try:
        return torch.as_strided(tensor.detach(), (1,), (1,), 0).data_ptr()
    except RuntimeError:  # there is none at all
        return 0


def _seen_id(tensor: Tensor) -> int:
    return tensor.untyped_storage()._cdata


#: What tells storages apart; older PyTorch has no way that doesn't touch them.
_storage_id = getattr(torch._C, "_storage_id", _seen_id)
_TOO_LARGE = (1 << 40,)
_SIZE = re.compile(r"out of bounds for storage of size (\d+)")


def nbytes_of(tensor: Tensor) -> int:
    """Return how many bytes a tensor's storage has, 0 if it has none.

    PyTorch tells that when it refuses to look beyond it: no storage need be touched.

    >>> nbytes_of(torch.ones(3)[1:])
    12
    """
    try:
        if type(tensor) not in _PLAIN or tensor.is_meta:
            return tensor.untyped_storage().nbytes()
        torch.as_strided(tensor.detach(), _TOO_LARGE, (1,), 0)
    except (NotImplementedError, RuntimeError) as error:  # sparse ones have none
        found = _SIZE.search(str(error))
        return 0 if found is None else int(found.group(1))
    return 0


def _leave(place: Place, number: int) -> None:
    place.lookers.pop(number, None)
    if _homes.get(number) is place:
        del _homes[number]
