"""Warnings that PyTorch gives once per process; here, once until forgotten."""

from __future__ import annotations

import warnings

_given: set[str] = set()


class _Told:
    always = False


def set_warn_always(b: bool, /) -> None:
    """Give each such warning every time, or once again.

    >>> set_warn_always(False)
    """
    if not isinstance(b, bool):
        raise RuntimeError(  # noqa: TRY004 - PyTorch's
            f"setWarnOnlyOnce expects a bool, but got {type(b).__name__}"
        )
    _Told.always = b


def is_warn_always_enabled() -> bool:
    """Return what `set_warn_always` was told.

    >>> is_warn_always_enabled()
    False
    """
    return _Told.always


def warn_once(text: str, stacklevel: int = 3, key: str = "") -> None:
    """Warn, unless this very text, or one with the same key, was given before.

    >>> forget()
    >>> with warnings.catch_warnings(record=True, action="always") as given:
    ...     warn_once("careful")
    ...     warn_once("careful")
    >>> len(given)
    1
    """
    if _Told.always or (key or text) not in _given:
        _given.add(key or text)
        warnings.warn(text, UserWarning, stacklevel=stacklevel)


def forget() -> None:
    """Give every warning anew: a program that is run again sees them again.

    >>> forget()
    """
    _given.clear()
