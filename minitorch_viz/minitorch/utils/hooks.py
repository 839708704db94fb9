"""`torch.utils.hooks`: what registering a hook returns.

>>> from minitorch_viz import minitorch as torch
>>> handle = torch.ones(1, requires_grad=True).register_hook(print)
>>> isinstance(handle, RemovableHandle)
True
"""

from __future__ import annotations

from ..graph import RemovableHandle

__all__ = ["RemovableHandle"]
