"""Grad mode: every form PyTorch allows, and the corners where it surprises."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator

import pytest

from minitorch_viz.minitorch.events import ModeChanged, observe
from minitorch_viz.minitorch.grad_mode import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from minitorch_viz.minitorch.thread import thread


@pytest.fixture(autouse=True)
def _restore_modes() -> Iterator[None]:
    yield
    thread.now.grad, thread.now.inference = True, False


class Reader:
    """A class to decorate."""

    def __init__(self) -> None:
        self.mode = is_grad_enabled()


def modes() -> tuple[bool, bool]:
    """Read the modes."""
    return is_grad_enabled(), is_inference_mode_enabled()


def test_the_nearest_block_decides() -> None:
    with no_grad():
        outer = is_grad_enabled()
        with enable_grad():
            inner = is_grad_enabled()
        after = is_grad_enabled()

    assert (outer, inner, after, is_grad_enabled()) == (False, True, False, True)


def test_an_exception_restores_the_mode() -> None:
    with pytest.raises(ValueError, match="stop"), no_grad():
        raise ValueError("stop")

    assert is_grad_enabled()


@pytest.mark.parametrize(
    ("decorate", "expected"),
    [
        (no_grad, (False, False)),
        (no_grad(), (False, False)),
        (enable_grad, (True, False)),
        (enable_grad(), (True, False)),
        (inference_mode, (False, True)),
        (inference_mode(), (False, True)),
        (inference_mode(False), (True, False)),
        (inference_mode(mode=False), (True, False)),
    ],
)
def test_decorators_work_with_and_without_parentheses(
    decorate: Callable[[object], Callable[[], object]], expected: tuple[bool, bool]
) -> None:
    read = decorate(modes)

    assert read() == read() == expected
    assert (read.__name__, read.__doc__) == ("modes", "Read the modes.")
    assert modes() == (True, False)


def test_set_grad_enabled_acts_in_its_constructor() -> None:
    guard = set_grad_enabled(False)

    assert not is_grad_enabled()
    with guard:
        assert not is_grad_enabled()
    assert is_grad_enabled()


def test_set_grad_enabled_as_a_decorator_acts_only_in_the_call() -> None:
    @set_grad_enabled(False)
    def read() -> bool:
        return is_grad_enabled()

    assert is_grad_enabled()
    assert not read()


def test_leaving_a_block_undoes_calls_made_inside_it() -> None:
    with enable_grad():
        set_grad_enabled(False)

    assert is_grad_enabled()


def test_reentering_one_object_loses_the_mode_before_it() -> None:
    context = no_grad()
    with context:
        with context:
            pass
        assert not is_grad_enabled()

    assert not is_grad_enabled()


def test_reentering_one_inference_mode_leaves_it_on() -> None:
    context = inference_mode()
    with context:
        with context:
            pass
        set_grad_enabled(True)

    assert modes() == (True, True)


def test_inference_mode_off_switches_grad_mode_on_even_inside_no_grad() -> None:
    with no_grad():
        with inference_mode(False):
            assert modes() == (True, False)
        assert modes() == (False, False)


def test_enable_grad_inside_inference_mode_leaves_inference_mode_on() -> None:
    with inference_mode(), enable_grad():
        assert modes() == (True, True)


def test_decorated_generators_restore_the_callers_mode_at_each_yield() -> None:
    seen: list[object] = []

    @no_grad()
    def numbers() -> Generator[int, object, None]:
        try:
            seen.append((yield 0))
            seen.append(is_grad_enabled())
            yield 1
        except ValueError:
            seen.append(is_grad_enabled())
            yield 2
        finally:
            seen.append(("closed", is_grad_enabled()))

    generator = numbers()

    assert next(generator) == 0
    assert is_grad_enabled()
    assert generator.send("sent") == 1
    assert generator.throw(ValueError()) == 2
    generator.close()
    assert seen == ["sent", False, False, ("closed", False)]
    assert is_grad_enabled()


def test_decorated_generators_return_their_value() -> None:
    @no_grad()
    def one() -> Generator[int, None, str]:
        yield 1
        return "end"

    def collect() -> Iterator[object]:
        yield (yield from one())

    assert list(collect()) == [1, "end"]


def test_a_plain_with_inside_a_generator_leaks() -> None:
    def numbers() -> Generator[int]:
        with no_grad():
            yield 0

    generator = numbers()
    next(generator)

    assert not is_grad_enabled()
    generator.close()
    assert is_grad_enabled()


def test_decorating_a_class_warns_and_covers_its_constructor() -> None:
    with pytest.warns(FutureWarning, match="Decorating classes is deprecated"):
        make = no_grad()(Reader)

    assert make().mode is False


def test_a_new_thread_starts_enabled() -> None:
    seen: list[bool] = []
    with no_grad():
        other = threading.Thread(target=lambda: seen.append(is_grad_enabled()))
        other.start()
        other.join()

    assert seen == [True]


def test_reprs_are_pytorchs() -> None:
    assert repr(set_grad_enabled(True)) == (
        "torch.autograd.grad_mode.set_grad_enabled(mode=True)"
    )
    assert repr(no_grad()).startswith("<torch.autograd.grad_mode.no_grad object at 0x")


@pytest.mark.parametrize(
    ("value", "name"), [(1, "int"), (None, "NoneType"), ("a", "str")]
)
def test_set_grad_enabled_takes_only_a_bool(value: bool, name: str) -> None:
    message = rf"argument 'enabled' \(position 1\) must be bool, not {name}"
    with pytest.raises(TypeError, match=message):
        set_grad_enabled(value)


def test_the_observer_sees_entering_leaving_and_calling() -> None:
    seen: list[object] = []
    with observe(seen.append):
        with no_grad():
            set_grad_enabled(True)
        with inference_mode():
            pass

    assert seen == [
        ModeChanged("no_grad", "enter", False),
        ModeChanged("set_grad_enabled", "call", True),
        ModeChanged("no_grad", "exit", True),
        ModeChanged("inference_mode", "enter", True),
        ModeChanged("inference_mode", "exit", False),
    ]
