"""A run of its own leaves PyTorch as it found it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import minitorch_viz as mv

pytestmark = pytest.mark.needs("torch")
torch: Any = pytest.importorskip("torch")
PACKS = "torch.autograd.graph.saved_tensors_hooks(abs, abs).__enter__()"
#: Where to look -> a program that leaves something else there.
LEFT: dict[str, str] = {
    "torch.get_default_device()": "torch.set_default_device('meta')",
    "torch.get_default_dtype()": "torch.set_default_dtype(torch.float64)",
    "torch.get_float32_matmul_precision()": (
        "torch.set_float32_matmul_precision('medium')"
    ),
    "torch.get_num_threads()": "torch.set_num_threads(7)",
    "torch.get_deterministic_debug_mode()": "torch.set_deterministic_debug_mode(1)",
    "torch.get_rng_state().tolist()": "torch.rand(3)",
    "torch.is_grad_enabled()": "torch.set_grad_enabled(False)",
    "torch.is_inference_mode_enabled()": "torch.inference_mode().__enter__()",
    "torch.is_autocast_enabled('cpu')": "torch.autocast('cpu').__enter__()",
    "torch.get_autocast_dtype('cpu')": "torch.set_autocast_dtype('cpu', torch.float16)",
    "torch.is_anomaly_enabled()": "torch.autograd.detect_anomaly().__enter__()",
    "torch.autograd.is_multithreading_enabled()": (
        "torch.autograd.set_multithreading_enabled(False)"
    ),
    "torch._C._autograd._top_saved_tensors_default_hooks(False)": PACKS,
    "torch.overrides._get_current_function_mode_stack()": """
class Mode(torch.overrides.TorchFunctionMode): ...
Mode().__enter__()""",
    "torch.utils._python_dispatch._get_current_dispatch_mode_stack()": """
class Mode(torch.utils._python_dispatch.TorchDispatchMode):
    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        return func(*args, **(kwargs or {}))
Mode().__enter__()""",
    "len(torch.nn.modules.module._global_forward_hooks)": (
        "torch.nn.modules.module.register_module_forward_hook(print)"
    ),
    "len(torch.serialization.get_safe_globals())": """
class Own: ...
torch.serialization.add_safe_globals([Own])""",
    "torch.serialization.get_crc32_options()": (
        "torch.serialization.set_crc32_options(False)"
    ),
    "torch.__future__.get_swap_module_params_on_conversion()": (
        "torch.__future__.set_swap_module_params_on_conversion(True)"
    ),
    "torch.sparse.check_sparse_tensor_invariants.is_enabled()": (
        "torch.sparse.check_sparse_tensor_invariants.enable()"
    ),
    "torch.backends.mkldnn.enabled": "torch.backends.mkldnn.enabled = False",
    "torch.backends.cudnn.benchmark": "torch.backends.cudnn.benchmark = True",
    "torch.backends.cuda.flash_sdp_enabled()": (
        "torch.backends.cuda.enable_flash_sdp(False)"
    ),
    "torch.distributions.Distribution._validate_args": (
        "torch.distributions.Distribution.set_default_validate_args(False)"
    ),
    "torch.hub.get_dir()": "torch.hub.set_dir('elsewhere')",
    "torch.multiprocessing.get_sharing_strategy()": (
        "torch.multiprocessing.set_sharing_strategy('file_system')"
    ),
    "torch.distributed.is_initialized()": """
import torch.distributed as dist
dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)""",
    "vars(torch._tensor_str.PRINT_OPTS)": "torch.set_printoptions(precision=1)",
    "(hasattr(torch.Tensor, 'mine'), hasattr(torch, 'mine'))": (
        "torch.Tensor.mine = torch.mine = 1"
    ),
    "torch.nn.Linear.forward": "torch.nn.Linear.forward = None",
    "torch.optim.SGD.step": "torch.optim.SGD.step = None",
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("where", LEFT)
def test_what_a_program_sets_is_as_before(where: str) -> None:
    look: Callable[[], str] = lambda: repr(eval(where, {"torch": torch}))  # noqa: E731
    before = look()
    trace = mv.step(
        f"import torch\n{LEFT[where]}\nseen = repr({where})\n", engine="torch"
    )

    assert trace.steps[-1].error is None, trace.output
    assert look() == before


@pytest.mark.filterwarnings("ignore")
def test_a_group_of_processes_can_be_made_in_each_run() -> None:
    program = "import torch\n" + LEFT["torch.distributed.is_initialized()"]
    for _ in range(2):
        assert mv.step(program, engine="torch").steps[-1].error is None


def test_a_run_starts_with_the_default_type() -> None:
    torch.set_default_dtype(torch.float64)
    try:
        trace = mv.step("import torch\nprint(torch.ones(1).dtype)", engine="torch")
    finally:
        torch.set_default_dtype(torch.float32)

    assert trace.output[0].text == "torch.float32\n"


def test_a_mode_that_a_cell_enters_is_the_next_cells_to_leave() -> None:
    scope: dict[str, Any] = {"torch": torch}
    stack = torch.overrides._get_current_function_mode_stack

    mv.step(
        "mode = torch.overrides.TorchFunctionMode()\nmode.__enter__()\n",
        engine="torch",
        namespace=scope,
    )
    try:
        assert stack() == [scope["mode"]]
    finally:
        for _ in stack():
            torch.overrides._pop_mode()
