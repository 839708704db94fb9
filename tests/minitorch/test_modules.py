"""Parameters and modules: what they hold, how they print, load and copy."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from minitorch_viz import minitorch as torch
from minitorch_viz.minitorch import nn


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


@pytest.mark.parametrize("name", ["_hooks", "hooks", "_handles"])
def test_what_a_module_keeps_of_hooks_is_the_users_own(name: str) -> None:
    class Watched(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Linear(1, 1)
            setattr(self, name, [])

        def forward(self, x: Any) -> Any:
            return self.inner(x)

    model, seen = Watched(), []
    getattr(model, name).append(
        model.register_forward_hook(lambda *args: seen.append(1))
    )
    model(torch.ones(1))

    assert seen == [1]
