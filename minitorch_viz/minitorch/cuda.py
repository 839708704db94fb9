"""`torch.cuda`: there is none here, but one can be simulated to see what it changes.

Without `simulate()` programs are told what a PyTorch without CUDA tells them.
"""

from __future__ import annotations

from typing import Any

from .devices import require_cuda, resolve
from .dtypes import _Default as state
from .missing import refusing
from .once import warn_once
from .sources import of_cuda, seed_cuda

SIMULATED = "Simulated CUDA device (minitorch, computed on the CPU)"


def simulate(devices: int = 1) -> None:
    """Pretend to have this many CUDA devices, 0 for none: they are labels only.

    Tensors on them show their device, its errors and the `ToCopyBackward0` of getting
    there. NumPy computes on the CPU all the same, so numbers, random ones above all,
    may differ from a GPU's, and nothing is faster.

    >>> import warnings
    >>> from minitorch_viz import minitorch as torch
    >>> with warnings.catch_warnings(action="ignore"):
    ...     simulate()
    >>> torch.ones(2).cuda()
    tensor([1., 1.], device='cuda:0')
    >>> simulate(0)
    """
    state.simulated = devices
    if devices:
        warn_once(_WARNING)


def is_available() -> bool:
    """Return True if CUDA is simulated.

    >>> is_available()
    False
    """
    return state.simulated > 0


def device_count() -> int:
    """Return how many devices are simulated.

    >>> device_count()
    0
    """
    return state.simulated


def get_device_name(device: Any = None) -> str:
    """Return that the device is simulated.

    >>> get_device_name()
    Traceback (most recent call last):
        ...
    AssertionError: Torch not compiled with CUDA enabled
    """
    require_cuda()
    resolve("cuda" if device is None else device)
    return SIMULATED


def current_device() -> int:
    """Return 0, the device that `"cuda"` means.

    >>> current_device()
    Traceback (most recent call last):
        ...
    AssertionError: Torch not compiled with CUDA enabled
    """
    require_cuda()
    return 0


def synchronize(device: Any = None) -> None:
    """Do nothing: what is simulated never lags behind.

    >>> synchronize()
    Traceback (most recent call last):
        ...
    AssertionError: Torch not compiled with CUDA enabled
    """
    require_cuda()


def empty_cache() -> None:
    """Do nothing: there is no cache.

    >>> empty_cache()
    """


def is_initialized() -> bool:
    """Return True if CUDA is simulated.

    >>> is_initialized()
    False
    """
    return is_available()


def manual_seed(seed: int) -> None:
    """Seed the generator of the first simulated device.

    >>> manual_seed(0)
    """
    if state.simulated:
        of_cuda(0).manual_seed(seed)


def manual_seed_all(seed: int) -> None:
    """Seed the generators of all simulated devices.

    >>> manual_seed_all(0)
    """
    seed_cuda(seed)


def memory_allocated(device: Any = None) -> int:
    """Return 0: what is simulated takes none of a GPU's memory.

    >>> memory_allocated()
    0
    """
    return 0


max_memory_allocated = memory_reserved = memory_allocated


def set_device(device: Any) -> None:
    """Accept the first device, which is the current one here.

    >>> set_device(0)
    Traceback (most recent call last):
        ...
    AttributeError: module 'torch._C' has no attribute '_cuda_setDevice'
    """
    if not state.simulated:
        raise AttributeError("module 'torch._C' has no attribute '_cuda_setDevice'")
    if resolve(device).index:
        raise NotImplementedError("the simulated current device is always cuda:0")


_WARNING = (
    "This CUDA is simulated: its tensors carry the label of the device, but NumPy "
    "computes them on the CPU. Labels, graphs and messages are those of PyTorch; "
    "numbers and speed are not those of a GPU."
)
__getattr__ = refusing("torch.cuda", globals())
