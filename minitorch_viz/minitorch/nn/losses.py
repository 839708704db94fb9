"""Losses as modules: each calls the function of the same meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from . import functional
from .module import Module
from .reductions import ORDERS, told


class _Loss(Module):
    """A loss made of a function and the settings passed to it.

    Class weights are buffers, so that they belong to the module's state.
    """

    function: str
    positional: Sequence[str] = ()
    settings: Mapping[str, Any] = MappingProxyType({})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        given = told(dict(zip(self.positional, args, strict=False)) | kwargs)
        for key in given:
            if key not in self.settings:
                raise TypeError(
                    f"{type(self).__name__}.__init__() got an unexpected keyword "
                    f"argument '{key}'"
                )
        for key, value in (dict(self.settings) | given).items():
            if key in ("weight", "pos_weight"):
                self.register_buffer(key, value)
            else:
                setattr(self, key, value)

    def forward(self, input: Any, *targets: Any) -> Any:
        """Return the loss."""
        values = {key: getattr(self, key) for key in self.settings}
        return getattr(functional, self.function)(input, *targets, **values)


def _loss(name: str, function: str, **settings: Any) -> type[_Loss]:
    return type(
        name,
        (_Loss,),
        {
            "function": function,
            "positional": ORDERS[function].split(),
            "settings": {**settings, "reduction": "mean"},
            "__doc__": f"`functional.{function}` as a module.",
            "__module__": __name__,
        },
    )


MSELoss = _loss("MSELoss", "mse_loss")
L1Loss = _loss("L1Loss", "l1_loss")
SmoothL1Loss = _loss("SmoothL1Loss", "smooth_l1_loss", beta=1.0)
HuberLoss = _loss("HuberLoss", "huber_loss", delta=1.0)
NLLLoss = _loss("NLLLoss", "nll_loss", weight=None, ignore_index=-100)
CrossEntropyLoss = _loss(
    "CrossEntropyLoss",
    "cross_entropy",
    weight=None,
    ignore_index=-100,
    label_smoothing=0.0,
)
BCELoss = _loss("BCELoss", "binary_cross_entropy", weight=None)
BCEWithLogitsLoss = _loss(
    "BCEWithLogitsLoss",
    "binary_cross_entropy_with_logits",
    weight=None,
    pos_weight=None,
)
KLDivLoss = _loss("KLDivLoss", "kl_div", log_target=False)
HingeEmbeddingLoss = _loss("HingeEmbeddingLoss", "hinge_embedding_loss", margin=1.0)
MarginRankingLoss = _loss("MarginRankingLoss", "margin_ranking_loss", margin=0.0)
SoftMarginLoss = _loss("SoftMarginLoss", "soft_margin_loss")
TripletMarginLoss = _loss(
    "TripletMarginLoss",
    "triplet_margin_loss",
    margin=1.0,
    p=2.0,
    eps=1e-6,
    swap=False,
)
CosineEmbeddingLoss = _loss("CosineEmbeddingLoss", "cosine_embedding_loss", margin=0.0)
PoissonNLLLoss = _loss(
    "PoissonNLLLoss",
    "poisson_nll_loss",
    log_input=True,
    full=False,
    eps=1e-8,
)
GaussianNLLLoss = _loss("GaussianNLLLoss", "gaussian_nll_loss", full=False, eps=1e-6)
MultiMarginLoss = _loss(
    "MultiMarginLoss",
    "multi_margin_loss",
    p=1,
    margin=1.0,
    weight=None,
)
MultiLabelMarginLoss = _loss("MultiLabelMarginLoss", "multilabel_margin_loss")
MultiLabelSoftMarginLoss = _loss(
    "MultiLabelSoftMarginLoss", "multilabel_soft_margin_loss", weight=None
)
