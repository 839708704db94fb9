"""Pitfalls of tracing: the exact place of every operation, whatever it stands in."""

from __future__ import annotations

import pytest

import minitorch_viz as mv
from minitorch_viz.trace.model import Trace

from .looking import at_line, names, parts


# -- exactness -------------------------------------------------------------------------
def test_operations_know_their_sub_expression() -> None:
    trace = mv.step(
        "x = torch.ones(2)\ny = (x + 1) * (x - 1); z = -y\n"
        "w = [x * i for i in range(2)]\nf = lambda t: t.exp()\nf(x).sum()"
    )

    assert parts(trace) == [
        "torch.ones(2)",
        "x + 1",
        "x - 1",
        "(x + 1) * (x - 1)",
        "-y",
        "x * i",
        "x * i",
        "t.exp()",
        "f(x).sum()",
    ]


def test_columns_count_characters_not_bytes() -> None:
    trace = mv.step("é = 'äöü'; x = torch.ones(1); ü = x * 2")

    assert parts(trace) == ["torch.ones(1)", "x * 2"]


def test_two_statements_on_a_line_are_two_steps() -> None:
    trace = mv.step("a = 1; b = 2")
    sites = [(s.site.column, s.site.end_column) for s in trace.steps if s.site]

    assert sites == [(0, 5), (7, 12)]


def test_operations_of_the_library_belong_to_the_call_in_the_program() -> None:
    trace = mv.step("net = torch.nn.Linear(2, 1)\ny = net(torch.ones(1, 2))")
    made = at_line(trace, 2)

    assert [trace.at(-1).operations[s.operation].name for s in made if s.operation] == [
        "ones",
        "t",
        "addmm",
    ]
    assert parts(trace)[-2:] == ["net(torch.ones(1, 2))"] * 2


def test_the_last_operation_is_the_statements_own_stop() -> None:
    trace = mv.step("x = torch.ones(1)\ny = x * 2\nz = (x + y).sum()")

    assert [(s.level, s.kind) for s in trace.steps] == [
        ("statement", "start"),
        ("statement", "create"),
        ("statement", "operation"),
        ("operation", "operation"),
        ("statement", "operation"),
    ]
    assert trace.steps[3].parent == 4


def test_every_loop_turn_is_a_step_and_counts() -> None:
    trace = mv.step("for i in range(2):\n    for j in range(2):\n        pass")
    turns = [(s.site.line, s.iteration) for s in trace.steps if s.kind == "loop"]

    assert turns == [(1, 1), (2, 1), (2, 2), (1, 2), (2, 1), (2, 2)]


def test_taking_the_next_item_belongs_to_the_loop() -> None:
    trace = mv.step("x = torch.ones(2)\nfor row in x:\n    pass")

    assert {s.site.line for s in trace.steps if s.operation} == {1, 2}


# -- whatever it stands in -------------------------------------------------------------
def mode_steps(trace: Trace) -> list[tuple[str, int, bool]]:
    return [
        (s.action, s.site.line, s.grad_enabled)
        for s in trace.steps
        if s.kind == "mode" and s.site
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("y = [x * k for k in (1, 2)]", ["x * k", "x * k"]),
        ("y = {k: x + k for k in (1, 2)}", ["x + k", "x + k"]),
        ("y = sum(x - k for k in (1, 2))", ["x - k", "sum(x - k for k in (1, 2))"] * 2),
        ("g = lambda t: t + 1\ny = g(x) * 2", ["t + 1", "g(x) * 2"]),
        ("y = (lambda t: -t)(x)", ["-t"]),
        ("class A:\n    k = x * 3\n    def m(self): return self.k - 1\ny = A().m()",
         ["x * 3", "self.k - 1"]),
        ("def d(h):\n    return lambda t: h(t) * 2\n@d\ndef f(t):\n    return t + 1\n"
         "y = f(x)", ["t + 1", "h(t) * 2"]),
        ("def f(t):\n    def g(u):\n        return u * 2\n    return g(t) + 1\n"
         "y = f(x)",
         ["u * 2", "g(t) + 1"]),
        ("def gen():\n    yield x * 5\n    yield x * 6\nfor t in gen():\n    y = t + 1",
         ["x * 5", "t + 1", "x * 6", "t + 1"]),
        ("try:\n    y = x * 2\n    1 / 0\nexcept ZeroDivisionError:\n    y = x * 3\n"
         "finally:\n    z = y + 1", ["x * 2", "x * 3", "y + 1"]),
        ("a = x * 2; b = x + 1", ["x * 2", "x + 1"]),
    ],
)  # fmt: skip
def test_the_expression_is_known_wherever_it_stands(
    source: str, expected: list[str]
) -> None:
    trace = mv.step("x = torch.ones(2, requires_grad=True)\n" + source)

    assert parts(trace)[1:] == expected
    assert trace.steps[-1].level == "statement"
    assert trace.steps[-1].error is None


def test_each_call_of_a_recursion_is_a_step_with_its_own_lines() -> None:
    trace = mv.step(
        "def f(t, n):\n    if n == 0:\n        return t\n    return f(t * n, n - 1)\n"
        "y = f(torch.ones(1), 3)"
    )
    calls = [s for s in trace.steps if s.kind == "call" and s.action == "called"]
    returns = [s.site.line for s in trace.steps if s.kind == "return" and s.site]

    assert [s.site.line for s in calls if s.site] == [1, 1, 1, 1]
    assert returns == [3, 4, 4, 4]
    assert len({s.parent for s in calls}) == 4


def test_a_with_block_is_left_where_the_function_returns() -> None:
    trace = mv.step(
        "def f(t):\n    with torch.no_grad():\n        return t * 2\n"
        "y = f(torch.ones(1, requires_grad=True))\nz = y + 1"
    )

    assert mode_steps(trace) == [("entered", 2, False), ("left", 2, True)]
    assert names(trace)["y"].requires_grad is False
    parents = {s.parent for s in trace.steps if s.kind == "mode"}
    assert [trace.steps[p].kind for p in parents if p is not None] == ["call"]


@pytest.mark.parametrize("word", ["break", "continue"])
def test_a_with_block_is_left_where_a_loop_goes_on_or_ends(word: str) -> None:
    trace = mv.step(
        f"for i in range(2):\n    with torch.no_grad():\n        {word}\na = 1"
    )
    turns = 1 if word == "break" else 2

    assert mode_steps(trace) == [("entered", 2, False), ("left", 2, True)] * turns
