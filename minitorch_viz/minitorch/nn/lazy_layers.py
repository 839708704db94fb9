"""Layers that take the size of what they are first given."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from ..events import observe
from ..grad_mode import unrecorded
from ..shown import renamed
from ..tensor import Tensor, wrap
from . import image_layers, norm_layers
from .image_layers import _Convolution
from .layers import Linear
from .module import Module
from .norm_layers import _BatchNorm
from .parameter import UninitializedBuffer, UninitializedParameter, is_lazy


class LazyModuleMixin(Module):
    """A layer with sizes still to be told; the first call makes it another class."""

    cls_to_become: ClassVar[type[Module] | None] = None
    #: Which attribute is the size that a first input tells.
    _told: str
    _initialize_hook: Any

    def _wait(self) -> None:
        """Look at the first input before it is used."""
        self._initialize_hook = self.register_forward_pre_hook(
            _infer_parameters, with_kwargs=True
        )

    def initialize_parameters(self, input: Tensor) -> None:
        """Give the parameters their sizes, and fill them."""
        if not self.has_uninitialized_params():
            return
        setattr(self, self._told, self._size_of(input))
        with unrecorded(), observe(None):
            for name, shape in self._shapes().items():
                held = getattr(self, name)
                if held is not None:
                    held.materialize(shape)
            self.reset_parameters()

    def _size_of(self, input: Tensor) -> int:
        raise NotImplementedError

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        raise NotImplementedError

    def reset_parameters(self) -> None:
        """Draw the parameters anew, once they have a size."""
        if not self.has_uninitialized_params() and getattr(self, self._told):
            super().reset_parameters()  # type: ignore[misc]

    def has_uninitialized_params(self) -> bool:
        """Return True if a size is still to be told."""
        held = (*self._parameters.values(), *self._buffers.values())
        return any(map(is_lazy, held))

    def _save_to_state_dict(
        self, destination: Any, prefix: str, keep_vars: Any
    ) -> None:
        for name, tensor in self._own_state():
            kept = keep_vars or is_lazy(tensor)
            destination[prefix + name] = tensor if kept else tensor.detach()

    def _load_from_state_dict(self, state_dict: Any, prefix: str, *others: Any) -> None:
        for name, tensor in self._own_state():
            value = state_dict.get(prefix + name)
            if is_lazy(tensor) and value is not None and not is_lazy(value):
                with unrecorded():
                    tensor.materialize(value.shape)
        super()._load_from_state_dict(state_dict, prefix, *others)


def _infer_parameters(module: Any, args: Any, kwargs: Any = None) -> None:
    """Tell a layer its sizes by its first input; it is an ordinary one then."""
    module.initialize_parameters(*args, **(kwargs or {}))
    if module.has_uninitialized_params():
        raise RuntimeError(
            f"module {module._get_name()} has not been fully initialized"
        )
    size = getattr(module, module._told)
    if not size:
        setattr(module, module._told, module._size_of(args[0]))
    module._initialize_hook.remove()
    del module._initialize_hook
    if module.cls_to_become is not None:
        module.__class__ = module.cls_to_become


def _sized_by(name: str) -> Callable[..., None]:
    """Return what sizes the parameters of a layer, as a method of this class."""
    return renamed(
        LazyModuleMixin.initialize_parameters, f"{name}.initialize_parameters"
    )


class LazyLinear(LazyModuleMixin, Linear):
    """A `Linear` that takes the width of its first input.

    >>> from minitorch_viz import minitorch as torch
    >>> layer = LazyLinear(3)
    >>> layer(torch.ones(2, 4)).shape, layer
    (torch.Size([2, 3]), Linear(in_features=4, out_features=3, bias=True))
    """

    cls_to_become = Linear
    initialize_parameters = _sized_by("LazyLinear")
    _told = "in_features"

    def __init__(
        self,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        Linear.__init__(self, 0, 0, False)
        self.weight = UninitializedParameter(device=device, dtype=dtype)
        self.out_features = out_features
        if bias:
            self.bias = UninitializedParameter(device=device, dtype=dtype)
        self._wait()

    def _size_of(self, input: Tensor) -> int:
        return input.shape[-1]  # type: ignore[no-any-return]

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        out = self.out_features
        return {"weight": (out, self.in_features), "bias": (out,)}


class _LazyConvolution(LazyModuleMixin, _Convolution):
    """A convolution that takes the channels of its first input."""

    _told = "in_channels"

    def initialize_parameters(self, input: Tensor, *args: Any, **kwargs: Any) -> None:
        """Give the parameters their sizes; what else is given the layer looks at."""
        super().initialize_parameters(input)

    initialize_parameters.__qualname__ = "_LazyConvXdMixin.initialize_parameters"

    def __init__(self, out_channels: int, kernel_size: Any, *args: Any, **kwargs: Any):
        kind: Any = self.cls_to_become
        form = inspect.signature(kind.__init__)
        try:
            given = form.bind(self, 0, 0, kernel_size, *args, **kwargs)
        except TypeError as error:
            name = f"{type(self).__name__}.__init__()"
            raise TypeError(f"{name} got {error}") from None
        bias = given.arguments.get("bias", True)
        given.arguments["bias"] = False
        kind.__init__(*given.args, **given.kwargs)
        like = {name: given.arguments.get(name) for name in ("device", "dtype")}
        self.weight = UninitializedParameter(**like)
        self.out_channels = out_channels
        if bias:
            self.bias = UninitializedParameter(**like)
        self._wait()

    def _size_of(self, input: Tensor) -> int:
        lone, many = self.dims + 1, self.dims + 2
        if input.dim() not in (lone, many):
            raise RuntimeError(
                f"Expected {lone}D (unbatched) or {many}D (batched) input to "
                f"{type(self).__name__}, but got input of size: {input.shape}"
            )
        found: int = input.shape[int(input.dim() == many)]
        if found % self.groups:
            raise ValueError("in_channels must be divisible by groups")
        return found

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        sizes = self.out_channels, self.in_channels // self.groups
        if self.transposed:
            sizes = self.in_channels, self.out_channels // self.groups
        return {"weight": (*sizes, *self.kernel_size), "bias": (self.out_channels,)}


class _LazyNorm(LazyModuleMixin, _BatchNorm):
    """A norm over the batch that takes the channels of its first input."""

    initialize_parameters = _sized_by("_LazyNormBase")
    _told = "num_features"

    def __init__(
        self,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        _BatchNorm.__init__(self, 0, eps, momentum, False, False, device, dtype)
        self.affine, self.track_running_stats = affine, track_running_stats
        like = {"device": device, "dtype": dtype}
        if self.affine:
            self.weight = UninitializedParameter(**like)
            self.bias = UninitializedParameter(**like)
        if self.track_running_stats:
            self.register_buffer("running_mean", UninitializedBuffer(**like))
            self.register_buffer("running_var", UninitializedBuffer(**like))
            counted = wrap(np.zeros((), np.int64))
            self.register_buffer("num_batches_tracked", counted)
        self._wait()

    def _size_of(self, input: Tensor) -> int:
        return input.shape[1]  # type: ignore[no-any-return]

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        names = "weight", "bias", "running_mean", "running_var"
        return dict.fromkeys(names, (self.num_features,))


def _lazy(name: str) -> Any:
    """Return the class that becomes the layer of this name at its first call."""
    kind = getattr(norm_layers, name, None) or getattr(image_layers, name)
    base = _LazyNorm if hasattr(norm_layers, name) else _LazyConvolution
    own = {
        "cls_to_become": kind,
        "__module__": __name__,
        "__doc__": f"A `{name}` that takes the channels of its first input.",
    }
    return type(f"Lazy{name}", (base, kind), own)


LazyConv1d = _lazy("Conv1d")
LazyConv2d = _lazy("Conv2d")
LazyConv3d = _lazy("Conv3d")
LazyConvTranspose1d = _lazy("ConvTranspose1d")
LazyConvTranspose2d = _lazy("ConvTranspose2d")
LazyConvTranspose3d = _lazy("ConvTranspose3d")
LazyBatchNorm1d = _lazy("BatchNorm1d")
LazyBatchNorm2d = _lazy("BatchNorm2d")
LazyBatchNorm3d = _lazy("BatchNorm3d")
LazyInstanceNorm1d = _lazy("InstanceNorm1d")
LazyInstanceNorm2d = _lazy("InstanceNorm2d")
LazyInstanceNorm3d = _lazy("InstanceNorm3d")
