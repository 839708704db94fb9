"""Looking at PyTorch's tensors without anybody, or anything, taking notice."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what the block does from every mode and subclass, ours and the program's.

    >>> with quiet():
    ...     torch.ones(2).sum().item()
    2.0
    """
    native: Any = torch._C
    traced = native._get_tracing_state()
    with torch._C.DisableTorchFunction(), torch._C._DisableTorchDispatch():
        if traced is None:
            yield
            return
        # `torch.jit.trace` would note down what is looked at.
        native._set_tracing_state(None)
        try:
            yield
        finally:
            native._set_tracing_state(traced)


@contextmanager
def unwarned() -> Iterator[None]:
    """Let nobody be warned in the block.

    `warnings.catch_warnings` would have Python forget which warnings were given.

    >>> with unwarned():
    ...     warnings.warn("careful")
    """
    before: Any = warnings.filters
    warnings.filters = [("ignore", None, Warning, None, 0)]
    try:
        yield
    finally:
        warnings.filters = before
