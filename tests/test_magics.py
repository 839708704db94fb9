"""`%%step` in a real IPython shell."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.testing.globalipapp import start_ipython
from IPython.utils.capture import capture_output

from minitorch_viz import minitorch
from minitorch_viz.magics import load_ipython_extension
from minitorch_viz.trace.model import Trace

RUNS = "x = torch.ones(2, requires_grad=True)\ny = (x * x).sum()\ny.backward()\n"


@pytest.fixture(scope="module")
def shell() -> InteractiveShell:
    found = start_ipython() or InteractiveShell.instance()
    found.run_line_magic("load_ext", "minitorch_viz")
    return found


@pytest.fixture(autouse=True)
def shown(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[Any]]:
    """Collect what cells display, in a namespace that is empty again afterwards."""
    found: list[Any] = []
    monkeypatch.setattr("minitorch_viz.magics.display", found.append)
    yield found
    shell.reset()


def run(shell: InteractiveShell, line: str, cell: str) -> str:
    """Run a `%%step` cell and return all that it wrote."""
    with capture_output() as said:
        shell.run_cell(f"%%step {line}\n{cell}")
    return str(said.stdout + said.stderr)


def test_a_cell_runs_in_the_users_namespace_and_is_shown(
    shell: InteractiveShell, shown: list[Any]
) -> None:
    shell.user_ns["n"] = 3
    said = run(shell, "", "m = n + 1\n" + RUNS)

    assert shell.user_ns["m"] == 4
    assert repr(shell.user_ns["x"].grad) == "tensor([2., 2.])"
    assert [trace.title for trace in shown] == ["cell"]
    assert [s.kind for s in shown[0].steps][-1] == "accumulate"
    assert "Traceback" not in said


def test_the_trace_of_the_last_cell_can_be_asked_and_saved(
    shell: InteractiveShell, shown: list[Any]
) -> None:
    run(shell, "", RUNS)
    assert shell.user_ns["_trace"].steps == shown[0].steps
    run(shell, "--sandbox", "x = undefined")

    assert shell.user_ns["_trace"].steps[-1].kind == "error"


def test_an_interrupt_while_drawing_is_one_line_and_no_traceback(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(trace: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("minitorch_viz.magics.display", stop)
    said = run(shell, "", "n = 1")

    assert "interrupted while the picture was drawn" in said
    assert said.count("\n") == 1
    assert shell.user_ns["_trace"].steps[-1].kind == "statement"


def test_an_interrupted_cell_is_shown_and_ends_a_run_of_all_cells(
    shell: InteractiveShell, shown: list[Any]
) -> None:
    with capture_output() as said:
        done = shell.run_cell("%%step\nx = torch.ones(1)\nraise KeyboardInterrupt")

    assert not done.success
    assert len(shown) == 1
    assert shown[0].stopped.startswith("Interrupted")
    assert (said.stdout + said.stderr).count("\n") == 1


def test_exit_ends_the_cell_and_not_the_kernel(
    shell: InteractiveShell, shown: list[Any]
) -> None:
    own = shell.user_ns["exit"]
    assert run(shell, "", "n = 1\nexit()\nn = 2") == ""

    assert shown[0].stopped == "The program ended itself: sys.exit()."
    assert shell.user_ns["n"] == 1
    assert shell.user_ns["exit"] is own
    assert not shell.exit_now


def test_a_users_own_exit_is_called_in_a_cell(
    shell: InteractiveShell, shown: list[Any]
) -> None:
    run(shell, "", "def exit(): return 5\nn = exit()")

    assert shell.user_ns["n"] == shell.user_ns["exit"]() == 5


def test_an_error_in_a_cell_lets_the_cells_after_it_run(
    shell: InteractiveShell, shown: list[Any]
) -> None:
    assert shell.run_cell("%%step\n1 / 0").success


def test_names_of_one_cell_are_there_in_the_next(
    shell: InteractiveShell, shown: list[Any]
) -> None:
    run(shell, "", RUNS)
    run(shell, "", "z = x.detach()")

    assert shown[1].steps[-1].operation is not None
    assert repr(shell.user_ns["z"]) == "tensor([1., 1.])"


def test_torch_means_the_engine_during_the_run_only(
    shell: InteractiveShell, shown: list[Any]
) -> None:
    mine = shell.user_ns["torch"] = object()
    before = sys.modules.get("torch")
    run(shell, "--engine minitorch", "import torch\nkind = torch.tensor(1.).__class__")

    assert shell.user_ns["kind"] is minitorch.Tensor
    assert sys.modules.get("torch") is before
    run(shell, "", "kind = torch.ones(1).__class__")
    assert shell.user_ns["torch"] is mine


def test_a_sandbox_leaves_the_namespace_alone(
    shell: InteractiveShell, shown: list[Any]
) -> None:
    shell.user_ns["n"] = 3
    run(shell, "--sandbox", "k = 1\nn")

    assert "k" not in shell.user_ns
    assert shown[0].steps[-1].error.type == "NameError"


def test_options_reach_the_trace(shell: InteractiveShell, shown: list[Any]) -> None:
    question = '--ask x.grad --choices "3. | None"'
    run(shell, f'--level backward --max-steps 2 --title "a b" {question}', RUNS)

    trace = shown[0]
    assert (trace.level, trace.ask, trace.title) == ("backward", "x.grad", "a b")
    assert trace.choices == ("3.", "None")
    assert trace.stopped is not None


@pytest.mark.parametrize(
    ("limit", "why"),
    [
        ("--max-steps 2", "2 statements"),
        ("--max-events 2", "2 tensor operations"),
        ("--seconds 1e-9", "1e-09 seconds"),
    ],
)
def test_each_limit_is_an_option(
    shell: InteractiveShell, shown: list[Any], limit: str, why: str
) -> None:
    run(shell, limit, "x = 1\ntorch.ones(1)\ntorch.ones(1)\ntorch.ones(1)\nx = 2")

    assert f"Stopped after {why}" in shown[0].stopped


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("--levels backward", "unrecognized arguments: --levels"),
        ("--level deep", "invalid choice: 'deep'"),
        ("--max-steps many", "invalid int value: 'many'"),
        ("--engine jax", "engine must be"),
        ("--title 'open", "No closing quotation"),
    ],
)
def test_a_wrong_option_is_a_usage_error_in_one_line(
    shell: InteractiveShell, shown: list[Any], line: str, reason: str
) -> None:
    said = run(shell, line, "x = 1")

    assert said.startswith("UsageError: %%step: ")
    assert reason in said
    assert said.count("\n") == 1
    assert "x" not in shell.user_ns
    assert shown == []


def test_an_exception_of_the_cell_is_a_step_and_no_traceback(
    shell: InteractiveShell, shown: list[Any]
) -> None:
    said = run(shell, "", "n = 1\n1 / 0\nn = 2")

    assert "Traceback" not in said
    assert shown[0].steps[-1].error.type == "ZeroDivisionError"
    assert shell.user_ns["n"] == 1


def test_a_cell_that_reads_as_a_file_name_is_a_program(
    shell: InteractiveShell, shown: list[Any]
) -> None:
    run(shell, "", "nowhere.py")

    assert shown[0].source.strip() == "nowhere.py"
    assert shown[0].steps[-1].error.type == "NameError"


def test_the_magics_help_lists_its_options(shell: InteractiveShell) -> None:
    step = shell.find_cell_magic("step")

    assert "usage: %%step [" in step.__doc__
    for option in ("--level", "--engine", "--sandbox", "--max-steps", "--ask"):
        assert option in step.__doc__


def test_loading_twice_is_harmless(shell: InteractiveShell, shown: list[Any]) -> None:
    load_ipython_extension(shell)
    run(shell, "", "n = 5")

    assert len(shown) == 1
    assert isinstance(shown[0], Trace)


def test_what_a_snapshot_refuses_is_said_in_one_line(shell: InteractiveShell) -> None:
    with capture_output() as said:
        shell.run_cell("import minitorch_viz\nminitorch_viz.snapshot(a=3)")

    assert said.stdout + said.stderr == (
        "TypeError: snapshot() takes tensors, modules or lists of them, got a=int\n"
    )
