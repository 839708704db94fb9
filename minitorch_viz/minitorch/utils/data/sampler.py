"""Samplers: in which order the members of a data set are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from ...creation import as_tensor
from ...dtypes import float64
from ...generator import Generator, default_generator
from ...sampling import multinomial
from ...shown import Named

#: How many numbers are drawn at once with replacement, as PyTorch does.
_AT_ONCE = 32


class Sampler(metaclass=Named):
    """An order of reading; subclasses define `__iter__`.

    >>> list(SequentialSampler("abc"))
    [0, 1, 2]
    """

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError


class SequentialSampler(Sampler):
    """One member after the other.

    >>> len(SequentialSampler("abc"))
    3
    """

    def __init__(self, data_source: Any) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler):
    """Members in random order, or drawn with replacement.

    >>> sorted(RandomSampler("abc"))
    [0, 1, 2]
    """

    def __init__(
        self,
        data_source: Any,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator | None = None,
    ) -> None:
        self.data_source, self.replacement = data_source, replacement
        self._num_samples, self.generator = num_samples, generator
        if not isinstance(replacement, bool):
            raise TypeError(
                "replacement should be a boolean value, but got "
                f"replacement={replacement}"
            )
        # Asked for anew wherever PyTorch does: a data set may count who asks.
        if not isinstance(self.num_samples, int) or self.num_samples <= 0:
            raise ValueError(_NOT_POSITIVE.format("num_samples", self.num_samples))

    @property
    def num_samples(self) -> int:
        """How many members are read; all of them unless another number was given."""
        if self._num_samples is None:
            return len(self.data_source)
        return self._num_samples

    def __iter__(self) -> Iterator[int]:
        size = len(self.data_source)
        source = self.generator
        if source is None:
            seed = int(default_generator.any_integers(1, 2**63)[0])
            source = Generator().manual_seed(seed)
        if self.replacement:
            for _ in range(self.num_samples // _AT_ONCE):
                yield from source.integers(_AT_ONCE, 0, size).tolist()
            left = self.num_samples % _AT_ONCE
            yield from source.integers(left, 0, size).tolist()
            return
        for _ in range(self.num_samples // size):
            yield from source.permutation(size).tolist()
        # Drawn by PyTorch too when nothing is left, which a generator shows.
        yield from source.permutation(size).tolist()[: self.num_samples % size]

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler):
    """Some members, in random order.

    >>> sorted(SubsetRandomSampler([4, 2]))
    [2, 4]
    """

    def __init__(
        self, indices: Sequence[int], generator: Generator | None = None
    ) -> None:
        self.indices, self.generator = indices, generator

    def __iter__(self) -> Iterator[int]:
        source = self.generator or default_generator
        for place in source.permutation(len(self.indices)).tolist():
            yield self.indices[place]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler):
    """Members drawn with chances in proportion to weights.

    >>> list(WeightedRandomSampler([0.0, 1.0], 3))
    [1, 1, 1]
    """

    def __init__(
        self,
        weights: Sequence[float],
        num_samples: int,
        replacement: bool = True,
        generator: Generator | None = None,
    ) -> None:
        _positive("num_samples", num_samples)
        if not isinstance(replacement, bool):
            raise ValueError(  # noqa: TRY004
                "replacement should be a boolean value, but got "
                f"replacement={replacement}"
            )
        self.weights = as_tensor(weights, dtype=float64)
        if self.weights._array.ndim != 1:
            raise ValueError(
                "weights should be a 1d sequence but given weights have shape "
                f"{self.weights._array.shape}"
            )
        self.num_samples, self.replacement = num_samples, replacement
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        drawn = multinomial(
            self.weights, self.num_samples, self.replacement, generator=self.generator
        )
        yield from drawn._array.tolist()

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler):
    """What another sampler yields, in lists of one size.

    >>> list(BatchSampler(SequentialSampler("abc"), 2, False))
    [[0, 1], [2]]
    """

    def __init__(
        self, sampler: Iterable[int], batch_size: int, drop_last: bool
    ) -> None:
        _positive("batch_size", batch_size)
        if not isinstance(drop_last, bool):
            raise ValueError(  # noqa: TRY004
                f"drop_last should be a boolean value, but got drop_last={drop_last}"
            )
        self.sampler, self.batch_size = sampler, batch_size
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[int]]:
        source = iter(self.sampler)
        while batch := list(islice(source, self.batch_size)):
            if len(batch) == self.batch_size or not self.drop_last:
                yield batch

    def __len__(self) -> int:
        size = len(self.sampler)  # type: ignore[arg-type]
        return (
            size // self.batch_size if self.drop_last else -(-size // self.batch_size)
        )


def _positive(name: str, value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise ValueError(_NOT_POSITIVE.format(name, value))


_NOT_POSITIVE = "{0} should be a positive integer value, but got {0}={1}"
