"""Linear layers and tables, and layers that only reshape or drop."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import index
from typing import Any

from .. import dtypes
from ..arguments import refuse
from ..devices import resolve, zeros_on
from ..events import observe
from ..grad_mode import unrecorded
from ..tensor import Tensor, wrap
from . import functional, init
from .dropping import check_chance
from .module import Module
from .parameter import Parameter, announce, hold


def _parameter(
    *size: Any, dtype: dtypes.dtype | None = None, device: Any = None
) -> Parameter:
    """Make a parameter still to be filled; `_ready` tells the observer of it."""
    listed = size if len(size) > 1 else size[0]
    shape = listed if isinstance(listed, tuple) else size
    if device is not None or not all(type(n) is int for n in shape):
        refuse("torch", "empty", (listed,), {"device": device, "dtype": dtype})
    kind = (dtype or dtypes.get_default_dtype()).np
    shape = tuple(map(index, shape))
    for n in shape:
        if n < 0:
            raise RuntimeError(
                f"Trying to create tensor with negative dimension {n}: {list(shape)}"
            )
    return hold(Parameter, wrap(zeros_on(shape, kind, resolve(device))), True)


def _ready(module: Module) -> None:
    """Fill a new module's parameters unseen, then tell the observer of the result."""
    with observe(None):
        module.reset_parameters()
    announce("Parameter", *module.parameters(recurse=False))
    announce("Buffer", *module.buffers(recurse=False))


class Identity(Module):
    """Returns its input.

    >>> Identity()(3)
    3
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Any) -> Any:
        """Return the input."""
        return input


class Linear(Module):
    """`x @ weight.T + bias`, filled with the numbers PyTorch would draw.

    >>> Linear(2, 3)
    Linear(in_features=2, out_features=3, bias=True)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        self.weight = _parameter(out_features, in_features, dtype=dtype, device=device)
        held = _parameter(out_features, dtype=dtype, device=device) if bias else None
        self.register_parameter("bias", held)
        _ready(self)

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features) if self.in_features > 0 else 0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Tensor) -> Tensor:
        """Return `input @ weight.T + bias`."""
        return functional.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Return the sizes."""
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


class Dropout(Module):
    """Drops elements with chance `p` while training.

    >>> Dropout(0.2)
    Dropout(p=0.2, inplace=False)
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if p < 0 or p > 1:  # with whole numbers, which shows in Python's errors
            check_chance(p)
        self.p, self.inplace = p, inplace

    def forward(self, input: Tensor) -> Tensor:
        """Drop elements while training."""
        return functional.dropout(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        """Return the chance."""
        return f"p={self.p}, inplace={self.inplace}"


class Dropout2d(Dropout):
    """Drops whole channels of images with chance `p` while training.

    >>> Dropout2d(0.2)
    Dropout2d(p=0.2, inplace=False)
    """

    def forward(self, input: Tensor) -> Tensor:
        """Drop channels while training."""
        return functional.dropout2d(input, self.p, self.training, self.inplace)


class Flatten(Module):
    """Makes some dimensions one, all but the first if nothing is said.

    >>> from minitorch_viz import minitorch as torch
    >>> Flatten()(torch.ones(2, 3, 4)).shape
    torch.Size([2, 12])
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input: Tensor) -> Tensor:
        """Return the input with fewer dimensions."""
        found: Tensor = input.flatten(self.start_dim, self.end_dim)
        return found

    def extra_repr(self) -> str:
        """Return the dimensions."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """Makes one dimension several.

    >>> from minitorch_viz import minitorch as torch
    >>> Unflatten(1, (3, 4))(torch.ones(2, 12)).shape
    torch.Size([2, 3, 4])
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        super().__init__()
        must = "unflattened_size must be"
        if not isinstance(unflattened_size, (tuple, list)):
            kind = type(unflattened_size).__name__
            raise TypeError(f"{must} a tuple of ints, but found type {kind}")
        for at, size in enumerate(unflattened_size):
            if not isinstance(size, int):
                raise TypeError(
                    f"{must} tuple of ints, but found element of type "
                    f"{type(size).__name__} at pos {at}"
                )
        self.dim, self.unflattened_size = dim, unflattened_size

    def forward(self, input: Tensor) -> Tensor:
        """Return the input with more dimensions."""
        found: Tensor = input.unflatten(self.dim, self.unflattened_size)
        return found

    def extra_repr(self) -> str:
        """Return the dimension and its parts."""
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


class Embedding(Module):
    """A table of vectors, looked up by whole numbers.

    >>> Embedding(10, 3)
    Embedding(10, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Tensor | None = None,
        _freeze: bool = False,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        super().__init__()
        if padding_idx is not None:
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise AssertionError("Padding_idx must be within num_embeddings")
            padding_idx %= num_embeddings
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx, self.max_norm = padding_idx, max_norm
        self.norm_type, self.scale_grad_by_freq = norm_type, scale_grad_by_freq
        if sparse:
            raise NotImplementedError(
                "minitorch has no sparse gradients; leave sparse out"
            )
        if _weight is not None:
            if tuple(_weight.shape) != (num_embeddings, embedding_dim):
                raise AssertionError(
                    "Shape of weight does not match num_embeddings and embedding_dim"
                )
            self.weight = Parameter(_weight, requires_grad=not _freeze)
            return
        self.weight = _parameter(
            num_embeddings, embedding_dim, dtype=dtype, device=device
        )
        with observe(None):
            self.weight.requires_grad = not _freeze
        _ready(self)

    @classmethod
    def from_pretrained(
        cls, embeddings: Tensor, freeze: bool = True, **settings: Any
    ) -> Embedding:
        """Return a table over the memory of `embeddings`.

        >>> from minitorch_viz import minitorch as torch
        >>> Embedding.from_pretrained(torch.ones(3, 2)).weight.requires_grad
        False
        """
        if embeddings._array.ndim != 2:
            raise AssertionError("Embeddings parameter is expected to be 2-dimensional")
        count, width = embeddings.shape
        return cls(count, width, _weight=embeddings, _freeze=freeze, **settings)

    def reset_parameters(self) -> None:
        """Draw the table anew, with zeros at the padding."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            with unrecorded():
                self.weight[self.padding_idx].fill_(0)

    def forward(self, input: Tensor) -> Tensor:
        """Return the rows that `input` names."""
        return functional.embedding(
            input,
            self.weight,
            self.padding_idx,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
        )

    def extra_repr(self) -> str:
        """Return the sizes, and the settings that aren't the usual ones."""
        told = (
            ("padding_idx", None),
            ("max_norm", None),
            ("norm_type", 2.0),
            ("scale_grad_by_freq", False),
        )
        return f"{self.num_embeddings}, {self.embedding_dim}" + "".join(
            f", {name}={getattr(self, name)}"
            for name, usual in told
            if getattr(self, name) != usual
        )
