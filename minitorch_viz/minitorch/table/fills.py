"""How often PyTorch's kernels write to the results they return.

Autograd hides these writes from the version counter; for inference tensors alone,
outside their mode, it doesn't run, and the versions of the results show them.
"""

from __future__ import annotations

from ..op import OPS
from . import (
    binary,
    indices,
    joins,
    measures,
    products,
    reductions,
    scans,
    unary,
    views,
)

#: What fills `OPS` with the rows that are named here.
_ROWS = binary, indices, joins, measures, products, reductions, scans, unary, views

_ONCE = """
abs logical_not logical_and logical_or logical_xor nan_to_num sum sum.dim nansum prod
prod.dim var std amax amin max min any any.dim all all.dim sort argsort median.dim
cummax cummin logsumexp pow.base mv dot repeat addmm scatter scatter.value diag_embed
diagonal_copy clone to_copy
"""
_TWICE = "mean mean.dim max.dim min.dim mode index_add index_put"

for _names, _fills in ((_ONCE, 1), (_TWICE, 2)):
    for _name in _names.split():
        OPS[_name].fills = _fills
