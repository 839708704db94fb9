"""What is said where functions, generators and blocks come and go."""

from __future__ import annotations

import minitorch_viz as mv
from minitorch_viz.snapshot import Site

from .saying import one, said, summaries

_LEAF = "import torch\nx = torch.ones(2, requires_grad=True)\n"


def test_a_function_that_goes_on_gives_no_second_names() -> None:
    texts = said(
        f"{_LEAF}def parts(t):\n    s = t * 4\n    yield s\n    u = s + 1\n"
        "for p in parts(x):\n    q = p * 2\n"
    )

    assert "second name" not in " ".join(texts)


def test_what_a_call_gave_is_no_second_name_for_what_the_call_itself_named() -> None:
    texts = said(f"{_LEAF}def double(t):\n    r = t * 2\n    return r\ny = double(x)")

    assert texts[-1].startswith("From here on y names what double(x) gave: it has the")


def test_a_name_that_is_given_again_is_told_again() -> None:
    texts = said(f"{_LEAF}y = x\ny = x * 2\ny = x")

    assert sum("y is a second name for" in text for text in texts) == 2


def test_what_is_sent_into_a_generator_is_said_to_come_from_outside() -> None:
    texts = said(
        f"{_LEAF}def echo():\n    got = yield 1\n    yield got\n"
        "g = echo()\nnext(g)\ny = g.send(x * 2)"
    )

    one(texts, "From here on got names what was sent in: it has the grad_fn")


def test_what_finally_may_still_change_is_not_said_to_be_handed_back() -> None:
    texts = said(
        f"{_LEAF}def f():\n    try:\n        return x * 2\n"
        "    finally:\n        return x * 3\na = f()"
    )

    assert "f will hand it back once finally has run." in one(texts, "x * 2 is")
    assert "f hands it back." in one(texts, "x * 3 is")


def test_a_mode_that_outlasts_the_call_which_set_it_is_said_to() -> None:
    source = (
        f"{_LEAF}from contextlib import ExitStack\nwith ExitStack() as stack:\n"
        "    stack.enter_context(torch.no_grad())\n    y = x * 2\n"
    )

    one(said(source), "switches grad mode off: what runs from here on is computed")
    one(summaries(source), "Grad mode is off from here on.")


def test_a_declaration_is_not_said_to_set_anything() -> None:
    texts = said("class Pair:\n    a: int\n    b: int = 2\n")

    one(texts, "a is only declared: it has no value yet.")
    one(texts, "b is set.")


def test_what_unpacks_is_called_by_its_operation() -> None:
    assert "so unbind() is recorded" in said(f"{_LEAF}a, b = x")[-1]


def test_code_of_several_lines_is_quoted_without_breaks_and_comments() -> None:
    texts = said(
        f"{_LEAF}y = (\n    x  # the first\n    + 1\n) * 3\nz = x * 8 + \\\n  x"
    )

    one(texts, "so (x + 1) * 3 is recorded")
    one(texts, "so x * 8 + x is recorded")
    trace = mv.step(f"{_LEAF}y = (\n    (\n        x  # the first\n    ) * 2\n) + 1")
    labels = {tensor.expression for tensor in trace.at(-2).tensors.values()}
    assert "(x) * 2" in labels


def test_the_end_of_a_block_of_two_is_at_its_first_line() -> None:
    source = (
        f"{_LEAF}from contextlib import contextmanager\n@contextmanager\n"
        "def made():\n    yield x * 4\n    y = x * 5\n"
        "with made() as s, torch.no_grad():\n    u = s * 2\n"
    )
    left = [step for step in mv.step(source).steps if step.kind == "mode"][-1]

    assert left.action == "left"
    assert left.site == Site(8, 0, 8, 33)


def test_a_mode_is_said_to_last_for_the_call_that_set_it() -> None:
    source = (
        f"{_LEAF}@torch.no_grad()\ndef f():\n    a = 1\n    return x * 2\ny = f()\n"
    )

    assert "from here on" not in " ".join(summaries(source))


def test_headers_are_quoted_as_written() -> None:
    texts = said(
        'for i, x in enumerate([1.]):\n    if i == "a": pass\n'
        "for a, b in zip([1, 2, 3, 4], [1.0, 2.0, 3.0, 4.0]): pass\n"
    )

    one(texts, "Round 1 of for i, x in enumerate([1.]) begins.")
    one(texts, 'i == "a" doesn\'t hold')
    one(texts, "Round 1 of for a, b in … begins.")


def test_what_iterates_over_a_tensor_is_called_by_its_operation() -> None:
    texts = said(f"{_LEAF}y = [t.item() for t in x]\nz = x.unbind()")

    one(texts, "so unbind() is recorded as UnbindBackward0")
    one(texts, "so x.unbind() is recorded")


def test_blocks_of_coroutines_that_take_turns_are_not_said_to_be_nested() -> None:
    texts = said(
        "import asyncio\nasync def one():\n    with torch.no_grad():\n"
        "        await asyncio.sleep(0)\nasync def both():\n"
        "    await asyncio.gather(one(), one())\nasyncio.run(both())"
    )

    assert "around it" not in " ".join(texts)
    one(texts, "no_grad() ends and grad mode is on again")


def test_a_name_that_moves_is_called_as_the_function_does() -> None:
    texts = said(f"{_LEAF}def f():\n    t = x\n    t = t + 1\n    return t\ny = f()")

    one(texts, "The name t now means this new tensor")
