"""Distributions to draw from, and the chances they give: `torch.distributions`.

>>> from minitorch_viz import minitorch as torch
>>> torch.distributions.Normal(torch.zeros(3), 1.0).log_prob(torch.zeros(3))
tensor([-0.9189, -0.9189, -0.9189])
"""

from __future__ import annotations

from ..missing import refusing
from . import constraints as constraints
from . import kl as kl
from .bernoulli import Bernoulli as Bernoulli
from .categorical import Categorical as Categorical
from .categorical import OneHotCategorical as OneHotCategorical
from .categorical import (
    OneHotCategoricalStraightThrough as OneHotCategoricalStraightThrough,
)
from .distribution import Distribution as Distribution
from .exp_family import ExponentialFamily as ExponentialFamily
from .exponential import Exponential as Exponential
from .independent import Independent as Independent
from .kl import kl_divergence as kl_divergence
from .kl import register_kl as register_kl
from .laplace import Laplace as Laplace
from .multivariate_normal import MultivariateNormal as MultivariateNormal
from .normal import Normal as Normal
from .poisson import Poisson as Poisson
from .uniform import Uniform as Uniform

__getattr__ = refusing("torch.distributions", globals())
