"""A simulated CUDA: labels, graphs and messages of PyTorch's, computed by NumPy."""

# ruff: noqa: PLW0108 - CUDA is simulated inside a test only

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from minitorch_viz import minitorch as torch
from minitorch_viz.minitorch import nn, once

Tensor = Any


@pytest.fixture(autouse=True)
def simulated() -> Iterator[None]:
    """Simulate two devices for each test."""
    with warnings.catch_warnings(action="ignore"):
        torch.cuda.simulate(2)
    yield
    torch.cuda.simulate(0)


@pytest.fixture
def c() -> Tensor:
    """Return a tensor on the first device."""
    return torch.ones(2, 3, device="cuda")


def test_switching_it_on_warns_once_that_it_is_simulated() -> None:
    once.forget()
    with warnings.catch_warnings(record=True, action="always") as given:
        torch.cuda.simulate()
        torch.cuda.simulate()

    assert [str(each.message)[:23] for each in given] == ["This CUDA is simulated:"]
    assert torch.cuda.get_device_name(0).startswith("Simulated")
    assert torch.cuda.is_available()
    assert torch.cuda.device_count() == 1


def test_switched_off_it_is_refused_again() -> None:
    torch.cuda.simulate(0)

    with pytest.raises(AssertionError, match="Torch not compiled with CUDA enabled"):
        torch.ones(1).cuda()


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: torch.ones(1).cuda(), "tensor([1.], device='cuda:0')"),
        (lambda: torch.ones(1).to("cuda:1"), "tensor([1.], device='cuda:1')"),
        (lambda: torch.ones(1).to(1), "tensor([1.], device='cuda:1')"),
        (lambda: torch.full((1,), 2, device="cuda"), "tensor([2], device='cuda:0')"),
        (lambda: torch.tensor([1], device=0), "tensor([1], device='cuda:0')"),
        (lambda: torch.arange(1, device="cuda"), "tensor([0], device='cuda:0')"),
        (
            lambda: torch.ones(1, device="cuda", dtype=torch.float64),
            "tensor([1.], device='cuda:0', dtype=torch.float64)",
        ),
        (
            lambda: torch.ones(1, device="cuda", requires_grad=True),
            "tensor([1.], device='cuda:0', requires_grad=True)",
        ),
        (
            lambda: torch.ones(1, requires_grad=True).cuda(),
            "tensor([1.], device='cuda:0', grad_fn=<ToCopyBackward0>)",
        ),
        (
            lambda: nn.Parameter(torch.ones(1, device="cuda")),
            "Parameter containing:\ntensor([1.], device='cuda:0', requires_grad=True)",
        ),
        (
            lambda: torch.ones(1, device="cuda", requires_grad=True).cpu(),
            "tensor([1.], grad_fn=<ToCopyBackward0>)",
        ),
    ],
)
def test_a_tensor_shows_its_device(make: Any, text: str) -> None:
    assert repr(make()) == text


@pytest.mark.parametrize(
    "compute",
    [
        lambda c: c + 1,
        lambda c: 2 / c,
        lambda c: c * torch.tensor(3.0),
        lambda c: c.sum(),
        lambda c: c.std(0),
        lambda c: c.max(0).indices,
        lambda c: c.t(),
        lambda c: c[:, 1:],
        lambda c: c[torch.tensor([0])],
        lambda c: c[c > 0],
        lambda c: c @ c.t(),
        lambda c: torch.cat([c, c]),
        lambda c: torch.stack([c, c]),
        lambda c: c.unbind()[1],
        lambda c: c.nonzero(),
        lambda c: c.softmax(-1),
        lambda c: torch.rand_like(c),
        lambda c: c.new_zeros(2),
        lambda c: torch.zeros_like(c),
        lambda c: c.double(),
        lambda c: c.isclose(c),
        copy.deepcopy,
        lambda c: pickle.loads(pickle.dumps(c)),
        lambda c: nn.Dropout()(c),
        lambda c: nn.Linear(3, 2).cuda()(c),
        lambda c: nn.Linear(3, 2, device="cuda")(c),
        lambda c: nn.BatchNorm1d(3).cuda()(c),
        lambda c: nn.LSTM(3, 2).cuda()(c)[0],
        lambda c: nn.functional.mse_loss(c, c),
    ],
)
def test_results_stay_on_the_device(c: Tensor, compute: Any) -> None:
    assert str(compute(c).device) == "cuda:0"


SAME = "Expected all tensors to be on the same device, but "
TWO = SAME + "found at least two devices, cuda:0 and cpu!"


