"""`DataParallel` where there is one device: the module itself."""

from __future__ import annotations

from typing import Any

from .module import Module


class DataParallel(Module):
    """Calls its module; without several GPUs there is nothing to deal out to.

    >>> from minitorch_viz import minitorch as torch
    >>> layer = DataParallel(torch.nn.Linear(2, 1))
    >>> layer.device_ids, layer(torch.ones(3, 2)).shape
    ([], torch.Size([3, 1]))
    """

    def __init__(
        self,
        module: Module,
        device_ids: Any = None,
        output_device: Any = None,
        dim: int = 0,
    ) -> None:
        super().__init__()
        self.module = module
        self.device_ids: list[int] = []

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        """Return what the module returns."""
        return self.module(*inputs, **kwargs)
