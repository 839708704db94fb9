"""A compact NumPy engine that behaves as PyTorch does; import it as `torch`.

>>> from minitorch_viz import minitorch as torch
>>> x = torch.tensor([1.0, 2.0], requires_grad=True)
>>> (x * x).sum().backward()
>>> x.grad
tensor([2., 4.])
"""

from __future__ import annotations

import builtins
import math
from typing import Any

from . import accelerator as accelerator
from . import autograd as autograd
from . import backends as backends
from . import cuda as cuda
from . import distributions as distributions
from . import func as func
from . import linalg as linalg
from . import nn as nn
from . import optim as optim
from . import special as special
from . import testing as testing
from . import utils as utils
from .arguments import alone, checked, parsed
from .backends import (
    are_deterministic_algorithms_enabled as are_deterministic_algorithms_enabled,
)
from .backends import get_float32_matmul_precision as get_float32_matmul_precision
from .backends import get_num_threads as get_num_threads
from .backends import set_float32_matmul_precision as set_float32_matmul_precision
from .backends import set_num_threads as set_num_threads
from .backends import use_deterministic_algorithms as use_deterministic_algorithms
from .counting import arange as arange
from .counting import linspace as linspace
from .counting import logspace as logspace
from .counting import range_
from .creation import as_tensor as as_tensor
from .creation import asarray as asarray
from .creation import empty as empty
from .creation import empty_like as empty_like
from .creation import eye as eye
from .creation import from_numpy as from_numpy
from .creation import frombuffer as frombuffer
from .creation import full as full
from .creation import full_like as full_like
from .creation import ones as ones
from .creation import ones_like as ones_like
from .creation import scalar_tensor as scalar_tensor
from .creation import tensor as tensor
from .creation import zeros as zeros
from .creation import zeros_like as zeros_like
from .devices import get_default_device as get_default_device
from .devices import set_default_device as set_default_device
from .drawing import rand as rand
from .drawing import rand_like as rand_like
from .drawing import randint as randint
from .drawing import randint_like as randint_like
from .drawing import randn as randn
from .drawing import randn_like as randn_like
from .drawing import randperm as randperm
from .dtypes import bool_
from .dtypes import can_cast as can_cast
from .dtypes import channels_last as channels_last
from .dtypes import contiguous_format as contiguous_format
from .dtypes import device as device
from .dtypes import dtype as dtype
from .dtypes import finfo as finfo
from .dtypes import float16 as float16
from .dtypes import float32 as float32
from .dtypes import float64 as float64
from .dtypes import get_default_dtype as get_default_dtype
from .dtypes import iinfo as iinfo
from .dtypes import int8 as int8
from .dtypes import int16 as int16
from .dtypes import int32 as int32
from .dtypes import int64 as int64
from .dtypes import memory_format as memory_format
from .dtypes import preserve_format as preserve_format
from .dtypes import promote_types as promote_types
from .dtypes import result_type as result_type
from .dtypes import set_default_dtype as set_default_dtype
from .dtypes import strided as strided
from .dtypes import uint8 as uint8
from .generator import Generator as Generator
from .generator import default_generator as default_generator
from .grad_mode import enable_grad as enable_grad
from .grad_mode import inference_mode as inference_mode
from .grad_mode import is_grad_enabled as is_grad_enabled
from .grad_mode import is_inference_mode_enabled as is_inference_mode_enabled
from .grad_mode import no_grad as no_grad
from .grad_mode import set_grad_enabled as set_grad_enabled
from .legacy import TYPES
from .legacy import set_default_tensor_type as set_default_tensor_type
from .methods import FUNCTIONS
from .missing import refuse_below, refusing
from .nn.functional import adaptive_avg_pool1d as adaptive_avg_pool1d
from .nn.functional import avg_pool1d as avg_pool1d
from .nn.functional import bilinear as bilinear
from .nn.functional import celu as celu
from .nn.functional import celu_ as celu_
from .nn.functional import channel_shuffle as channel_shuffle
from .nn.functional import conv1d as conv1d
from .nn.functional import conv2d as conv2d
from .nn.functional import conv3d as conv3d
from .nn.functional import conv_transpose1d as conv_transpose1d
from .nn.functional import conv_transpose2d as conv_transpose2d
from .nn.functional import conv_transpose3d as conv_transpose3d
from .nn.functional import cosine_similarity as cosine_similarity
from .nn.functional import feature_alpha_dropout as feature_alpha_dropout
from .nn.functional import hardshrink as hardshrink
from .nn.functional import max_pool1d as max_pool1d
from .nn.functional import max_pool2d as max_pool2d
from .nn.functional import max_pool3d as max_pool3d
from .nn.functional import pairwise_distance as pairwise_distance
from .nn.functional import pixel_shuffle as pixel_shuffle
from .nn.functional import pixel_unshuffle as pixel_unshuffle
from .nn.functional import prelu as prelu
from .nn.functional import rms_norm as rms_norm
from .nn.functional import rrelu as rrelu
from .nn.functional import rrelu_ as rrelu_
from .nn.functional import selu as selu
from .nn.functional import selu_ as selu_
from .nn.functional import threshold as threshold
from .nn.functional import threshold_ as threshold_
from .nn.grid_functions import affine_grid_generator as affine_grid_generator
from .nn.grid_functions import grid_sampler as grid_sampler
from .nn.lower import adaptive_max_pool1d as adaptive_max_pool1d
from .nn.lower import alpha_dropout as alpha_dropout
from .nn.lower import bartlett_window as bartlett_window
from .nn.lower import batch_norm as batch_norm
from .nn.lower import (
    binary_cross_entropy_with_logits as binary_cross_entropy_with_logits,
)
from .nn.lower import blackman_window as blackman_window
from .nn.lower import constant_pad_nd as constant_pad_nd
from .nn.lower import cosine_embedding_loss as cosine_embedding_loss
from .nn.lower import ctc_loss as ctc_loss
from .nn.lower import dropout_ as dropout_
from .nn.lower import embedding as embedding
from .nn.lower import feature_dropout as feature_dropout
from .nn.lower import fill as fill
from .nn.lower import group_norm as group_norm
from .nn.lower import hamming_window as hamming_window
from .nn.lower import hann_window as hann_window
from .nn.lower import hinge_embedding_loss as hinge_embedding_loss
from .nn.lower import instance_norm as instance_norm
from .nn.lower import kl_div as kl_div
from .nn.lower import layer_norm as layer_norm
from .nn.lower import margin_ranking_loss as margin_ranking_loss
from .nn.lower import max_pool1d_with_indices as max_pool1d_with_indices
from .nn.lower import poisson_nll_loss as poisson_nll_loss
from .nn.lower import triplet_margin_loss as triplet_margin_loss
from .once import is_warn_always_enabled as is_warn_always_enabled
from .once import set_warn_always as set_warn_always
from .printing import set_printoptions as set_printoptions
from .random import get_rng_state as get_rng_state
from .random import initial_seed as initial_seed
from .random import seed as seed
from .random import set_rng_state as set_rng_state
from .sampling import bernoulli as bernoulli
from .sampling import multinomial as multinomial
from .sampling import normal as normal
from .sampling import poisson as poisson
from .saved import anomaly
from .serialization import load as load
from .serialization import save as save
from .sizes import Size as Size
from .sources import manual_seed as manual_seed
from .storages import is_storage as is_storage
from .tensor import Tensor as Tensor


