"""Data sets: what knows its members by number, or yields them in turn."""

from __future__ import annotations

import bisect
import math
import warnings
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

from ...generator import Generator, default_generator
from ...shown import Named
from ...tensor import Tensor


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

    def __add__(self, other: Any) -> Any:
        return ConcatDataset([self, other])


class IterableDataset(Dataset):
    """What yields its members in turn; subclasses define `__iter__`.

    >>> class Count(IterableDataset):
    ...     def __iter__(self):
    ...         return iter(range(3))
    >>> list(Count() + Count())
    [0, 1, 2, 0, 1, 2]
    """

    @abstractmethod
    def __iter__(self) -> Iterator[Any]:
        """Yield the members."""

    def __add__(self, other: Any) -> Any:
        return ChainDataset([self, other])


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


class StackDataset(Dataset):
    """The members of several data sets of one length, as tuples or by name.

    >>> StackDataset(x=[1, 2], y="ab")[1]
    {'x': 2, 'y': 'b'}
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args and kwargs:
            raise ValueError(
                "Supported either ``tuple``- (via ``args``) or``dict``- (via "
                "``kwargs``) like input/output, but both types are given."
            )
        if not args and not kwargs:
            raise ValueError("At least one dataset should be passed")
        sizes = {len(each) for each in args or kwargs.values()}
        if len(sizes) > 1:
            raise ValueError("Size mismatch between datasets")
        self.datasets: Any = args or kwargs
        self._length = sizes.pop()

    def __getitem__(self, index: Any) -> Any:
        if isinstance(self.datasets, dict):
            return {name: each[index] for name, each in self.datasets.items()}
        return tuple(each[index] for each in self.datasets)

    def __len__(self) -> int:
        return self._length


class ConcatDataset(Dataset):
    """The members of several data sets, one after the other.

    >>> ConcatDataset([[5, 6], [7]])[-1]
    7
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise AssertionError("datasets should not be an empty iterable")
        if any(isinstance(each, IterableDataset) for each in self.datasets):
            raise AssertionError("ConcatDataset does not support IterableDataset")
        self.cumulative_sizes = list(accumulate(len(each) for each in self.datasets))

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]

    def __getitem__(self, index: int) -> Any:
        if index < 0:
            if -index > len(self):
                raise ValueError(
                    "absolute value of index should not exceed dataset length"
                )
            index += len(self)
        place = bisect.bisect_right(self.cumulative_sizes, index)
        start = self.cumulative_sizes[place - 1] if place else 0
        return self.datasets[place][index - start]


class ChainDataset(IterableDataset):
    """What several iterable data sets yield, one after the other.

    >>> len(ChainDataset([]))
    0
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = datasets

    def _checked(self) -> Iterator[Any]:
        for each in self.datasets:
            if not isinstance(each, IterableDataset):
                raise AssertionError(  # noqa: TRY004
                    "ChainDataset only supports IterableDataset"
                )
            yield each

    def __iter__(self) -> Iterator[Any]:
        for each in self._checked():
            yield from each

    def __len__(self) -> int:
        return sum(map(len, self._checked()))


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

    def __getitems__(self, indices: Sequence[int]) -> list[Any]:
        """Return several members, as the data set itself does if it can."""
        chosen = [self.indices[i] for i in indices]
        several = getattr(self.dataset, "__getitems__", None)
        if callable(several):
            found: list[Any] = several(chosen)
            return found
        return [self.dataset[i] for i in chosen]

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
    counts: Sequence[Any] = lengths
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        counts = _shared(size, lengths)
    if sum(counts) != size:
        raise ValueError(
            "Sum of input lengths does not equal the length of the input dataset!"
        )
    order = generator.permutation(size).tolist()
    pairs = zip(counts, accumulate(counts), strict=True)
    return [Subset(dataset, order[end - count : end]) for count, end in pairs]


def _shared(size: int, lengths: Sequence[float]) -> list[int]:
    """Return how many members each share has; what is left over goes round."""
    for place, share in enumerate(lengths):
        if not 0 <= share <= 1:
            raise ValueError(f"Fraction at index {place} is not between 0 and 1")
    counts = [math.floor(size * share) for share in lengths]
    for place in range(size - sum(counts)):
        counts[place % len(counts)] += 1
    for place, count in enumerate(counts):
        if not count:
            warnings.warn(
                f"Length of split at index {place} is 0. This might result in an empty "
                "dataset.",
                stacklevel=4,
            )
    return counts
