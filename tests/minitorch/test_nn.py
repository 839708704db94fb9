"""Modules, activations, norms and losses; numbers are PyTorch 2.13.0's."""

from __future__ import annotations

import copy
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


# Parameters and modules


def test_a_parameter_shares_memory_and_version_with_its_data() -> None:
    data = torch.zeros(2)
    parameter = nn.Parameter(data)
    data.add_(1)

    assert parameter.tolist() == [1.0, 1.0]
    assert parameter._version == 1
    assert parameter.is_leaf
    assert type(parameter * 2) is type(parameter.data) is torch.Tensor


def test_a_parameter_of_integers_must_not_require_grad() -> None:
    whole = torch.tensor([1, 2])
    with pytest.raises(RuntimeError, match="^Only Tensors of floating point"):
        nn.Parameter(whole)

    assert repr(nn.Parameter(whole, requires_grad=False)) == (
        "Parameter containing:\ntensor([1, 2])"
    )


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(2, 2)
        self.rest = nn.Sequential(nn.ReLU(), nn.Linear(2, 1))
        self.scale = nn.Parameter(torch.ones(1))
        self.register_buffer("offset", torch.zeros(1))
        self.register_buffer("seen", torch.zeros(1), persistent=False)

    def forward(self, x: Any) -> Any:
        return self.rest(self.first(x)) * self.scale + self.offset


def test_a_module_lists_what_it_holds_by_path() -> None:
    net = Net()

    assert [name for name, _ in net.named_parameters()] == [
        "scale",
        "first.weight",
        "first.bias",
        "rest.1.weight",
        "rest.1.bias",
    ]
    assert [name for name, _ in net.named_buffers()] == ["offset", "seen"]
    assert [name for name, _ in net.named_modules()] == [
        "",
        "first",
        "rest",
        "rest.0",
        "rest.1",
    ]
    assert [name for name, _ in net.named_children()] == ["first", "rest"]
    assert net.get_parameter("rest.1.bias") is net.rest[1].bias


def test_a_shared_module_is_listed_once() -> None:
    net = nn.Module()
    net.a = net.b = nn.Linear(1, 1)

    assert [name for name, _ in net.named_parameters()] == ["a.weight", "a.bias"]
    assert list(net.state_dict()) == ["a.weight", "a.bias", "b.weight", "b.bias"]


def test_a_module_prints_as_a_tree() -> None:
    assert repr(Net()) == (
        "Net(\n"
        "  (first): Linear(in_features=2, out_features=2, bias=True)\n"
        "  (rest): Sequential(\n"
        "    (0): ReLU()\n"
        "    (1): Linear(in_features=2, out_features=1, bias=True)\n"
        "  )\n"
        ")"
    )


@pytest.mark.parametrize(
    ("module", "text"),
    [
        (nn.ReLU(True), "ReLU(inplace=True)"),
        (nn.LeakyReLU(0.2), "LeakyReLU(negative_slope=0.2)"),
        (nn.GELU("tanh"), "GELU(approximate='tanh')"),
        (nn.Softmax(), "Softmax(dim=None)"),
        (nn.Hardtanh(), "Hardtanh(min_val=-1.0, max_val=1.0)"),
        (nn.ReLU6(), "ReLU6()"),
        (nn.Dropout(0.3, True), "Dropout(p=0.3, inplace=True)"),
        (nn.MSELoss(reduction="sum"), "MSELoss()"),
        (nn.Embedding(3, 2, padding_idx=0), "Embedding(3, 2, padding_idx=0)"),
        (nn.ModuleList([nn.ReLU()] * 2), "ModuleList(\n  (0-1): 2 x ReLU()\n)"),
        (nn.Module(), "Module()"),
    ],
)
def test_modules_print_as_pytorchs(module: nn.Module, text: str) -> None:
    assert repr(module) == text


