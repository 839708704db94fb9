"""Learning rates that change over time: `torch.optim.lr_scheduler`.

>>> from minitorch_viz.minitorch.optim import lr_scheduler
>>> lr_scheduler.StepLR.__name__
'StepLR'
"""

from __future__ import annotations

from ...missing import refusing
from .curves import ConstantLR as ConstantLR
from .curves import CosineAnnealingLR as CosineAnnealingLR
from .curves import ExponentialLR as ExponentialLR
from .curves import LinearLR as LinearLR
from .curves import MultiStepLR as MultiStepLR
from .curves import PolynomialLR as PolynomialLR
from .curves import StepLR as StepLR
from .cycles import CosineAnnealingWarmRestarts as CosineAnnealingWarmRestarts
from .cycles import CyclicLR as CyclicLR
from .cycles import OneCycleLR as OneCycleLR
from .joined import ChainedScheduler as ChainedScheduler
from .joined import SequentialLR as SequentialLR
from .plateau import ReduceLROnPlateau as ReduceLROnPlateau
from .schedule import LambdaLR as LambdaLR
from .schedule import LRScheduler as LRScheduler
from .schedule import MultiplicativeLR as MultiplicativeLR
from .schedule import _LRScheduler as _LRScheduler

__getattr__ = refusing("torch.optim.lr_scheduler", globals())
