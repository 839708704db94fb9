"""What nodes saved of a tensor that `detach_()` takes out of the graph.

PyTorch's own operations keep such an input as itself, and ask it for its node when
backward comes; custom Functions don't mind.
"""

from __future__ import annotations

from gc import get_referrers
from sys import getrefcount, version_info

from .opnode import OpNode
from .saved import DETACHED
from .tensor import Tensor

#: How often a tensor is counted that only a name of the program's holds in Python 3.11;
#: later ones count otherwise, and there who holds it is always looked for.
_ALONE = 5 if version_info < (3, 12) else 0


def spoil(tensor: Tensor) -> None:
    """Let nodes that saved a tensor refuse to use it from now on.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(1, requires_grad=True) * 2
    >>> y = x**2
    >>> x = x.detach_()
    >>> y.backward()
    Traceback (most recent call last):
        ...
    RuntimeError: Trying to use a saved tensor that has been detached in-place, ...
    """
    if getrefcount(tensor) <= _ALONE:
        return  # to look for holders takes milliseconds
    for each in get_referrers(tensor):
        if isinstance(each, OpNode):
            _spoil_in(each, tensor)
        elif type(each) is dict:
            for owner in get_referrers(each):
                if isinstance(owner, OpNode) and owner.__dict__ is each:
                    _spoil_in(owner, tensor)


def _spoil_in(node: OpNode, tensor: Tensor) -> None:
    for i in range(len(node.plan.kept)):
        if getattr(node, f"kept{i}") is tensor:
            setattr(node, f"counter{i}", DETACHED)
