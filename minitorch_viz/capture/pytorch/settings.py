"""What PyTorch has once in a process, as it was before a program that may change it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

import torch
import torch.distributed
import torch.utils._device as devices
import torch.utils._python_dispatch as dispatch
from torch import _C, overrides, serialization
from torch.nn.modules import module as modules
from torch.optim import optimizer as optimizers

from .older import SAVING

_Setting = tuple[Callable[[], Any], Callable[[Any], Any]]


def _attribute(owner: Any, name: str) -> _Setting:
    return (lambda: getattr(owner, name)), (lambda value: setattr(owner, name, value))


def _set_safe_globals(before: list[Any]) -> None:
    serialization.clear_safe_globals()
    serialization.add_safe_globals(before)


def _saving() -> Any:
    return None if SAVING is None else SAVING.get_config_copy()


def _set_saving(before: Any) -> None:
    if SAVING is not None:
        SAVING.load_config(before)


def _set_sharing(before: str) -> None:
    if before != torch.multiprocessing.get_sharing_strategy():
        torch.multiprocessing.set_sharing_strategy(before)


def _options() -> dict[str, Any]:
    return dict(vars(torch._tensor_str.PRINT_OPTS))


def _set_options(before: dict[str, Any]) -> None:
    vars(torch._tensor_str.PRINT_OPTS).update(before)


def _registries() -> list[tuple[Any, Any]]:
    """Tables of hooks on every module and optimizer, and what is in them."""
    spaces = (vars(modules), vars(optimizers))
    tables = (t for s in spaces for n, t in s.items() if n.startswith("_global"))
    return [(table, table.copy()) for table in tables if isinstance(table, dict)]


def _set_registries(before: list[tuple[Any, Any]]) -> None:
    for table, entries in before:
        table.clear()
        table.update(entries)


def _set_modes(before: list[Any]) -> None:
    """Leave whatever modes were entered, and enter those of before."""
    now = overrides._get_current_function_mode_stack()
    for _ in now:
        overrides._pop_mode()
    for mode in before:
        overrides._push_mode(mode)


def _set_dispatch_modes(before: list[Any]) -> None:
    for _ in dispatch._get_current_dispatch_mode_stack():
        dispatch._pop_mode()
    for mode in before:
        dispatch._push_mode(mode)


def _packing() -> Any:
    return _C._autograd._top_saved_tensors_default_hooks(False)


def _set_packing(before: Any) -> None:
    """Leave the hooks on what is saved that were not there before."""
    while _packing() is not None and _packing() != before:
        _C._autograd._pop_saved_tensors_default_hooks()


def _anomaly() -> tuple[bool, bool]:
    return torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()


def _is_distributed() -> bool:
    found = torch.distributed
    return found.is_available() and found.is_initialized()


def _set_distributed(before: bool) -> None:
    if _is_distributed() and not before:
        torch.distributed.destroy_process_group()


def _default_device() -> Any:
    return getattr(torch._GLOBAL_DEVICE_CONTEXT, "device_context", None)


def _set_default_device(before: Any) -> None:
    torch._GLOBAL_DEVICE_CONTEXT.device_context = before


#: How each is read, and how it is set to what was read.
_MODES: tuple[_Setting, ...] = (
    (overrides._get_current_function_mode_stack, _set_modes),
    (dispatch._get_current_dispatch_mode_stack, _set_dispatch_modes),
)
_SETTINGS: tuple[_Setting, ...] = (
    (_default_device, _set_default_device),
    _attribute(devices, "CURRENT_DEVICE"),
    (_packing, _set_packing),
    (_registries, _set_registries),
    (_is_distributed, _set_distributed),
    (torch.get_rng_state, torch.set_rng_state),
    (torch.get_default_dtype, torch.set_default_dtype),
    (torch.is_warn_always_enabled, torch.set_warn_always),
    (torch.get_num_threads, torch.set_num_threads),
    (torch.get_deterministic_debug_mode, torch.set_deterministic_debug_mode),
    (torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
    (_anomaly, lambda sought: torch.autograd.set_detect_anomaly(*sought)),
    (_C._is_multithreading_enabled, _C._set_multithreading_enabled),
    (torch.is_autocast_cache_enabled, torch.set_autocast_cache_enabled),
    *(
        (partial(read, "cpu"), partial(write, "cpu"))
        for read, write in (
            (torch.is_autocast_enabled, torch.set_autocast_enabled),
            (torch.get_autocast_dtype, torch.set_autocast_dtype),
        )
    ),
    (_C._check_sparse_tensor_invariants, _C._set_check_sparse_tensor_invariants),
    (_options, _set_options),
    (serialization.get_safe_globals, _set_safe_globals),
    (_saving, _set_saving),
    (torch.multiprocessing.get_sharing_strategy, _set_sharing),
    *(
        _attribute(owner, name)
        for owner, name in (
            (torch.utils.deterministic, "fill_uninitialized_memory"),
            (torch.__future__, "_overwrite_module_params_on_conversion"),
            (torch.__future__, "_swap_module_params_on_conversion"),
            (torch.backends.mkldnn, "enabled"),
            (torch.backends.cudnn, "enabled"),
            (torch.backends.cudnn, "benchmark"),
            (torch.backends.cudnn, "deterministic"),
            (torch.backends.opt_einsum, "enabled"),
            (torch.backends.opt_einsum, "strategy"),
        )
    ),
    (torch.backends.mha.get_fastpath_enabled, torch.backends.mha.set_fastpath_enabled),
    (torch.backends.cuda.flash_sdp_enabled, torch.backends.cuda.enable_flash_sdp),
    (torch.backends.cuda.math_sdp_enabled, torch.backends.cuda.enable_math_sdp),
)


def kept_settings() -> AbstractContextManager[None]:
    """Put back in the end what the block sets in PyTorch.

    >>> with kept_settings():
    ...     torch.set_default_dtype(torch.float64)
    >>> torch.get_default_dtype()
    torch.float32
    """
    return _kept(_SETTINGS)


def kept_modes() -> AbstractContextManager[None]:
    """Leave in the end the modes that the block has entered: they hear all calls.

    >>> with kept_modes():
    ...     devices.DeviceContext("meta").__enter__()
    >>> torch.ones(1).device
    device(type='cpu')
    """
    return _kept(_MODES)


@contextmanager
def _kept(settings: tuple[_Setting, ...]) -> Iterator[None]:
    before = [(put, get()) for get, put in settings]
    try:
        yield
    finally:
        for put, value in before:
            put(value)
