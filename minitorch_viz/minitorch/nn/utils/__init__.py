"""`torch.nn.utils`: norms of gradients, parameters as one vector, packed sequences."""

from __future__ import annotations

from ...missing import refusing
from ..clipping import clip_grad_norm_ as clip_grad_norm_
from ..clipping import clip_grad_value_ as clip_grad_value_
from ..clipping import clip_grads_with_norm_ as clip_grads_with_norm_
from ..clipping import get_total_norm as get_total_norm
from ..clipping import parameters_to_vector as parameters_to_vector
from ..clipping import vector_to_parameters as vector_to_parameters
from . import rnn as rnn

__getattr__ = refusing("torch.nn.utils", globals())
