"""PyTorch as it is when Python starts, for a run that neither inherits nor leaks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields

import torch

from ..fresh import SEED
from ..namespaces import kept_namespaces
from ..process import kept_process

#: What programs replace parts of, when they try things out.
_ASSIGNED = ("torch.nn.", "torch.autograd", "torch.optim")
#: How warnings begin that PyTorch gives once in a process. Each run is to hear of them,
#: so they are given every time, and told once.
ONCE: tuple[str, ...] = (
    "Casting complex values to real discards the imaginary part",
    "Converting a tensor with requires_grad=True to a scalar",
    "Mismatch dtype between input and weight",
    "Sparse CSR tensor support is in beta state",
    "Tensor.T is deprecated on 0-D tensors",
    "The PyTorch API of nested tensors is in prototype stage",
    "The given NumPy array is not writable",
    "The reduce argument of torch.scatter with Tensor src is deprecated",
    "This overload of ",
    "The use of `x.T` on tensors of dimension other than 2",
    "Using backward() with create_graph=True",
    "Using padding='same' with even kernel lengths",
    "Using torch.cross without specifying the dim arg",
    "index_reduce() is in beta",
    "torch.chain_matmul is deprecated",
    "torch.set_default_tensor_type() is deprecated",
    "torch.meshgrid: in an upcoming release",
    "torch.qr is deprecated",
    "torch.quantize_per_tensor, torch.quantize_per_channel and other",
    "where received a uint8 condition tensor",
)


@contextmanager
def fresh() -> Iterator[None]:
    """Give the block PyTorch and a process as new, and undo what it does to them.

    >>> with fresh():
    ...     torch.set_default_dtype(torch.float64)
    >>> torch.get_default_dtype()
    torch.float32
    """
    # Settings last: PyTorch looks itself up in `sys.modules` to set them.
    with kept_process(SEED), _settings(), kept_namespaces(), _kept_names():
        yield


@contextmanager
def _kept_names() -> Iterator[None]:
    """Put back what PyTorch's own modules held, if the program assigns to them."""
    spaces = [
        (vars(module), dict(vars(module)))
        for name, module in list(sys.modules.items())
        if name == "torch" or name.startswith(_ASSIGNED)
    ]
    try:
        yield
    finally:
        for space, before in spaces:
            space.update(before)


@contextmanager
def _settings() -> Iterator[None]:
    numbers, dtype = torch.get_rng_state(), torch.get_default_dtype()
    options = torch._tensor_str.PRINT_OPTS
    printed = {f.name: getattr(options, f.name) for f in fields(options)}
    anomaly = torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()
    sure = torch.are_deterministic_algorithms_enabled()
    always = torch.is_warn_always_enabled()
    said = vars(torch.storage._warn_typed_storage_removal)  # once, in Python
    kept = dict(said)
    said.clear()
    with torch.inference_mode(False), torch.enable_grad():
        torch.default_generator.manual_seed(SEED)
        torch.set_printoptions(profile="default")
        torch.set_warn_always(True)
        try:
            yield
        finally:
            torch.set_warn_always(always)
            said |= kept
            torch.set_rng_state(numbers)
            torch.set_default_dtype(dtype)
            torch.use_deterministic_algorithms(sure)
            torch.autograd.set_detect_anomaly(*anomaly)
            for name, value in printed.items():
                setattr(options, name, value)
