"""`torch.autograd`: arguments, errors, custom Functions, Jacobians."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

from minitorch_viz import minitorch as torch


def leaf(*values: float) -> Any:
    return torch.tensor(values, requires_grad=True)


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any, times: float) -> Any:
        ctx.save_for_backward(x)
        ctx.times = times
        return x * x * times

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad * 2 * x * ctx.times, None


def test_grad_leaves_grad_alone() -> None:
    x = leaf(1.0, 2.0)
    (g,) = torch.autograd.grad((x * x).sum(), x)

    assert g.tolist() == [2.0, 4.0]
    assert x.grad is None


def test_grad_runs_only_what_leads_to_the_inputs() -> None:
    x, w = leaf(1.0), leaf(2.0)
    h = x * 3
    h.grad_fn.register_hook(lambda *_: pytest.fail("x was not asked for"))

    assert torch.autograd.grad(h * w, w)[0].item() == 3.0


def test_unused_inputs() -> None:
    x, u = leaf(1.0), leaf(1.0)

    with pytest.raises(RuntimeError, match="Tensor at index 1 appears to not have"):
        torch.autograd.grad(x * 2, [x, u])
    assert torch.autograd.grad(x * 2, [x, u], allow_unused=True)[1] is None
    zeros = torch.autograd.grad(x * 2, [x, u], materialize_grads=True)[1]
    assert zeros.tolist() == [0.0]


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (lambda x: (x * 2).backward(), "implicitly created only for scalar outputs"),
        (
            lambda x: x.detach().sum().backward(),
            "element 0 of tensors does not require",
        ),
        (lambda x: (x * 2).backward(torch.ones(3)), "Mismatch in shape: grad_output"),
        (
            lambda x: x.sum().backward(inputs=[]),
            "argument to `backward\\(\\)` cannot be",
        ),
        (
            lambda x: torch.autograd.grad(x.sum(), torch.ones(1)),
            "does not require grad",
        ),
    ],
)
def test_errors_are_pytorchs(program: Any, message: str) -> None:
    with pytest.raises(RuntimeError, match=message):
        program(leaf(1.0, 2.0))


def test_backward_to_chosen_inputs() -> None:
    x, w = leaf(2.0), leaf(3.0)
    h = x * 5
    (h * w).backward(inputs=[h, w])

    assert (x.grad, h.grad.item(), w.grad.item()) == (None, 3.0, 10.0)


def test_a_custom_function_is_one_node() -> None:
    x = leaf(1.0, 2.0)
    y = Square.apply(x, 3.0)
    y.sum().backward()

    assert y.grad_fn.name() == "SquareBackward"
    assert x.grad.tolist() == [6.0, 12.0]
    with pytest.raises(RuntimeError, match="a second time"):
        y.grad_fn.saved_tensors


def test_a_custom_function_can_be_differentiated_twice() -> None:
    x = leaf(3.0)
    (g,) = torch.autograd.grad(Square.apply(x, 1.0), x, create_graph=True)
    (h,) = torch.autograd.grad(g, x)

    assert (g.item(), h.item()) == (6.0, 2.0)


def test_a_custom_function_is_not_recorded_without_need() -> None:
    with torch.no_grad():
        assert Square.apply(leaf(1.0), 1.0).grad_fn is None
    assert not Square.apply(torch.ones(1), 1.0).requires_grad


def test_an_input_returned_as_it_is_becomes_a_view() -> None:
    class Same(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return -grad

    x = leaf(1.0)
    y = Same.apply(x)

    assert y is not x
    assert y._is_view()
    with pytest.raises(RuntimeError, match="created inside a custom Function"):
        y.add_(1)


def test_backward_must_return_one_gradient_per_argument() -> None:
    class Wrong(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return grad, grad

    with pytest.raises(RuntimeError, match=r"\(expected 1, got 2\)"):
        Wrong.apply(leaf(1.0)).backward()


def test_gradcheck_finds_a_wrong_gradient() -> None:
    x = torch.ones(2, dtype=torch.float64, requires_grad=True)

    assert torch.autograd.gradcheck(lambda x: x**3, x)
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        torch.autograd.gradcheck(lambda x: x.detach() * x, x)


def test_jacobian_and_hessian() -> None:
    x = torch.tensor([1.0, 2.0])
    jacobian = torch.autograd.functional.jacobian(lambda x: x * x.sum(), x)
    hessian = torch.autograd.functional.hessian(lambda x: (x**3).sum(), x)

    assert jacobian.tolist() == [[4.0, 1.0], [2.0, 5.0]]
    assert hessian.tolist() == [[6.0, 0.0], [0.0, 12.0]]


def test_variable_is_a_tensor() -> None:
    x = torch.ones(1)
    v = torch.autograd.Variable(x, requires_grad=True)

    assert isinstance(x, torch.autograd.Variable)
    assert v.requires_grad
    assert v.data_ptr() == x.data_ptr()
    with pytest.raises(TypeError, match="Variable data has to be a tensor"):
        torch.autograd.Variable(range(3))


#: What nodes of the engine have, under names that are nobody's in PyTorch.
OWN = [
    name
    for name in dir(Square.apply(leaf(1.0), 1.0).grad_fn)
    if not name.startswith("_")
    and not hasattr(torch.autograd.function.BackwardCFunction, name)
    and name not in ("metadata", "name", "next_functions", "register_hook")
]


@pytest.mark.parametrize("name", ["targets", "saved", "shapes", "function", *OWN])
def test_every_attribute_of_ctx_is_the_users_own(name: str) -> None:
    class Kept(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            setattr(ctx, name, "mine")
            return x * x

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            assert getattr(ctx, name) == "mine"
            return grad * 2 * ctx.saved_tensors[0]

    x = leaf(3.0)
    Kept.apply(x).backward()

    assert x.grad.tolist() == [6.0]


@pytest.mark.parametrize(
    ("write", "version"), [(lambda g: g, 0), (lambda g: (g * 1).mul_(2).add_(1), 2)]
)
def test_a_gradient_from_a_custom_backward_keeps_its_version(
    write: Any, version: int
) -> None:
    class Written(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 1

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return write(grad)

    x, seen = leaf(1.0), []
    y = x * 1
    y.register_hook(lambda grad: seen.append(grad._version))
    Written.apply(y).sum().backward()

    assert seen == [version]


def test_a_function_that_writes_to_its_input_keeps_nothing_alive() -> None:
    class Raised(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            ctx.mark_dirty(x)
            return x.add_(1)

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return grad

    gc.disable()
    try:
        for part in (slice(None), 0):
            y = torch.ones(2, requires_grad=True) * 1
            z = Raised.apply(y[part])
            node = weakref.ref(z.grad_fn)
            del y, z

            assert node() is None
    finally:
        gc.enable()
