"""Run a small PyTorch-style program and step it: see what autograd records, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .doors import find
from .snapshot import Snapshot

if TYPE_CHECKING:
    from .live_view import live, watch
    from .magics import load_ipython_extension
    from .reasons import why
    from .trace.model import Trace
    from .trace.program import step

__version__ = "0.1.0"
__all__ = [
    "Snapshot",
    "Trace",
    "live",
    "load_ipython_extension",
    "snapshot",
    "step",
    "watch",
    "why",
]

#: What is imported only when it is first used: `import minitorch_viz` stays cheap.
_LAZY = {
    "step": "minitorch_viz.trace.program:step",
    "live": "minitorch_viz.live_view:live",
    "watch": "minitorch_viz.live_view:watch",
    "why": "minitorch_viz.reasons:why",
    "Trace": "minitorch_viz.trace.model:Trace",
    "load_ipython_extension": "minitorch_viz.magics:load_ipython_extension",
}


# A function here and the module of the same name: the module is loaded above, once,
# so that this attribute stays the function; `from .snapshot import` finds the module.
def snapshot(**tensors: Any) -> Snapshot:
    """Return what there is to see from live tensors: them, their nodes, what is saved.

    Raises:
        TypeError: if an argument is neither a tensor nor holds any.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(2, requires_grad=True)
    >>> [node.name for node in snapshot(y=x * x).nodes.values()]
    ['MulBackward0', 'AccumulateGrad']
    """
    taken: Snapshot = find("minitorch_viz.capture.snapshots:snapshot")(**tensors)
    return taken


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'minitorch_viz' has no attribute {name!r}")
    value = globals()[name] = find(_LAZY[name])
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
