"""How a loss is told to reduce: by `reduction=`, or by two flags of old."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

from ..tensor import Tensor

#: How rows of the table number what `reduction=` names.
NONE, MEAN, SUM = 0, 1, 2
_OLD = "size_average reduce reduction"
#: What follows the inputs and targets of a loss, and what makes its module, in order.
ORDERS = {
    "binary_cross_entropy": f"weight {_OLD}",
    "binary_cross_entropy_with_logits": f"weight {_OLD} pos_weight",
    "cosine_embedding_loss": f"margin {_OLD}",
    "cross_entropy": "weight size_average ignore_index reduce reduction "
    "label_smoothing",
    "gaussian_nll_loss": "full eps reduction",
    "hinge_embedding_loss": f"margin {_OLD}",
    "huber_loss": "reduction delta weight",
    "kl_div": f"{_OLD} log_target",
    "l1_loss": f"{_OLD} weight",
    "margin_ranking_loss": f"margin {_OLD}",
    "mse_loss": f"{_OLD} weight",
    "multi_margin_loss": f"p margin weight {_OLD}",
    "multilabel_margin_loss": _OLD,
    "multilabel_soft_margin_loss": f"weight {_OLD}",
    "nll_loss": "weight size_average ignore_index reduce reduction",
    "poisson_nll_loss": "log_input full size_average eps reduce reduction",
    "smooth_l1_loss": f"{_OLD} beta",
    "soft_margin_loss": _OLD,
    "triplet_margin_loss": f"margin p eps swap {_OLD}",
}


def averaged(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Let a loss be told to reduce by `size_average` and `reduce` as well.

    >>> @averaged
    ... def mse_loss(input, target, *, reduction="mean"):
    ...     return reduction
    >>> mse_loss(0, 0, reduction="sum")
    'sum'
    """
    names = ORDERS[function.__name__].split()
    code = function.__code__
    own = code.co_varnames[: code.co_argcount]
    count = sum(name not in names for name in own)

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Tensor:
        if len(args) > count or "size_average" in kwargs or "reduce" in kwargs:
            more = dict(zip(names, args[count:], strict=False))
            for twice in (name for name in more if name in kwargs):
                raise TypeError(
                    f"{function.__name__}() got multiple values for argument '{twice}'"
                )
            return function(*args[:count], **told(more | kwargs))
        return function(*args, **kwargs)

    return run


def told(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings with `reduction` for the two flags of old.

    >>> told({"margin": 1.0, "reduce": None})
    {'margin': 1.0}
    """
    found = dict(settings)
    average, reduce = found.pop("size_average", None), found.pop("reduce", None)
    if average is not None or reduce is not None:
        whole = True if reduce is None else reduce
        mean = (True if average is None else average) and whole
        found["reduction"] = "mean" if mean else "sum" if whole else "none"
        warnings.warn(_DEPRECATED.format(found["reduction"]), UserWarning, stacklevel=3)
    return found


_DEPRECATED = (
    "size_average and reduce args will be deprecated, please use reduction='{}' "
    "instead."
)
