"""Settings of libraries that this engine doesn't use; programs may set them.

Here everything runs in one thread and gives the same numbers every time.
"""

from __future__ import annotations

import warnings
from types import SimpleNamespace

from .missing import refusing

#: `torch.backends.cudnn`: its switches, and that there is none.
cudnn = SimpleNamespace(
    enabled=True, deterministic=False, benchmark=False, is_available=lambda: False
)

#: `torch.backends.mps` and `.cuda`: there are none.
mps = SimpleNamespace(is_available=lambda: False, is_built=lambda: False)
cuda = SimpleNamespace(is_built=lambda: False)


class _Promised:
    deterministic = False
    precision = "highest"


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Keep whether the same numbers are asked for every time; here they are anyway.

    >>> use_deterministic_algorithms(False)
    """
    _Promised.deterministic = mode


def are_deterministic_algorithms_enabled() -> bool:
    """Return what `use_deterministic_algorithms` was told.

    >>> are_deterministic_algorithms_enabled()
    False
    """
    return _Promised.deterministic


def set_float32_matmul_precision(precision: str) -> None:
    """Keep how exact products need be; here they are as exact as can be.

    >>> set_float32_matmul_precision("highest")
    """
    if not isinstance(precision, str):
        raise RuntimeError(  # noqa: TRY004 - as PyTorch
            "set_float32_matmul_precision expects a str, but got "
            f"{type(precision).__name__}"
        )
    if precision in ("highest", "high", "medium"):
        _Promised.precision = precision
    else:
        warnings.warn(
            f"{precision} is not one of 'highest', 'high', or 'medium'; the "
            "currentsetFloat32MatmulPrecision call has no effect.",
            stacklevel=2,
        )


def get_float32_matmul_precision() -> str:
    """Return what `set_float32_matmul_precision` was told.

    >>> get_float32_matmul_precision()
    'highest'
    """
    return _Promised.precision


def set_num_threads(threads: int) -> None:
    """Do nothing: this engine runs in one thread.

    >>> set_num_threads(4)
    """


def get_num_threads() -> int:
    """Return 1: this engine runs in one thread.

    >>> get_num_threads()
    1
    """
    return 1


__getattr__ = refusing("torch.backends", globals())
