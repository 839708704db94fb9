"""Inputs on which every row of the table is tried."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitorch_viz.minitorch.devices import CPU
from minitorch_viz.minitorch.op import OPS
from minitorch_viz.minitorch.storage import Geometry
from minitorch_viz.minitorch.table.views import Selected

A = np.array([[0.3, -1.2, 0.7], [1.9, 0.4, -0.6]])
B = np.array([[1.1, 0.5, -0.9], [-0.3, 1.7, 0.8]])
ROW = np.array([0.6, 1.4, -0.5])
POSITIVE = np.array([[0.3, 1.2, 0.7], [1.9, 0.4, 0.6]])
SMALL = np.array([[0.3, -0.2, 0.7], [0.9, 0.4, -0.6]])
CUBE = np.arange(1.0, 13.0).reshape(2, 2, 3) / 7
MASK = np.array([[True, False, True], [False, True, True]])
ORDER = np.array([[0, 2, 1], [1, 2, 0]])
INDEX = np.array([[0, 2, 1], [1, 1, 0]])
FULL = np.array([[2.0, 0.5, 0.1], [0.4, 3.0, 0.2], [-0.1, 0.2, 1.5]])
FULLS = np.stack([FULL, FULL.T @ FULL])
VIEW = Geometry.of(A, A[:, 1:])
TWICE = Geometry((2, 3), (3, 1), (2, 2), (1, 1), 0)
PLACE = Selected(1, 1)

#: They write over their input: the value doesn't depend on it, the gradient is zero.
OVERWRITING = [
    "zero",
    "fill",
    "fill.fresh",
    "uniform",
    "normal",
    "random",
    "random.from",
    "random.to",
    "bernoulli",
    "exponential",
    "geometric",
    "cauchy",
    "log_normal",
    "poisson",
]
#: row -> samples: inputs (arrays; a list is a list of tensors) and plain values
SAMPLES: dict[str, list[tuple[list[Any], tuple[Any, ...]]]] = {
    "add": [([A, B], (1,)), ([A, ROW], (2,))],
    "sub": [([A, B], (1,)), ([A, ROW], (3,))],
    "rsub": [([A], (2.0, 1))],
    "rsub.tensor": [([A, B], (2,))],
    "sgn": [([A], ())],
    "normal.both": [([A, POSITIVE], (B,))],
    "normal.mean": [([A], (B,))],
    "normal.std": [([POSITIVE], (B,))],
    "linalg_matrix_exp": [([FULL], ()), ([FULLS / 4], ())],
    "ldexp": [([A, ROW], ())],
    "frexp": [([A], ())],
    "nextafter": [([A, B], ())],
    "nanmedian": [([A], ())],
    "nanmedian.dim": [([A], (1, False)), ([A], (0, True))],
    "addmv": [([A[:, 0], A, ROW], (0.5, 2))],
    "addr": [([A, B[:, 0], ROW], (0.5, 2))],
    "addbmm": [([FULL, FULLS, FULLS], (0.5, 2))],
    "vdot": [([ROW, A[0]], ())],
    "fill.fresh": [([A], (2.0,))],
    "fill.tensor.fresh": [([A, np.array(2.0)], ())],
    "select_scatter": [([A, ROW], (0, 1))],
    "slice_scatter": [([A, B[:, :2]], (1, 0, 3, 2))],
    "diagonal_scatter": [([A, ROW[:2]], (1, 0, 1))],
    "scatter_reduce": [
        ([A, INDEX, B], (1, how, include))
        for how in ("sum", "mean", "prod", "amax", "amin")
        for include in (True, False)
    ],
    "index_reduce": [
        ([A, np.array([0, 0, 2]), B], (1, how, include))
        for how in ("mean", "prod", "amax", "amin")
        for include in (True, False)
    ],
    "mul": [([A, B], ()), ([A, ROW], ())],
    "div": [([A, B], ()), ([A, ROW], ())],
    "pow.scalar": [([A], (3,)), ([A], (2,)), ([A], (0,)), ([POSITIVE], (0.5,))],
    "pow": [([POSITIVE, B], ())],
    "pow.base": [([A], (2.5,))],
    "maximum": [([A, B], ())],
    "minimum": [([A, B], ())],
    "atan2": [([A, B], ())],
    "remainder": [([A, ROW], ())],
    "fmod": [([A, ROW], ())],
    "remainder.scalar": [([A], (0.5,))],
    "fmod.scalar": [([A], (0.5,))],
    "div.floor": [([A, ROW], ("floor",))],
    "div.trunc": [([A, ROW], ("trunc",))],
    "fmax": [([A, B], ())],
    "fmin": [([A, B], ())],
    "where": [([MASK, A, B], ())],
    "lerp": [([A, B], (0.3,))],
    "lerp.tensor": [([A, B, POSITIVE], ())],
    "addcmul": [([A, B, POSITIVE], (2,))],
    "addcdiv": [([A, B, POSITIVE], (2,))],
    "clamp": [([A], (-1.0, 1.0)), ([A], (0.0, None)), ([A], (None, 0.5))],
    "clamp.tensor": [([A, B - 2, B + 2], ())],
    "clamp_min.tensor": [([A, B], ()), ([A, ROW], ())],
    "clamp_max.tensor": [([A, B], ()), ([A, ROW], ())],
    "nan_to_num": [([A], (0.0, None, None))],
    "clone": [([A], ("K",))],
    "to_copy": [([A], (np.dtype(np.float64),))],
    "to_copy.device": [([A], (np.dtype(np.float64), CPU))],
    "zero": [([A], ())],
    "fill": [([A], (2.0,))],
    "fill.tensor": [([A, np.array(2.0)], ())],
    "copy": [([A, ROW], ())],
    "sum": [([A], ())],
    "sum.dim": [([A], ((1,), False)), ([A], ((0, 1), True)), ([A], ((), False))],
    "mean": [([A], ())],
    "mean.dim": [([A], ((1,), False)), ([A], ((0,), True)), ([A], ((), False))],
    "max": [([A], ())],
    "min": [([A], ())],
    "max.dim": [([A], (1, False)), ([A], (0, True))],
    "min.dim": [([A], (1, False)), ([A], (0, True))],
    "amax": [([A], ((1,), False)), ([A], ((), False))],
    "amin": [([A], ((1,), True))],
    "aminmax": [([A], (1, True)), ([A], (None, False))],
    "prod": [([A], ())],
    "prod.dim": [([A], (1, False)), ([A], (0, True))],
    "var": [([A], ((), 1, False)), ([A], ((1,), 0, True))],
    "std": [([A], ((), 1, False)), ([A], ((1,), 0, False))],
    "linalg_vector_norm": [
        ([A], (order, (1,), False)) for order in (1, 2, 3, np.inf, -np.inf, 0.5)
    ],
    "logsumexp": [([A], ((1,), False)), ([A], ((0, 1), True))],
    "threshold_backward": [([A, B], ())],
    "sigmoid_backward": [([A, B], ())],
    "tanh_backward": [([A, B], ())],
    "softmax_backward_data": [([A, B], (1,))],
    "log_softmax_backward_data": [([A, B], (0,))],
    "softmax": [([A], (1,)), ([A], (0,))],
    "log_softmax": [([A], (1,)), ([A], (0,))],
    "cummax": [([A], (1,))],
    "cummin": [([A], (0,))],
    "logcumsumexp": [([A], (1,))],
    "kthvalue": [([A], (2, 1, False))],
    "mode": [([A], (1, True))],
    "nansum": [([A], ((), False)), ([A], ((1,), True))],
    "logaddexp": [([A, B], ())],
    "cumsum": [([A], (1,))],
    "cumprod": [([A], (1,))],
    "sort": [([A], (1, False)), ([A], (0, True))],
    "sort.stable": [([A], (1, False, True)), ([A], (0, True, True))],
    "topk": [([A], (2, 1, True))],
    "median": [([ROW], ())],
    "median.dim": [([A], (1, False))],
    "view": [([A], ((3, 2),))],
    "reshape.alias": [([A], ((3, 2),))],
    "unsafe_view": [([A], ((3, 2),))],
    "reshape": [([A], ((6,),))],
    "expand": [([ROW], ((2, 3),)), ([A[:, :1]], ((2, 2, 3),))],
    "alias": [([A], ())],
    "t": [([A], ())],
    "transpose": [([CUBE], (0, 2))],
    "permute": [([CUBE], ((2, 0, 1),))],
    "unsqueeze": [([A], (1,))],
    "squeeze": [([A[:, None]], ((1,),))],
    "squeeze.dim": [([A[:, None]], ((1,),))],
    **{
        f"squeeze.inplace{kind}": [([A[:, None]], ((1,),))]
        for kind in ("", ".dim", ".dims")
    },
    "t.inplace": [([A], ())],
    "transpose.inplace": [([CUBE], (0, 2))],
    "unsqueeze.inplace": [([A], (1,))],
    "squeeze.dims": [([A[None, :, None]], ((0, 2),))],
    "select": [([A], (1, 2))],
    "slice": [([A], (1, 0, 3, 2))],
    "diagonal": [([A], (1, 0, 1))],
    "diagonal_copy": [([A], (0, 0, 1))],
    "as_strided": [([A], ((2, 2), (3, 1), 1, VIEW)), ([A], ((2, 2), (1, 1), 0, TWICE))],
    "trace": [([A], ())],
    "unfold": [([ROW], (0, 2, 1))],
    "unfold_backward": [([np.ones((2, 2))], ((3,), 0, 2, 1))],
    "select_backward": [([np.ones(2)], ((2, 3), 1, 2))],
    "slice_backward": [([np.ones((2, 2))], ((2, 3), 1, 0, 3, 2))],
    "diagonal_backward": [([np.ones(2)], ((2, 3), 1, 0, 1))],
    "slice_out": [([A], (PLACE,))],
    "slice_in": [([A, np.ones(2)], (PLACE,))],
    "scatter_in": [([A[:, 1:].copy()], (VIEW,))],
    "narrow": [([A], (1, 1, 2))],
    "split": [([A], (2, 1))],
    "split_with_sizes": [([A], ([1, 2], 1))],
    "unbind": [([A], (1,))],
    "cat": [([[A, B]], (1,)), ([[A, B, A]], (0,))],
    "stack": [([[A, B]], (1,))],
    "flip": [([A], ((0, 1),))],
    "roll": [([A], ((1,), (1,))), ([A], ((2,), ()))],
    "repeat": [([A], ((2, 1, 2),))],
    "tril": [([A], (0,))],
    "triu": [([A], (1,))],
    "diag_embed": [([ROW], (1, 0, 1)), ([A], (-1, 2, 0))],
    "rot90": [([A], (1, (0, 1))), ([CUBE], (3, (2, 0)))],
    "block_diag": [([[A, B.T]], ())],
    "index": [([A], ((slice(None), np.array([0, 0, 2])),)), ([A], ((MASK,),))],
    "index_put": [
        ([A, np.ones(3)], ((np.array([0, 1, 1]), np.array([0, 2, 1])), flag))
        for flag in (False, True)
    ],
    "index_put_impl": [
        ([A, np.ones(3)], ((np.array([0, 1, 1]), np.array([0, 2, 1])), True))
    ],
    "masked_fill": [([A, MASK], (2.0,))],
    "masked_fill.tensor": [([A, MASK, np.array(2.0)], ())],
    "index_fill": [([A, np.array([0, 2])], (5.0, 1))],
    "index_fill.tensor": [([A, np.array([0, 2]), np.array(5.0)], (1,))],
    "index_copy": [([A, np.array([2, 0, 1]), B], (1,))],
    "masked_select": [([A, MASK], ())],
    "masked_scatter": [([A, MASK, np.arange(5.0)], ())],
    "masked_scatter_backward": [([A, MASK], ((5,),))],
    "gather": [([A, INDEX], (1, False))],
    "scatter_add": [([A, INDEX, B], (1,))],
    "scatter": [([A, ORDER, B], (1,))],
    "scatter.value": [([A, INDEX], (3.0, 1))],
    "index_select": [([A, np.array([0, 0, 2])], (1,))],
    "take": [([A, np.array([[0, 5], [0, -1]])], ())],
    "put": [
        ([A, np.array([0, 4]), B[0, :2]], (True,)),
        ([A, np.array([3, -2]), B[0, :2]], (False,)),
    ],
    "index_add": [([A, np.array([0, 0, 2]), B], (1, 1))],
    "clamp_min": [([A], (0.1,))],
    "clamp_max": [([A], (0.1,))],
    "mul.number": [([A], (2.0,))],
    "div.number": [([A], (2.0,))],
    "add.number": [([A], (2.0,))],
    "sub.number": [([A], (2.0,))],
    "round.decimals": [([A], (1,))],
    "i0": [([A], ())],
    "special_i0e": [([A], ())],
    "special_i1": [([A], ())],
    "special_i1e": [([A], ())],
    "special_entr": [([POSITIVE], ())],
    "special_erfcx": [([A], ())],
    "special_log_ndtr": [([A], ())],
    "special_ndtri": [([POSITIVE / 2], ())],
    "special_xlog1py": [([A, POSITIVE], ())],
    "special_xlog1py.self": [([POSITIVE], (2.0,))],
    "special_xlog1py.other": [([A], (2.0,))],
    "pdist": [([FULL], (2.0,)), ([FULL], (3.0,))],
    "renorm": [([A], (2.0, 0, 1.0)), ([CUBE], (3.0, 1, 0.5))],
    "polygamma": [([POSITIVE], (1,))],
    "logit": [([POSITIVE / 2], (None,)), ([POSITIVE / 2], (0.22,))],
    "xlogy": [([A, POSITIVE], ())],
    "xlogy.self": [([POSITIVE], (2.0,))],
    "xlogy.other": [([A], (2.0,))],
    "hypot": [([A, B], ())],
    "logaddexp2": [([A, B], ())],
    "copysign": [([A, B], ())],
    "copysign.scalar": [([A], (-1.0,))],
    "dist": [([A, B], (p,)) for p in (1, 2, 3)],
    "norm.all": [([A], (2,)), ([A], (3,))],
    "norm.dim": [([A], (2.0, (1,), True)), ([A], (1.0, (0,), False))],
    "cdist": [([A, B], (2.0,)), ([CUBE, 1 - CUBE[:1]], (3.0,))],
    "var_mean": [([A], ((), 1, False)), ([A], ((1,), 0, True))],
    "std_mean": [([A], ((), 1, False)), ([A], ((1,), 0, True))],
    "matmul": [([CUBE, CUBE.transpose(0, 2, 1)], ()), ([A, B.T], ())],
    "linalg_cross": [([A, B], (1,))],
    "linalg_inv_ex": [([FULL], ()), ([FULLS], ())],
    "linalg_det": [([FULL], ()), ([FULLS], ())],
    "linalg_slogdet": [([FULL], ()), ([FULLS], ())],
    "linalg_solve_ex": [
        ([FULL, ROW], (True,)),
        ([FULL, A.T], (True,)),
        ([FULLS, A], (True,)),
        ([FULL, A], (False,)),
    ],
    "linalg_solve_triangular": [
        ([FULL, A.T], (True, True, False)),
        ([FULL, A.T], (True, False, False)),
        ([FULL, A.T], (True, False, True)),
        ([FULL, A], (False, True, False)),
    ],
    "linalg_pinv": [([A], (None,)), ([A.T], (None,))],
    "linalg_lstsq": [([A.T, B.T], ())],
    "mm": [([A, B.T], ()), ([A.T.copy().T, B.T.copy()], ())],
    "mv": [([A, ROW], ())],
    "dot": [([ROW, B[0]], ())],
    "bmm": [([CUBE, CUBE.transpose(0, 2, 1)], ())],
    "addmm": [([np.ones(2), A, B.T], (2, 3))],
    "baddbmm": [([np.ones(2), CUBE, CUBE.transpose(0, 2, 1)], (2, 3))],
    **{
        name: [([SMALL], ())]
        for name in [
            "exp",
            "exp2",
            "expm1",
            "sigmoid",
            "tanh",
            "sin",
            "cos",
            "tan",
            "sinh",
            "cosh",
            "asin",
            "acos",
            "atan",
            "asinh",
            "atanh",
            "erf",
            "neg",
            "abs",
            "frac",
            "relu",
            "sign",
            "sgn",
            "round",
            "floor",
            "ceil",
            "trunc",
            "reciprocal",
            "erfinv",
            "erfc",
            "sinc",
            "deg2rad",
            "rad2deg",
        ]
    },
    **{
        name: [([POSITIVE], ())]
        for name in [
            "log",
            "log2",
            "log10",
            "log1p",
            "sqrt",
            "rsqrt",
            "lgamma",
            "digamma",
        ]
    },
    "acosh": [([POSITIVE + 1], ())],
    "leaky_relu.inplace": [([A], (0.2,))],
    "elu.inplace": [([A], (0.7, 1.1, 0.9))],
    "celu.inplace": [([A], (0.7,))],
    "threshold.inplace": [([A], (0.1, 0.0))],
    **{name: [([A], (B,))] for name in OVERWRITING[3:]},
}
#: Rows that turn their input into another type on the way.
SAMPLES |= {
    f"{name}.typed": [
        (inputs, (*args, np.dtype(float)))
        for inputs, args in SAMPLES.get(name, [([A], ((), False))])
    ]
    for name in (each.removesuffix(".typed") for each in OPS if ".typed" in each)
}
#: Rows of which the caller sees only the first results.
SHOWN = {"linalg_det": 1, "linalg_slogdet": 2, "linalg_solve_ex": 1}
#: Not continuous where a step lies, or flat, or without a second derivative in PyTorch:
#: a second difference says nothing more.
ONCE = {
    "sign",
    "sgn",
    "round",
    "floor",
    "ceil",
    "trunc",
    "round.decimals",
    "remainder",
    "fmod",
    "cdist",
    "pdist",
}
#: Rows of which PyTorch itself says that it knows no derivative.
UNKNOWN = {
    name for name, op in OPS.items() if op.node_type.__name__ == "NotImplemented"
} | {"unique2", "unique_dim", "unique_consecutive", "cdist_backward", "pdist_backward"}
# What only is written over a tensor: a recording holds its slopes.
UNKNOWN |= {name for name in OPS if name.partition(".")[2].startswith("over")}