def test_containers_grow_and_shrink_like_lists() -> None:
    chain = nn.Sequential(nn.ReLU()).append(nn.Tanh())
    listed = nn.ModuleList([nn.ReLU()])

    assert chain.insert(0, nn.Identity()) is chain
    assert listed.insert(0, nn.Identity()) is None
    assert [type(m).__name__ for m in chain] == ["Identity", "ReLU", "Tanh"]
    assert type(chain.pop(1)) is nn.ReLU
    assert repr(chain[1:]) == "Sequential(\n  (1): Tanh()\n)"
    assert len(listed + [nn.Tanh()]) == 3
    with pytest.raises(IndexError, match="index 5 is out of range"):
        listed[5]
    named = nn.ModuleDict({"act": nn.ReLU()})
    assert ("act" in named, list(named)) == (True, ["act"])


def test_parameter_containers_hold_parameters_in_order_or_by_name() -> None:
    listed = nn.ParameterList([torch.ones(2)])
    listed += [nn.Parameter(torch.zeros(1)), 3]
    listed[0] = torch.zeros(3)

    assert repr(listed) == (
        "ParameterList(\n"
        "    (0): Parameter containing: [torch.float32 of size 3]\n"
        "    (1): Parameter containing: [torch.float32 of size 1]\n"
        "    (2): Object of type: int\n"
        ")"
    )
    assert [name for name, _ in listed.named_parameters()] == ["0", "1"]
    with pytest.raises(RuntimeError, match="ParameterList should not be called"):
        listed()
    named = nn.ParameterDict({"a": torch.ones(2), "b": torch.ones(1, 2)})
    named.update([("c", torch.ones(1))])
    del named["a"]

    assert repr(named | {"n": 3}) == (
        "ParameterDict(\n"
        "    (b): Parameter containing: [torch.FloatTensor of size 1x2]\n"
        "    (c): Parameter containing: [torch.FloatTensor of size 1]\n"
        "    (n): Object of type: int\n"
        ")"
    )
    assert list(named.state_dict()) == ["b", "c"]
    assert (named.get("q"), named.popitem()[0], len(named)) == (None, "c", 1)


def test_a_buffer_is_registered_when_it_is_set() -> None:
    module = nn.Module()
    module.kept = buffer = nn.Buffer(torch.ones(1))
    module.passing = nn.Buffer(torch.ones(1), persistent=False)

    assert isinstance(buffer, nn.Buffer)
    assert type(buffer) is torch.Tensor
    assert not isinstance(torch.ones(1), nn.Buffer)
    assert [name for name, _ in module.named_buffers()] == ["kept", "passing"]
    assert list(module.state_dict()) == ["kept"]


def test_a_parameter_that_is_replaced_keeps_its_place() -> None:
    layer = nn.Linear(2, 1)
    layer.weight = nn.Parameter(torch.ones(1, 2))

    assert [name for name, _ in layer.named_parameters()] == ["weight", "bias"]


def test_state_goes_from_one_module_to_another() -> None:
    source, target = Net(), Net()
    answer = target.load_state_dict(source.state_dict())

    assert repr(answer) == "<All keys matched successfully>"
    assert "seen" not in source.state_dict()
    assert target.first.weight.tolist() == source.first.weight.tolist()
    assert target.first.weight is not source.first.weight
    assert target.first.weight._version == 2


def test_loading_names_everything_that_does_not_fit() -> None:
    layer = nn.Linear(2, 1)
    with pytest.raises(RuntimeError) as caught:
        layer.load_state_dict({"weight": torch.ones(3), "foo": torch.ones(1)})

    assert str(caught.value) == (
        "Error(s) in loading state_dict for Linear:\n"
        '\tMissing key(s) in state_dict: "bias". \n'
        '\tUnexpected key(s) in state_dict: "foo". \n'
        "\tsize mismatch for weight: copying a param with shape torch.Size([3]) from "
        "checkpoint, the shape in current model is torch.Size([1, 2])."
    )
    assert repr(layer.load_state_dict({"foo": 1}, strict=False)) == (
        "_IncompatibleKeys(missing_keys=['weight', 'bias'], unexpected_keys=['foo'])"
    )


