"""Unusual tensors and modules of PyTorch are shown as far as known, and run as ever."""

from __future__ import annotations

import contextlib
import io
import textwrap
import warnings

import pytest

import minitorch_viz as mv

pytestmark = pytest.mark.needs("torch")
PROGRAMS = {
    "sparse": """
        x = torch.eye(3).to_sparse().requires_grad_()
        y = torch.sparse.mm(x, torch.ones(3, 2, requires_grad=True))
        y.sum().backward()
        print(x.grad is not None, y)""",
    "csr": """
        x = torch.eye(3).to_sparse_csr()
        print(x @ torch.ones(3))""",
    "quantized": """
        x = torch.quantize_per_tensor(torch.rand(4), 0.1, 0, torch.quint8)
        y = x.dequantize() * 2
        print(x, y.shape)""",
    "noted down": """
        f = torch.jit.trace(lambda x: x * 2, torch.ones(2))
        y = f(torch.ones(2, requires_grad=True))
        y.sum().backward()
        print(y)""",
    "complex": """
        x = torch.tensor([1 + 2j, 3j], requires_grad=True)
        y = (x.conj() * x).real.sum()
        y.backward()
        print(x.grad, torch.view_as_real(x).shape, x.imag)""",
    "meta": """
        m = torch.nn.Linear(4, 2, device="meta")
        y = m(torch.ones(3, 4, device="meta"))
        y.sum().backward()
        print(y.shape, m.weight.grad.device)""",
    "fake": """
        from torch._subclasses.fake_tensor import FakeTensorMode
        with FakeTensorMode():
            x = torch.ones(2, 3, requires_grad=True)
            y = (x @ x.T).sum()
        print(type(y).__name__, y.shape)""",
    "meta_module": """
        with torch.device("meta"):
            m = torch.nn.Sequential(torch.nn.Linear(4, 2), torch.nn.ReLU())
            y = m(torch.ones(3, 4)).sum()
        y.backward()
        torch.optim.Adam(m.parameters()).step()
        print(m[0].weight.grad.shape)""",
    "fake_backward": """
        from torch._subclasses.fake_tensor import FakeTensorMode
        with FakeTensorMode():
            x = torch.ones(2, 3, requires_grad=True)
            (x * 2).relu().sum().backward()
        print(type(x.grad).__name__, x.grad.shape)""",
    "distributed": """
        import torch.distributed as dist
        from torch.distributed.device_mesh import DeviceMesh
        from torch.distributed.tensor import Shard, distribute_tensor
        dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
        m = torch.nn.parallel.DistributedDataParallel(torch.nn.Linear(2, 1))
        m(torch.ones(3, 2)).sum().backward()
        mesh = DeviceMesh("cpu", [0])
        w = torch.nn.Parameter(distribute_tensor(torch.ones(4, 2), mesh, [Shard(0)]))
        (w * 2).sum().backward()
        print(m.module.weight.grad, w.grad.to_local())
        dist.destroy_process_group()""",
    "mkldnn": """
        x = torch.rand(2, 3).to_mkldnn()
        print((x.to_dense() * 2).shape)""",
    "compiled": """
        m = torch.compile(torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU()))
        y = m(torch.ones(1, 2)).sum()
        y.backward()
        print(y.shape)""",
    "compiled_function": """
        @torch.compile
        def double(x):
            return x * 2
        print(double(torch.ones(2)))""",
    "data_parallel": """
        m = torch.nn.DataParallel(torch.nn.Linear(2, 1))
        m(torch.ones(3, 2)).sum().backward()
        print(m.module.weight.grad)""",
    "small_floats": """
        x = torch.ones(3).to(torch.float8_e4m3fn)
        y = torch.ones(2, dtype=torch.bfloat16, requires_grad=True)
        z = torch.zeros(2, dtype=torch.complex32)
        (y * 2).sum().backward()
        print(x.float(), y.grad, z.shape)""",
    "nested": """
        x = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])
        print([each.shape for each in x.unbind()])""",
    "subclass": """
        class Tagged(torch.Tensor):
            pass
        x = torch.ones(2).as_subclass(Tagged)
        y = x * 2 + 1
        print(type(y).__name__, y.sum())""",
    "functional": """
        f = torch.func.grad(lambda x: (x ** 2).sum())
        print(f(torch.ones(2)), torch.func.vmap(lambda x: x * 2)(torch.ones(3)))""",
    "autocast": """
        m = torch.nn.Linear(2, 2)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            y = m(torch.ones(1, 2))
        y.float().sum().backward()
        print(y.dtype, m.weight.grad.dtype)""",
    "jagged": """
        x = torch.nested.nested_tensor(
            [torch.ones(2, 3), torch.zeros(1, 3)], layout=torch.jagged
        )
        x.requires_grad_()
        x.sin().values().sum().backward()
        print(x.grad.values())""",
    "traced_graph": """
        m = torch.jit.trace(torch.nn.Linear(2, 1), torch.ones(1, 2))
        print([node.kind() for node in m.graph.nodes()])
        m(torch.ones(1, 2)).sum().backward()""",
    "lazy": """
        m = torch.nn.Sequential(torch.nn.LazyLinear(2), torch.nn.LazyBatchNorm1d())
        print(m[0])
        m(torch.ones(3, 4)).sum().backward()
        print([p.shape for p in m.parameters()])""",
    "vmapped_function": """
        class Double(torch.autograd.Function):
            generate_vmap_rule = True
            @staticmethod
            def forward(x):
                return x * 2
            @staticmethod
            def setup_context(ctx, inputs, output):
                pass
            @staticmethod
            def backward(ctx, g):
                return g * 2
        print(torch.func.vmap(Double.apply)(torch.ones(3, 2)))""",
    "checkpointed": """
        from torch.utils.checkpoint import checkpoint
        m = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.Dropout(0.5))
        x = torch.ones(3, 2, requires_grad=True)
        for reentrant in (True, False):
            checkpoint(m, x, use_reentrant=reentrant).sum().backward()
            print(x.grad)""",
    "hooked": """
        m, seen = torch.nn.Linear(2, 1), []
        m.register_full_backward_hook(lambda *_: seen.append("module"))
        m.weight.register_post_accumulate_grad_hook(lambda _: seen.append("leaf"))
        y = m(torch.ones(1, 2, requires_grad=True))
        y.grad_fn.register_hook(lambda *_: seen.append("node"))
        y.sum().backward()
        print(seen)""",
    "dispatch_mode": """
        from torch.utils._python_dispatch import TorchDispatchMode
        class Seen(TorchDispatchMode):
            def __torch_dispatch__(self, func, types, args=(), kwargs=None):
                print(func)
                return func(*args, **(kwargs or {}))
        with Seen():
            x = torch.ones(2, requires_grad=True)
            (x * x).sum().backward()""",
    "threads": """
        from concurrent.futures import ThreadPoolExecutor
        w = torch.ones(2, requires_grad=True)
        def work(k):
            (w * k).sum().backward()
            return k
        with ThreadPoolExecutor(3) as pool:
            print(list(pool.map(work, [1.0, 2.0])), w.grad)""",
    "resized": """
        x = torch.ones(3)
        y = x * 2
        x.resize_(5)
        print(x.shape, y)""",
}


def alone(source: str) -> str:
    """Return what a program prints by itself."""
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(source, {"__name__": "__main__"})
    return shown.getvalue()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PROGRAMS)
def test_it_runs_and_prints_as_without_the_stepper(name: str) -> None:
    source = "import torch\ntorch.manual_seed(0)" + PROGRAMS[name].replace(
        "\n        ", "\n"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = alone(source)
        trace = mv.step(source, engine="torch")

    assert trace.stopped is None
    assert [s.error for s in trace.steps if s.error] == []
    got = "".join(p.text for p in trace.output if p.stream == "stdout")
    # A notebook's cell shows what its last line is; these all print.
    assert got == wanted


def test_what_could_not_be_heard_is_said() -> None:
    source = "import torch\n" + textwrap.dedent(PROGRAMS["dispatch_mode"])

    assert "dispatch mode" in mv.step(source, engine="torch").notes[0]
    assert mv.step("import torch\nx = torch.ones(1) * 2", engine="torch").notes == ()
