"""The command line, as a shell calls it."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import minitorch_viz as mv
from minitorch_viz.cli import lessons_folder, main

PROGRAM = "x = torch.ones(2, requires_grad=True)\ny = (x * x).sum()\ny.backward()\n"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "program.py").write_text(PROGRAM)
    return tmp_path / "program.py"


def data(page: Path) -> dict[str, object]:
    text = page.read_text("utf-8")
    found = re.search(r'<script type="text/plain">([^<]*)</script>', text)
    assert found is not None
    read: dict[str, object] = json.loads(gzip.decompress(base64.b64decode(found[1])))
    return read


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that must fail as promised; return its line on stderr."""
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    return said.err


def test_play_writes_a_page_at_the_step_asked_for(
    program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--step", "-1", "--ask", "x.grad", "--choices", "9. | None"]

    assert main(["play", "program.py", "-o", "page.html", *asked]) == 0
    assert "page.html: steps 0 to" in capsys.readouterr().out
    shown = data(Path("page.html"))
    trace = shown["payload"]["trace"]  # type: ignore[index]
    assert shown["step"] == len(trace["steps"]) - 1
    assert shown["payload"]["question"]["answer"] == "[2., 2.]"  # type: ignore[index]


def test_play_names_the_page_after_the_program(program: Path) -> None:
    assert main(["play", str(program)]) == 0
    assert Path("program.html").is_file()


def test_play_writes_a_page_to_print_as_the_trace_does(program: Path) -> None:
    assert main(["play", "program.py", "-o", "x.print.html"]) == 0
    mv.step(program).save("y.print.html")

    assert "<script" not in Path("x.print.html").read_text()
    assert Path("x.print.html").read_text() == Path("y.print.html").read_text()


@pytest.mark.parametrize(
    ("suffix", "start"), [("svg", b"<"), ("png", b"\x89PNG"), ("pdf", b"%PDF")]
)
def test_draw_writes_a_picture(program: Path, suffix: str, start: bytes) -> None:
    assert main(["draw", "program.py", "--step", "2", "-o", f"x.{suffix}"]) == 0
    assert Path(f"x.{suffix}").read_bytes().startswith(start)


def test_draw_has_two_themes(program: Path) -> None:
    for theme in ("light", "dark"):
        main(["draw", "program.py", "-o", f"{theme}.svg", "--theme", theme])

    assert Path("light.svg").read_text() != Path("dark.svg").read_text()


def test_a_program_that_raises_is_drawn_all_the_same(
    program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program.write_text("x = torch.ones(2)\n1 / 0")

    assert main(["play", "program.py"]) == 0
    assert "ends in ZeroDivisionError" in capsys.readouterr().out


def test_a_program_that_was_stopped_is_said_to_be(
    program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program.write_text("while True: x = 1")

    assert main(["play", "program.py", "--max-steps", "9"]) == 0
    assert "Stopped after 9 statements" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("play nowhere.py", "nowhere.py: there is no such file"),
        ("play .", ".: a folder; give a .py file in it"),
        ("draw program.py -o /proc/x.svg", " /proc/x.svg: No such file or directory"),
        ("play program.py -o /proc/x.html", " /proc/x.html: No such file"),
        ("play program.py -o page.bmp", "must end in .html"),
        ("draw program.py -o x.html", "must end in .svg or .png or .pdf"),
        ("draw program.py --step 99", "step must be in 0.."),
        ("play program.py --step 99", "step must be in 0.."),
        ("play program.py --step x", "invalid int value"),
        ("play program.py -o none/page.html", "folder that exists"),
        ("play program.py --engine jax", "engine must be auto, minitorch or torch"),
        ("play program.py --loud", "unrecognized arguments: --loud"),
        ("play", "required: PROGRAM.py"),
        ("paint", "invalid choice: 'paint'"),
        ("", "required: COMMAND"),
    ],
)
def test_every_mistake_is_one_line_and_status_2(
    program: Path, capsys: pytest.CaptureFixture[str], arguments: str, reason: str
) -> None:
    assert reason in complaint(capsys, *arguments.split())


def test_a_program_that_is_no_text_is_said_so(
    program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program.write_bytes(b"\xff\xfe\x00x")

    complaint(capsys, "play", "program.py")


def test_what_was_there_survives_a_failure(
    program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("x.svg").write_text("mine")
    complaint(capsys, "draw", "program.py", "-o", "x.svg", "--step", "99")

    assert Path("x.svg").read_text() == "mine"
    assert sorted(p.name for p in Path.cwd().iterdir()) == ["program.py", "x.svg"]


def test_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"minitorch-viz {mv.__version__}\n"


def test_lessons_opens_the_first_and_hands_options_to_jupyterlab(
    root: Path, tmp_path: Path
) -> None:
    (tmp_path / "jupyterlab.py").write_text("import sys; print(sys.argv[1:])")
    options = ["--no-browser", "--port=1"]
    done = subprocess.run(
        [sys.executable, "-m", "minitorch_viz", "lessons", *options],
        env={"PYTHONPATH": f"{tmp_path}:{root}", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    asked = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    first = "--LabApp.default_url=/lab/tree/03_no_grad.ipynb"
    assert done.stdout.strip() == str(
        [str(root / "lessons"), *asked, first, "--no-browser", "--port=1"]
    )


def test_lessons_without_jupyterlab_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minitorch_viz.cli.find_spec", lambda name: None)

    assert "pip install 'minitorch-viz[lessons]'" in complaint(capsys, "lessons")


def test_copied_lessons_keep_what_the_learner_changed(tmp_path: Path) -> None:
    folder = lessons_folder(tmp_path / "mine")
    first = next(folder.glob("*.ipynb"))
    first.write_text("changed")
    lessons_folder(tmp_path / "mine")

    assert first.read_text() == "changed"
    assert len(list(folder.glob("*.ipynb"))) > 1


def test_draw_takes_a_lens_lines_and_names(program: Path) -> None:
    part = ["--lens", "autograd", "--from", "1", "--to", "2"]

    assert main(["draw", "program.py", "-o", "a.svg", *part]) == 0
    assert "MulBackward0" in Path("a.svg").read_text("utf-8")
    assert main(["draw", "program.py", "-o", "b.svg", "--hide", "y, x"]) == 0
    assert "SumBackward0" not in Path("b.svg").read_text("utf-8")
    assert main(["draw", "program.py", "-o", "c.svg", "--only", "y"]) == 0
    assert "SumBackward0" in Path("c.svg").read_text("utf-8")


def test_draw_names_the_tensors_there_are(
    program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = complaint(capsys, "draw", "program.py", "-o", "x.svg", "--hide", "q")

    assert "no tensor is called 'q'; names here: x, y" in said


def test_draw_writes_a_page_to_print(program: Path) -> None:
    assert main(["draw", "program.py", "-o", "x.print.html", "--only", "y"]) == 0
    assert "only y" in Path("x.print.html").read_text("utf-8")


def test_a_question_that_no_tensor_answers_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "p.py"
    program.write_text("x = torch.ones(1)\n", encoding="utf-8")
    target = tmp_path / "p.html"

    assert main(["play", str(program), "-o", str(target), "--ask", "y.grad"]) == 2
    assert "ask is about a tensor that the program names" in capsys.readouterr().err
    assert not target.exists()
