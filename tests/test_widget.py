"""The widget without a browser: what is sent, shared and shown."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.testing.globalipapp import start_ipython

import minitorch_viz as mv
from minitorch_viz import live_view, minitorch
from minitorch_viz.player.page import page, payload
from minitorch_viz.widget import mimebundle, player

PROGRAM = "x = torch.ones(2, requires_grad=True)\ny = (x * x).sum()\ny.backward()\n"
VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def trace() -> mv.Trace:
    return mv.step(PROGRAM, level="backward", ask="x.grad", choices=["1.", "None"])


def test_the_payload_is_json_and_whole(trace: mv.Trace) -> None:
    shown = json.loads(json.dumps(payload(trace), allow_nan=False))

    assert len(shown["sentences"]) == len(shown["trace"]["steps"]) == len(trace.steps)
    assert shown["question"]["answer"] == "[2., 2.]"
    assert {e["kind"] for e in shown["pictures"]["program"]["elements"]} >= {"leaf"}
    assert mv.Trace.from_dict(shown["trace"]) == trace


def test_a_question_that_cannot_be_asked_is_a_note_and_the_trace_is_shown() -> None:
    shown = payload(mv.step(PROGRAM, ask="nobody.grad"))

    assert shown["question"] is None
    assert "nobody.grad" in shown["trace"]["notes"][-1]


def test_the_widget_shares_its_place_both_ways(trace: mv.Trace) -> None:
    widget: Any = player(trace)
    seen = []
    widget.observe(
        lambda change: seen.append((change.name, change.new)), ["step", "level"]
    )
    widget.set_state({"step": 3, "level": "operation"})

    assert (widget.step, widget.level) == (3, "operation")
    assert seen == [("step", 3), ("level", "operation")]
    assert {"step", "level", "payload"} <= set(widget.get_state())


def test_the_widget_opens_at_the_traces_level(trace: mv.Trace) -> None:
    widget: Any = player(trace)

    assert (widget.step, widget.level) == (0, "backward")


def test_a_trace_shows_as_a_widget_with_a_still_for_untrusted_notebooks(
    trace: mv.Trace,
) -> None:
    data, metadata = mimebundle(trace)
    wide = int.from_bytes(data["image/png"][16:20], "big")

    assert metadata["image/png"]["width"] == pytest.approx(wide / 2, abs=1)
    assert set(data) == {VIEW, "image/png", "text/plain"}
    assert data["image/png"].startswith(b"\x89PNG")
    assert data["text/plain"].startswith("program, steps 0 to ")
    assert trace._repr_mimebundle_()[0].keys() == data.keys()


def test_a_cell_that_runs_again_keeps_only_its_newest_players(
    trace: mv.Trace, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Kernel:
        def __init__(self, cell: str, run: str) -> None:
            self.parent_header = {"header": {"msg_id": run}, "metadata": {}}
            self.parent_header["metadata"]["cellId"] = cell

    made = []
    where = "IPython.core.getipython.get_ipython"
    monkeypatch.setattr("minitorch_viz.widget.player", lambda t: made[-1])
    for cell, request in ("a", "1"), ("a", "1"), ("b", "2"), ("a", "3"):
        made.append(player(trace))
        monkeypatch.setattr(where, partial(Kernel, cell, request))
        mimebundle(trace)

    assert [widget.comm is None for widget in made] == [True, True, False, False]


def test_a_snapshot_shows_as_a_picture() -> None:
    x = minitorch.ones(2, requires_grad=True)
    data = mv.snapshot(x=x, y=x * x)._repr_mimebundle_()

    assert {"image/svg+xml", "image/png", "text/plain"} == set(data)
    assert "MulBackward0" in data["image/svg+xml"]


HOSTILE = "s = '</script><script>1</script><!--\u2028'\nprint(s)\nraise ValueError(s)"


def test_a_page_keeps_data_and_script_apart() -> None:
    text = page(mv.step(HOSTILE))

    assert text.count("<script") == text.count("</script>") == 2
    assert text.count("<!--") == 0
    assert "&lt;/script&gt;" in text, "the text for browsers without scripts"


def test_a_page_asks_nobody(trace: mv.Trace) -> None:
    text = page(trace)

    assert "default-src 'none'" in text
    assert "unsafe" not in text.split("</head>")[0].split("<style>")[0]
    assert "src=" not in text.replace("-src", "")
    assert len(text.encode()) < 300_000


def test_a_page_opens_only_at_a_step_that_is_there(trace: mv.Trace) -> None:
    with pytest.raises(ValueError, match=r"step must be in 0\.\."):
        page(trace, len(trace.steps))


# ---- mv.live


@pytest.fixture
def shell() -> InteractiveShell:
    found: InteractiveShell = start_ipython() or InteractiveShell.instance()
    found.user_ns["torch"] = minitorch
    return found


class Screen:
    """Stands where the notebook's display would be; remembers what it was sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def show(self, data: dict[str, str], **options: Any) -> Screen:
        self.sent.append(data["image/svg+xml"])
        return self

    update = show


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    found = Screen()
    monkeypatch.setattr("IPython.display.display", found.show)
    return found