@pytest.mark.parametrize(
    ("mix", "message"),
    [
        (lambda c, x: c + x, TWO),
        (lambda c, x: x * c, TWO),
        (lambda c, x: c == x, TWO),
        (lambda c, x: x.add_(c), TWO),
        (lambda c, x: torch.where(c > 0, c, x), TWO),
        (
            lambda c, x: c @ x.t(),
            SAME + "got mat2 is on cpu, different from other tensors on cuda:0 "
            "(when checking argument in method wrapper_CUDA_mm)",
        ),
        (
            lambda c, x: nn.Linear(3, 2).cuda()(x),
            SAME + "got mat1 is on cpu, different from other tensors on cuda:0 "
            "(when checking argument in method wrapper_CUDA_addmm)",
        ),
        (
            lambda c, x: nn.functional.cross_entropy(c, torch.tensor([0, 1])),
            SAME + "got target is on cpu, different from other tensors on cuda:0 "
            "(when checking argument in method wrapper_CUDA_nll_loss_forward)",
        ),
        (
            lambda c, x: x[c > 0],
            "indices should be either on cpu or on the same device as the indexed "
            "tensor (cpu)",
        ),
        (
            lambda c, x: nn.Conv1d(2, 1, 1).cuda()(x),
            "Input type (torch.FloatTensor) and weight type (torch.cuda.FloatTensor) "
            "should be the same",
        ),
    ],
)
def test_two_devices_in_one_operation_are_refused(
    c: Tensor, mix: Any, message: str
) -> None:
    with pytest.raises(RuntimeError) as raised:
        mix(c, torch.ones(2, 3))

    assert str(raised.value) == message


def test_numpy_is_refused_for_what_is_elsewhere(c: Tensor) -> None:
    with pytest.raises(TypeError, match="can't convert cuda:0 device type tensor to "):
        c.numpy()


def test_gradients_are_where_their_tensors_are() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = x.to("cuda")
    y.retain_grad()
    seen = []
    z = y * 3
    z.register_hook(lambda grad: seen.append(str(grad.device)))
    z.sum().backward()

    assert not y.is_leaf
    assert str(y.grad.device) == "cuda:0"
    assert str(x.grad) == "tensor([3., 3.])"
    assert seen == ["cuda:0"]


def test_second_gradients_go_back_to_the_cpu() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)

    (g,) = torch.autograd.grad((x.cuda() ** 3).sum(), x, create_graph=True)
    g.sum().backward()

    assert str(g) == "tensor([ 3., 12.], grad_fn=<ToCopyBackward0>)"
    assert str(x.grad) == "tensor([ 6., 12.])"


def test_a_number_on_the_cpu_gets_its_gradient_there() -> None:
    w = torch.ones(2, device="cuda", requires_grad=True)
    s = torch.tensor(2.0, requires_grad=True)

    (w * s).sum().backward()

    assert (str(w.grad.device), str(s.grad.device)) == ("cuda:0", "cpu")


def test_a_module_keeps_its_parameters_when_it_is_moved() -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    weight = model[0].weight

    model.cuda()

    assert model[0].weight is weight
    assert {str(t.device) for t in model.state_dict().values()} == {"cuda:0"}
    assert weight.is_leaf


def test_training_goes_as_on_the_cpu() -> None:
    losses = []
    for device in ("cpu", "cuda"):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1)).to(device)
        adam = torch.optim.Adam(model.parameters(), lr=0.1)
        x = torch.ones(5, 3).to(device)
        for _ in range(3):
            adam.zero_grad()
            loss = model(x).pow(2).mean()
            loss.backward()
            adam.step()
        losses.append(loss.item())

    assert losses[0] == losses[1]


def test_views_share_memory_and_versions_as_on_the_cpu() -> None:
    w = torch.ones(3, device="cuda", requires_grad=True)
    v = w * 1
    v[1:].mul_(2)
    v.sum().backward()

    assert v._version == 1
    assert v.grad_fn.name() == "torch::autograd::CopySlices"
    assert str(w.grad) == "tensor([1., 2., 2.], device='cuda:0')"
    assert v[1:]._base is v


def test_random_numbers_elsewhere_leave_those_of_the_cpu_alone() -> None:
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    torch.rand(5, device="cuda")
    torch.ones(3, device="cuda").normal_()

    assert torch.equal(torch.rand(1), expected)


def test_a_thread_that_was_there_before_sees_devices_too(c: Tensor) -> None:
    found = []
    thread = threading.Thread(target=lambda: found.append(str((c + 1).device)))
    thread.start()
    thread.join()

    assert found == ["cuda:0"]


def test_what_is_not_on_the_cpu_can_be_the_default() -> None:
    with torch.device("cuda"):
        assert torch.ones(1).is_cuda
        assert nn.Linear(1, 1).weight.is_cuda
    assert torch.ones(1).is_cpu


def test_what_a_stepped_program_had_elsewhere_is_no_trouble_for_the_next() -> None:
    program = (
        "import minitorch_viz as mv, minitorch_viz.minitorch as torch\n"
        "mv.step('import torch\\ntorch.ones(2, device=\"meta\")', engine='minitorch')\n"
        "v = torch.ones(2, requires_grad=True)\n"
        "v.to('meta').sum().backward()\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )

    assert "NotImplementedError: Cannot copy out of meta tensor" in ended.stderr
