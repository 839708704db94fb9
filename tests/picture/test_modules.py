"""Modules in a picture: small models are seen whole, larger ones module by module."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

import minitorch_viz as mv
from minitorch_viz.picture.folds import SEEN, names_of
from minitorch_viz.picture.history import history
from minitorch_viz.picture.places import Plan
from minitorch_viz.picture.scene import scene
from minitorch_viz.picture.scopes import scopes
from minitorch_viz.picture.seating import seated
from minitorch_viz.picture.shapes import Rect, Text
from minitorch_viz.picture.words import stub
from minitorch_viz.trace.model import Trace

EXAMPLES = Path(__file__).parents[2] / "examples"
START = "import torch\nimport torch.nn as nn\n"
DEEP = """\
x = torch.ones(3, 2)
def block():
    return nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 2), nn.Tanh())
net = nn.Sequential(*[block() for _ in range(8)])
"""
PASSED = "net(x).sum().backward()\n"


@cache
def trace(source: str | Path) -> Trace:
    return mv.step(source, engine="minitorch")


def plans(source: str | Path) -> list[Plan]:
    ran = trace(source)
    return list(scopes(seated(history(ran), ran.source)))


def titles(plan: Plan) -> list[str]:
    return [fold.title[-1][1] for fold in plan.folds.values()]


def notes(plan: Plan) -> list[str]:
    return [fold.note[-1][1] for fold in plan.folds.values()]


def kinds(plan: Plan) -> list[str]:
    return [place.kind for place in plan.places]


def operations(plan: Plan) -> list[str]:
    blocks = (one.block for place in plan.places for one in place.occupants)
    return [block.operation.name for block in blocks if block.operation]


def stubs(plan: Plan) -> list[str]:
    """List what the stubs of a plan say."""
    shown = [place for place in plan.places if place.kind == "stub"]
    return [stub(plan, place.occupants[0])[0][-1][1] for place in shown]


@pytest.mark.parametrize("name", ["mlp", "frozen_cnn", "training_loop"])
def test_a_small_model_is_seen_whole(name: str) -> None:
    (plan,) = plans(EXAMPLES / f"{name}.py")

    assert not plan.folds


def test_a_larger_model_is_seen_module_by_module() -> None:
    whole = plans(EXAMPLES / "transformer_block.py")[0]

    assert titles(whole) == [
        "block.norm1: LayerNorm",
        "block.query: Linear",
        "block.key: Linear",
        "block.value: Linear",
        "block.norm2: LayerNorm",
        "block.mlp: Sequential",
    ]
    assert len([kind for kind in kinds(whole) if kind != "stub"]) <= SEEN
    assert "softmax" in [
        place.first.operation.name for place in whole.places if place.first.operation
    ]


def test_a_module_opens_into_its_modules_and_operations() -> None:
    whole, *inner = plans(EXAMPLES / "transformer_block.py")
    mlp = next(f for f in whole.folds.values() if "mlp" in f.title[0][1])
    assert mlp.opens is not None
    inside = inner[mlp.opens]

    assert mlp.note == ((0, "9 operations · 4 parameters"),)
    assert kinds(inside).count("operation") == 9
    assert kinds(inside).count("leaf") == 4


def test_modules_open_level_by_level_all_or_none() -> None:
    whole, *inner = plans(START + DEEP + PASSED)

    assert titles(whole) == [f"net[{k}]: Sequential" for k in range(8)]
    assert not any(plan.folds for plan in inner)


def test_parameters_stand_in_the_module_that_owns_them() -> None:
    whole, *inner = plans(START + DEEP + PASSED)

    assert [kinds(plan).count("leaf") for plan in inner] == [4] * 8
    assert kinds(whole).count("leaf") == 1  # x
    assert notes(whole) == ["6 operations · 4 parameters"] * 8


def test_parameters_used_again_stand_where_they_were_used_first() -> None:
    again = "with torch.no_grad():\n    print(net(x))\n"
    whole, *inner = plans(START + DEEP + PASSED + again)
    first, second = inner[0], inner[8]

    assert notes(whole) == [
        *["6 operations · 2 ghosts · 4 parameters"] * 8,  # `weight.t()` stands there
        *["4 ghosts"] * 8,
    ]
    assert kinds(first).count("leaf") == 4
    assert kinds(second).count("leaf") == 0
    assert "net[0][0].bias" in stubs(second)
    assert "stub" not in kinds(whole)


def test_a_parameter_used_outside_of_its_module_is_a_stub_there() -> None:
    whole, *_ = plans(START + DEEP + PASSED + "z = net[0][0].weight * 2\n")

    assert stubs(whole) == ["net[0][0].weight"]


def test_turns_of_a_loop_share_the_folds_of_their_modules() -> None:
    source = START + DEEP + "for i in range({}):\n    " + PASSED
    few, many = (plans(source.format(count)) for count in (2, 7))

    assert [titles(plan) for plan in few] == [titles(plan) for plan in many]


def test_layers_of_one_statement_each_have_places_of_their_own() -> None:
    """Under `no_grad` the first layer's results are gone when the second one runs."""
    source = START + DEEP + "with torch.no_grad():\n    y = net(x)\n"

    assert titles(plans(source)[0]) == [f"net[{k}]: Sequential" for k in range(8)]


