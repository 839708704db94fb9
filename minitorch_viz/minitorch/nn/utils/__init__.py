"""`torch.nn.utils`: norms of gradients and weights, parameters as one vector."""

from __future__ import annotations

from ...missing import refusing
from ..clipping import clip_grad_norm_ as clip_grad_norm_
from ..clipping import clip_grad_value_ as clip_grad_value_
from ..clipping import clip_grads_with_norm_ as clip_grads_with_norm_
from ..clipping import get_total_norm as get_total_norm
from ..clipping import parameters_to_vector as parameters_to_vector
from ..clipping import vector_to_parameters as vector_to_parameters
from . import parametrizations as parametrizations
from . import parametrize as parametrize
from . import rnn as rnn
from .init import skip_init as skip_init
from .spectral_norm import remove_spectral_norm as remove_spectral_norm
from .spectral_norm import spectral_norm as spectral_norm
from .weight_norm import remove_weight_norm as remove_weight_norm
from .weight_norm import weight_norm as weight_norm

__getattr__ = refusing("torch.nn.utils", globals())
