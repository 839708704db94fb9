"""PyTorch as it is when Python starts, for a run that neither inherits nor leaks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from ..fresh import SEED
from ..namespaces import kept_namespaces
from ..process import kept_process
from .settings import kept_modes, kept_settings

#: What programs replace parts of, when they try things out.
_MODULES = ("torch", "torch.serialization")
_PACKAGES = tuple(
    f"torch.{name}" for name in ("autograd", "distributions", "hub", "nn", "optim")
)
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
    "grad and param do not obey the gradient layout contract",
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
    with (
        kept_process(SEED),
        kept_settings(),
        kept_namespaces(_PACKAGES, _MODULES),
        _as_new(),
        kept_modes(),
    ):
        yield


@contextmanager
def _as_new() -> Iterator[None]:
    said = vars(torch.storage._warn_typed_storage_removal)  # once, in Python
    kept = dict(said)
    said.clear()
    with torch.inference_mode(False), torch.enable_grad():
        torch.default_generator.manual_seed(SEED)
        torch.set_default_dtype(torch.float32)
        torch.set_printoptions(profile="default")
        torch.set_warn_always(True)
        try:
            yield
        finally:
            said |= kept
