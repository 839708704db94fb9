"""A run of its own leaves the engine and the process as it found them."""

from __future__ import annotations

import builtins
import gc
import logging
import os
import random
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minitorch_viz as mv
from minitorch_viz import minitorch as torch
from minitorch_viz.trace.model import Trace

step = partial(mv.step, engine="minitorch")
SOUND = """\
torch.manual_seed(1)
x = torch.ones(2, requires_grad=True)
y = torch.nn.functional.relu(torch.nn.Linear(2, 2)(x + x)).sum()
y.backward()
print(x.grad, isinstance(x, torch.Tensor), len(x))
"""


def ends_well(trace: Trace) -> bool:
    return trace.steps[-1].error is None and trace.stopped is None


@pytest.mark.parametrize(
    "line",
    [
        "torch.ones = None",
        "torch.manual_seed = 42",
        "torch.Tensor.add = torch.Tensor.__add__ = lambda *a: 1 / 0",
        "torch.nn.Linear.forward = lambda self, x: x * 0",
        "torch.nn.functional.relu = None",
        "import torch.nn.functional as F\nF.linear = F.relu",
        "del torch.ones, torch.nn.Linear",
        "del torch.Tensor.__add__",
        "torch.Tensor = int",
        "torch.extra = torch.Tensor.extra = 1\ntorch.none = None",
        "torch.Tensor.__add__ = torch.Tensor.__repr__ = None",
        "torch.nn.Module.__call__ = print",
        "torch.nn.Module.__setattr__ = None",
        "torch.nn = None",
        "torch.optim.SGD.step = None",
        "torch.autograd.set_detect_anomaly(True)",
        "torch.autograd.graph.saved_tensors_hooks(None, None).__enter__()",
        "import importlib\nimportlib.reload(torch)",
        "import sys\nsys.modules['minitorch_viz.minitorch.nn'] = None",
        "import sys\nsys.modules.clear()",
        "vars(torch).clear()",
        "class M(type(torch)): ...\ntorch.__class__ = M\ndel torch.ones",
        "import numpy as np\nnp.ones = np.add = np.ndarray = None",
        "import builtins\nbuiltins.len = builtins.isinstance = None",
        "import builtins\ndel builtins.next, builtins.StopIteration, builtins.print",
        "import builtins\nvars(builtins).clear()",
    ],
)
def test_what_a_program_breaks_is_whole_again(line: str) -> None:
    before = step(SOUND).to_json()
    ones, names, methods = torch.ones, dict(vars(torch)), dict(vars(torch.Tensor))
    known = dict(vars(builtins))
    step(line).to_json()

    assert dict(vars(builtins)) == known
    assert dict(vars(torch)) == names
    assert dict(vars(torch.Tensor)) == methods
    assert torch.ones is ones
    assert step(SOUND).to_json() == before


def test_a_program_that_is_part_of_the_notebook_keeps_what_it_changes() -> None:
    scope: dict[str, Any] = {}
    step("torch.mine = 1", namespace=scope)
    try:
        assert torch.mine == 1
    finally:
        del torch.mine


def test_pythons_own_names_are_whole_again_in_a_notebook_too() -> None:
    known = dict(vars(builtins))
    step("import builtins\nbuiltins.len = None\ndel builtins.print", namespace={})

    assert dict(vars(builtins)) == known


def test_a_part_imported_by_a_program_stays_where_it_belongs() -> None:
    sys.modules.pop("xml.dom.minidom", None)
    assert ends_well(step("import xml.dom.minidom\nxml.dom.minidom.Node"))

    import xml.dom.minidom

    assert xml.dom.minidom is sys.modules["xml.dom.minidom"]


def unchanged(look: Callable[[], Any], program: str) -> None:
    before = look()
    trace = step(program)
    assert ends_well(trace), trace.output
    assert repr(look()) == repr(before)


@pytest.mark.parametrize(
    ("look", "program"),
    [
        (sys.getrecursionlimit, "import sys; sys.setrecursionlimit(5000)"),
        (lambda: list(sys.path), "import sys; sys.path.insert(0, 'x')"),
        (lambda: id(sys.path), "import sys; sys.path = ['x']"),
        (lambda: sys.argv, "import sys; sys.argv[:] = ['x']"),
        (lambda: sys.excepthook, "import sys; sys.excepthook = None"),
        (lambda: sys.displayhook, "import sys; sys.displayhook = None"),
        (lambda: sys.stdout, "import sys; sys.stdout = sys.stderr = sys.stdin = None"),
        (lambda: sys.stdin, "import sys; del sys.stdin"),
        (sys.getswitchinterval, "import sys; sys.setswitchinterval(1.0)"),
        (np.geterr, "import numpy; numpy.seterr(all='raise')"),
        (np.get_printoptions, "import numpy; numpy.set_printoptions(precision=1)"),
        (random.getstate, "import random; random.random(); random.seed(3)"),
        (np.random.get_state, "import numpy; numpy.random.rand(700)"),
        (os.getcwd, "import os; os.chdir('/')"),
        (lambda: dict(os.environ), "import os; os.environ['MTV'] = '1'"),
        (lambda: dict(os.environ), "import os; os.environ.clear()"),
        (
            lambda: [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)],
            "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
            "signal.signal(signal.SIGTERM, lambda *a: None)",
        ),
        (sys.gettrace, "import sys; sys.settrace(lambda *a: None)"),
        (sys.getprofile, "import sys; sys.setprofile(lambda *a: None)"),
        (threading.gettrace, "import threading; threading.settrace(print)"),
        (threading.getprofile, "import threading; threading.setprofile(print)"),
        (lambda: warnings.filters, "import warnings; warnings.simplefilter('error')"),
        (lambda: warnings.showwarning, "import warnings; warnings.showwarning = 1"),
        (gc.isenabled, "import gc; gc.enable()"),
        (gc.get_threshold, "import gc; gc.set_threshold(1)"),
        (lambda: list(gc.callbacks), "import gc; gc.callbacks.append(print)"),
        (
            lambda: (logging.root.level, logging.root.handlers),
            "import logging\nlogging.basicConfig(level=1, force=True)",
        ),
        (lambda: builtins.print, "import builtins; builtins.print = repr"),
    ],
)
def test_the_process_is_as_before(look: Callable[[], Any], program: str) -> None:
    unchanged(look, program)


def test_a_folder_that_is_gone_is_no_matter(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    here = os.getcwd()  # noqa: PTH109 - a string, as os.chdir takes it
    os.chdir(gone)
    gone.rmdir()
    try:
        assert ends_well(step("x = torch.ones(1)"))
    finally:
        os.chdir(here)


def test_pythons_and_numpys_random_numbers_are_the_same_in_every_run() -> None:
    program = "import random, numpy\nprint(random.random(), numpy.random.rand())"

    assert step(program).to_json() == step(program).to_json()


def test_a_program_on_another_thread_leaves_signals_alone() -> None:
    found: list[Trace] = []
    thread = threading.Thread(target=lambda: found.append(step(SOUND)))
    thread.start()
    thread.join()

    assert ends_well(found[0])
