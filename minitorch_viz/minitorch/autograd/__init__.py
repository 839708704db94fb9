"""`torch.autograd`: backward, grad, and what surrounds them."""

from __future__ import annotations

from .. import grad_mode as grad_mode
from ..grad_mode import enable_grad as enable_grad
from ..grad_mode import inference_mode as inference_mode
from ..grad_mode import is_multithreading_enabled as is_multithreading_enabled
from ..grad_mode import no_grad as no_grad
from ..grad_mode import set_grad_enabled as set_grad_enabled
from ..grad_mode import set_multithreading_enabled as set_multithreading_enabled
from . import function as function
from . import functional as functional
from . import graph as graph
from .anomaly import detect_anomaly as detect_anomaly
from .anomaly import set_detect_anomaly as set_detect_anomaly
from .function import Function as Function
from .gradcheck import gradcheck as gradcheck
from .gradcheck import gradgradcheck as gradgradcheck
from .passes import backward as backward
from .passes import grad as grad
from .variable import Variable as Variable
from .variable import variable as variable
