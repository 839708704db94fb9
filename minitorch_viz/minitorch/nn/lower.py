"""What `nn.functional` ends in, as `torch` itself has it: reductions are numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dtypes
from ..arguments import checked
from ..bind import named
from ..devices import put, resolve
from ..op import OPS, call
from ..tensor import Tensor, wrap
from . import distance_functions as distances
from . import dropping, functional
from .loss_functions import divergence
from .norm_functions import normed_by_channel

_REDUCTIONS = ("none", "mean", "sum")


def _numbered(name: str, parameters: str, function: Callable[..., Tensor]) -> Any:
    """Return a loss that takes the number of a reduction: last, if not elsewhere.

    PyTorch's forms say that it is the mean if left out; it is none.
    """
    names = parameters.split()
    names += [] if "reduction" in names else ["reduction"]

    def run(*args: Any, **kwargs: Any) -> Tensor:
        given = dict(zip(names, args, strict=False)) | kwargs
        number = given.pop("reduction", 0)
        return function(**given, reduction=_REDUCTIONS[number])

    return named(run, name, f"Return `nn.functional.{name}` of settings by position.")


ctc_loss = _numbered(
    "ctc_loss",
    "log_probs targets input_lengths target_lengths blank reduction zero_infinity",
    functional.ctc_loss,
)
kl_div = _numbered("kl_div", "input target", divergence)
binary_cross_entropy_with_logits = _numbered(
    "binary_cross_entropy_with_logits",
    "input target weight pos_weight",
    functional.binary_cross_entropy_with_logits,
)
margin_ranking_loss = _numbered(
    "margin_ranking_loss",
    "input1 input2 target margin",
    functional.margin_ranking_loss,
)
triplet_margin_loss = _numbered(
    "triplet_margin_loss",
    "anchor positive negative margin p eps swap",
    distances.triplet_margin_loss,
)
cosine_embedding_loss = _numbered(
    "cosine_embedding_loss",
    "input1 input2 target margin",
    distances.cosine_embedding_loss,
)
hinge_embedding_loss = _numbered(
    "hinge_embedding_loss", "input target margin", functional.hinge_embedding_loss
)
poisson_nll_loss = _numbered(
    "poisson_nll_loss", "input target log_input full eps", distances.poisson_nll_loss
)


def embedding(
    weight: Tensor,
    indices: Tensor,
    padding_idx: int = -1,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """Return the rows of `weight` that `indices` name.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.embedding(torch.tensor([[1.0], [2.0]]), torch.tensor([1]))
    tensor([[2.]])
    """
    padding = None if padding_idx < 0 else padding_idx
    return functional.embedding(
        indices, weight, padding, None, 2.0, scale_grad_by_freq, sparse
    )


def batch_norm(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    training: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool,
) -> Tensor:
    """Return `nn.functional.batch_norm`; the weight comes first here.

    >>> from minitorch_viz import minitorch as torch
    >>> rows = torch.tensor([[1.0], [3.0]])
    >>> torch.batch_norm(rows, None, None, None, None, True, 0.1, 0.0, False).flatten()
    tensor([-1.,  1.])
    """
    held = weight, bias, running_mean, running_var
    return normed_by_channel(input, *held, training, momentum, eps)


def group_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
    cudnn_enabled: bool = True,
) -> Tensor:
    """Return `nn.functional.group_norm`.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.group_norm(torch.tensor([[1.0, 3.0]]), 1, None, None, 0.0, False)
    tensor([[-1.,  1.]])
    """
    if num_groups <= 0:
        raise RuntimeError(
            f"Expected num groups to be greater than 0, got {num_groups}"
        )
    return functional.group_norm(input, num_groups, weight, bias, eps)


def layer_norm(
    input: Tensor,
    normalized_shape: Any,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
    cudnn_enable: bool = True,
) -> Tensor:
    """Return `nn.functional.layer_norm`.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.layer_norm(torch.tensor([1.0, 3.0]), (2,), None, None, 0.0, False)
    tensor([-1.,  1.])
    """
    return functional.layer_norm(input, normalized_shape, weight, bias, eps)


def dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    """Drop elements of the tensor itself.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.dropout_(torch.ones(2), 1.0, True)
    tensor([0., 0.])
    """
    return dropping.dropout(input, p, train, True)


def alpha_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """Return `nn.functional.alpha_dropout`.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.alpha_dropout(torch.ones(2), 0.5, False)
    tensor([1., 1.])
    """
    return dropping.alpha_dropout(input, p, train)


def feature_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """Drop whole channels.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.feature_dropout(torch.ones(1, 2), 0.5, False)
    tensor([[1., 1.]])
    """
    return dropping.channels_dropped(input, p, train, False)


def instance_norm(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    use_input_stats: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool,
) -> Tensor:
    """Give every channel of every member mean 0 and variance 1.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.tensor([[[1.0, 3.0]]])
    >>> torch.instance_norm(x, None, None, None, None, True, 0.1, 1e-5, False).round()
    tensor([[[-1.,  1.]]])
    """
    return functional.instance_norm(
        input, running_mean, running_var, weight, bias, use_input_stats, momentum, eps
    )


def fill(input: Tensor, value: Any) -> Tensor:
    """Return a copy that is one number everywhere.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.fill(torch.zeros(2), 3.0)
    tensor([3., 3.])
    """
    if isinstance(value, Tensor):
        if value._array.ndim:
            raise RuntimeError(
                "fill_ only supports 0-dimension value tensor but got tensor with "
                f"{value._array.ndim} dimensions."
            )
        found: Tensor = call(OPS["fill.tensor.fresh"], (input, value))
    else:
        found = call(OPS["fill.fresh"], (input,), (value,))
    return found


def adaptive_max_pool1d(input: Tensor, output_size: Any) -> Any:
    """Return the maxima of `functional.adaptive_max_pool1d`, and where they are.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.adaptive_max_pool1d(torch.tensor([[1.0, 3.0]]), 1)
    (tensor([[3.]]), tensor([[1]]))
    """
    return functional.adaptive_max_pool1d(input, output_size, return_indices=True)


def max_pool1d_with_indices(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> Any:
    """Return the maxima of windows, and where they were.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.max_pool1d_with_indices(torch.arange(4.0).reshape(1, 4), 2)
    (tensor([[1., 3.]]), tensor([[1, 3]]))
    """
    return functional.max_pool1d(
        input, kernel_size, stride, padding, dilation, ceil_mode, True
    )


def constant_pad_nd(input: Tensor, pad: Any, value: float = 0) -> Tensor:
    """Return the tensor with a border of one number.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.constant_pad_nd(torch.ones(1), (1, 0), 5.0)
    tensor([5., 1.])
    """
    found: Tensor = call(OPS["constant_pad_nd"], (input,), (tuple(pad), value))
    return found


def _window(name: str, cosines: Callable[..., Any]) -> Any:
    """Return a function that makes a window of a length; `cosines` has its formula."""

    def run(
        window_length: int,
        periodic: bool = True,
        *settings: float,
        dtype: dtypes.dtype | None = None,
        device: Any = None,
        requires_grad: bool = False,
    ) -> Tensor:
        kind = dtype or dtypes.get_default_dtype()
        if kind.np.kind != "f":
            raise RuntimeError(
                f"{name} expects floating point dtypes, got: TensorOptions(dtype="
                f"{kind.c_name}, device=cpu, layout=Strided (default), "
                "requires_grad=false (default), pinned_memory=false, "
                "memory_format=(nullopt))"
            )
        if window_length < 0:
            raise RuntimeError(
                f"{name} requires non-negative window_length, got "
                f"window_length={window_length}"
            )
        steps = window_length - (not periodic)
        turns = np.arange(window_length) / max(steps, 1)
        values = cosines(turns, *settings) if window_length > 1 else turns * 0 + 1
        made = wrap(put(np.asarray(values, kind.np), resolve(device)))
        made._requires_grad = requires_grad
        return made

    return named(run, name, f"Return the {name[:-7]} window of this length.")


def _cosine(turns: Any, alpha: float = 0.54, beta: float = 0.46) -> Any:
    return alpha - beta * np.cos(2 * np.pi * turns)


hann_window = _window("hann_window", lambda turns: _cosine(turns, 0.5, 0.5))
hamming_window = _window("hamming_window", _cosine)
bartlett_window = _window("bartlett_window", lambda turns: 1 - np.abs(2 * turns - 1))
blackman_window = _window(
    "blackman_window",
    lambda turns: _cosine(turns, 0.42, 0.5) + 0.08 * np.cos(4 * np.pi * turns),
)

#: What tensors themselves have of these.
for _name in ("hardshrink", "prelu"):
    setattr(Tensor, _name, checked(getattr(functional, _name), _name, "Tensor"))
