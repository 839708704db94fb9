"""Activations, norms and losses as functions and layers, beside PyTorch 2.13."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minitorch_viz import minitorch as torch
from minitorch_viz.minitorch import nn
from minitorch_viz.minitorch.autograd.gradcheck import gradcheck, gradgradcheck
from minitorch_viz.minitorch.events import Created, Operated, observe

F = nn.functional

# Gradients of every function, against central differences

WIDE = [[-2.5, -0.6, 0.3], [0.9, 1.7, 3.4]]
CHANCES = [[0.2, 0.5, 0.9], [0.7, 0.1, 0.4]]
CLASSES = torch.tensor([2, 0])


def double(values: Any) -> Any:
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def other(values: Any = CHANCES) -> Any:
    return torch.tensor(values, dtype=torch.float64)


ACTIVATIONS = [
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "celu",
    "gelu",
    "silu",
    "mish",
    "softplus",
    "logsigmoid",
    "hardtanh",
    "relu6",
    "softsign",
    "hardsigmoid",
    "hardswish",
    "tanhshrink",
    "softshrink",
    "hardshrink",
    "sigmoid",
    "tanh",
]
LOSSES = ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "soft_margin_loss")
FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(F, name) for name in ACTIVATIONS},
    "gelu tanh": lambda x: F.gelu(x, approximate="tanh"),
    "softplus beta": lambda x: F.softplus(x, beta=3.0, threshold=5.0),
    "threshold": lambda x: F.threshold(x, 0.1, 20.0),
    "prelu": lambda x: F.prelu(x, double([0.3])),
    "softmax": lambda x: F.softmax(x, dim=1) ** 2,
    "log_softmax": lambda x: F.log_softmax(x, dim=0),
    "softmin": lambda x: F.softmin(x, dim=1) ** 2,
    "normalize": F.normalize,
    "layer_norm": lambda x: (
        F.layer_norm(x, (3,), other(CHANCES[0]), other(WIDE[0])) ** 3
    ),
    "layer_norm plain": lambda x: F.layer_norm(x, (2, 3)) ** 3,
    "batch_norm": lambda x: (
        F.batch_norm(x.t(), None, None, training=True, eps=0.5) ** 3
    ),
    "batch_norm eval": lambda x: (
        F.batch_norm(x, other(WIDE[0]), other(CHANCES[0])) ** 2
    ),
    "cross_entropy": lambda x: F.cross_entropy(x, CLASSES),
    "smoothing": lambda x: F.cross_entropy(x, CLASSES, label_smoothing=0.2),
    "smoothed chances": lambda x: F.cross_entropy(x, other(), label_smoothing=0.2),
    "nll weight": lambda x: F.nll_loss(x**2, CLASSES, other([1.0, 2.0, 3.0])),
    "nll ignore": lambda x: F.nll_loss(x**2, CLASSES, ignore_index=0, reduction="sum"),
    "bce": lambda x: F.binary_cross_entropy(x.sigmoid(), other()),
    "bce logits": lambda x: F.binary_cross_entropy_with_logits(
        x, other(), weight=other(CHANCES[1]), pos_weight=other([1.0, 2.0, 3.0])
    ),
    "kl_div": lambda x: F.kl_div(x, other(), reduction="batchmean"),
    "hinge": lambda x: F.hinge_embedding_loss(x, other([[1.0, -1, 1]] * 2), 2.0),
    "ranking": lambda x: F.margin_ranking_loss(x, other(), other([[1.0, -1, 1]] * 2)),
    **{
        f"{name} {reduction}": lambda x, name=name, reduction=reduction: getattr(
            F, name
        )(x, other(), reduction=reduction)
        for name in LOSSES
        for reduction in ("mean", "sum", "none")
    },
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradients_agree_with_differences(name: str) -> None:
    assert gradcheck(FUNCTIONS[name], double(WIDE))


#: PyTorch has no second derivative of it.
ONCE = {"hardsigmoid"}


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - ONCE))
def test_second_gradients_agree_with_differences(name: str) -> None:
    x = double(WIDE)
    slope = torch.autograd.grad(FUNCTIONS[name](x).sum(), x, create_graph=True)[0]

    # A constant gradient has no gradient of its own to check.
    assert not slope.requires_grad or gradgradcheck(FUNCTIONS[name], x, atol=1e-4)


def test_the_slope_of_hardsigmoid_has_no_derivative() -> None:
    x = double(WIDE)
    slope = torch.autograd.grad(F.hardsigmoid(x).sum(), x, create_graph=True)[0]

    with pytest.raises(RuntimeError, match="aten::hardsigmoid_backward is not impl"):
        slope.sum().backward()


@pytest.mark.parametrize("training", [True, False])
def test_norms_have_gradients_for_weight_and_bias(training: bool) -> None:
    weight, bias = double([0.5, 1.5, 2.0]), double([0.1, 0.2, 0.3])
    mean, variance = other([0.5, 1.0, 0.0]), other([1.0, 2.0, 3.0])

    def normed(x: Any, weight: Any, bias: Any) -> Any:
        stats = (None, None) if training else (mean, variance)
        return F.batch_norm(x, *stats, weight, bias, training, eps=0.5) ** 2

    assert gradcheck(normed, (double(WIDE), weight, bias))
    assert gradgradcheck(normed, (double(WIDE), weight, bias), atol=1e-4)


def test_tables_and_targets_have_gradients() -> None:
    rows = torch.tensor([[1, 0], [1, 1]])

    assert gradcheck(lambda w: F.embedding(rows, w) ** 2, double(WIDE))
    assert gradcheck(lambda t: F.mse_loss(other(), t), double(WIDE))
    assert gradcheck(lambda t: F.binary_cross_entropy(other(), t), double(CHANCES))
    assert gradcheck(
        lambda w: F.linear(other(), w, other([1.0, 2.0])), double([CHANCES[0], WIDE[1]])
    )


# What a learner sees of them


@pytest.mark.parametrize(
    ("make", "chain"),
    [
        (lambda x: F.linear(x, x, x[0]), "AddmmBackward0"),
        (lambda x: F.linear(x, x), "MmBackward0"),
        (lambda x: F.linear(x[0], x, x[0]), "ViewBackward0"),
        (F.dropout, "MulBackward0"),
        (lambda x: F.cross_entropy(x, torch.tensor([0, 1])), "NllLossBackward0"),
        (lambda x: F.mse_loss(x, x.detach()), "MseLossBackward0"),
        (lambda x: F.l1_loss(x, x.detach()), "MeanBackward0"),
        (nn.BatchNorm1d(2), "NativeBatchNormBackward0"),
        (nn.LayerNorm(2), "NativeLayerNormBackward0"),
        (lambda x: F.embedding(torch.tensor([0]), x), "EmbeddingBackward0"),
        (F.relu6, "HardtanhBackward0"),
    ],
)
def test_nodes_have_pytorchs_names(make: Callable[[Any], Any], chain: str) -> None:
    x = torch.eye(2, requires_grad=True)

    assert make(x).grad_fn.name() == chain


def test_a_norm_saves_its_moments_and_never_returns_them() -> None:
    x = torch.tensor([[1.0, 2.0], [3.0, 6.0]], requires_grad=True)
    node = nn.BatchNorm1d(2)(x).grad_fn

    assert node._saved_result1.tolist() == [2.0, 4.0]
    assert not node._saved_result1.requires_grad


def test_batch_norm_remembers_without_raising_versions() -> None:
    norm = nn.BatchNorm1d(1)
    norm(torch.tensor([[1.0], [3.0]]))
    mean, variance, count = (
        norm.running_mean,
        norm.running_var,
        norm.num_batches_tracked,
    )

    assert mean.item() == pytest.approx(0.2)
    assert variance.item() == pytest.approx(0.9 + 0.1 * 2)
    assert (mean._version, variance._version, count._version) == (1, 1, 2)
    assert norm.eval()(torch.tensor([[0.2]])).abs().item() < 1e-6


def test_dropout_scales_what_it_keeps_and_rests_in_evaluation() -> None:
    torch.manual_seed(0)
    layer, x = nn.Dropout(0.75), torch.ones(400)
    kept = layer(x)

    assert set(kept.tolist()) == {0.0, 4.0}
    assert 60 < (kept > 0).sum().item() < 140
    assert layer.eval()(x) is x


def test_linear_starts_with_the_numbers_pytorch_draws() -> None:
    torch.manual_seed(0)
    layer = nn.Linear(3, 2)

    assert repr(layer.weight) == (
        "Parameter containing:\n"
        "tensor([[-0.0043,  0.3097, -0.4752],\n"
        "        [-0.4249, -0.2224,  0.1548]], requires_grad=True)"
    )
    assert layer.weight._version == layer.bias._version == 1


def test_a_new_layer_is_announced_once_it_is_filled() -> None:
    seen: list[Any] = []
    with observe(seen.append):
        layer = nn.Linear(2, 1)

    assert seen == [Created("Parameter", (layer.weight, layer.bias))]


def test_a_layer_shows_only_the_operations_autograd_knows() -> None:
    layer, x, seen = nn.Linear(2, 1), torch.ones(1, 2), []
    with observe(seen.append):
        layer(x)

    assert [e.op for e in seen if isinstance(e, Operated)] == ["t", "addmm"]


@pytest.mark.parametrize(
    ("act", "error", "words"),
    [
        (lambda: nn.Linear(2, 3)(torch.ones(2, 4)), RuntimeError, "(2x4 and 2x3)"),
        (lambda: nn.Linear(2, 3)(3), TypeError, "must be Tensor, not int"),
        (lambda: nn.Dropout(2), ValueError, "between 0 and 1, but got 2"),
        (lambda: nn.BatchNorm1d(2)(torch.ones(1, 2)), ValueError, "more than 1 value"),
        (lambda: nn.LayerNorm(3)(torch.ones(2, 2)), RuntimeError, "[*, 3]"),
        (
            lambda: F.nll_loss(torch.ones(1, 2), torch.tensor([5])),
            IndexError,
            "Target 5 is out of bounds.",
        ),
        (
            lambda: F.mse_loss(torch.ones(1), torch.ones(1), reduction="x"),
            ValueError,
            "x is not a valid value for reduction",
        ),
        (
            lambda: F.binary_cross_entropy(torch.tensor([1.5]), torch.ones(1)),
            RuntimeError,
            "all elements of input should be between 0 and 1",
        ),
        (
            lambda: F.embedding(torch.tensor([7]), torch.ones(2, 2)),
            IndexError,
            "index out of range in self",
        ),
    ],
)
def test_wrong_inputs_are_refused_in_pytorchs_words(
    act: Callable[[], Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as caught:
        act()

    assert words in str(caught.value)


def test_a_target_of_another_size_warns() -> None:
    with pytest.warns(UserWarning, match="different to the input size"):
        F.mse_loss(torch.ones(2, 1), torch.ones(2))
