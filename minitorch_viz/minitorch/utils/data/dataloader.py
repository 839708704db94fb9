"""The members of a data set in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

from ...events import called
from ...random import Generator, default_generator
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
            sampler = repeat(0)
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

    def __iter__(self) -> Iterator[Any]:
        chosen = iter(
            self.sampler if self.batch_sampler is None else self.batch_sampler
        )
        # PyTorch draws a seed for its workers, whether or not there are any.
        (self.generator or default_generator).any_integers(1, 2**63)
        if self._in_turn:
            return self._taken(chosen, iter(self.dataset))
        return self._chosen(chosen)

    def _chosen(self, chosen: Iterator[Any]) -> Iterator[Any]:
        for index in chosen:
            with called(self):
                batch = [self._fetched(index)]
            yield batch.pop()

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

    def _taken(self, chosen: Iterator[Any], members: Iterator[Any]) -> Iterator[Any]:
        """Yield what an iterable data set yields, as many at once as are asked for."""
        for wanted in repeat((0,)) if self.batch_sampler is None else chosen:
            with called(self):
                held = [each for _, each in zip(wanted, members, strict=False)]
                short = len(held) < len(wanted)
                if not held or (self.drop_last and short):
                    return
                alone = self.batch_sampler is None
                batch = [self.collate_fn(held.pop() if alone else held)]
                del held
            yield batch.pop()
            if short:
                return

    def __len__(self) -> int:
        if not self._in_turn:
            chosen: Any = (
                self.sampler if self.batch_sampler is None else self.batch_sampler
            )
            return len(chosen)
        size = len(self.dataset)
        if self.batch_size is None:
            return size
        return (
            size // self.batch_size if self.drop_last else -(-size // self.batch_size)
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