def test_a_fold_says_that_its_module_is_frozen_and_in_evaluation_mode() -> None:
    frozen = "net[1].requires_grad_(False)\nnet[2].eval()\n"
    said = notes(plans(START + DEEP + frozen + PASSED)[0])

    assert said[1] == "4 operations · 2 ghosts · 4 parameters · frozen"
    assert said[2] == "6 operations · 4 parameters · eval mode"


def test_a_fold_says_so_only_while_it_is_so() -> None:
    loop = "for i in range(2):\n    net.train(i == 0)\n    " + PASSED
    (note, *_) = (f.note for f in plans(START + DEEP + loop)[0].folds.values())

    assert [text for _, text in note][-2:] == [
        "6 operations · 4 parameters",
        "6 operations · 4 parameters · eval mode",
    ]


def test_an_unrolled_cell_is_a_chain_of_its_calls() -> None:
    whole, *_ = plans(EXAMPLES / "rnn.py")
    cells = [n for n, f in whole.folds.items() if f.title[0][1] == "cell: RNNCell"]
    chained = {
        (link.source, link.target)
        for link in whole.links
        if link.source in cells and link.target in cells
    }

    assert len(cells) == 20
    assert chained == set(pairwise(cells))
    assert notes(whole).count("6 operations · 4 parameters") == 1


def test_an_operation_with_many_results_folds_and_each_use_has_a_stub() -> None:
    source = "import torch\nx = torch.ones({0}, 1)\nfor v in x:\n    y = v + 1\n"
    many, few = plans(source.format(9))[0], plans(source.format(8))[0]

    assert titles(many) == ["unbind: 9 results"]
    assert notes(many) == ["not recorded: no input requires grad"]
    assert stubs(many) == ["v"] * 9
    assert not few.folds


def test_an_input_stands_before_the_modules_that_use_it() -> None:
    whole, *_ = plans(EXAMPLES / "transformer_block.py")
    names = [
        state.names[0] if state.names else ""
        for place in whole.places[:1]
        for _, state in whole.past.tensors[place.first.outputs[0]][-1:]
    ]

    assert names == ["words"]


TRAINED = """\
net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
opt = torch.optim.Adam(net.parameters(), lr=0.1)
for _ in range(2):
    opt.zero_grad()
    net(torch.ones(4, 2)).sum().backward()
    opt.step()
"""


#: So large that the network folds too.
WIDE = TRAINED.replace(
    "nn.Tanh()",
    "*[nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3)) for _ in range(4)]",
)


