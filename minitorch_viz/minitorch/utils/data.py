"""`torch.utils.data`: data sets, and batches of them in order or at random."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..creation import tensor
from ..dtypes import float64
from ..functions.joining import stack
from ..random import Generator, default_generator
from ..shown import Named
from ..tensor import Tensor


class Dataset(metaclass=Named):
    """What knows its members by number; subclasses define `__getitem__`.

    >>> class Squares(Dataset):
    ...     def __getitem__(self, index):
    ...         return index * index
    >>> Squares()[3]
    9
    """

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    def __getitem__(self, index: Any) -> Any:
        raise NotImplementedError("Subclasses of Dataset should implement __getitem__.")


class TensorDataset(Dataset):
    """The rows of tensors, taken together.

    >>> from minitorch_viz import minitorch as torch
    >>> TensorDataset(torch.ones(2), torch.zeros(2))[0]
    (tensor(1.), tensor(0.))
    """

    def __init__(self, *tensors: Tensor) -> None:
        if any(each.size(0) != tensors[0].size(0) for each in tensors):
            raise AssertionError("Size mismatch between tensors")
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Tensor, ...]:
        return tuple(each[index] for each in self.tensors)

    def __len__(self) -> int:
        return int(self.tensors[0].size(0))


class Subset(Dataset):
    """Some members of a data set.

    >>> Subset([5, 6, 7], [2, 0])[0]
    7
    """

    def __init__(self, dataset: Any, indices: Sequence[int]) -> None:
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, list):
            return self.dataset[[self.indices[i] for i in index]]
        return self.dataset[self.indices[index]]

    def __len__(self) -> int:
        return len(self.indices)


def random_split(
    dataset: Any, lengths: Sequence[float], generator: Generator = default_generator
) -> list[Subset]:
    """Part a data set at random, by sizes or by shares.

    >>> [len(part) for part in random_split(range(4), [0.5, 0.5])]
    [2, 2]
    """
    size = len(dataset)
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        for place, share in enumerate(lengths):
            if not 0 <= share <= 1:
                raise ValueError(f"Fraction at index {place} is not between 0 and 1")
        counts = [math.floor(size * share) for share in lengths]
        for place in range(size - sum(counts)):
            counts[place % len(counts)] += 1
    else:
        counts = [int(n) for n in lengths]
    if sum(counts) != size:
        raise ValueError(
            "Sum of input lengths does not equal the length of the input dataset!"
        )
    order = generator.permutation(size).tolist()
    ends = np.cumsum(counts).tolist()
    pairs = zip(counts, ends, strict=True)
    return [Subset(dataset, order[end - count : end]) for count, end in pairs]


def default_collate(batch: Sequence[Any]) -> Any:
    """Return members as one batch: tensors stacked, numbers as a tensor.

    >>> default_collate([(1, 2.0), (3, 4.0)])
    [tensor([1, 3]), tensor([2., 4.], dtype=torch.float64)]
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return stack(list(batch), 0)
    if isinstance(first, np.ndarray):
        return stack([tensor(each) for each in batch], 0)
    if isinstance(first, float):
        return tensor(list(batch), dtype=float64)
    if isinstance(first, (int, np.generic)):
        return tensor(list(batch))
    if isinstance(first, (str, bytes)):
        return list(batch)
    if isinstance(first, Mapping):
        return {key: default_collate([each[key] for each in batch]) for key in first}
    if isinstance(first, Sequence):
        if any(len(each) != len(first) for each in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        return [default_collate(each) for each in zip(*batch, strict=True)]
    raise TypeError(
        "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or "
        f"lists; found {type(first)}"
    )


class DataLoader(metaclass=Named):
    """The members of a data set in batches; shuffled ones as PyTorch shuffles them.

    `num_workers` and what goes with it change nothing here: members are read as they
    are asked for.

    >>> from minitorch_viz import minitorch as torch
    >>> list(DataLoader(torch.arange(3), batch_size=2))
    [tensor([0, 1]), tensor([2])]
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Iterable[int] | None = None,
        batch_sampler: Iterable[Sequence[int]] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[Any], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Any = None,
        *,
        generator: Generator | None = None,
    ) -> None:
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None and (
            batch_size != 1 or shuffle or sampler is not None or drop_last
        ):
            raise ValueError(
                "batch_sampler option is mutually exclusive with batch_size, shuffle, "
                "sampler, and drop_last"
            )
        if batch_size is not None and batch_size <= 0:
            raise ValueError(
                "batch_size should be a positive integer value, but got "
                f"batch_size={batch_size}"
            )
        self.dataset, self.batch_size, self.drop_last = dataset, batch_size, drop_last
        self.num_workers, self.generator = num_workers, generator
        self.sampler, self.batch_sampler = sampler, batch_sampler
        self.collate_fn = collate_fn or default_collate
        self._shuffle = bool(shuffle)

    def __iter__(self) -> Iterator[Any]:
        source = self.generator or default_generator
        # PyTorch draws a seed for its workers, whether or not there are any.
        source.any_integers(1, 2**63)
        return self._batches()

    def _batches(self) -> Iterator[Any]:
        for indices in self._indices():
            if self.batch_size is None and self.batch_sampler is None:
                yield self.dataset[indices]
            else:
                yield self.collate_fn([self.dataset[i] for i in indices])

    def _indices(self) -> Iterator[Any]:
        if self.batch_sampler is not None:
            yield from self.batch_sampler
            return
        if self.batch_size is None:
            yield from self._order()
            return
        held: list[int] = []
        for index in self._order():
            held.append(index)
            if len(held) == self.batch_size:
                yield held
                held = []
        if held and not self.drop_last:
            yield held

    def _order(self) -> Iterable[int]:
        if self.sampler is not None:
            return self.sampler
        size = len(self.dataset)
        if not self._shuffle:
            return range(size)
        generator = self.generator
        if generator is None:
            seed = int(default_generator.any_integers(1, 2**63)[0])
            generator = Generator().manual_seed(seed)
        order: list[int] = generator.permutation(size).tolist()
        return order

    def __len__(self) -> int:
        if self.batch_sampler is not None:
            return len(self.batch_sampler)  # type: ignore[arg-type]
        size = len(self.dataset if self.sampler is None else self.sampler)  # type: ignore[arg-type]
        if self.batch_size is None:
            return size
        return (
            size // self.batch_size if self.drop_last else -(-size // self.batch_size)
        )
