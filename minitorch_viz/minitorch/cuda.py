"""`torch.cuda`: there is none here, and programs that ask are told so."""

from __future__ import annotations


def is_available() -> bool:
    """Return False: this engine computes on the CPU.

    >>> is_available()
    False
    """
    return False


def device_count() -> int:
    """Return 0: this engine computes on the CPU.

    >>> device_count()
    0
    """
    return 0


def manual_seed(seed: int) -> None:
    """Do nothing, as PyTorch does without a GPU.

    >>> manual_seed(0)
    """


def manual_seed_all(seed: int) -> None:
    """Do nothing, as PyTorch does without a GPU.

    >>> manual_seed_all(0)
    """
