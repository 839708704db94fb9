"""Losses as modules: each calls the function of the same meaning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..shown import renamed
from . import functional
from .module import Module
from .reductions import told
from .settings import Form, form


class _Loss(Module):
    """A loss made of a function and the settings passed to it.

    Class weights are buffers, so that they belong to the module's state.
    """

    function: str
    inputs: Form
    settings: Form
    names: tuple[str, ...]
    check: Callable[..., None] | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        given = type(self).settings(self, *args, **kwargs)
        del given["self"]
        super().__init__()
        if self.check is not None:
            self.check(**given)
        for key, value in told(given).items():
            if key in ("weight", "pos_weight"):
                self.register_buffer(key, value)
            else:
                setattr(self, key, value)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Return the loss."""
        given = type(self).inputs(self, *args, **kwargs)
        del given["self"]
        values = {key: getattr(self, key) for key in self.names}
        return getattr(functional, self.function)(*given.values(), **values)


#: What a loss is of, by PyTorch's names: of an input and a target, but for these.
_INPUTS: dict[str, Form] = {
    "": lambda self, input, target: locals(),  # noqa: A006 - PyTorch's name
    "margin_ranking_loss": lambda self, input1, input2, target: locals(),
    "cosine_embedding_loss": lambda self, input1, input2, target: locals(),
    "triplet_margin_loss": lambda self, anchor, positive, negative: locals(),
    "poisson_nll_loss": lambda self, log_input, target: locals(),
    "gaussian_nll_loss": lambda self, input, target, var: locals(),  # noqa: A006
}


def _loss(
    name: str,
    function: str,
    settings: Form,
    check: Callable[..., None] | None = None,
) -> type[_Loss]:
    names = set(settings.__code__.co_varnames) - {"self", "size_average", "reduce"}
    return type(
        name,
        (_Loss,),
        {
            "function": function,
            "inputs": staticmethod(
                renamed(_INPUTS.get(function, _INPUTS[""]), f"{name}.forward")
            ),
            "settings": staticmethod(
                settings if settings in _SHARED else form(name, settings)
            ),
            "names": tuple(sorted(names)),
            "check": check and staticmethod(check),
            "__doc__": f"`functional.{function}` as a module.",
            "__module__": __name__,
        },
    )


def _check_delta(delta: Any, **others: Any) -> None:
    if not isinstance(delta, (float, int)):
        raise TypeError(f"delta must be a float or int, got: {type(delta)}")


def _check_margin(margin: Any, **others: Any) -> None:
    if margin <= 0:
        raise ValueError(
            f"TripletMarginLoss: expected margin to be greater than 0, got {margin} "
            "instead"
        )


def _check_power(p: Any, weight: Any, **others: Any) -> None:
    if p not in (1, 2):
        raise ValueError("only p == 1 and p == 2 supported")
    if weight is not None and weight.dim() != 1:
        raise ValueError(
            "MultiMarginLoss: expected weight to be None or 1D tensor, got "
            f"{weight.dim()}D instead"
        )


#: Constructors that several losses have of one class.
_PLAIN = form(
    "_Loss",
    lambda self, size_average=None, reduce=None, reduction="mean": locals(),
)
_WEIGHTED = form(
    "_WeightedLoss",
    lambda self, weight=None, size_average=None, reduce=None, reduction="mean": (
        locals()
    ),
)
_SHARED = _PLAIN, _WEIGHTED
MSELoss = _loss("MSELoss", "mse_loss", _PLAIN)
L1Loss = _loss("L1Loss", "l1_loss", _PLAIN)
SmoothL1Loss = _loss(
    "SmoothL1Loss",
    "smooth_l1_loss",
    lambda self, size_average=None, reduce=None, reduction="mean", beta=1.0: locals(),
)
HuberLoss = _loss(
    "HuberLoss",
    "huber_loss",
    lambda self, reduction="mean", delta=1.0: locals(),
    _check_delta,
)
NLLLoss = _loss(
    "NLLLoss",
    "nll_loss",
    lambda self, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean": (  # noqa: E501
        locals()
    ),
)
CrossEntropyLoss = _loss(
    "CrossEntropyLoss",
    "cross_entropy",
    lambda self, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean", label_smoothing=0.0: (  # noqa: E501
        locals()
    ),
)
BCELoss = _loss("BCELoss", "binary_cross_entropy", _WEIGHTED)
BCEWithLogitsLoss = _loss(
    "BCEWithLogitsLoss",
    "binary_cross_entropy_with_logits",
    lambda self, weight=None, size_average=None, reduce=None, reduction="mean", pos_weight=None: (  # noqa: E501
        locals()
    ),
)
KLDivLoss = _loss(
    "KLDivLoss",
    "kl_div",
    lambda self, size_average=None, reduce=None, reduction="mean", log_target=False: (
        locals()
    ),
)
HingeEmbeddingLoss = _loss(
    "HingeEmbeddingLoss",
    "hinge_embedding_loss",
    lambda self, margin=1.0, size_average=None, reduce=None, reduction="mean": locals(),
)
MarginRankingLoss = _loss(
    "MarginRankingLoss",
    "margin_ranking_loss",
    lambda self, margin=0.0, size_average=None, reduce=None, reduction="mean": locals(),
)
SoftMarginLoss = _loss("SoftMarginLoss", "soft_margin_loss", _PLAIN)
TripletMarginLoss = _loss(
    "TripletMarginLoss",
    "triplet_margin_loss",
    lambda self, margin=1.0, p=2.0, eps=1e-6, swap=False, size_average=None, reduce=None, reduction="mean": (  # noqa: E501
        locals()
    ),
    _check_margin,
)
CosineEmbeddingLoss = _loss(
    "CosineEmbeddingLoss",
    "cosine_embedding_loss",
    lambda self, margin=0.0, size_average=None, reduce=None, reduction="mean": locals(),
)
PoissonNLLLoss = _loss(
    "PoissonNLLLoss",
    "poisson_nll_loss",
    lambda self, log_input=True, full=False, size_average=None, eps=1e-8, reduce=None, reduction="mean": (  # noqa: E501
        locals()
    ),
)
GaussianNLLLoss = _loss(
    "GaussianNLLLoss",
    "gaussian_nll_loss",
    lambda self, *, full=False, eps=1e-6, reduction="mean": locals(),
)
MultiMarginLoss = _loss(
    "MultiMarginLoss",
    "multi_margin_loss",
    lambda self, p=1, margin=1.0, weight=None, size_average=None, reduce=None, reduction="mean": (  # noqa: E501
        locals()
    ),
    _check_power,
)
MultiLabelMarginLoss = _loss("MultiLabelMarginLoss", "multilabel_margin_loss", _PLAIN)
MultiLabelSoftMarginLoss = _loss(
    "MultiLabelSoftMarginLoss", "multilabel_soft_margin_loss", _WEIGHTED
)
