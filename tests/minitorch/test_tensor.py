"""Tensors: memory, versions, views, in-place writes, conversions."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from typing import Any

import numpy as np
import pytest

from minitorch_viz import minitorch as torch


def test_views_share_memory_version_and_base() -> None:
    x = torch.arange(6.0)
    v = x.view(2, 3)[1]
    v.mul_(2)

    assert x.tolist() == [0, 1, 2, 6, 8, 10]
    assert x._version == v._version == 1
    assert v._base is x
    assert x._counter is v._counter


def test_detach_shares_the_version_counter_and_data_does_not() -> None:
    x = torch.ones(2)
    x.detach().add_(1)
    x.data.add_(1)

    assert x._version == 1
    assert x.tolist() == [3.0, 3.0]


def test_a_view_whose_base_was_written_to_counts_as_a_leaf_until_looked_at() -> None:
    base, p = torch.zeros(3), torch.ones(3, requires_grad=True)
    view, seen = base.view(3), base.view(3)
    base.mul_(p)

    assert seen.grad_fn.name() == "AsStridedBackward0"
    seen.add_(1)
    with pytest.raises(RuntimeError, match="^a leaf Variable that requires grad"):
        view.add_(1)


def test_a_leaf_that_requires_grad_refuses_writes() -> None:
    x = torch.ones(2, requires_grad=True)

    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
        x.add_(1)
    with pytest.raises(RuntimeError, match="a view of a leaf Variable"):
        x[0] = 5
    with torch.no_grad():
        x.add_(1)
    assert x.tolist() == [2.0, 2.0]


def test_writing_to_a_view_rewrites_the_base() -> None:
    x = torch.ones(4, requires_grad=True)
    y = x * 2
    v, w = y[:2], y[1:]
    v.mul_(10)

    assert type(y.grad_fn).__name__ == "CopySlices"
    assert type(w.grad_fn).__name__ == "AsStridedBackward0"
    (y.sum() + w.sum()).backward()
    assert x.grad.tolist() == [20.0, 40.0, 4.0, 4.0]


def test_a_view_of_a_base_written_to_later_sees_the_gradient() -> None:
    x = torch.ones(2, 3, requires_grad=True)
    y = x * 1
    t = y.t()
    y.mul_(torch.arange(6.0).view(2, 3))
    (t * t).sum().backward()

    assert x.grad.tolist() == [[0, 2, 8], [18, 32, 50]]


def test_views_of_several_outputs_refuse_writes() -> None:
    a, _ = (torch.ones(2, requires_grad=True) * 2).unbind()

    with pytest.raises(RuntimeError, match="Output 0 of Unbind is a view and is being"):
        a.add_(1)


def test_expanded_memory_refuses_writes() -> None:
    with pytest.raises(RuntimeError, match="more than one element"):
        torch.ones(1).expand(3).add_(1)


@pytest.mark.parametrize("shape", [(6,), (3, 2), (1, 6), (2, -1)])
def test_view_and_reshape_agree_on_contiguous_memory(shape: Any) -> None:
    x = torch.arange(6.0).view(2, 3)

    assert x.view(shape).tolist() == x.reshape(shape).tolist()
    assert x.reshape(shape).data_ptr() == x.data_ptr()


def test_view_refuses_what_reshape_copies() -> None:
    t = torch.arange(6.0).view(2, 3).t()

    with pytest.raises(RuntimeError, match="view size is not compatible"):
        t.view(6)
    assert t.reshape(6).tolist() == [0, 3, 1, 4, 2, 5]


def test_tensors_die_when_their_last_name_goes() -> None:
    gc.disable()
    try:
        x = torch.ones(2, requires_grad=True)
        y = (x.exp() * x).tanh()
        watched = [weakref.ref(y), weakref.ref(y.grad_fn)]
        y.sum().backward()
        del y
        assert [w() for w in watched] == [None, None]
        watched = [weakref.ref(x), weakref.ref(x.grad)]
        del x
        assert [w() for w in watched] == [None, None]
    finally:
        gc.enable()


def test_deepcopy_copies_leaves_and_refuses_the_rest() -> None:
    x = torch.ones(2, requires_grad=True)
    (x * 3).sum().backward()
    y = copy.deepcopy(x)

    assert y.grad.tolist() == [3.0, 3.0]
    assert y.data_ptr() != x.data_ptr()
    with pytest.raises(RuntimeError, match="deepcopy protocol"):
        copy.deepcopy(x * 2)


def test_leaves_can_be_pickled() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = pickle.loads(pickle.dumps(x))

    assert y.tolist() == [1.0, 2.0]
    assert y.requires_grad


def test_numpy_shares_memory() -> None:
    x = torch.zeros(2)
    x.numpy()[0] = 7

    assert x.tolist() == [7.0, 0.0]
    assert torch.from_numpy(np.ones(2)).dtype is torch.float64


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        (0, [0.0, 1.0, 2.0]),
        ((1, 2), 5.0),
        ((slice(None), 1), [1.0, 4.0]),
        ((..., slice(None, None, 2)), [[0.0, 2.0], [3.0, 5.0]]),
        ((None, 0), [[0.0, 1.0, 2.0]]),
        ([1, 0], [[3.0, 4.0, 5.0], [0.0, 1.0, 2.0]]),
        (([0, 1], [2, 0]), [2.0, 3.0]),
        ((slice(None), [2, 0]), [[2.0, 0.0], [5.0, 3.0]]),
    ],
)
def test_indices(index: Any, expected: Any) -> None:
    assert torch.arange(6.0).view(2, 3)[index].tolist() == expected


def test_a_missing_name_says_what_is_near() -> None:
    with pytest.raises(AttributeError, match=r"no torch\.onez.*torch\.ones"):
        torch.onez
    with pytest.raises(AttributeError, match="'Tensor' object has no attribute 'foo'"):
        torch.ones(1).foo


def test_the_class_shows_pytorchs_name() -> None:
    assert repr(torch.Tensor) == "<class 'torch.Tensor'>"
    assert isinstance(torch.ones(1), torch.FloatTensor)
    assert torch.Tensor([1, 2]).tolist() == [1.0, 2.0]
