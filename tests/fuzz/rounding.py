"""How far rounding alone takes apart what a program computes.

PyTorch's kernels (MKL, SLEEF, oneDNN) miss the nearest number by a few units in the
last place: `tan` in a fifth of all cases, `gelu` by three units of its `erf`, and
others on another machine. The engine gives the nearest. Mostly nobody sees that, but
what takes away nearly equal numbers shows it: `(x.tan() ** 2).frac()`.

So where numbers differ the engine runs the program again, a few times, with the results
of such functions moved by up to `UNITS`. A number of PyTorch's agrees if it lies within
what that reaches, or as far again; anything else (an order of what is nearly equal) if
a moved run has just that. What both round to the nearest (sums and products of two
numbers, copies, choices) is not moved, nor is a result that is exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

UNITS = 4
RUNS = 6

#: Functions that kernels approximate, and those that add or multiply many numbers, in
#: another order each.
APPROXIMATED = """
pow pow.scalar pow.base atan2 logaddexp logaddexp2 exp exp2 expm1 log log2 log10 log1p
sqrt rsqrt reciprocal sigmoid tanh sin cos tan sinh cosh asin acos atan asinh acosh
atanh erf erfc erfinv lgamma digamma polygamma logit sinc xlogy xlogy.self xlogy.other
hypot gelu silu mish softplus log_sigmoid elu celu softmax log_softmax logsumexp
logcumsumexp sum sum.dim nansum mean mean.dim prod prod.dim var std var_mean std_mean
cumsum cumprod linalg_vector_norm norm.all norm.dim dist cdist mm mv dot bmm addmm
baddbmm addmv addr
addbmm matmul linalg_inv_ex linalg_det linalg_slogdet linalg_solve_ex linalg_eigh
linalg_svd linalg_qr linalg_pinv linalg_cholesky_ex linalg_matrix_exp convolution
native_batch_norm native_layer_norm native_group_norm mse_loss smooth_l1_loss huber_loss
nll_loss binary_cross_entropy binary_cross_entropy_with_logits soft_margin_loss
grid_sampler_2d upsample_linear1d upsample_bilinear2d
"""


def move(ops: Any) -> None:
    """Let the approximated operations of an engine's table miss by a few units."""
    random = np.random.default_rng(0)
    for name in APPROXIMATED.split():
        op = ops[name]
        op.forward = op.direct = _moved(op.forward, random)


def _moved(forward: Callable[..., Any], random: Any) -> Callable[..., Any]:
    def run(*values: Any) -> Any:
        found = forward(*values)
        if not any(_single(each) for each in (found, *values)):
            return found
        exact = forward(*map(_doubled, values))
        if isinstance(found, tuple):
            pairs = zip(found, exact, strict=True)
            return tuple(_missed(a, b, random) for a, b in pairs)
        return _missed(found, exact, random)

    return run


def _single(value: Any) -> bool:
    return isinstance(value, np.ndarray | np.generic) and value.dtype == np.float32


def _doubled(value: Any) -> Any:
    if isinstance(value, list):
        return [_doubled(each) for each in value]
    return value.astype(np.float64) if _single(value) else value


def _missed(found: Any, exact: Any, random: Any) -> Any:
    """Move a result by some units where the exact one had to be rounded."""
    if not _single(found) or not np.size(found):
        return found
    units = random.integers(-UNITS, UNITS + 1, np.shape(found))
    moved = found + (units * np.spacing(found)).astype(np.float32)
    rounded = np.isfinite(moved) & (np.asarray(found, np.float64) != exact)
    missed = np.where(rounded, moved, found)
    if isinstance(found, np.generic):
        return missed[()]
    laid = np.empty_like(found)
    laid[...] = missed
    return laid


def settled(want: Any, got: Any, again: Sequence[Any]) -> Any:
    """Return what the engine found, with PyTorch's numbers where rounding leads there.

    `again` holds what the engine found with its results moved.
    """
    if isinstance(want, dict) and isinstance(got, dict):
        return {
            key: settled(want.get(key), value, _parts(again, dict, key))
            for key, value in got.items()
        }
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        return [
            settled(a, b, _parts(again, list, place))
            for place, (a, b) in enumerate(zip(want, got, strict=True))
        ]
    if not isinstance(want, float) or not isinstance(got, float):
        return want if want in again else got  # an order, say, of what is nearly equal
    reach = max((abs(x - got) for x in again if isinstance(x, float)), default=0.0)
    return want if math.isclose(want, got, rel_tol=0, abs_tol=2 * reach) else got


def _parts(again: Sequence[Any], kind: type, key: Any) -> list[Any]:
    """Return what stands at a key or place, where the moved runs have it too."""
    found = [each for each in again if isinstance(each, kind)]
    if kind is dict:
        return [each[key] for each in found if key in each]
    return [each[key] for each in found if key < len(each)]
