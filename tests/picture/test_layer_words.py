"""What a picture says of layers: names, settings that matter, what is frozen."""

from __future__ import annotations

import re

import minitorch_viz as mv
from minitorch_viz.picture.scene import scene
from minitorch_viz.picture.shapes import Path as Line
from minitorch_viz.picture.shapes import Rect, Text
from minitorch_viz.picture.states import visible

START = "import torch\nimport torch.nn as nn\n"


def seen(source: str) -> list[str]:
    """List the words in the last picture of a program on the engine."""
    ran = mv.step(START + source, engine="minitorch")
    page = scene(ran)
    last = len(ran.steps) - 1
    return [
        shape.at(last)
        for element in page.elements
        if visible(element, last)
        for shape in element.shapes
        if isinstance(shape, Text)
    ]


NORM = "net = nn.BatchNorm1d(2)\nnet.eval()\ny = net(torch.ones(3, 2))\n"


def test_of_a_kernel_s_settings_only_what_matters_is_told() -> None:
    assert [t for t in seen(NORM) if "=" in t and "saved" not in t][:1] == [
        "training=False"
    ]
    conv = "y = nn.Conv2d(1, 1, 2{})(torch.ones(1, 1, 4, 4))\n"

    assert not [t for t in seen(conv.format("")) if "stride" in t]
    assert [t for t in seen(conv.format(", stride=2")) if t.startswith("stride")] == [
        "stride=(2, 2)"
    ]


def test_a_buffer_that_nothing_reads_is_not_drawn() -> None:
    assert "net.running_mean" in seen(NORM)
    assert "net.num_batches_tracked" not in seen(NORM)


def test_a_parameter_is_called_by_its_module_whatever_a_loop_calls_it() -> None:
    loop = "net = nn.Linear(2, 2)\nfor parameter in net.parameters():\n    pass\n"

    assert "net.bias" in seen(loop)
    assert "parameter" not in seen(loop)


def test_an_arrow_begins_at_the_card_of_a_frozen_parameter() -> None:
    frozen = "net.bias.requires_grad_(False)\ny = net(torch.ones(1, 2))\n"
    ran = mv.step(START + "net = nn.Linear(2, 2)\n" + frozen, engine="minitorch")
    page, last = scene(ran), len(ran.steps) - 1
    (bottom,) = (
        shape.box.bottom
        for element in page.elements
        if visible(element, last)
        and element.kind == "plain"
        and any(
            isinstance(s, Text) and s.at(last) == "net.bias" for s in element.shapes
        )
        for shape in element.shapes[:1]
        if isinstance(shape, Rect)
    )
    starts = [
        float(re.findall(r"[-.\d]+", shape.d)[1])
        for element in page.elements
        if visible(element, last) and element.kind == "edge"
        for shape in element.shapes[:1]
        if isinstance(shape, Line)
    ]

    assert any(abs(y - bottom) < 1 for y in starts)


def test_a_gradient_between_folded_modules_shows_its_value() -> None:
    net = (
        "net = nn.Sequential(*[nn.Sequential(nn.Linear(2, 2), nn.Tanh(), "
        "nn.Linear(2, 2), nn.Tanh()) for _ in range(8)])\n"
        "net(torch.ones(3, 2)).sum().backward()\n"
    )
    ran = mv.step(START + net, engine="minitorch")
    page, last = scene(ran), len(ran.steps) - 1
    flowing = [e for e in page.elements if e.kind == "gradient" and visible(e, last)]
    between = [e for e in flowing if len(e.shapes) == 4]

    assert len([e for e in page.elements if e.kind == "fold"]) == 8
    assert len(between) >= 8


def test_no_card_of_a_fold_s_heap_covers_where_arrows_end() -> None:
    rows = "x = torch.ones(9, 1)\nfor v in x:\n    y = v + 1\n"
    page = scene(mv.step(START + rows, engine="minitorch"))
    (fold,) = (element for element in page.elements if element.kind == "fold")
    *heap, top = (shape.box for shape in fold.shapes if isinstance(shape, Rect))

    assert len(heap) == 2
    assert all(top.y < box.y and box.bottom < top.bottom for box in heap)
