"""Optimizers: they change parameters in place, outside any graph.

>>> from minitorch_viz.minitorch import optim
>>> optim.SGD.__name__
'SGD'
"""

from __future__ import annotations

from ..missing import refusing
from . import lr_scheduler as lr_scheduler
from . import swa_utils as swa_utils
from .adam import Adam as Adam
from .adam import Adamax as Adamax
from .adam import AdamW as AdamW
from .adam import NAdam as NAdam
from .adam import RAdam as RAdam
from .lbfgs import LBFGS as LBFGS
from .optimizer import Optimizer as Optimizer
from .rmsprop import Adadelta as Adadelta
from .rmsprop import Adagrad as Adagrad
from .rmsprop import RMSprop as RMSprop
from .sgd import SGD as SGD
from .signs import ASGD as ASGD
from .signs import Adafactor as Adafactor
from .signs import Rprop as Rprop

__getattr__ = refusing("torch.optim", globals())
