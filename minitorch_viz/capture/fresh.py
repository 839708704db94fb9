"""An engine as it is when Python starts, for a run that neither inherits nor leaks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields

from ..minitorch import get_default_dtype, grad_mode, once, printing, set_default_dtype
from ..minitorch import random as generators

#: Every run starts with the same seed, so that equal programs give equal traces.
SEED = 67280421310721


@contextmanager
def fresh() -> Iterator[None]:
    """Give the block grad mode on, the first random seed, the default type and format.

    >>> with fresh():
    ...     grad_mode.state.grad = False
    >>> grad_mode.is_grad_enabled()
    True
    """
    state, generator = grad_mode.state, generators.default_generator
    modes, numbers = (state.grad, state.inference), generator.get_state()
    dtype, options = get_default_dtype(), printing._options
    printed = {f.name: getattr(options, f.name) for f in fields(options)}
    state.grad, state.inference = True, False
    generator.manual_seed(SEED)
    printing.set_printoptions(profile="default")
    once.forget()
    try:
        yield
    finally:
        state.grad, state.inference = modes
        generator.set_state(numbers)
        set_default_dtype(dtype)
        for name, value in printed.items():
            setattr(options, name, value)
