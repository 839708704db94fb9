"""What PyTorch declares of its operations, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import torch
from torch import Tensor

#: Operations on lists, which optimizers use.
EACH = "aten::_foreach_"
#: What autograd and its nodes call an operation, where that isn't its name below.
_NAMES = {
    "aten::_cdist_forward": "cdist",
    "aten::_foreach_norm": "linalg_vector_norm",
    "aten::_reshape_alias": "reshape",
    "aten::log_sigmoid_forward": "log_sigmoid",
    "aten::max_pool2d_with_indices": "max_pool2d",
    "aten::multilabel_margin_loss_forward": "multilabel_margin_loss",
    "aten::max_pool3d_with_indices": "max_pool3d",
    "aten::nll_loss_forward": "nll_loss",
    "aten::nll_loss2d_forward": "nll_loss2d",
}
#: How many outputs the program sees; the others are kept for backward.
_SHOWN = {
    "adaptive_max_pool2d": 1,
    "adaptive_max_pool3d": 1,
    "ctc_loss": 1,
    "embedding_bag": 1,
    "linalg_cholesky_ex": 1,
    "linalg_det": 1,
    "linalg_inv_ex": 1,
    "linalg_lu_factor_ex": 2,
    "linalg_slogdet": 2,
    "linalg_solve_ex": 1,
    "log_sigmoid": 1,
    "max_pool2d": 1,
    "max_pool3d": 1,
    "mkldnn_rnn_layer": 3,
    "multilabel_margin_loss": 1,
    "native_batch_norm": 1,
    "native_group_norm": 1,
    "native_layer_norm": 1,
    "nll_loss": 1,
    "scaled_dot_product_flash_attention_for_cpu": 1,
    "weight_norm_interface": 1,
}


def named(schema: Any) -> str:
    """Return what autograd and its nodes call an operation.

    >>> named(torch.ops.aten.nll_loss_forward.default._schema)
    'nll_loss'
    """
    name = schema.name.removeprefix(EACH).rpartition("::")[2]
    return _NAMES.get(schema.name) or plain(name)


def shown(name: str, count: int) -> int:
    """Return how many of an operation's outputs the program sees.

    >>> shown("nll_loss", 2), shown("sort", 2)
    (1, 2)
    """
    return _SHOWN.get(name, count)


def writes(schema: Any) -> bool:
    """True for what writes in place, and not only into noise beside its result.

    >>> writes(torch.ops.aten.add_.Tensor._schema)
    True
    """
    return any(
        a.alias_info is not None and a.alias_info.is_write for a in schema.returns
    )


def plain(name: str) -> str:
    """Return an operation's name without what marks it as PyTorch's own.

    >>> plain("_softmax"), plain("__and__")
    ('softmax', '__and__')
    """
    return name if name.startswith("__") else name.removeprefix("_")


@cache
def only_turns(name: str, overload: str) -> bool:
    """True for what looks at a tensor's memory otherwise in place: `t_`, say.

    >>> only_turns("aten::t_", ""), only_turns("aten::exp_", "")
    (True, False)
    """
    space, _, plain = name.partition("::")
    packet = getattr(getattr(torch.ops, space), plain)
    return torch.Tag.inplace_view in getattr(packet, overload or "default").tags


def flat(value: Any) -> Iterator[Tensor]:
    """Yield the tensors that are a value, or lie in lists and tuples of it.

    >>> len(list(flat((torch.ones(1), [torch.ones(1), 2]))))
    2
    """
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from flat(each)
