"""Two lenses, and a choice of lines and names."""

from __future__ import annotations

import pytest

from minitorch_viz.picture import export
from minitorch_viz.picture.scene import scene
from minitorch_viz.picture.shapes import Text
from minitorch_viz.picture.states import visible
from minitorch_viz.picture.svg import svg
from minitorch_viz.picture.views import END, View, view

from .programs import CASES, DETACH, MANUAL, PROGRAMS, TWICE, says, trace

SEED = CASES / "seeds" / "17_detach_two_paths.py"


def seen(source, **chosen):
    last = len(trace(source).steps) - 1
    elements = scene(trace(source), **chosen).elements
    return [e for e in elements if visible(e, last)]


def kinds(source, **chosen):
    return {e.kind for e in seen(source, **chosen)}


def texts(source, **chosen):
    last = len(trace(source).steps) - 1
    return [t for e in seen(source, **chosen) for t in says(e, last)]


def test_the_autograd_lens_has_no_ghosts_cuts_or_storage():
    program, autograd = kinds(DETACH), kinds(DETACH, lens="autograd")

    assert {"ghost", "cut", "tie", "number", "tensor"} <= program
    assert autograd == {"leaf", "operation", "accumulate", "saved", "edge", "gradient"}


@pytest.mark.parametrize("source", [DETACH, TWICE, MANUAL])
def test_the_autograd_lens_shows_every_node_and_every_edge(source):
    elements = scene(trace(source), "autograd").elements
    nodes = [n for n in _nodes(source) if n.variable is None]
    shown = {i for e in elements if e.kind in ("operation", "accumulate") for i in e.of}

    assert {n.id for n in nodes} <= shown
    for node in nodes:
        edges = [e for e in elements if e.kind == "edge" and node.id in e.of]
        assert len(edges) >= (1 if any(e.node for e in node.edges) else 0)


def _nodes(source):
    found = {}
    for step in trace(source).steps:
        found |= {i: s for i, s in step.changes.items() if i.startswith("n")}
    return found.values()


def test_the_autograd_lens_keeps_leaves_with_their_grads():
    said = texts(DETACH, lens="autograd")

    assert {"x", "grad", "2.", "AccumulateGrad", "MulBackward0"} <= set(said)
    assert not {"y", "z", "r"} & set(said)


def test_the_autograd_lens_tells_no_versions_of_what_it_neither_shows_nor_saves():
    source = "w = torch.ones(2, requires_grad=True)\nopt = torch.optim.Adam([w])\n"
    said = texts(source + "(w * 2).sum().backward()\nopt.step()\n", lens="autograd")

    assert "versions of w" in said
    assert not [text for text in said if "opt.state" in text or "more tensor" in text]


@pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS)
def test_every_program_has_an_autograd_picture(source):
    page = export.draw(trace(source), lens="autograd", theme="dark")

    assert svg(page).endswith("</svg>\n")


def test_seed_17_shows_z_3_and_detach_visibly_cut():
    said = texts(SEED)

    assert {"z", "3", "detach", "cut: no node", "no node behind z,"} <= set(said)
    assert "cut" in kinds(SEED)


def test_lines_show_only_what_they_made():
    first, second = texts(SEED, lines=(1, 6)), texts(SEED, lines=(7, None))

    assert "detach" not in first
    assert "detach" in second
    assert "was x" in first
    assert "was x" not in second


def test_lines_are_drawn_as_they_were_when_the_last_of_them_had_run():
    page = export.draw(trace(SEED), lines=(1, 6))
    said = [str(m.shape.t) for m in page.marks if isinstance(m.shape, Text)]

    assert "line 6" in page.title
    assert "x" in said
    assert "AccumulateGrad" in said


def test_hidden_names_and_all_edges_to_them_are_gone():
    said = texts(DETACH, hide=["y"])

    assert "y" not in said
    assert "MulBackward0" not in said
    assert {"x", "z", "r"} <= set(said)


def test_only_some_names():
    said = texts(DETACH, only=["x", "y"])

    assert {"x", "y", "MulBackward0"} <= set(said)
    assert not {"z", "r", "detach"} & set(said)


def test_versions_of_hidden_tensors_are_not_told():
    assert "versions of w" in texts(MANUAL)
    assert "versions of w" not in texts(MANUAL, hide=["w"])


def test_the_title_says_that_it_is_a_part():
    page = export.draw(trace(DETACH), lens="autograd", lines=(2, None), hide=["y"])

    assert "lens autograd · lines 2 to the end · without y" in page.title


def test_nothing_left_says_so():
    assert texts(DETACH, lines=(40, 50)) == ["nothing to show of what was chosen"]


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"lens": "wide"}, "lens must be one of program, autograd, got 'wide'"),
        ({"lines": (0, 3)}, "lines count from 1, got 0"),
        ({"lines": (True, 3)}, "lines count from 1, got True"),
        ({"lines": (5, 3)}, "no line comes from 5 on and up to 3"),
        ({"hide": ["q"]}, "no tensor is called 'q'; names here: r, x, y, z"),
    ],
)
def test_what_makes_no_sense_is_refused(chosen, message):
    with pytest.raises(ValueError, match=message):
        scene(trace(DETACH), **chosen)


def test_an_open_end_and_a_single_name():
    assert view(lines=(3, None)).lines == (3, END)
    assert view(hide="abc").hide == {"abc"}
    assert view() == View()


def test_save_takes_a_lens_and_a_page_does_not(tmp_path):
    record = trace(DETACH)
    record.save(tmp_path / "x.svg", lens="autograd")

    assert "detach" not in (tmp_path / "x.svg").read_text("utf-8")
    with pytest.raises(ValueError, match="a page has no lens 'autograd'"):
        record.save(tmp_path / "x.html", lens="autograd")