def test_an_optimizer_folds_with_all_it_keeps_and_says_what_it_writes_to() -> None:
    whole, inside = plans(START + TRAINED)

    assert titles(whole) == ["opt: Adam"]
    assert notes(whole) == [
        "26 ghosts · 12 leaves · reads 4 gradients · writes to 4 parameters"
    ]
    assert "addcdiv_" in operations(inside)
    assert {"addmm", "tanh", "sum"} <= set(operations(whole))


@pytest.mark.parametrize("program", [TRAINED, WIDE])
def test_no_arrow_crosses_the_picture_to_the_optimizer_that_says_what_it_reads(
    program: str,
) -> None:
    whole = plans(START + program)[0]
    opt = list(whole.folds)[titles(whole).index("opt: Adam")]

    assert [link for link in whole.links if opt in (link.source, link.target)] == []
    assert stubs(whole) == []


def test_what_a_module_writes_to_and_is_not_trained_still_flows_into_it() -> None:
    blocks = "net = nn.Sequential(*[nn.Sequential(nn.ReLU(inplace=True), nn.Tanh(), "
    blocks += "nn.Sigmoid()) for _ in range(12)])\nx = torch.ones(2)\n"
    whole = plans(START + blocks + "with torch.no_grad():\n    y = net(x)\n")[0]
    (x,) = [p.number for p in whole.places if p.kind == "leaf"]

    assert [link.target in whole.folds for link in whole.links if link.source == x]


def test_a_fold_of_ghosts_alone_looks_like_a_ghost() -> None:
    looks = {
        next(s.at(99) for s in one.shapes if isinstance(s, Text)): {
            shape.c for shape in one.shapes if isinstance(shape, Rect)
        }
        for one in scene(trace(START + WIDE)).elements
        if one.kind == "fold"
    }

    assert looks.pop("opt: Adam") == {"ghost"}
    assert set(map(frozenset, looks.values())) == {frozenset({"op"})}


def test_the_samples_of_a_batch_are_one_box() -> None:
    data = "torch.utils.data.TensorDataset(torch.rand(32, 2), torch.rand(32))"
    loop = f"for x, y in torch.utils.data.DataLoader({data}, 32):\n    z = x.sum()\n"
    whole = plans(START + loop)[0]

    assert "DataLoader" in titles(whole)[0]
    assert len(whole.places) < 8


def test_what_a_call_makes_of_a_tensor_from_outside_stands_in_the_call() -> None:
    cell = "cell = nn.Linear(2, 2)\nh = torch.ones(2)\n"
    whole = plans(START + cell + "for _ in range(9):\n    h = cell(h).exp() + 1\n")[0]

    assert "cell: Linear" in titles(whole)
    assert "ghost" not in kinds(whole)


def test_what_a_later_turn_does_besides_is_in_the_box_of_the_first() -> None:
    momentum = "SGD(net.parameters(), momentum=0.9, "
    whole = plans(START + TRAINED.replace("Adam(net.parameters(), ", momentum))[0]

    assert titles(whole) == ["opt: SGD"]


def test_a_buffer_that_a_module_only_counts_in_stands_in_the_module() -> None:
    whole = plans(START + WIDE)[0]
    leaves = [place for place in whole.places if place.kind == "leaf"]
    names = [name for leaf in leaves for name in names_of(whole, leaf)]

    assert names
    assert not any("num_batches_tracked" in name for name in names)


def test_a_module_that_is_never_called_is_one_box() -> None:
    unused = "spare = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))\n"
    whole, *_ = plans(START + DEEP + unused + PASSED)

    assert titles(whole)[0] == "spare: not used"
    assert notes(whole)[0] == "4 parameters"
    assert kinds(whole).count("leaf") == 1  # x


def test_of_a_module_that_is_called_what_it_never_calls_is_a_box() -> None:
    net = (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.body, self.spare = net, nn.Linear(2, 2)\n"
        "    def forward(self, x):\n        return self.body(x)\n"
        "whole = Net()\nwhole(x).sum().backward()\n"
    )
    said = titles(plans(START + DEEP + net)[0])

    assert [each for each in said if "not used" in each] == ["whole.spare: not used"]