def test_live_redraws_after_a_cell_that_changed_something_until_it_is_stopped(
    shell: InteractiveShell, screen: Screen
) -> None:
    live = mv.live()
    try:
        shell.run_cell("a = torch.ones(2, requires_grad=True)", store_history=False)
        shell.run_cell("n = 1", store_history=False)
        shell.run_cell("b = a * a", store_history=False)
        assert len(screen.sent) == 3
        assert "MulBackward0" in screen.sent[-1]
    finally:
        live.stop()
    shell.run_cell("c = b * b", store_history=False)

    assert len(screen.sent) == 3
    live.stop()


def test_live_as_a_cells_value_shows_nothing_but_its_picture(
    shell: InteractiveShell, screen: Screen
) -> None:
    live = mv.live()
    live.stop()
    formatter = shell.display_formatter

    assert len(screen.sent) == 1
    assert formatter is not None
    assert formatter.format(live) == ({}, {})


def test_watch_follows_a_name_to_the_next_tensor_that_it_means(
    shell: InteractiveShell, screen: Screen
) -> None:
    shell.run_cell("p = torch.ones(2); q = torch.ones(2)", store_history=False)
    watch = mv.watch(p=shell.user_ns["p"])
    try:
        shell.run_cell("q = q * 3", store_history=False)
        assert len(screen.sent) == 1
        shell.run_cell("p = (p * 5).tolist()", store_history=False)
        assert "no tensors here" in screen.sent[-1]
        shell.run_cell("p = torch.full((2,), 7.)", store_history=False)
        assert "[7., 7.]" in screen.sent[-1]
        shell.run_cell("p.add_(1)", store_history=False)
        assert "[8., 8.]" in screen.sent[-1]
    finally:
        watch.stop()


def test_watch_follows_what_has_no_name_itself_and_keeps_it_not_alive(
    shell: InteractiveShell, screen: Screen
) -> None:
    shell.run_cell("pair = [torch.ones(2), torch.ones(3)]", store_history=False)
    watch = mv.watch(first=shell.user_ns["pair"][0])
    try:
        shell.run_cell("pair[0].mul_(4); None", store_history=False)
        assert "first" in screen.sent[-1]
        assert "[4., 4.]" in screen.sent[-1]
        shell.run_cell("pair = None", store_history=False)
        assert "no tensors here" in screen.sent[-1]
    finally:
        watch.stop()


@pytest.mark.usefixtures("shell", "screen")
def test_watch_takes_tensors_and_at_least_one() -> None:
    with pytest.raises(TypeError, match="needs tensors to follow"):
        mv.watch()
    with pytest.raises(TypeError, match="tensor"):
        mv.watch(n=1)


def test_live_outside_a_notebook_says_what_to_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: None)

    with pytest.raises(RuntimeError, match="use mv.snapshot"):
        mv.live()
    with pytest.raises(RuntimeError, match="use mv.snapshot"):
        mv.watch(x=minitorch.ones(1))


def test_live_sees_tensors_by_their_names_and_not_the_shells_own() -> None:
    x = minitorch.ones(1)

    assert live_view.tensors({"x": x, "_": x, "_1": x, "n": 1}) == {"x": x}


def test_live_and_watch_see_into_lists_modules_and_the_notebooks_own_objects(
    shell: InteractiveShell, screen: Screen
) -> None:
    shell.run_cell(
        "class Net:\n    def __init__(self): self.w = torch.ones(2)\n"
        "net, pair, m = Net(), [torch.zeros(3)], torch.nn.Linear(1, 1)"
    )
    live = mv.live()
    watch = mv.watch(m=shell.user_ns["m"], both=[shell.user_ns["net"].w])
    try:
        assert all(n in screen.sent[-2] for n in ("net.w", "pair[0]", "m.weight"))
        assert "pair[0]" not in screen.sent[-1]
        assert all(n in screen.sent[-1] for n in ("m.weight", "both[0]"))
        shell.run_cell("5 * torch.ones(4)", store_history=True)
        assert not [sent for sent in screen.sent if "Out" in sent]
    finally:
        live.stop()
        watch.stop()


def test_live_asks_no_object_what_it_is() -> None:
    class Liar:
        @property
        def __class__(self) -> Any:
            raise RuntimeError("asked")

    class Pretender:
        __class__ = minitorch.Tensor  # type: ignore[assignment]

    kept = {"x": minitorch.ones(1)}

    assert live_view.tensors({**kept, "a": Liar(), "b": Pretender()}) == kept
    assert mv.snapshot(x=minitorch.ones(1), all=[Liar(), *kept.values()])


def test_the_still_of_a_long_trace_has_few_pixels() -> None:
    loop = (
        "x = torch.ones(1, requires_grad=True)\nfor i in range(15):\n    x = x * 2 + 1"
    )
    data, metadata = mimebundle(mv.step(loop))
    wide, high = (int.from_bytes(data["image/png"][k : k + 4], "big") for k in (16, 20))

    assert 2_000_000 < wide * high <= 3_100_000
    assert metadata["image/png"]["width"] > wide / 2
