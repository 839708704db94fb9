"""Functions made of functions, and modules called as functions: `torch.func`.

>>> from minitorch_viz import minitorch as torch
>>> torch.func.grad(lambda x: (x**2).sum())(torch.tensor([1.0, 2.0]))
tensor([2., 4.])
"""

from __future__ import annotations

from ..missing import refusing
from .calling import functional_call as functional_call
from .calling import stack_module_state as stack_module_state
from .jacobians import hessian as hessian
from .jacobians import jacfwd as jacfwd
from .jacobians import jacrev as jacrev
from .transforms import grad as grad
from .transforms import grad_and_value as grad_and_value
from .transforms import jvp as jvp
from .transforms import vjp as vjp

__getattr__ = refusing("torch.func", globals())
