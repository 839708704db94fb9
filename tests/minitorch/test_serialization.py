"""What is saved in a file is there again, and nothing runs while it is read."""

from __future__ import annotations

import io
import pickle
from typing import Any

import numpy as np
import pytest

from minitorch_viz import minitorch


def through_a_file(torch: Any, value: Any, **options: Any) -> Any:
    file = io.BytesIO()
    torch.save(value, file)
    file.seek(0)
    return torch.load(file, **options)


def refusal(torch: Any, value: Any) -> str:
    try:
        through_a_file(torch, value)
    except pickle.UnpicklingError as error:
        return str(error)
    return ""


def refused(torch: Any) -> list[Any]:
    """Return what is neither a tensor nor plain data."""
    leaf = torch.ones(1, requires_grad=True)
    return [
        *(torch.nn.Linear(2, 2), torch.optim.SGD([leaf], lr=0.1), range(3), print),
        *(np.ones(2), np.float32(1)),
    ]


@pytest.mark.needs("torch")
def test_what_could_run_code_is_refused_in_pytorchs_words() -> None:
    import torch

    said = [refusal(torch, value) for value in refused(torch)]

    assert all(said)
    assert [refusal(minitorch, value) for value in refused(minitorch)] == said


def test_a_module_is_loaded_where_that_is_asked_for() -> None:
    layer = minitorch.nn.Linear(2, 1)
    again = through_a_file(minitorch, layer, weights_only=False)

    assert minitorch.equal(again.weight, layer.weight)
    with minitorch.serialization.safe_globals([minitorch.nn.ReLU]):
        assert not refusal(minitorch, minitorch.nn.ReLU)
    assert refusal(minitorch, minitorch.nn.ReLU)


def test_plain_data_is_loaded() -> None:
    kinds = [minitorch.float32, minitorch.bool, minitorch.Size([1]), {1}, 2j, b"x"]

    assert through_a_file(minitorch, kinds) == kinds


def test_tensors_share_memory_and_lie_as_before() -> None:
    whole = minitorch.arange(6.0).view(3, 2)
    first, part, turned = through_a_file(minitorch, [whole, whole[1:], whole.t()])
    part.fill_(9)

    assert first.tolist() == [[0, 1], [9, 9], [9, 9]]
    assert turned.stride() == (1, 2)
    assert (part.storage_offset(), part._base, part._version) == (2, None, 2)


def test_tensors_go_where_map_location_says() -> None:
    one = minitorch.ones(2)

    for location in ("meta", minitorch.device("meta"), {"cpu": "meta"}):
        assert through_a_file(minitorch, one, map_location=location).is_meta
    with pytest.raises(RuntimeError, match="tagged with foo"):
        through_a_file(minitorch, one, map_location="foo")
