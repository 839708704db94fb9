"""What is said of modules: in which one things ran, that one evaluates, is frozen."""

from __future__ import annotations

import minitorch_viz as mv
from minitorch_viz.explain import plain, sentences

from .saying import one

START = "import torch\nimport torch.nn as nn\nx = torch.ones(2, 2)\n"


def said(source: str) -> list[str]:
    trace = mv.step(START + source, engine="minitorch")
    return [plain(each["say"]) for each in sentences(trace)]


def last(source: str) -> str:
    """Return the last sentence; what the last line's value is isn't shown."""
    return said(source + "done = True\n")[-2]


def test_each_parameter_that_a_loop_freezes_is_told() -> None:
    freeze = "for p in net.parameters():\n    p.requires_grad = False\n"
    told = said("net = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 1))\n" + freeze)

    assert len([each for each in told if "no longer requires grad" in each]) == 4
    assert not [each for each in told if "No tensor changed" in each]


def test_evaluation_mode_says_which_layers_compute_otherwise() -> None:
    net = "net = nn.Sequential(nn.BatchNorm1d(2), nn.Dropout(0.5), nn.ReLU())\nnet(x)\n"

    assert last(net + "net.eval()\n") == (
        "net is in evaluation mode from here on: its BatchNorm1d uses its running "
        "statistics and its Dropout lets everything pass. "
        "Neither a tensor nor grad mode changed."
    )
    assert last(net + "net.train()\n") == (
        "net is in training mode from here on. No tensor changed."
    )
    assert last("net = nn.ReLU()\nnet(x)\nnet.eval()\n") == (
        "net is in evaluation mode from here on. "
        "Neither a tensor nor grad mode changed."
    )


def test_eval_of_what_is_no_module_is_not_said_to_be_a_mode() -> None:
    other = "class Text:\n    def eval(self): pass\ntext = Text()\ntext.eval()\n"

    assert not [each for each in said(other) if "mode" in each]


def test_an_operation_of_a_layer_says_which_layer_ran_it() -> None:
    net = "net = nn.Sequential(nn.ReLU(), nn.Sigmoid())\nnet.eval()\ny = net(x)\n"
    told = said(net)

    assert told[-2].endswith("It ran in net[0] (ReLU, evaluation mode).")
    assert told[-1].endswith("It ran in net[1] (Sigmoid, evaluation mode).")


def test_a_line_of_the_program_s_own_module_needs_no_such_words() -> None:
    net = (
        "class Net(nn.Module):\n    def forward(self, x):\n        return x * 2\n"
        "net = Net()\ny = net(x)\n"
    )

    assert not [each for each in said(net) if "It ran in" in each]


def test_a_call_that_runs_the_same_several_times_is_not_called_by_one_result() -> None:
    texts = said(
        "m = torch.nn.Linear(1, 1)\nfor v in m.state_dict().values(): n = 1\n"
        "r = [t.detach() for t in m.parameters()]\n"
    )

    one(texts, "The result of detach() is a second tensor over the storage of m.weight")
    assert not [text for text in texts if "m.state_dict() is" in text]
    one(texts, "t.detach() is a second tensor over the storage of m.weight")
