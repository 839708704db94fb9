"""`torch.utils`: data sets and their batches.

>>> from minitorch_viz.minitorch import utils
>>> utils.data.Dataset.__name__
'Dataset'
"""

from __future__ import annotations

from . import data as data