def is_tensor(obj: Any) -> builtins.bool:
    """Return True if `obj` is a tensor.

    >>> is_tensor(ones(1))
    True
    """
    return isinstance(obj, Tensor)


def is_anomaly_enabled() -> builtins.bool:
    """Return True if backward looks for NaN.

    >>> is_anomaly_enabled()
    False
    """
    return builtins.bool(anomaly.enabled)


def is_anomaly_check_nan_enabled() -> builtins.bool:
    """Return True if anomaly mode, once it is on, looks for NaN.

    >>> is_anomaly_check_nan_enabled()
    True
    """
    return builtins.bool(anomaly.check_nan)


def numel(input: Tensor) -> builtins.int:
    """Return the number of elements.

    >>> numel(ones(2, 3))
    6
    """
    return input._array.size


def is_signed(input: Tensor) -> builtins.bool:
    """Return True if the elements can be below zero.

    >>> is_signed(ones(1))
    True
    """
    return builtins.bool(input.dtype.is_signed)


def dropout(input: Tensor, p: builtins.float, train: builtins.bool) -> Tensor:
    """Drop elements with chance `p` and scale up the others, while training.

    >>> dropout(ones(2), 0.5, False)
    tensor([1., 1.])
    """
    return nn.functional.dropout(input, p, train)


def is_inference(input: Tensor) -> builtins.bool:
    """Return True if the tensor was made in inference mode.

    >>> is_inference(ones(1))
    False
    """
    return input._inference


def is_floating_point(input: Tensor) -> builtins.bool:
    """Return True if the elements are floating-point numbers.

    >>> is_floating_point(ones(1))
    True
    """
    return builtins.bool(input._array.dtype.kind == "f")


__version__ = "2.13.0+minitorch"

half, float, double = float16, float32, float64
inf, nan, pi, e = math.inf, math.nan, math.pi, math.e
newaxis = None
short, int, long = int16, int32, int64
bool, range = bool_, range_
globals().update(FUNCTIONS)
#: Functions of their own here, whose arguments PyTorch's parser reads as well.
_PARSED = """
bernoulli multinomial poisson dropout is_floating_point is_inference kl_div
binary_cross_entropy_with_logits margin_ranking_loss triplet_margin_loss
cosine_embedding_loss hinge_embedding_loss poisson_nll_loss embedding dropout_
alpha_dropout max_pool1d_with_indices constant_pad_nd hann_window hamming_window
bartlett_window blackman_window feature_dropout fill instance_norm adaptive_max_pool1d
numel ctc_loss is_signed
"""
globals().update({name: checked(globals()[name], name) for name in _PARSED.split()})
#: What makes tensors, and what `nn.functional` has of more arguments: the parser
#: is asked before.
_ASKED = """
tensor as_tensor zeros ones empty full zeros_like ones_like empty_like full_like
arange range linspace logspace eye rand randn randint randperm normal
rand_like randn_like randint_like
adaptive_avg_pool1d affine_grid_generator avg_pool1d batch_norm bilinear can_cast celu
channel_shuffle conv1d conv2d conv3d conv_transpose1d conv_transpose2d
conv_transpose3d cosine_similarity detach_ feature_alpha_dropout grid_sampler group_norm
hardshrink layer_norm max_pool1d max_pool2d max_pool3d pairwise_distance pixel_shuffle
pixel_unshuffle prelu promote_types result_type rms_norm scalar_tensor rrelu selu
threshold
"""
globals().update({name: parsed(globals()[name], name) for name in _ASKED.split()})
#: What takes no argument at all.
_ALONE = """
is_grad_enabled is_inference_mode_enabled is_anomaly_enabled
is_anomaly_check_nan_enabled
"""
globals().update({name: alone(globals()[name]) for name in _ALONE.split()})
globals().update(TYPES)


__getattr__ = refusing("torch", globals())
refuse_below(__name__)