def test_training_freezing_and_forgetting_reach_every_child() -> None:
    net = Net()
    net(torch.ones(1, 2)).sum().backward()
    net.eval().requires_grad_(False)

    assert not any(module.training for module in net.modules())
    assert not any(p.requires_grad for p in net.parameters())
    assert net.scale.grad is not None
    net.zero_grad(set_to_none=False)
    assert net.scale.grad.tolist() == [0.0]
    net.zero_grad()
    assert net.scale.grad is None


def test_converting_a_module_keeps_its_parameters() -> None:
    net = Net()
    weight = net.first.weight
    net(torch.ones(1, 2)).sum().backward()
    net.double()

    assert net.first.weight is weight
    assert weight.dtype is weight.grad.dtype is net.offset.dtype is torch.float64
    with pytest.raises(TypeError, match="only accepts floating point"):
        net.to(torch.int64)


def test_a_copied_module_has_parameters_of_its_own() -> None:
    layer = nn.Linear(1, 1)
    copied = copy.deepcopy(layer)
    with torch.no_grad():
        copied.weight.zero_()

    assert layer.weight.item() != 0
    assert isinstance(copied.weight, nn.Parameter)


@pytest.mark.parametrize(
    ("act", "error", "words"),
    [
        (lambda m: setattr(m, "w", torch.ones(1)), TypeError, "as parameter 'w'"),
        (lambda m: setattr(m, "child", 3), TypeError, "as child module 'child'"),
        (lambda m: setattr(m, "b", 3), TypeError, "as buffer 'b'"),
        (lambda m: m.missing, AttributeError, "'Module' object has no attribute"),
        (lambda m: m(1), NotImplementedError, 'missing the required "forward"'),
        (lambda m: m.train(3), ValueError, "expected to be boolean"),
        (lambda m: m.register_parameter("a.b", None), KeyError, "can't contain"),
        (lambda m: m.register_buffer("forward", None), KeyError, "already exists"),
        (lambda m: m.add_module("x", 3), TypeError, "int is not a Module subclass"),
    ],
)
def test_misuse_is_refused_in_pytorchs_words(
    act: Callable[[Any], Any], error: type[Exception], words: str
) -> None:
    module = nn.Module()
    module.w, module.child = nn.Parameter(torch.ones(1)), nn.ReLU()
    module.register_buffer("b", torch.ones(1))
    with pytest.raises(error) as caught:
        act(module)

    assert words in str(caught.value).replace("\\'", "'")


def test_a_subclass_must_call_its_base_first() -> None:
    class Hasty(nn.Module):
        def __init__(self) -> None:
            self.w = nn.Parameter(torch.ones(1))

    with pytest.raises(AttributeError, match="before Module.__init__"):
        Hasty()


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


# Hooks


def test_forward_hooks_see_and_replace_what_goes_in_and_comes_out() -> None:
    layer, seen = nn.ReLU(), []
    before = layer.register_forward_pre_hook(lambda m, args: (args[0] * 2,))
    after = layer.register_forward_hook(lambda m, args, out: out + 100)
    layer.register_forward_hook(lambda m, args, out: seen.append(out.tolist()))

    assert layer(torch.tensor([-1.0, 3.0])).tolist() == [100.0, 106.0]
    before.remove()
    after.remove()
    assert layer(torch.tensor([3.0])).tolist() == [3.0]
    assert seen == [[100.0, 106.0], [3.0]]


def test_full_backward_hooks_see_the_gradients_of_inputs_and_outputs() -> None:
    layer, seen = nn.Linear(2, 1), []
    layer.register_full_backward_hook(lambda m, *grads: seen.append(grads))
    x = torch.ones(1, 2, requires_grad=True)
    y = layer(x)

    assert y.grad_fn.name() == "BackwardHookFunctionBackward"
    assert y._is_view()
    y.sum().backward()
    ((grad_input,), (grad_output,)) = seen[0]
    assert grad_input.tolist() == layer.weight.tolist() == x.grad.tolist()
    assert grad_output.tolist() == [[1.0]]


