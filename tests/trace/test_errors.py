from __future__ import annotations

import pytest

import minitorch_viz as mv
from minitorch_viz.trace.model import ErrorState

HEAD = "x = torch.ones(2, requires_grad=True)\n"


def error_of(source: str) -> tuple[ErrorState, dict[str, str]]:
    trace = mv.step(HEAD + source)
    step = next(s for s in trace.steps if s.error)
    steps = trace.steps[: step.index + 1]
    tensors = [t for s in steps for t in trace.at(s.index).tensors.values()]
    names = {s.id: s.names[0] if s.names else s.expression for s in tensors}
    assert step.error is not None
    return step.error, names


@pytest.mark.parametrize(
    ("source", "kind", "tensor"),
    [
        ("x += 1", "leaf in-place", "x"),
        ("x.add_(1)", "leaf in-place", "x"),
        ("y = x.zero_()", "leaf in-place", "x"),
        ("x[0] = 5", "view of leaf", "x"),
        ("x[0] += 5", "view of leaf", "x"),
        ("v = x[:1]\nv.mul_(2)", "view of leaf", "v"),
        ("x.view(2)[0] = 1", "view of leaf", None),
        ("def f(t):\n    t += 1\nf(x)", "leaf in-place", "x"),
        (
            "model = torch.nn.Linear(1, 1)\nmodel.weight.fill_(2.0)",
            "leaf in-place",
            "model.weight",
        ),
        ("x.detach().sum().backward()", "no grad_fn", None),
        ("y = x * 2\ny.requires_grad = False", "flag", "y"),
        ("y = x * 2\ny.numpy()", "numpy", "y"),
        ("(x*2).numpy()", "numpy", "(x*2)"),
        ("y = x * 2\ny.backward()", "not a number", "y"),
        ("y = x * 2\ny.backward(torch.ones(3))", "gradient's shape", "y"),
        (
            "class F(torch.autograd.Function):\n"
            "    forward = staticmethod(lambda ctx, x: x * 2)\n"
            "    backward = staticmethod(lambda ctx, grad: torch.ones(3))\n"
            "F.apply(x).sum().backward()",
            "returned gradient",
            None,
        ),
        ("torch.tensor([1], requires_grad=True)", "integer", None),
        ("z = torch.ones(2)\nz.retain_grad()", "nothing to keep", "z"),
        ("z = torch.ones(2)\nz.register_hook(print)", "nothing to hook", "z"),
        ("y = x * 2\ncopy = __import__('copy').deepcopy(y)", "history copied", "y"),
        ("y = x * 2\ntorch.optim.SGD([y], lr=1.0)", "result optimized", "y"),
        ("y = x * 2\na, b = y.unbind()\na += 1", "one of several views", "a"),
        (
            "y = x * 2\nwith torch.no_grad(): v = y[:1]\nv.add_(1)",
            "view under no_grad",
            "v",
        ),
        (
            "with torch.inference_mode(): c = x * 1\nd = x * c",
            "inference saved",
            "c",
        ),
        (
            "with torch.inference_mode(): c = x * 1\nc += x",
            "inference written",
            "c",
        ),
        (
            "with torch.inference_mode(): c = x * 1\nc.requires_grad_()",
            "inference flag",
            "c",
        ),
        (
            "z = torch.ones(2)\ntorch.autograd.grad((x * z).sum(), [x, z])",
            "not differentiated",
            "z",
        ),
        (
            "z = torch.ones(2, requires_grad=True)\n"
            "torch.autograd.grad((x * 2).sum(), [x, z])",
            "not used",
            "z",
        ),
        (
            "z = torch.ones(2, requires_grad=True)\n"
            "torch.autograd.grad((x * 2).sum(), inputs=z)",
            "not used",
            "z",
        ),
        ("y = x.detach()\ny.backward()", "no grad_fn", "y"),
        ("1 / 0", "other", None),
        ("x.view(3)", "other", None),
        ("raise TypeError('a leaf Variable that requires grad')", "other", None),
        ("(x * 2).backward()", "not a number", None),
    ],
)
def test_an_error_has_its_kind_and_its_tensor(
    source: str, kind: str, tensor: str | None
) -> None:
    error, names = error_of(source)

    assert error.kind == kind
    if tensor is not None:
        assert error.culprit_tensor is not None
        assert names[error.culprit_tensor] == tensor


@pytest.mark.parametrize(
    ("source", "field", "saved", "changed"),
    [
        ("y = x.exp()\ny.add_(1)\ny.sum().backward()", "result", 2, 3),
        ("y = x * 2\nz = y.sin()\ny[0] = 3\ny += 1\nz.sum().backward()", "self", 3, 5),
        (
            "y = x * 1\nz = y * y\nd = y.detach()\nd.zero_()\nz.sum().backward()",
            "other",
            3,
            5,
        ),
        (
            "y = x * 1\nv = y[:1]\nz = v * v\ny.zero_()\nz.sum().backward()",
            "other",
            4,
            5,
        ),
    ],
)
def test_a_modified_tensor_names_both_lines(
    source: str, field: str, saved: int, changed: int
) -> None:
    error, _ = error_of(source)

    assert error.kind == "modified"
    assert error.culprit_field == field
    assert (error.saved_line, error.changed_line) == (saved, changed)
    assert error.culprit_node is not None
    assert error.culprit_tensor is not None


