"""The generator that draws where no other is named: `torch.random`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .generator import default_generator
from .tensor import Tensor


def seed() -> int:
    """Seed that generator from a number nobody can foresee, and return it.

    >>> seed() == initial_seed()
    True
    """
    return default_generator.seed()


def initial_seed() -> int:
    """Return the number that generator was seeded with.

    >>> _ = default_generator.manual_seed(3)
    >>> initial_seed()
    3
    """
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """Return the state of that generator as a tensor of bytes.

    >>> get_rng_state().dtype
    torch.uint8
    """
    return default_generator.get_state()


def set_rng_state(new_state: Tensor) -> None:
    """Continue from what `get_rng_state` returned.

    >>> set_rng_state(get_rng_state())
    """
    default_generator.set_state(new_state)


@contextmanager
def fork_rng(
    devices: Any = None, enabled: bool = True, device_type: str = "cuda"
) -> Iterator[None]:
    """Draw inside a block as if nothing had been drawn, once it is left.

    >>> _ = default_generator.manual_seed(0)
    >>> with fork_rng():
    ...     _ = default_generator.manual_seed(5)
    >>> initial_seed()
    0
    """
    before = default_generator.get_state()
    try:
        yield
    finally:
        if enabled:
            default_generator.set_state(before)
