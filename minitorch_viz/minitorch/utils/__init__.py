"""`torch.utils`: data sets and their batches, and functions run again for backward.

>>> from minitorch_viz.minitorch import utils
>>> utils.data.Dataset.__name__
'Dataset'
"""

from __future__ import annotations

from . import checkpoint as checkpoint
from . import data as data
from . import hooks as hooks