def test_what_a_write_through_a_view_saved_is_the_bases_node() -> None:
    error, _ = error_of("w = x * 1\nw[:] *= w\nw.sum().backward()")

    assert error.kind == "modified"
    assert (error.saved_line, error.changed_line) == (3, 3)
    trace = mv.step(HEAD + "w = x * 1\nw[:] *= w\nw.sum().backward()")
    nodes = trace.at(len(trace.steps) - 1).nodes
    assert nodes[error.culprit_node or ""].name == "CopySlices"


def test_an_index_that_was_modified_names_both_lines() -> None:
    error, names = error_of(
        "i = torch.tensor([0])\ny = x[i]\ni.add_(1)\ny.sum().backward()"
    )

    assert error.culprit_field == "indices[0]"
    assert names[error.culprit_tensor or ""] == "i"
    assert (error.saved_line, error.changed_line) == (3, 4)


def test_a_look_at_what_was_freed_is_told_as_that() -> None:
    error, _ = error_of("y = x.exp()\ny.sum().backward()\ny.grad_fn._saved_result")

    assert error.kind == "freed"


def test_a_write_through_data_is_no_culprit_because_nothing_is_raised() -> None:
    trace = mv.step(HEAD + "y = x.exp()\ny.data.add_(1)\ny.sum().backward()")

    assert [s.error for s in trace.steps if s.error] == []


def test_a_second_backward_names_the_line_that_freed() -> None:
    error, _ = error_of("y = (x * x).sum()\ny.backward()\n\ny.backward()")

    assert error.kind == "freed"
    assert (error.saved_line, error.changed_line) == (2, 3)
    assert error.site is not None
    assert error.site.line == 5


def test_the_state_at_the_error_is_the_state_before_the_block_is_left() -> None:
    trace = mv.step(HEAD + "with torch.no_grad():\n    y = x * 2\n    y.backward()")
    step = next(s for s in trace.steps if s.error)

    assert not step.grad_enabled
    assert [m.name for m in step.modes] == ["no_grad"]
    assert trace.steps[-1].grad_enabled


def test_the_site_of_an_error_is_the_exact_sub_expression() -> None:
    trace = mv.step("a = 1\nb = [a, a / 0, a]")
    error = trace.steps[-1].error

    assert error is not None
    assert error.site is not None
    assert (error.site.line, error.site.column, error.site.end_column) == (2, 8, 13)


def test_an_error_message_that_raises_is_told() -> None:
    trace = mv.step(
        "class E(Exception):\n    def __str__(self):\n        raise OSError\nraise E"
    )
    error = trace.steps[-1].error

    assert error is not None
    assert error.message == "<its message raised OSError>"


def test_an_exception_group_is_one_error() -> None:
    trace = mv.step(
        "try:\n    raise ExceptionGroup('many', [ValueError('a'), OSError('b')])\n"
        "except* ValueError:\n    print('value')\nexcept* OSError:\n    print('os')\n"
    )
    told = [s.error for s in trace.steps if s.error]

    assert told[0].type == "ExceptionGroup"
    assert all(error.caught for error in told)
    assert "".join(p.text for p in trace.output) == "value\nos\n"


def test_an_exception_kept_from_an_earlier_run_is_told_anew() -> None:
    scope: dict[str, object] = {}
    mv.step(
        "kept = ValueError('no')\ntry:\n    raise kept\nexcept ValueError:\n    pass",
        namespace=scope,
    )
    trace = mv.step("raise kept", namespace=scope)

    assert trace.steps[-1].action == "raised"


@pytest.mark.parametrize("kind", ["class B(BaseException): pass", "B = GeneratorExit"])
def test_what_is_no_exception_ends_a_program_too(kind: str) -> None:
    trace = mv.step(f"{kind}\ndef f(): raise B('<b>')\nf()")
    last = trace.steps[-1]

    assert last.error is not None
    assert (last.kind, last.error.caught) == ("error", False)
    assert last.error.message == "<b>"


@pytest.mark.parametrize(
    "engine", ["minitorch", pytest.param("torch", marks=pytest.mark.needs("torch"))]
)
def test_reading_what_an_error_says_makes_no_steps(engine: str) -> None:
    source = (
        "class Mine(Exception):\n  def __str__(self):\n"
        "    return 'number ' + str(torch.ones(1).sum().item())\n"
        "try:\n  raise Mine\nexcept Mine:\n  pass"
    )
    trace = mv.step(source, engine=engine)
    (at,) = [step.index for step in trace.steps if step.error is not None]
    error = trace.steps[at].error

    assert error is not None
    assert error.message == "number 1.0"
    assert {step.frame for step in trace.steps} == {"<module>", "Mine"}
    assert not [s for s in trace.steps if s.operation is not None]
