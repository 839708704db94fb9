"""What Python asks of a tensor: its numbers, its length, its text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

import numpy as np

from . import functions, printing
from .bind import one_dim
from .creation import from_numpy as from_array
from .devices import CPU, META, NO_DATA, device_of, refuse_numbers, strip
from .dtypes import channels_last, contiguous_format, from_numpy, strided
from .once import warn_once
from .op import OPS, call
from .sizes import Size
from .storage import address, element_strides, lend, owner
from .tensor import Tensor, check_counts, needs_grad
from .thread import thread


def size(self: Tensor, dim: int | None = None) -> Any:
    """Return the shape, or its length along one dimension."""
    shape = Size(self._array.shape)
    return shape if dim is None else _along(shape, dim)


def _along(lengths: Sequence[int], dim: int) -> int:
    """Return what a dimension has of what there is for each."""
    if not lengths:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    return lengths[one_dim(dim, len(lengths))]


def item(self: Tensor) -> Any:
    """Return the only element as a Python number."""
    if self._array.size != 1:
        raise RuntimeError(
            f"a Tensor with {self._array.size} elements cannot be converted to Scalar"
        )
    refuse_numbers(self._array)
    return self._array.item()


def tolist(self: Tensor) -> Any:
    """Return the elements as nested lists of Python numbers."""
    return _readable(self).tolist()


def _readable(self: Tensor) -> Any:
    if device_of(self._array) is META:
        raise NotImplementedError(NO_DATA)
    return self._array


def numpy(self: Tensor, *, force: bool = False) -> Any:
    """Return the NumPy array over the same memory."""
    if type(self._array) is not np.ndarray and not force:
        raise TypeError(
            f"can't convert {device_of(self._array)} device type tensor to numpy. Use "
            "Tensor.cpu() to copy the tensor to host memory first."
        )
    if needs_grad(self) and thread.now.grad and not force:
        raise RuntimeError(
            "Can't call numpy() on Tensor that requires grad. Use "
            "tensor.detach().numpy() instead."
        )
    # Another array each time, as in PyTorch.
    return lend(strip(_readable(self) if force else self._array))


def _array(self: Tensor, dtype: Any = None) -> Any:
    """Return what NumPy computes with; NumPy warns of the `copy` that is missing."""
    found = numpy(self)
    return found if dtype is None else found.astype(dtype, copy=False)


# By these words NumPy knows that a method takes no `copy`.
_array.__qualname__ = "Tensor.__array__"


def _array_wrap(self: Tensor, array: Any) -> Tensor:
    """Return as a tensor what a function of NumPy's makes of one.

    It takes what PyTorch's takes; NumPy warns of what is missing.
    """
    if array.dtype.kind == "b":
        array = array.astype(np.uint8)  # PyTorch's own choice, older than its bools
    return from_array(array)


def _bool(self: Tensor) -> bool:
    if self._array.size == 1:
        refuse_numbers(self._array)
        return bool(self._array.item())
    many = "more than one value" if self._array.size else "no values"
    raise RuntimeError(f"Boolean value of Tensor with {many} is ambiguous")


def _number(kind: type) -> Callable[[Tensor], Any]:
    def run(self: Tensor) -> Any:
        if kind is float and thread.now.grad and needs_grad(self):
            warn_once(_TO_SCALAR)
        if self._array.size != 1:
            raise ValueError(
                "only one element tensors can be converted to Python scalars"
            )
        refuse_numbers(self._array)
        return kind(self._array.item())

    return run


def _index(self: Tensor) -> int:
    if self._array.dtype.kind == "f" or self._array.size != 1:
        raise TypeError(
            "only integer tensors of a single element can be converted to an index"
        )
    return int(self._array.item())


def _length(self: Tensor) -> int:
    if not self._array.ndim:
        raise TypeError("len() of a 0-d tensor")
    length: int = self._array.shape[0]
    return length


def _iterate(self: Tensor) -> Iterator[Tensor]:
    if not self._array.ndim:
        raise TypeError("iteration over a 0-d tensor")
    return iter(call(OPS["unbind"], (self,), (0,)))


def _contains(self: Tensor, element: Any) -> bool:
    if not isinstance(element, (Tensor, int, float, complex, np.generic)):
        raise RuntimeError(  # noqa: TRY004 - PyTorch's
            "Tensor.__contains__ only supports Tensor or scalar, but you passed in a "
            f"{type(element)}."
        )
    if isinstance(element, complex):  # no operation knows it
        return bool((strip(self._array) == element).any())
    first, second = (element, self) if isinstance(element, Tensor) else (self, element)
    return bool(first.eq(second).any())


def _delete(self: Tensor, index: Any) -> NoReturn:
    raise TypeError("Tensor does not support deleting items")


def text(self: Tensor) -> str:
    """Return the tensor as PyTorch prints it."""
    suffixes = []
    try:
        node = self.grad_fn
    except RuntimeError:
        suffixes.append("grad_fn=<Invalid>")
    else:
        if node is not None:
            suffixes.append(f"grad_fn=<{node.name().rpartition('::')[2]}>")
        elif needs_grad(self):
            suffixes.append("requires_grad=True")
    if self._array.size:
        check_counts(self)  # PyTorch looks at the elements in a row
    return printing.tensor_text(self._array, suffixes)


def _format(self: Tensor, spec: str) -> str:
    plain = type(self) is Tensor and not self._array.ndim
    if plain and device_of(self._array) is not META:
        return format(self._array.item(), spec)
    return object.__format__(self, spec)


def _reversed(self: Tensor) -> Tensor:
    ndim = self._array.ndim
    if ndim != 2:
        warn_once(_T_OF_SCALAR if not ndim else _T_OF_MANY)
    return functions.shaping.permute(self, tuple(range(ndim))[::-1])


def _turned(name: str, instead: str, most: int | None = None) -> property:
    """Return a property that turns matrices: `H` one alone, `mT` and `mH` a batch."""
    matrices = "matrices (2-D tensors)" if most else "matrices or batches of matrices"

    def turn(self: Tensor) -> Tensor:
        ndim = self._array.ndim
        if not ndim:
            warn_once(f"Tensor.{name} is deprecated on 0-D tensors. {instead}")
            return self
        if ndim < 2 or (most is not None and ndim > most):
            batch = " For batches of matrices, consider using tensor.mH"
            raise RuntimeError(
                f"tensor.{name} is only supported on {matrices}. Got {ndim}-D tensor."
                f"{batch if ndim > 2 else ''}"
            )
        return functions.shaping.transpose(self, -2, -1)

    return property(turn)


_IDENTITY = "This function is the identity in these cases."
_CONJUGATE = "Consider using x.conj()."
_T_OF_SCALAR = f"Tensor.T is deprecated on 0-D tensors. {_IDENTITY}"
_T_OF_MANY = (
    "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is "
    "deprecated and it will throw an error in a future release. Consider `x.mT` to "
    "transpose batches of matrices or `x.permute(*torch.arange(x.ndim - 1, -1, -1))` "
    "to reverse the dimensions of a tensor."
)
_TO_SCALAR = (
    "Converting a tensor with requires_grad=True to a scalar may lead to unexpected "
    "behavior.\nConsider using tensor.detach() first."
)


def _strides(self: Tensor, dim: int | None = None) -> Any:
    strides = element_strides(self._array)
    return strides if dim is None else _along(strides, dim)


def _is_contiguous(self: Tensor, *, memory_format: Any = contiguous_format) -> bool:
    array = self._array
    if memory_format is channels_last:
        return array.ndim == 4 and array.transpose(0, 2, 3, 1).flags.c_contiguous
    return array.flags.c_contiguous


METHODS: dict[str, Callable[..., Any]] = {
    "__repr__": text,
    "__format__": _format,
    "__array__": _array,
    "__array_wrap__": _array_wrap,
    "__bool__": _bool,
    "__float__": _number(float),
    "__int__": _number(int),
    "__index__": _index,
    "__len__": _length,
    "__iter__": _iterate,
    "__contains__": _contains,
    "__delitem__": _delete,
    "size": size,
    "item": item,
    "numpy": numpy,
    "tolist": tolist,
    "dim": lambda self: self._array.ndim,
    "ndimension": lambda self: self._array.ndim,
    "get_device": lambda self: -1 if self.device.index is None else self.device.index,
    "numel": lambda self: self._array.size,
    "nelement": lambda self: self._array.size,
    "element_size": lambda self: self._array.itemsize,
    "stride": _strides,
    "storage_offset": lambda self: (
        (address(self._array) - address(owner(self._array))) // self._array.itemsize
    ),
    "is_contiguous": _is_contiguous,
    "data_ptr": lambda self: (
        0 if self.is_meta or not self._array.size else address(self._array)
    ),
    "is_inference": lambda self: self._inference,
    "is_floating_point": lambda self: self._array.dtype.kind == "f",
    "is_signed": lambda self: self._array.dtype.kind in "fi",
    "_is_view": lambda self: self._base is not None,
}
PROPERTIES = {
    # So NumPy's arrays leave operators to the tensor.
    "__array_priority__": property(lambda self: 1000),
    "shape": property(lambda self: Size(self._array.shape)),
    "dtype": property(lambda self: from_numpy(self._array.dtype)),
    "ndim": property(lambda self: self._array.ndim),
    "nbytes": property(lambda self: self._array.nbytes),
    "itemsize": property(lambda self: self._array.itemsize),
    "device": property(lambda self: device_of(self._array)),
    "layout": property(lambda self: strided),
    "is_cpu": property(lambda self: device_of(self._array) is CPU),
    "is_meta": property(lambda self: device_of(self._array) is META),
    "is_cuda": property(lambda self: device_of(self._array).type == "cuda"),
    **{name: property(lambda self: False) for name in ("is_sparse", "is_quantized")},
    "T": property(_reversed),
    "H": _turned("H", _CONJUGATE, most=2),
    "real": property(lambda self: self),
    "imag": property(functions.plain.imag),
    "mH": _turned("mH", _CONJUGATE),
    "mT": _turned("mT", _IDENTITY),
}
