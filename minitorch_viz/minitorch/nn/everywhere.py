"""Hooks around the calls of every module, as `torch.nn.modules.module` has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph import RemovableHandle
from .hooks import everywhere


def register_module_forward_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, args)` before the `forward` of every module.

    >>> from minitorch_viz.minitorch import nn, ones
    >>> tell = lambda module, args: print(module)
    >>> with register_module_forward_pre_hook(tell):
    ...     out = nn.Sequential(nn.ReLU())(ones(1))
    Sequential(
      (0): ReLU()
    )
    ReLU()
    """
    return everywhere.register("forward_pre", hook)


def register_module_forward_hook(
    hook: Callable[..., Any], *, with_kwargs: bool = False, always_call: bool = False
) -> RemovableHandle:
    """Call `hook(module, args, output)` after the `forward` of every module.

    >>> from minitorch_viz.minitorch import nn, ones
    >>> with register_module_forward_hook(lambda module, args, output: output + 1):
    ...     nn.ReLU()(ones(1))
    tensor([2.])
    """
    return everywhere.register(
        "forward", hook, with_kwargs=with_kwargs, always_call=always_call
    )


def register_module_full_backward_pre_hook(
    hook: Callable[..., Any],
) -> RemovableHandle:
    """Call `hook(module, grad_output)` when a module's outputs' gradients are known.

    >>> register_module_full_backward_pre_hook(lambda module, grads: None).remove()
    """
    return everywhere.register("backward_pre", hook)


def register_module_full_backward_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, grad_input, grad_output)` when its inputs' are known.

    >>> register_module_full_backward_hook(lambda *given: None).remove()
    """
    _check_kind(full=True)
    return everywhere.register("backward", hook)


def register_module_backward_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook` after the node that made a module's output ran, of every module.

    >>> from minitorch_viz.minitorch.nn import hooks
    >>> hooks.forget_everywhere()
    >>> register_module_backward_hook(lambda *given: None).remove()
    >>> hooks.forget_everywhere()
    """
    _check_kind(full=False)
    return everywhere.register("legacy_backward", hook)


def _check_kind(full: bool) -> None:
    if everywhere.__dict__.setdefault("full", full) != full:
        raise RuntimeError(
            "Cannot use both regular backward hooks and full backward hooks as a "
            "global Module hook. Please use only one of them."
        )
