"""Storages: the bytes under a tensor, and the elements that old programs see there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np

from .borrowed import Memory
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

    def _elements(self) -> Array:
        """Return the memory itself, one after the other."""
        # Memory has no gaps, whichever way its array counts the dimensions.
        return owner(self._array).ravel("K").view(self._kind)

    @property
    def _kind(self) -> Any:
        return np.dtype(np.uint8)

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
        found: list[int] = self._elements().tolist()
        return found

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return self._part(index)
        count = len(self)
        if not -count <= index < count:
            raise IndexError(f"index {index} out of range for storage of size {count}")
        return self._elements()[index].tolist()

    def _part(self, index: Any) -> Any:
        return UntypedStorage(np.asarray(Memory(self._elements()[index])))

    def __setitem__(self, index: Any, value: Any) -> None:
        if not isinstance(index, slice) and not -len(self) <= index < len(self):
            raise RuntimeError("out of bounds")
        self._elements()[index] = value

    def fill_(self, value: Any) -> Self:
        """Write one number everywhere."""
        self._elements()[...] = value
        return self

    def copy_(self, source: UntypedStorage) -> Self:
        """Write what another storage holds."""
        self._elements()[...] = source._elements()
        return self

    def clone(self) -> Self:
        """Return a storage of its own that holds the same."""
        return type(self)(self._elements().copy())

    def is_shared(self) -> bool:
        """Return False: no other process sees it."""
        return False

    def type(self) -> str:
        """Return its class's name, as older programs ask for it."""
        return "torch.storage.UntypedStorage"

    def __eq__(self, other: object) -> bool:
        same = isinstance(other, UntypedStorage) and type(other) is type(self)
        return same and other.data_ptr() == self.data_ptr()  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash(self.data_ptr())

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

    @property
    def _kind(self) -> Any:
        return self._array.dtype

    def _part(self, index: Any) -> Any:
        raise RuntimeError("slices are only supported in UntypedStorage.__getitem__")

    # Two of these are never one.
    __eq__, __hash__ = object.__eq__, object.__hash__

    def type(self) -> str:
        """Return its class's name, as older programs ask for it."""
        return f"torch.{self.dtype.scalar_name}Storage"

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
