from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest

import minitorch_viz as mv
from minitorch_viz import minitorch as torch
from minitorch_viz.trace.model import Trace

SCALE = 3.0


def shown(trace: Trace) -> str:
    return "".join(piece.text for piece in trace.output)


def lesson() -> None:
    """Double a leaf."""
    # what a learner writes
    x = torch.ones(2, requires_grad=True)
    y = x * SCALE
    y


def early(flag: bool = True) -> Any:
    x = torch.ones(1)
    try:
        if flag:
            return x * 2
    except BaseException:  # noqa: BLE001 - what ends the program must get through
        print("never")
    finally:
        print("always")
    print("never")
    return None


def test_a_text_is_run_as_it_stands() -> None:
    trace = mv.step("x = torch.ones(2)\r\ny = x\r\n")

    assert trace.source == "x = torch.ones(2)\ny = x\n"
    assert trace.title == "program"


def test_a_file_gives_its_name_and_encoding(tmp_path: Path) -> None:
    path = tmp_path / "größe.py"
    path.write_bytes(
        "# coding: latin-1\ns = 'ü'\nprint(s, __file__)\n".encode("latin-1")
    )

    for source in (path, str(path)):
        trace = mv.step(source)
        assert trace.title == "größe.py"
        assert shown(trace) == f"ü {path}\n"


def test_a_functions_body_is_run_with_its_globals() -> None:
    trace = mv.step(lesson)

    assert trace.title == "lesson"
    assert trace.source.splitlines()[1:3] == [
        "# what a learner writes",
        "x = torch.ones(2, requires_grad=True)",
    ]
    assert {n for s in trace.at(-1).tensors.values() for n in s.names} == {"x", "y"}
    assert shown(trace) == "tensor([3., 3.], grad_fn=<MulBackward0>)\n"


def test_a_return_ends_a_functions_program_through_its_finally() -> None:
    trace = mv.step(early)

    assert trace.stopped is None
    assert trace.steps[-1].error is None
    assert "tensor([2.])\n" in shown(trace)
    assert "never" not in shown(trace)


def test_a_nested_function_brings_its_own_names() -> None:
    factor = 5

    def inner() -> None:
        print(factor)

    assert shown(mv.step(inner)) == "5\n"


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ("missing.py", FileNotFoundError, "no program at 'missing.py'; pass the path"),
        (Path("missing.py"), FileNotFoundError, "no program at 'missing.py'"),
        (
            Path("notes.txt"),
            ValueError,
            "source must be a .py program, got 'notes.txt'",
        ),
        (3, TypeError, "source must be a program's text, the path of a .py file or"),
        (len, TypeError, "got builtin_function_or_method"),
        (functools.partial(lesson), TypeError, "got partial"),
        (lambda: 3, TypeError, "must be a plain `def` function, got a lambda"),
        (shown, ValueError, "shown must need no arguments, got trace"),
    ],
)
def test_a_source_that_cant_be_run_is_refused(
    source: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        mv.step(source)


def test_a_function_without_source_says_so() -> None:
    scope: dict[str, Any] = {}
    exec("def f():\n    return 1", scope)

    with pytest.raises(ValueError, match=r"the source of f\(\) can't be found; pass"):
        mv.step(scope["f"])


def test_a_file_that_isnt_text_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ValueError, match="can't be read as Python"):
        mv.step(path)


def test_annotations_are_the_programs_own() -> None:
    trace = mv.step("def f(x: int): pass\nprint(f.__annotations__)")

    assert shown(trace) == "{'x': <class 'int'>}\n"


def test_a_future_import_and_docstrings_stay_first() -> None:
    trace = mv.step(
        '"""Doc."""\nfrom __future__ import annotations\n'
        'def f(x: Missing):\n    """Inner."""\n    return x\n'
        'class C:\n    """Class."""\n    y: int = 1\n'
        "print(__doc__, f.__doc__, C.__doc__)"
    )

    assert shown(trace) == "Doc. Inner. Class.\n"
    assert trace.steps[-1].error is None


def test_options_for_the_player_travel_with_the_trace() -> None:
    trace = mv.step("x = 1", level="backward", ask="x.grad", choices=["1.", "None"])

    assert (trace.level, trace.ask) == ("backward", "x.grad")
    assert trace.choices == ("1.", "None")
    assert Trace.from_json(trace.to_json()) == trace


