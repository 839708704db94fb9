"""Storages: the bytes under a tensor, and the elements that old programs see there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .devices import device_of
from .dtypes import device as Device
from .dtypes import dtype, from_numpy
from .once import warn_once
from .shown import Named
from .storage import Array, address, owner
from .tensor import Tensor


class UntypedStorage(metaclass=Named):
    """The bytes under a tensor.

    >>> storage = UntypedStorage(np.arange(2, dtype=np.int16))
    >>> len(storage), storage.tolist()
    (4, [0, 0, 1, 0])
    """

    def __init__(self, array: Array) -> None:
        self._array = array

    def _bytes(self) -> Array:
        return np.frombuffer(owner(self._array).tobytes("A"), np.uint8)

    @property
    def device(self) -> Device:
        """Where the bytes are."""
        return device_of(self._array)

    @property
    def is_cuda(self) -> bool:
        """Whether that is a GPU."""
        return self.device.type == "cuda"

    def data_ptr(self) -> int:
        """Return where the bytes begin."""
        return address(owner(self._array))

    def nbytes(self) -> int:
        """Return how many there are."""
        return owner(self._array).nbytes

    size = __len__ = nbytes

    def element_size(self) -> int:
        """Return how many bytes an element has."""
        return 1

    def tolist(self) -> list[int]:
        """Return the bytes as numbers."""
        found: list[int] = self._bytes().tolist()
        return found

    def __getitem__(self, index: Any) -> Any:
        return self._bytes()[index].tolist()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.tolist())

    def __repr__(self) -> str:
        lines = "".join(f" {each}\n" for each in self.tolist())
        return f"{lines}[{self._described()}]"

    def _described(self) -> str:
        kind = f"torch.storage.UntypedStorage(device={self.device})"
        return f"{kind} of size {len(self)}"


class TypedStorage(UntypedStorage):
    """The elements under a tensor, all of them.

    >>> TypedStorage(np.arange(3.0, dtype=np.float32)[1:]).tolist()
    [0.0, 1.0, 2.0]
    """

    def _bytes(self) -> Array:
        return np.frombuffer(owner(self._array).tobytes("A"), self._array.dtype)

    @property
    def dtype(self) -> dtype:
        """What the elements are."""
        return from_numpy(self._array.dtype)

    def size(self) -> int:
        """Return how many elements there are."""
        return self.nbytes() // self._array.itemsize

    __len__ = size

    def element_size(self) -> int:
        """Return how many bytes an element has."""
        return self._array.itemsize

    def untyped(self) -> UntypedStorage:
        """Return the bytes."""
        return UntypedStorage(self._array)

    def _described(self) -> str:
        kind = f"torch.storage.TypedStorage(dtype={self.dtype}, device={self.device})"
        return f"{kind} of size {len(self)}"


def storage(self: Tensor) -> TypedStorage:
    """Return the elements under a tensor, as older programs ask for them."""
    warn_once(_DEPRECATED)
    return TypedStorage(self._array)


def is_storage(obj: Any) -> bool:
    """Return True for a storage.

    >>> is_storage(3)
    False
    """
    return isinstance(obj, UntypedStorage)


_DEPRECATED = (
    "TypedStorage is deprecated. It will be removed in the future and UntypedStorage "
    "will be the only storage class. This should only matter to you if you are using "
    "storages directly.  To access UntypedStorage directly, use "
    "tensor.untyped_storage() instead of tensor.storage()"
)
