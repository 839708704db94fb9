"""The members of a data set in batches."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, Self

from ... import cuda
from ...events import called
from ...generator import Generator, default_generator
from ...shown import Named
from .collating import default_collate, default_convert
from .dataset import IterableDataset
from .sampler import BatchSampler, RandomSampler, SequentialSampler


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
        multiprocessing_context: Any = None,
        generator: Generator | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        _check_workers(num_workers, timeout, prefetch_factor, persistent_workers)
        self.dataset, self.num_workers, self.generator = dataset, num_workers, generator
        self.timeout, self.worker_init_fn = timeout, worker_init_fn
        self.prefetch_factor = prefetch_factor
        self.pin_memory, self.pin_memory_device = pin_memory, pin_memory_device
        self.multiprocessing_context = multiprocessing_context
        self.in_order = in_order
        self._in_turn = isinstance(dataset, IterableDataset)
        if self._in_turn:
            _check_unordered(shuffle, sampler, batch_sampler)
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                raise ValueError(
                    "batch_sampler option is mutually exclusive with batch_size, "
                    "shuffle, sampler, and drop_last"
                )
            batch_size = None
        elif batch_size is None and drop_last:
            raise ValueError(
                "batch_size=None option disables auto-batching and is mutually "
                "exclusive with drop_last"
            )
        if sampler is None and self._in_turn:
            sampler = _InfiniteConstantSampler()
        elif sampler is None and shuffle:
            sampler = RandomSampler(dataset, generator=generator)
        elif sampler is None:
            sampler = SequentialSampler(dataset)
        assert sampler is not None
        if batch_size is not None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.batch_size, self.drop_last = batch_size, drop_last
        self.sampler, self.batch_sampler = sampler, batch_sampler
        usual = default_convert if batch_sampler is None else default_collate
        self.collate_fn = collate_fn or usual
        self.persistent_workers = persistent_workers

    def __setattr__(self, name: str, value: Any) -> None:
        # What is set last is there once all is.
        if name in _FIXED and "persistent_workers" in self.__dict__:
            raise ValueError(
                f"{name} attribute should not be set after {type(self).__name__} is "
                "initialized"
            )
        super().__setattr__(name, value)

    @property
    def _chosen(self) -> Any:
        """What says which members come next."""
        return self.sampler if self.batch_sampler is None else self.batch_sampler

    def __iter__(self) -> Iterator[Any]:
        return _SingleProcessDataLoaderIter(self)

    def _fetched(self, index: Any) -> Any:
        """Return a batch; its members are let go of before it is handed out."""
        several = getattr(self.dataset, "__getitems__", None)
        if self.batch_sampler is None:
            found = self.dataset[index]
        elif several:
            found = several(index)
        else:
            found = [self.dataset[i] for i in index]
        return self.collate_fn(found)

    def __len__(self) -> int:
        if not self._in_turn:
            return len(self._chosen)
        size = len(self.dataset)
        if self.batch_size is None:
            return size
        return (
            size // self.batch_size if self.drop_last else -(-size // self.batch_size)
        )


class _InfiniteConstantSampler:
    """Says of what comes in an order of its own that the next is next."""

    def __iter__(self) -> Iterator[Any]:
        return repeat(0)


class _SingleProcessDataLoaderIter(metaclass=Named):
    """The batches of a loader, one after the other; one that fails ends nothing."""

    def __init__(self, loader: DataLoader) -> None:
        self._loader = loader
        self._chosen = iter(loader._chosen)
        # PyTorch draws a seed for its workers, whether or not there are any.
        (loader.generator or default_generator).any_integers(1, 2**63)
        if loader.pin_memory and not cuda.is_available():
            warnings.warn(_NOT_PINNED, UserWarning, stacklevel=3)
        self._members = iter(loader.dataset) if loader._in_turn else None
        self._num_yielded, self._ended = 0, False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        # Nothing here is left holding the batch that is handed out.
        with called(self._loader):
            batch = [self._next(next(self._chosen))]
        self._num_yielded += 1
        return batch.pop()

    def _next(self, wanted: Any) -> Any:
        loader = self._loader
        if self._members is None:
            return loader._fetched(wanted)
        if loader.batch_sampler is None:
            return loader.collate_fn(next(self._members))
        if self._ended:
            raise StopIteration
        held = [each for _, each in zip(wanted, self._members, strict=False)]
        self._ended = len(held) < len(wanted)
        if not held or (loader.drop_last and self._ended):
            raise StopIteration
        return loader.collate_fn(held)

    def __len__(self) -> int:
        return len(self._loader._chosen)


#: What a loader is made of; the rest may be set later.
_FIXED = frozenset(
    {
        "batch_size",
        "batch_sampler",
        "sampler",
        "drop_last",
        "dataset",
        "persistent_workers",
    }
)
_NOT_PINNED = (
    "'pin_memory' argument is set as true but no accelerator is found, then device "
    "pinned memory won't be used."
)


def get_worker_info() -> None:
    """Return None: members are read in the process itself, as with no workers.

    >>> get_worker_info()
    """


def _check_workers(
    number: int, timeout: float, prefetch: int | None, persistent: bool
) -> None:
    if number < 0:
        raise ValueError(
            "num_workers option should be non-negative; use num_workers=0 to disable "
            "multiprocessing."
        )
    if timeout < 0:
        raise ValueError("timeout option should be non-negative")
    if not number and prefetch is not None:
        raise ValueError(
            "prefetch_factor option could only be specified in multiprocessing.let "
            "num_workers > 0 to enable multiprocessing, otherwise set prefetch_factor "
            "to None."
        )
    if prefetch is not None and prefetch < 0:
        raise ValueError("prefetch_factor option should be non-negative")
    if persistent and not number:
        raise ValueError("persistent_workers option needs num_workers > 0")


def _check_unordered(shuffle: Any, sampler: Any, batch_sampler: Any) -> None:
    """Refuse an order for what comes in an order of its own."""
    start = "DataLoader with IterableDataset: expected unspecified"
    if shuffle not in (False, None):
        raise ValueError(f"{start} shuffle option, but got shuffle={shuffle}")
    if sampler is not None:
        raise ValueError(f"{start} sampler option, but got sampler={sampler}")
    if batch_sampler is not None:
        raise ValueError(
            f"{start} batch_sampler option, but got batch_sampler={batch_sampler}"
        )
