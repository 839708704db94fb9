"""What values say of themselves, the same in every run and on every machine."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

#: Where the package lies; Python's messages and tracebacks name its files.
_FOLDER = f"{Path(__file__).parents[2]}{os.sep}"
_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")
#: Where PyTorch was built, which it adds to its warnings.
_BUILT = re.compile(r" \(Triggered internally at [^)]*\)\.?")
#: What `kind.__name__` reads, which a metaclass may hide.
_name_of: Callable[[type], str] = type.__dict__["__name__"].__get__


def masked(text: str) -> str:
    """Return text without addresses and folders, which differ from run to run.

    >>> masked("<object at 0x7f00>")
    '<object at 0x...>'
    """
    return writable(_ADDRESS.sub("0x...", _BUILT.sub("", text)).replace(_FOLDER, ""))


def writable(text: str) -> str:
    r"""Return text that every file can hold: half a surrogate pair is written out.

    >>> writable("\ud83d")
    '\\ud83d'
    """
    return text.encode("utf-8", "backslashreplace").decode()


def class_name(value: object) -> str:
    """Return the name of a value's class, asking neither of them.

    >>> class_name(2.0)
    'float'
    """
    return writable(_name_of(type(value)))


def message(error: BaseException) -> str:
    """Return what an exception says.

    >>> message(ValueError("no"))
    'no'
    """
    try:
        return masked(str(error))
    except BaseException as failed:  # noqa: BLE001 - its own __str__ may do anything
        return f"<its message raised {class_name(failed)}>"


def in_a_line(error: BaseException) -> BaseException:
    """Return an exception that a notebook shows in one line, without our own frames.

    >>> in_a_line(TypeError("no"))._render_traceback_()
    ['TypeError: no']
    """
    vars(error)["_render_traceback_"] = [f"{class_name(error)}: {error}"].copy
    return error


def shown(value: object) -> str:
    """Return a value as the interactive prompt shows it.

    >>> shown("x")
    "'x'"
    """
    try:
        return masked(repr(value))
    except Exception as error:  # noqa: BLE001 - the program's own repr may do anything
        return f"<its repr raised {class_name(error)}: {message(error)}>"


def operand_text(value: object) -> str:
    """Return a plain value as it is written on a card.

    >>> operand_text(2.0), operand_text((1, 2))
    ('2.0', '(1, 2)')
    """
    # A device as a program writes it: `cuda:0`.
    written = str if class_name(value).rpartition(".")[2] == "device" else repr
    try:
        text = masked(written(value))
    except BaseException as error:  # noqa: BLE001 - the program didn't ask for its repr
        text = f"<{class_name(value)}: its repr raised {class_name(error)}>"
    return text if len(text) <= 60 else text[:57] + "..."
