"""Which generator draws for a device: each has one of its own, as in PyTorch."""

from __future__ import annotations

from typing import Any

from . import random
from .devices import device_of, resolve
from .generator import Generator, default_generator

#: The generators of the simulated devices. A GPU draws other numbers from a seed.
_elsewhere: dict[int, Generator] = {}


def source_for(generator: Generator | None = None, device: Any = None) -> Generator:
    """Return the generator that draws on a device if none is named.

    What is drawn for `meta` is drawn from nowhere.

    >>> source_for() is default_generator
    True
    """
    if generator is not None:
        return generator
    where = resolve(device)
    if where.type == "cpu":
        return default_generator
    if where.type == "meta":
        return Generator()
    return of_cuda(where.index or 0)


def source_like(generator: Generator | None, array: Any) -> Generator:
    """Return the generator that draws where an array is.

    >>> import numpy as np
    >>> source_like(None, np.zeros(1)) is default_generator
    True
    """
    return source_for(generator, device_of(array))


def of_cuda(index: int) -> Generator:
    """Return the generator of a simulated device.

    >>> of_cuda(0) is of_cuda(0)
    True
    """
    if index not in _elsewhere:
        _elsewhere[index] = Generator().manual_seed(default_generator.initial_seed())
    return _elsewhere[index]


def seed_cuda(seed: int) -> None:
    """Seed the generators of all simulated devices.

    >>> seed_cuda(3)
    """
    for each in _elsewhere.values():
        each.manual_seed(seed)


def manual_seed(seed: int) -> Generator:
    """Seed the generators that are used when none is named, of every device.

    >>> manual_seed(0) is default_generator
    True
    """
    seed_cuda(int(seed))
    return default_generator.manual_seed(int(seed))


# It seeds the devices too, which are above `torch.random` here.
random.manual_seed = manual_seed  # type: ignore[attr-defined]
