"""An engine as it is when Python starts, for a run that neither inherits nor leaks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields

from ..minitorch import generator as generators
from ..minitorch import (
    get_default_dtype,
    once,
    printing,
    set_default_dtype,
)
from ..minitorch.dtypes import _Default as default
from ..minitorch.nn.hooks import everywhere, forget_everywhere
from ..minitorch.saved import anomaly, hooked, look_for_nan, saving
from ..minitorch.thread import thread
from .namespaces import kept_namespaces
from .process import kept_process

#: Every run starts with the same seed, so that equal programs give equal traces.
SEED = 67280421310721


@contextmanager
def fresh() -> Iterator[None]:
    """Give the block an engine and a process as new, and undo what it does to them.

    >>> with fresh():
    ...     thread.now.grad = False
    >>> thread.now.grad
    True
    """
    with kept_process(SEED), kept_namespaces(), _settings(), _hooks():
        yield


@contextmanager
def _settings() -> Iterator[None]:
    """Grad mode on, the first random seed, the default type and format."""
    now, generator = thread.now, generators.default_generator
    modes, numbers = (now.grad, now.inference), generator.get_state()
    dtype, options = get_default_dtype(), printing._options
    printed = {f.name: getattr(options, f.name) for f in fields(options)}
    simulated, where = default.simulated, default.place
    now.grad, now.inference = True, False
    default.simulated, default.place = 0, None
    generator.manual_seed(SEED)
    printing.set_printoptions(profile="default")
    once.forget()
    try:
        yield
    finally:
        now.grad, now.inference = modes
        default.simulated, default.place = simulated, where
        generator.set_state(numbers)
        set_default_dtype(dtype)
        for name, value in printed.items():
            setattr(options, name, value)


@contextmanager
def _hooks() -> Iterator[None]:
    """No hooks on what is saved or around all modules, and no search for NaN."""
    hooks, saving.hooks = saving.hooks, []
    around = dict(vars(everywhere))
    forget_everywhere()
    looks = dict(vars(anomaly))
    vars(anomaly).clear()
    try:
        yield
    finally:
        del hooked[len(hooked) - len(saving.hooks) :]
        saving.hooks = hooks
        vars(everywhere).update(around)
        look_for_nan(False)
        vars(anomaly).clear()
        vars(anomaly).update(looks)
