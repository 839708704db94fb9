"""How far distributions are apart: the Kullback-Leibler divergence."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

from .. import linalg
from ..autograd import grad
from ..creation import full_like
from ..functions.arranging import broadcast_shapes
from ..methods import FUNCTIONS
from ..nn.functional import softplus
from ..tensor import Tensor
from .bernoulli import Bernoulli
from .categorical import Categorical, OneHotCategorical
from .distribution import Distribution
from .exp_family import ExponentialFamily
from .exponential import Exponential
from .independent import Independent
from .laplace import Laplace
from .multivariate_normal import MultivariateNormal, half_log_det, mahalanobis
from .normal import Normal
from .parameters import sum_rightmost
from .poisson import Poisson
from .uniform import Uniform

_log, _exp = FUNCTIONS["log"], FUNCTIONS["exp"]
Pair = tuple[type[Distribution], type[Distribution]]
Divergence = Callable[[Any, Any], Tensor]
_KNOWN: dict[Pair, Divergence] = {}


def register_kl(
    type_p: type[Distribution], type_q: type[Distribution]
) -> Callable[[Divergence], Divergence]:
    """Return a decorator by which a function is the divergence of two types.

    >>> @register_kl(Normal, Uniform)
    ... def apart(p, q):
    ...     return p.mean - q.mean
    >>> kl_divergence(Normal(2.0, 1.0), Uniform(0.0, 2.0))
    tensor(1.)
    >>> del _KNOWN[Normal, Uniform]
    """
    for kind in (type_p, type_q):
        # Python refuses what is no class.
        issubclass(kind, Distribution)

    def keep(function: Divergence) -> Divergence:
        _KNOWN[type_p, type_q] = function
        return function

    return keep


def kl_divergence(p: Distribution, q: Distribution) -> Tensor:
    """Return how far `q` is from `p`.

    >>> kl_divergence(Normal(0.0, 1.0), Normal(1.0, 1.0))
    tensor(0.5000)
    """
    lefts, rights = type(p).__mro__, type(q).__mro__
    pairs = [(a, b) for a in lefts for b in rights if (a, b) in _KNOWN]
    if not pairs:
        raise NotImplementedError(
            "No KL(p || q) is implemented for p type "
            f"{type(p).__name__} and q type {type(q).__name__}"
        )
    left, right = pairs[0], min(pairs, key=lambda pair: rights.index(pair[1]))
    if _KNOWN[left] is not _KNOWN[right]:
        warnings.warn(
            f"Ambiguous kl_divergence({type(p).__name__}, {type(q).__name__}). Please "
            f"register_kl({left[0].__name__}, {right[1].__name__})",
            RuntimeWarning,
            stacklevel=2,
        )
    return _KNOWN[left](p, q)


@register_kl(ExponentialFamily, ExponentialFamily)
def _families(p: ExponentialFamily, q: ExponentialFamily) -> Tensor:
    if type(p) is not type(q):
        raise NotImplementedError(
            "The cross KL-divergence between different exponential families cannot"
            "                             be computed using Bregman divergences"
        )
    own = [each.detach().requires_grad_() for each in p._natural_params]
    normalizer = p._log_normalizer(*own)
    slopes = grad(normalizer.sum(), own, create_graph=True)
    found = q._log_normalizer(*q._natural_params) - normalizer
    for one, other, slope in zip(own, q._natural_params, slopes, strict=True):
        term = (other - one) * slope
        found = found - sum_rightmost(term, len(q.event_shape))
    return found


@register_kl(Normal, Normal)
def _normals(p: Normal, q: Normal) -> Tensor:
    ratio = (p.scale / q.scale).pow(2)
    apart = ((p.loc - q.loc) / q.scale).pow(2)
    found: Tensor = 0.5 * (ratio + apart - 1 - ratio.log())
    return found


@register_kl(Bernoulli, Bernoulli)
def _bernoullis(p: Bernoulli, q: Bernoulli) -> Tensor:
    ones = p.probs * (softplus(-q.logits) - softplus(-p.logits))
    ones[q.probs == 0] = math.inf
    ones[p.probs == 0] = 0
    zeros = (1 - p.probs) * (softplus(q.logits) - softplus(p.logits))
    zeros[q.probs == 1] = math.inf
    zeros[p.probs == 1] = 0
    found: Tensor = ones + zeros
    return found


@register_kl(Categorical, Categorical)
def _categoricals(p: Categorical, q: Categorical) -> Tensor:
    each = p.probs * (p.logits - q.logits)
    each[(q.probs == 0).expand_as(each)] = math.inf
    each[(p.probs == 0).expand_as(each)] = 0
    found: Tensor = each.sum(-1)
    return found


@register_kl(OneHotCategorical, OneHotCategorical)
def _one_hots(p: OneHotCategorical, q: OneHotCategorical) -> Tensor:
    return _categoricals(p._categorical, q._categorical)


@register_kl(Exponential, Exponential)
def _exponentials(p: Exponential, q: Exponential) -> Tensor:
    ratio = q.rate / p.rate
    found: Tensor = -ratio.log() + ratio - 1
    return found


@register_kl(Laplace, Laplace)
def _laplaces(p: Laplace, q: Laplace) -> Tensor:
    ratio, apart = p.scale / q.scale, (p.loc - q.loc).abs()
    found: Tensor = -ratio.log() + apart / q.scale + ratio * _exp(-apart / p.scale) - 1
    return found


@register_kl(Poisson, Poisson)
def _poissons(p: Poisson, q: Poisson) -> Tensor:
    found: Tensor = p.rate * (p.rate.log() - q.rate.log()) - (p.rate - q.rate)
    return found


@register_kl(Uniform, Uniform)
def _uniforms(p: Uniform, q: Uniform) -> Tensor:
    found: Tensor = _log((q.high - q.low) / (p.high - p.low))
    found[(q.low > p.low) | (q.high < p.high)] = math.inf
    return found


@register_kl(Independent, Independent)
def _independents(p: Independent, q: Independent) -> Tensor:
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError
    found = kl_divergence(p.base_dist, q.base_dist)
    return sum_rightmost(found, p.reinterpreted_batch_ndims)


@register_kl(MultivariateNormal, MultivariateNormal)
def _normal_vectors(p: MultivariateNormal, q: MultivariateNormal) -> Tensor:
    if p.event_shape != q.event_shape:
        raise ValueError(
            "KL-divergence between two Multivariate Normals with"
            "                          different event shapes cannot be computed"
        )
    half = half_log_det(q._factor) - half_log_det(p._factor)
    n = p.event_shape[0]
    batch = broadcast_shapes(q._factor.shape[:-2], p._factor.shape[:-2])
    left, right = (each._factor.expand((*batch, n, n)) for each in (q, p))
    solved = linalg.solve_triangular(left, right, upper=False)
    spread = solved.reshape(-1, n * n).pow(2).sum(-1).reshape(batch)
    found: Tensor = half + 0.5 * (spread + mahalanobis(q._factor, q.loc - p.loc) - n)
    return found


# Of different types: where one has values that the other hasn't, it is infinite.


@register_kl(Exponential, Uniform)
@register_kl(Poisson, Bernoulli)
def _infinite_rate(p: Any, q: Distribution) -> Tensor:
    return full_like(p.rate, math.inf)


@register_kl(Laplace, Uniform)
@register_kl(Laplace, Exponential)
@register_kl(Normal, Uniform)
@register_kl(Normal, Exponential)
def _infinite_loc(p: Any, q: Distribution) -> Tensor:
    return full_like(p.loc, math.inf)


@register_kl(Bernoulli, Poisson)
def _bernoulli_poisson(p: Bernoulli, q: Poisson) -> Tensor:
    found: Tensor = -p.entropy() - (p.probs * q.rate.log() - q.rate)
    return found


@register_kl(Exponential, Normal)
def _exponential_normal(p: Exponential, q: Normal) -> Tensor:
    var, rate = q.scale.pow(2), p.rate.pow(2)
    log = 0.5 * _log(rate * var * 2 * math.pi)
    square, mixed, half = rate.reciprocal(), q.loc / p.rate, q.loc.pow(2) * 0.5
    found: Tensor = log - 1 + (square - mixed + half) / var
    return found


@register_kl(Laplace, Normal)
def _laplace_normal(p: Laplace, q: Normal) -> Tensor:
    var = q.scale.pow(2)
    ratio = p.scale.pow(2) / var
    log = 0.5 * _log(2 * ratio / math.pi)
    left, mixed, right = 0.5 * p.loc.pow(2), p.loc * q.loc, 0.5 * q.loc.pow(2)
    found: Tensor = -log + ratio + (left - mixed + right) / var - 1
    return found


@register_kl(Normal, Laplace)
def _normal_laplace(p: Normal, q: Laplace) -> Tensor:
    apart, ratio = p.loc - q.loc, p.scale / q.scale
    scaled = apart / p.scale
    log = _log(ratio)
    near = math.sqrt(2 / math.pi) * p.scale * _exp(-0.5 * scaled.pow(2))
    far = apart * FUNCTIONS["erf"](math.sqrt(0.5) * scaled)
    found: Tensor = -log + (near + far) / q.scale
    return found - 0.5 * (1 + math.log(0.5 * math.pi))


@register_kl(Uniform, Normal)
def _uniform_normal(p: Uniform, q: Normal) -> Tensor:
    width = p.high - p.low
    log = (math.sqrt(math.pi * 2) * q.scale / width).log()
    spread = width.pow(2) / 12
    apart = ((p.high + p.low - 2 * q.loc) / 2).pow(2)
    found: Tensor = log + 0.5 * (spread + apart) / q.scale.pow(2)
    return found


@register_kl(Uniform, Exponential)
def _uniform_exponential(p: Uniform, q: Exponential) -> Tensor:
    found: Tensor = q.rate * (p.high + p.low) / 2 - ((p.high - p.low) * q.rate).log()
    found[p.low < q.support.lower_bound] = math.inf
    return found