def test_full_backward_hooks_can_change_gradients() -> None:
    layer, x = nn.Linear(2, 1), torch.ones(1, 2, requires_grad=True)
    layer.register_full_backward_pre_hook(lambda m, grads: (grads[0] * 10,))
    layer.register_full_backward_hook(lambda m, given, _: (given[0] * 0,))
    layer(x).sum().backward()

    assert layer.bias.grad.tolist() == [10.0]
    assert x.grad.tolist() == [[0.0, 0.0]]


def test_full_backward_hooks_run_without_an_input_that_requires_grad() -> None:
    layer, seen = nn.Linear(2, 1), []
    layer.register_full_backward_hook(lambda m, given, _: seen.append(given))
    with pytest.warns(UserWarning, match="since no inputs require gradients"):
        layer(torch.ones(1, 2)).sum().backward()

    assert seen == [(None,)]


def test_what_a_watched_module_returns_must_not_be_edited() -> None:
    layer = nn.Linear(2, 1)
    layer.register_full_backward_hook(lambda m, *grads: None)
    found = layer(torch.ones(1, 2, requires_grad=True))

    with pytest.raises(RuntimeError, match="^Output 0 of BackwardHookFunction is a "):
        found.add_(1)


def test_several_results_of_a_watched_module_are_views_of_one_function() -> None:
    class Pair(nn.Module):
        def forward(self, x: Any) -> Any:
            return x + 1, x * 2

    pair = Pair()
    pair.register_full_backward_hook(lambda m, *grads: None)
    second = pair(torch.ones(1, requires_grad=True))[1]

    with pytest.raises(RuntimeError, match="of a function that returns multiple views"):
        second.add_(1)


def test_old_backward_hooks_see_one_node_and_warn() -> None:
    layer, seen = nn.Tanh(), []
    layer.register_backward_hook(lambda m, *grads: seen.append(grads))
    x = torch.zeros(1, requires_grad=True)
    with pytest.warns(FutureWarning, match="This hook will be missing some grad_input"):
        layer(x).sum().backward()
    layer(x * 1)  # one node, all of whose inputs were given: nothing is missed

    assert [[grad.tolist() for grad in grads] for grads in seen[0]] == [[[1.0]]] * 2
    with pytest.raises(RuntimeError, match="Cannot use both regular backward hooks"):
        layer.register_full_backward_hook(lambda m, *grads: None)


# Starting values and clipping


def test_starting_values_are_the_numbers_pytorch_draws() -> None:
    torch.manual_seed(0)
    weight = torch.empty(3, 4)
    sums = [
        fill(weight).sum().item()
        for fill in (
            nn.init.xavier_uniform_,
            nn.init.xavier_normal_,
            nn.init.kaiming_uniform_,
            nn.init.kaiming_normal_,
            nn.init.eye_,
        )
    ]

    assert sums == pytest.approx([-0.6452, -0.6380, -0.0474, -2.3930, 3.0], abs=1e-4)
    assert weight._version == 5


def test_clipping_scales_gradients_in_place() -> None:
    w = torch.zeros(2, requires_grad=True)
    w.grad = kept = torch.tensor([3.0, 4.0])

    assert nn.utils.clip_grad_norm_([w], 1.0).item() == 5.0
    assert kept.tolist() == pytest.approx([0.6, 0.8], abs=1e-5)
    nn.utils.clip_grad_value_([w], 0.7)
    assert kept.tolist() == pytest.approx([0.6, 0.7], abs=1e-5)


def test_parameters_go_into_one_vector_and_back() -> None:
    layer, other_layer = nn.Linear(2, 1), nn.Linear(2, 1)
    vector = nn.utils.parameters_to_vector(layer.parameters())
    nn.utils.vector_to_parameters(vector, other_layer.parameters())

    assert vector.shape == (3,)
    assert other_layer.bias.tolist() == layer.bias.tolist()