STATEMENTS = """\
from os import path as p, sep
import sys as s
def f(a, /, b=1, *c, d=2, **e) -> int:
    global G
    G = [a]
    def g():
        nonlocal a
        a = 2
        yield from (i for i in range(2))
        return
    list(g())
    return a + b
class C(dict):
    attribute: int = 3
    def method(self):
        return super().__len__()
x = y = f(1)
x += 1
z: int = x
a, *b = [1, 2, 3]
del a
assert z == 4, "message"
for i, j in zip("ab", [1, 2]):
    if i == "a":
        continue
    elif j > 5:
        pass
    else:
        break
else:
    print("never")
while True:
    x -= 1
    if x < 0:
        break
while x > 0:
    pass
else:
    print("while else")
try:
    pass
except OSError as error:
    pass
else:
    print("try else")
finally:
    print("finally")
match (1, {"k": [2, 3]}):
    case (2, _):
        print("never")
    case (1, {"k": [first, *rest]}) if first == 2:
        print("match", first, rest)
with open(s.devnull) as one, open(s.devnull) as two:
    print(one.name == two.name)
print({k: v for k, v in [(1, 2)]}, (w := 5), C().method())
lambda: (yield)
"""


def test_every_statement_does_what_it_did() -> None:
    trace = mv.step(STATEMENTS.replace("s.devnull", "__import__('os').devnull"))

    assert trace.steps[-1].error is None
    assert shown(trace).startswith(
        "while else\ntry else\nfinally\nmatch 2 [3]\nTrue\n{1: 2} 5 0\n<function"
    )


def test_a_cell_shows_the_value_of_its_last_expression_and_a_script_none(
    tmp_path: Path,
) -> None:
    source = "x = 2\nx * 21\nprint(x)\nx + 1"
    (tmp_path / "script.py").write_text(source)

    assert shown(mv.step(source)) == "2\n3\n"
    assert shown(mv.step(source + ";  # no value")) == "2\n"
    assert shown(mv.step(source + "\ny = 1")) == "2\n"
    assert shown(mv.step(tmp_path / "script.py")) == "2\n"


def test_what_a_hook_packs_and_sees_early_is_one_operation_all_the_same() -> None:
    trace = mv.step(
        "x = torch.ones(2, requires_grad=True)\n"
        "def pack(t):\n    seen = t.detach()\n    return seen\n"
        "with torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t):\n"
        "    z = x.exp()\n"
    )
    last = trace.at(-1)
    told = [o for o in last.operations.values() if o.name == "exp"]
    tensor = next(t for t in last.tensors.values() if t.names == ("z",))

    assert [(o.outputs, o.node, o.reason) for o in told] == [
        ((tensor.id,), tensor.grad_fn, None)
    ]
    assert (tensor.made_by, tensor.made_under) == (told[0].id, "grad mode on")
    assert tensor.site is not None
    assert tensor.site.line == 6


def test_a_deep_graph_of_an_earlier_cell_is_no_trouble() -> None:
    y = x = torch.ones(1, requires_grad=True)
    for _ in range(1500):
        y = y * 2
    trace = mv.step("z = y + 1\n", namespace={"torch": torch, "x": x, "y": y})

    assert trace.steps[-1].error is None
    assert len(trace.at(-1).nodes) == 1502


def test_all_gradients_that_one_kernel_made_are_outputs_of_one_operation() -> None:
    trace = mv.step(
        "import torch\n"
        "x = torch.ones(1, 1, 3, requires_grad=True)\n"
        "w = torch.ones(1, 1, 2, requires_grad=True)\n"
        "y = torch.nn.functional.conv1d(x, w).sum()\n"
        "dx, dw = torch.autograd.grad(y, (x, w), create_graph=True)\n",
        engine="minitorch",
    )

    last = list(trace.snapshots())[-1]
    [walk] = [o for o in last.operations.values() if o.name == "convolution_backward"]
    made = [last.tensors[id] for id in walk.outputs]

    assert [tensor.names for tensor in made] == [("dx",), ("dw",)]
    assert {tensor.made_by for tensor in made} == {walk.id}
