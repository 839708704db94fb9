"""Convolutions, pools, pads and norms of images; numbers are PyTorch 2.13.0's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from minitorch_viz import minitorch as torch
from minitorch_viz.minitorch import nn
from minitorch_viz.minitorch.autograd.gradcheck import gradcheck, gradgradcheck

F = nn.functional


def wave(*shape: int, start: float = 0.3) -> Any:
    """Return numbers without ties that require grad."""
    values = np.sin(np.arange(np.prod(shape)) * 1.7 + start).reshape(shape)
    return torch.tensor(values, requires_grad=True)


CONVOLUTIONS: dict[str, tuple[Callable[..., Any], tuple[int, ...], tuple[int, ...]]] = {
    "conv1d": (F.conv1d, (2, 2, 5), (3, 2, 2)),
    "conv2d": (F.conv2d, (2, 2, 4, 3), (3, 2, 2, 2)),
    "lone image": (F.conv2d, (2, 4, 3), (3, 2, 2, 2)),
    "moved": (
        lambda *a: F.conv2d(*a, stride=(2, 1), padding=(1, 2), dilation=(1, 2)),
        (1, 2, 4, 3),
        (3, 2, 3, 2),
    ),
    "groups": (lambda *a: F.conv2d(*a, groups=2), (1, 4, 3, 3), (4, 2, 2, 2)),
    "same": (lambda *a: F.conv2d(*a, padding="same"), (1, 1, 3, 3), (2, 1, 2, 3)),
    "transposed": (
        lambda x, w, b: F.conv_transpose2d(x, w, b, 2, 1, 1),
        (1, 3, 2, 3),
        (3, 2, 2, 3),
    ),
}


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolutions_have_gradients_first_and_second(name: str) -> None:
    function, shape, kernel = CONVOLUTIONS[name]
    channels = kernel[1] if name == "transposed" else kernel[0]
    inputs = wave(*shape), wave(*kernel, start=1), wave(channels, start=2)

    assert gradcheck(lambda *a: function(*a) ** 2, inputs)
    assert gradgradcheck(lambda *a: function(*a) ** 2, inputs, atol=1e-4)


FUNCTIONS: dict[str, tuple[Callable[..., Any], tuple[int, ...]]] = {
    "max_pool1d": (lambda x: F.max_pool1d(x, 2), (1, 2, 5)),
    "max_pool2d": (lambda x: F.max_pool2d(x, 2, 1, 1), (2, 3, 4)),
    "max_pool2d ceil": (lambda x: F.max_pool2d(x, 2, 2, ceil_mode=True), (1, 1, 5, 3)),
    "avg_pool1d": (lambda x: F.avg_pool1d(x, 2), (1, 2, 5)),
    "avg_pool2d": (lambda x: F.avg_pool2d(x, (2, 3), 1, 1), (1, 1, 4, 5)),
    "avg_pool2d within": (
        lambda x: F.avg_pool2d(x, 2, 2, 1, True, count_include_pad=False),
        (1, 1, 4, 5),
    ),
    "adaptive": (lambda x: F.adaptive_avg_pool2d(x, (2, 3)), (1, 2, 5, 4)),
    "pad": (lambda x: F.pad(x, (1, -1, 2, 0), value=2.0), (2, 3)),
    "reflect": (lambda x: F.pad(x, (2, 1, 1, 0), "reflect"), (1, 2, 3)),
    "replicate": (lambda x: F.pad(x, (2, 1, 1, 0), "replicate"), (1, 2, 3)),
    "circular": (lambda x: F.pad(x, (2, 1, 1, 0), "circular"), (1, 2, 3)),
    "group_norm": (lambda x: F.group_norm(x, 2, eps=0.5), (2, 4, 2)),
    "cosine": (lambda x: F.cosine_similarity(x, wave(2, 3, start=1)), (2, 3)),
    "batch_norm": (nn.BatchNorm2d(2, 0.5).double(), (2, 2, 2, 2)),
    "padded table": (
        lambda w: F.embedding(torch.tensor([0, 0, 2]), w, padding_idx=1),
        (3, 2),
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_have_gradients_first_and_second(name: str) -> None:
    function, shape = FUNCTIONS[name]

    assert gradcheck(lambda x: function(x) ** 2, wave(*shape))
    assert gradgradcheck(lambda x: function(x) ** 2, wave(*shape), atol=1e-4)


def test_group_norm_has_gradients_of_weight_and_bias() -> None:
    def normed(*inputs: Any) -> Any:
        return F.group_norm(inputs[0], 2, *inputs[1:], eps=0.5) ** 2

    inputs = wave(2, 4, 2), wave(4, start=1), wave(4, start=2)

    assert gradcheck(normed, inputs)
    assert gradgradcheck(normed, inputs, atol=1e-4)


def test_an_image_network_does_what_pytorchs_does() -> None:
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(1, 2, 2, padding=1),
        nn.BatchNorm2d(2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(8, 1),
    )
    net(torch.arange(9.0).view(1, 1, 3, 3)).sum().backward()

    assert net[0].weight.flatten().tolist()[:4] == pytest.approx(
        [-0.003743, 0.268222, -0.411523, -0.36797], abs=1e-6
    )
    assert net[0].weight.grad.flatten().tolist() == pytest.approx(
        [-0.79195, -0.81481, -0.39862, -0.14007, 0.71268, 0.40773, 0.22086, 0.21382],
        abs=1e-4,
    )
    assert net[1].running_mean.tolist() == pytest.approx([-0.120315, 0.08704], abs=1e-6)


def test_a_convolution_saves_what_pytorchs_saves() -> None:
    x = torch.ones(1, 1, 3, 3, requires_grad=True)
    weight = torch.ones(1, 1, 2, 2, requires_grad=True)
    node = F.conv2d(x, weight, stride=2).grad_fn

    assert node.name() == "ConvolutionBackward0"
    assert node._saved_input is x
    assert node._saved_weight is weight
    assert (node._saved_stride, node._saved_padding) == ((2, 2), (0, 0))
    assert (node._saved_transposed, node._saved_groups) == (False, 1)
    assert node._saved_bias_sym_sizes_opt == (0,)
    assert node.next_functions[2] == (None, 0)


@pytest.mark.parametrize(
    ("make", "name", "next_name"),
    [
        (lambda x: F.max_pool2d(x, 2), "MaxPool2DWithIndicesBackward0", None),
        (lambda x: F.avg_pool2d(x, 2), "AvgPool2DBackward0", None),
        (lambda x: F.adaptive_avg_pool2d(x, 1), "MeanBackward1", None),
        (lambda x: F.adaptive_avg_pool2d(x, 2), "AdaptiveAvgPool2DBackward0", None),
        (lambda x: F.pad(x, (1, 1)), "ConstantPadNdBackward0", None),
        (lambda x: F.group_norm(x, 1), "NativeGroupNormBackward0", None),
        (lambda x: F.cosine_similarity(x, x), "SumBackward1", "MulBackward0"),
        (
            lambda x: F.max_pool1d(x[0], 2),
            "SqueezeBackward1",
            "MaxPool2DWithIndicesBackward0",
        ),
        (
            lambda x: F.conv2d(x[0], torch.ones(1, 1, 2, 2)),
            "SqueezeBackward1",
            "ConvolutionBackward0",
        ),
    ],
)
def test_nodes_have_pytorchs_names(
    make: Callable[[Any], Any], name: str, next_name: str | None
) -> None:
    node = make(torch.ones(1, 1, 4, 4, requires_grad=True)).grad_fn

    assert node.name() == name
    assert next_name in (None, node.next_functions[0][0].name())


def test_max_pool_tells_where_the_greatest_were() -> None:
    found, places = F.max_pool2d(
        torch.arange(16.0).view(1, 4, 4), 2, return_indices=True
    )

    assert found.tolist() == [[[5.0, 7.0], [13.0, 15.0]]]
    assert places.tolist() == [[[5, 7], [13, 15]]]


@pytest.mark.parametrize(
    ("module", "text"),
    [
        (
            nn.Conv2d(2, 4, (2, 3), 2, 1, 2, 2, bias=False),
            "Conv2d(2, 4, kernel_size=(2, 3), stride=(2, 2), padding=(1, 1), "
            "dilation=(2, 2), groups=2, bias=False)",
        ),
        (
            nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect"),
            "Conv2d(1, 1, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), "
            "padding_mode=reflect)",
        ),
        (
            nn.MaxPool2d((2, 3), 1),
            "MaxPool2d(kernel_size=(2, 3), stride=1, padding=0, dilation=1, "
            "ceil_mode=False)",
        ),
        (nn.AvgPool2d(2), "AvgPool2d(kernel_size=2, stride=2, padding=0)"),
        (
            nn.BatchNorm2d(3),
            "BatchNorm2d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, "
            "track_running_stats=True)",
        ),
        (nn.Embedding(3, 2, max_norm=1.0), "Embedding(3, 2, max_norm=1.0)"),
    ],
)
def test_modules_print_as_pytorchs(module: nn.Module, text: str) -> None:
    assert repr(module) == text


IMAGE = torch.ones(1, 2, 4, 4)


@pytest.mark.parametrize(
    ("act", "error", "words"),
    [
        (
            lambda: nn.Conv2d(1, 3, 2)(IMAGE),
            RuntimeError,
            "Given groups=1, weight of size [3, 1, 2, 2], expected input[1, 2, 4, 4] "
            "to have 1 channels, but got 2 channels instead",
        ),
        (
            lambda: nn.Conv2d(2, 3, 5)(IMAGE),
            RuntimeError,
            "Calculated padded input size per channel: (4 x 4). Kernel size: (5 x 5). "
            "Kernel size can't be greater than actual input size",
        ),
        (
            lambda: nn.Conv2d(2, 3, 2)(IMAGE[0, 0]),
            RuntimeError,
            "Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of "
            "size: [4, 4]",
        ),
        (
            lambda: nn.Conv2d(3, 4, 2, groups=2),
            ValueError,
            "in_channels must be divisible by groups",
        ),
        (
            lambda: F.max_pool2d(IMAGE, 2, padding=2),
            RuntimeError,
            "pad should be at most half of effective kernel size, but got pad=2, "
            "kernel_size=2 and dilation=1",
        ),
        (
            lambda: nn.BatchNorm2d(2)(IMAGE[0]),
            ValueError,
            "expected 4D input (got 3D input)",
        ),
        (
            lambda: F.pad(torch.ones(3), (1, 1, 1, 1)),
            RuntimeError,
            "Padding length should be less than or equal to two times the input "
            "dimension but got padding length 4 and input of dimension 1",
        ),
        (
            lambda: nn.GroupNorm(3, 4),
            ValueError,
            "num_channels (4) must be divisible by num_groups (3)",
        ),
    ],
)
def test_misuse_is_refused_in_pytorchs_words(
    act: Callable[[], Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as caught:
        act()

    assert str(caught.value) == words


def test_a_table_can_divide_gradients_by_how_often_rows_occur() -> None:
    weight = torch.ones(3, 1, requires_grad=True)
    rows = torch.tensor([0, 0, 2])
    F.embedding(rows, weight, scale_grad_by_freq=True).sum().backward()

    assert weight.grad.tolist() == [[1.0], [0.0], [1.0]]


def test_a_table_shortens_the_rows_it_is_asked_for() -> None:
    weight = torch.arange(6.0).view(3, 2).requires_grad_()
    found = F.embedding(torch.tensor([0, 0, 2]), weight, max_norm=2.0)

    assert weight.tolist()[1] == [2.0, 3.0]
    assert weight.tolist()[2] == pytest.approx([1.2494, 1.5617], abs=1e-4)
    assert weight._version == 1
    assert found.grad_fn.name() == "EmbeddingBackward0"


@pytest.mark.parametrize("align", [True, False])
@pytest.mark.parametrize("padding", ["zeros", "border", "reflection"])
@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
def test_what_is_looked_up_in_a_grid_is_differentiable_twice(
    mode: str, padding: str, align: bool
) -> None:
    image = torch.arange(9.0, dtype=torch.float64).sin().view(1, 1, 3, 3)
    grid = torch.tensor([[[[0.1, 0.4], [-0.2, 0.7]]]], dtype=torch.float64)

    def sampled(image: torch.Tensor, grid: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.grid_sample(image, grid, mode, padding, align)

    inputs = image.requires_grad_(), grid.requires_grad_()

    assert torch.autograd.gradgradcheck(sampled, inputs)


def test_what_is_looked_up_in_a_volume_is_differentiable_twice() -> None:
    volume = torch.arange(27.0, dtype=torch.float64).sin().view(1, 1, 3, 3, 3)
    grid = torch.tensor([[[[[0.1, 0.4, -0.3]]]]], dtype=torch.float64)
    inputs = volume.requires_grad_(), grid.requires_grad_()

    def sampled(volume: torch.Tensor, grid: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.grid_sample(volume, grid, align_corners=True)

    assert torch.autograd.gradgradcheck(sampled, inputs)
