"""Whose code calls: the program's, or PyTorch's own Python."""

from __future__ import annotations

import os
from types import CodeType, FrameType
from typing import Any

import torch

_HOME = os.path.dirname(torch.__file__) + os.sep  # noqa: PTH120 - compared with names
#: Where PyTorch switches grad mode off around an optimizer's step.
_STEP = (os.path.join("optim", "optimizer.py"), "_use_grad")  # noqa: PTH118 - the same
_OPTIMIZERS = os.path.join(_HOME, "optim")  # noqa: PTH118 - the same
_DECORATORS = os.path.join("utils", "_contextlib.py")  # noqa: PTH118 - the same

#: Where PyTorch shuffles and draws seeds, pickles, makes a first gradient, and looks
#: for the sink of a leaf.
_UNSEEN = {
    f"{_HOME}{os.path.join(*file)}": names  # noqa: PTH118 - the same
    for file, names in {
        ("autograd", "__init__.py"): ("_make_grads",),
        ("autograd", "graph.py"): ("_get_grad_fn_or_grad_acc", "get_gradient_edge"),
        ("nn", "parameter.py"): ("__reduce_ex__",),
        ("utils", "data", "dataloader.py"): ("__init__",),
        ("utils", "data", "dataset.py"): ("random_split",),
        ("utils", "data", "sampler.py"): ("__iter__",),
    }.items()
}
#: Where what PyTorch's operations do is written in Python: for `meta` and fake tensors.
#: And gradcheck, of which the program sees how often it asks, not how it counts.
_KERNELS = tuple(
    os.path.join(_HOME, *name)  # noqa: PTH118 - the same
    for name in (
        *(("_decomp",), ("_meta_registrations",), ("_prims",), ("_refs",)),
        *(("_subclasses",), ("autograd", "gradcheck.py")),
    )
)


def is_library(frame: FrameType) -> bool:
    """True for a frame of PyTorch's own Python code.

    >>> import sys
    >>> is_library(sys._getframe())
    False
    """
    return frame.f_code.co_filename.startswith(_HOME)


def local(frame: FrameType, name: str) -> Any:
    """Return what a name means in a frame, leaving nothing behind on it.

    >>> import sys
    >>> def f(x): return local(sys._getframe(), "x")
    >>> f(1)
    1
    """
    scope = frame.f_locals
    found = scope.get(name)
    if isinstance(scope, dict):  # before Python 3.13 a copy that stays on the frame
        scope.clear()
    return found


def switched_by_library(frame: FrameType) -> bool:
    """True if PyTorch switches grad mode for work of its own, not for the program.

    >>> import sys
    >>> switched_by_library(sys._getframe())
    False
    """
    if not is_library(frame):
        return False
    file = frame.f_code.co_filename
    if file.startswith(_OPTIMIZERS):
        return False  # a closure is the program's own
    if not file.endswith(_DECORATORS):
        return True
    # A decorator: it works for whom it decorates.
    code = getattr(local(frame, "func"), "__code__", None)
    return code is not None and code.co_filename.startswith(_HOME)


def works_unseen(frame: FrameType) -> bool:
    """True where PyTorch makes tensors that it keeps to itself: an order, a seed.

    Nor is seen what happens inside of an operation.

    >>> import sys
    >>> works_unseen(sys._getframe())
    False
    """
    while frame.f_code.co_filename == torch._ops.__file__ and frame.f_back is not None:
        frame = frame.f_back
    code = frame.f_code
    if code.co_filename.startswith(_KERNELS):
        return True
    return code.co_name in _UNSEEN.get(code.co_filename, ())


def rebuilds(frame: FrameType) -> bool:
    """True where PyTorch puts together what was pickled or copied.

    >>> import sys
    >>> rebuilds(sys._getframe())
    False
    """
    return frame.f_code.co_filename == f"{_HOME}_utils.py"


def turning(frame: FrameType) -> Any:
    """Return the optimizer whose step turns to the program's closure, or back.

    >>> import sys
    >>> turning(sys._getframe()) is None
    True
    """
    back = frame.f_back
    if frame.f_code.co_filename.endswith(_DECORATORS) and back is not None:
        frame = back  # the closure was decorated
        found = frame.f_code.co_filename.startswith(_OPTIMIZERS)
    else:
        found = _is_step(frame.f_code)
    return local(frame, "self") if found else None


def is_step(frame: FrameType) -> bool:
    """True where PyTorch switches grad mode around an optimizer's step.

    >>> import sys
    >>> is_step(sys._getframe())
    False
    """
    file, name = _STEP
    code = frame.f_code
    if code.co_filename.endswith(_DECORATORS):
        found = getattr(local(frame, "func"), "__code__", None)
        return found is not None and _is_step(found)
    return code.co_name == name and code.co_filename.endswith(file)


def _is_step(code: CodeType) -> bool:
    return code.co_name == "step" and code.co_filename.startswith(_OPTIMIZERS)


def stepping(frame: FrameType) -> Any:
    """Return the optimizer whose step a frame of PyTorch's is around.

    >>> import sys
    >>> stepping(sys._getframe()) is None
    True
    """
    given = local(frame, "args")
    return local(frame, "self") or (given[0] if given else None)
