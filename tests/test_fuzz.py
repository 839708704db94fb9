"""Random programs: the engine does what the installed PyTorch does, step by step."""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
from random import Random

import pytest

from minitorch_viz import minitorch
from minitorch_viz.minitorch.op import OPS

from .fuzz.autograd import program
from .fuzz.printed import Both
from .fuzz.rounding import APPROXIMATED, settled
from .fuzz.shrink import shrink
from .fuzz.world import World, broadcast

#: At most one fresh program in so many may differ; raise it as what is left is mended.
ONE_IN = 160


def _differing(seed: int, count: int) -> tuple[int, str]:
    """Run programs in a process of their own: PyTorch stays out of this one."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--whole", f"--seed={seed}"]
        + [f"--count={count}"],
        capture_output=True,
        text=True,
        check=False,
    )
    last = re.search(r"programs from seed \d+: (\d+) differ\n\Z", ran.stdout)
    assert last, ran.stdout + ran.stderr
    return int(last[1]), ran.stdout


@pytest.mark.needs("torch")
def test_programs_of_fixed_seeds_run_as_in_pytorch() -> None:
    failed, text = _differing(0, 500)

    assert not failed, text


@pytest.mark.needs("torch")
def test_fresh_programs_run_as_in_pytorch() -> None:
    seed = secrets.randbelow(10**9)
    print(f"python -m tests.fuzz --seed {seed} --count 500")
    failed, text = _differing(seed, 500)

    assert failed <= 500 // ONE_IN, text


def test_a_seed_is_a_program() -> None:
    first, again = (program(World(Random(7)), 9) for _ in range(2))

    assert first == again
    compile(first, "<program>", "exec")


def test_shrinking_keeps_what_differs_and_drops_the_rest() -> None:
    source = "a = 1\ntry:\n    b = 2\n    c = 3\nexcept E:\n    pass\nd = 4\n"

    found = shrink(source, lambda s: "c = 3" if "c = 3" in s else None)
    assert found == "c = 3\n"


def test_shapes_broadcast_as_numpy_has_it() -> None:
    assert broadcast((2, 1), (3,)) == (2, 3)
    assert broadcast((), (4,)) == (4,)


def _settled(want: str, values: list[float], got: str, ours: list[float]) -> bool:
    """Return True if a text of the engine passes for one of PyTorch's."""
    shown = [
        {"text": text, "values": numbers, "dtype": "torch.float64"}
        for text, numbers in ((want, values), (got, ours))
    ]
    both = Both(shown[:1], shown[1:], minitorch)
    first, second = both.settled("\ue0000\ue001", "\ue0000\ue001")
    return bool(first == second)


def test_only_rounding_may_change_the_layout_of_a_printed_tensor() -> None:
    noisy, small = [1.5, -8.2e-16], "dtype=torch.float64)"
    want = f"tensor([ 1.5000e+00, -8.2000e-16], {small}"
    got = f"tensor([1.5000, 0.0000], {small}"

    assert _settled(want, noisy, got, [1.5, 0.0])
    assert not _settled(want, noisy, got, [1.5, 0.01])
    assert not _settled(want, noisy, got.replace("float64", "float32"), [1.5, 0.0])
    # PyTorch would not have laid these numbers out so.
    assert not _settled(f"tensor([1.5, 0.0], {small}", noisy, got, [1.5, 0.0])


def test_a_number_agrees_as_far_as_rounding_takes_it() -> None:
    again = [{"value": [1.0, 0.5004]}, {"value": [1.0, 0.4997]}, "the process died"]
    got = {"value": [1.0, 0.5], "shape": [2]}

    def taken(*values: float) -> bool:
        want = {"value": list(values), "shape": [2]}
        return bool(settled(want, got, again) == want)

    assert taken(1.0, 0.5007)
    assert not taken(1.0, 0.501)
    # What no rounding moves must be the same.
    assert not taken(1.0001, 0.5)
    assert settled([0, 1], [1, 0], [[1, 0], [0, 1]]) == [0, 1]
    assert settled([0, 1], [1, 0], [[1, 0], [1, 0]]) == [1, 0]


def test_what_is_approximated_are_operations() -> None:
    assert set(APPROXIMATED.split()) <= set(OPS)


@pytest.mark.needs("torch")
def test_kernels_that_round_otherwise_are_no_difference() -> None:
    source = (
        "import torch\nx = torch.tensor([1.5, 2.5, -4.0])\n"
        "a = (x.tan() ** 2).frac()\nb = 3.0 // torch.nn.functional.gelu(x)\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", _COMPARED, source],
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout == "[None, True]\n"


_COMPARED = """
import sys
from tests.fuzz import sides

source = sys.argv[1]
other = source + "c = x + (type(x).__module__ == 'torch') * 1e-3\\n"
sides.load()
found = sides.compare([source, other])
print([found[0], "`c = x" in str(found[1])])
"""
