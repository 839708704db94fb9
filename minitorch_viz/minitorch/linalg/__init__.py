"""`torch.linalg`: norms, inverses, solutions and factors of matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..arguments import parsed
from ..functions.products import matmul as matmul
from ..missing import refusing
from ..signatures import known
from . import told
from .checks import LinAlgError as LinAlgError
from .factors import cholesky as cholesky
from .factors import eigh as eigh
from .factors import eigvalsh as eigvalsh
from .factors import matrix_rank as matrix_rank
from .factors import old_qr, old_svd
from .factors import qr as qr
from .factors import svd as svd
from .factors import svdvals as svdvals
from .norms import cross as cross
from .norms import diagonal as diagonal
from .norms import matrix_norm as matrix_norm
from .norms import norm as norm
from .norms import vecdot as vecdot
from .norms import vector_norm as vector_norm
from .solving import det as det
from .solving import inv as inv
from .solving import logdet as logdet
from .solving import lstsq as lstsq
from .solving import matrix_exp as matrix_exp
from .solving import matrix_power as matrix_power
from .solving import multi_dot as multi_dot
from .solving import pinv as pinv
from .solving import pinverse
from .solving import slogdet as slogdet
from .solving import solve as solve
from .solving import solve_triangular as solve_triangular
from .solving import vander as vander
from .told import cholesky_ex as cholesky_ex
from .told import cond as cond
from .told import inv_ex as inv_ex
from .told import solve_ex as solve_ex
from .told import tensorinv as tensorinv
from .told import tensorsolve as tensorsolve

#: What `torch` and tensors have of these.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "inverse": inv,
    "det": det,
    "slogdet": slogdet,
    "logdet": logdet,
    "matrix_power": matrix_power,
    "pinverse": pinverse,
    "matrix_exp": matrix_exp,
    "svd": old_svd,
    "qr": old_qr,
    "cholesky_inverse": told.cholesky_inverse,
    "cholesky_solve": told.cholesky_solve,
}

globals().update(
    {
        name: parsed(each, f"linalg_{name}", "linalg")
        for name, each in tuple(globals().items())
        if f"linalg_{name}" in known("linalg")
    }
)

__getattr__ = refusing("torch.linalg", globals())
