"""Where each node was recorded, kept while anomaly mode is on, and told on an error."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from .saved import anomaly, saving

#: The engine, whose frames aren't the program's, and the package around it, in which
#: a run of a program begins.
_ENGINE = f"{Path(__file__).parent}{os.sep}"
_PACKAGE = f"{Path(__file__).parents[1]}{os.sep}"


def noticed(node: Any, outputs: Sequence[Any]) -> None:
    """Do for a new node what somebody asked for: pack what it saves, keep where it is.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(1, requires_grad=True)
    >>> with torch.autograd.set_detect_anomaly(True):
    ...     list((x * 2).grad_fn.metadata)
    ['traceback_']
    """
    if saving.hooks and outputs:
        node.pack(outputs)
    if anomaly.enabled:
        place(node)


def place(node: Any) -> None:
    """Keep the lines that led to a node, and the node whose backward recorded it.

    >>> from minitorch_viz.minitorch.graph import Node
    >>> place(node := Node())
    >>> node.metadata["traceback_"][-1].split()[-3:]
    ['place(node', ':=', 'Node())']
    """
    frames = [*_program(sys._getframe(1))][::-1]
    node.metadata["traceback_"] = traceback.StackSummary.extract(iter(frames)).format()
    if anomaly.node is not None:
        node.metadata["parent_"] = anomaly.node


def _program(frame: FrameType | None) -> Iterator[tuple[FrameType, int]]:
    """Yield the frames of a program, from the innermost to where its run begins."""
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith(_ENGINE):
            if name.startswith(_PACKAGE):
                return
            yield frame, frame.f_lineno
        frame = frame.f_back


def tell(node: Any) -> None:
    """Warn of the lines that led to a node whose backward failed.

    >>> from minitorch_viz.minitorch.graph import Node
    >>> with warnings.catch_warnings(record=True, action="always") as given:
    ...     tell(Node())
    >>> str(given[0].message).partition(".")[0]
    'Error detected in Node'
    """
    text, led = f"Error detected in {node.name()}. ", "caused the error"
    while node is not None:
        lines = node.metadata.get("traceback_")
        if lines is None:
            text += _NOTHING
        else:
            text += f"Traceback of forward call that {led}:\n{''.join(lines)}"
        warnings.warn(text, UserWarning, stacklevel=_outside())
        node = node.metadata.get("parent_")
        if node is not None:
            text = f"\n\nPrevious calculation was induced by {node.name()}. "
            led = "induced the previous calculation"


def _outside() -> int:
    """Return how many frames below the caller's the program's own lie."""
    frame, level = sys._getframe(1), 1
    while frame.f_code.co_filename.startswith(_ENGINE) and frame.f_back is not None:
        frame, level = frame.f_back, level + 1
    return level


_NOTHING = (
    "No forward pass information available. Enable detect anomaly during forward pass "
    "for more information."
)
