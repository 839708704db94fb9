"""Looking at PyTorch's tensors without anybody, or anything, taking notice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what the block does from every mode and subclass, ours and the program's.

    >>> with quiet():
    ...     torch.ones(2).sum().item()
    2.0
    """
    with torch._C.DisableTorchFunction(), torch._C._DisableTorchDispatch():
        yield
