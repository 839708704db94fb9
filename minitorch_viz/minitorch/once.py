"""Warnings that PyTorch gives once per process; here, once until forgotten."""

from __future__ import annotations

import warnings

_given: set[str] = set()


def warn_once(text: str, stacklevel: int = 3, key: str = "") -> None:
    """Warn, unless this very text, or one with the same key, was given before.

    >>> forget()
    >>> with warnings.catch_warnings(record=True, action="always") as given:
    ...     warn_once("careful")
    ...     warn_once("careful")
    >>> len(given)
    1
    """
    if (key or text) not in _given:
        _given.add(key or text)
        warnings.warn(text, UserWarning, stacklevel=stacklevel)


def forget() -> None:
    """Give every warning anew: a program that is run again sees them again.

    >>> forget()
    """
    _given.clear()
