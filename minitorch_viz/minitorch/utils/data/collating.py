"""Members of a data set made into one batch, and single ones into tensors."""

from __future__ import annotations

import copy
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

import numpy as np

from ...creation import as_tensor, tensor
from ...dtypes import float64
from ...functions.joining import stack
from ...tensor import Tensor


def default_collate(batch: Sequence[Any]) -> Any:
    """Return members as one batch: tensors stacked, numbers as a tensor.

    >>> default_collate([(1, 2.0), (3, 4.0)])
    [tensor([1, 3]), tensor([2., 4.], dtype=torch.float64)]
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return stack(list(batch), 0)
    if isinstance(first, np.ndarray):
        if first.dtype.kind in "SaUO":
            raise TypeError(_WRONG.format(first.dtype))
        return stack([tensor(each) for each in batch], 0)
    if isinstance(first, float):
        return tensor(list(batch), dtype=float64)
    if isinstance(first, (int, np.generic)):
        return tensor(list(batch))
    if isinstance(first, (str, bytes)):
        return batch
    if isinstance(first, Mapping):
        joined = {key: default_collate([each[key] for each in batch]) for key in first}
        if not isinstance(first, MutableMapping):
            return joined
        # A class of its own stays what it is, a defaultdict its default.
        made = copy.copy(first)
        made.update(joined)
        return made
    if isinstance(first, Sequence):
        if any(len(each) != len(first) for each in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        found = [default_collate(each) for each in zip(*batch, strict=True)]
        return type(first)(*found) if hasattr(first, "_fields") else found
    raise TypeError(_WRONG.format(type(first)))


def default_convert(data: Any) -> Any:
    """Return a member with tensors for NumPy's arrays, and lists for tuples.

    >>> default_convert((1, np.zeros(1)))
    [1, tensor([0.], dtype=torch.float64)]
    """
    if isinstance(data, (np.ndarray, np.generic)):
        return as_tensor(data)
    if isinstance(data, (Tensor, str, bytes)):
        return data
    if isinstance(data, Mapping):
        return {key: default_convert(each) for key, each in data.items()}
    if isinstance(data, Sequence):
        found = [default_convert(each) for each in data]
        return type(data)(*found) if hasattr(data, "_fields") else found
    return data


_WRONG = (
    "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or "
    "lists; found {}"
)
