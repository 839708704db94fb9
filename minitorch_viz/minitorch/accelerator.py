"""`torch.accelerator`: the simulated CUDA, if it is switched on."""

from __future__ import annotations

from . import cuda
from .dtypes import device as Device
from .missing import refusing


def is_available() -> bool:
    """Return True if CUDA is simulated.

    >>> is_available()
    False
    """
    return cuda.is_available()


def device_count() -> int:
    """Return how many devices are simulated.

    >>> device_count()
    0
    """
    return cuda.device_count()


def current_accelerator(check_available: bool = False) -> Device | None:
    """Return the kind of device there is, None for none.

    >>> current_accelerator() is None
    True
    """
    return Device("cuda") if cuda.is_available() else None


__getattr__ = refusing("torch.accelerator", globals())
