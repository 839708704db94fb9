"""Names of PyTorch's that the engine doesn't have."""

from __future__ import annotations

import pytest

from minitorch_viz import minitorch as torch


@pytest.mark.parametrize(
    ("place", "name", "near"),
    [
        ("torch", "zeross", "torch.zeros"),
        ("torch.nn", "Linaer", "torch.nn.Linear"),
        ("torch.nn.functional", "reluu", "torch.nn.functional.relu"),
        ("torch.optim", "RMSProp", "torch.optim.RMSprop"),
        ("torch.optim.lr_scheduler", "StepL", "torch.optim.lr_scheduler.StepLR"),
        ("torch.linalg", "eigvals", "torch.linalg.eigvalsh"),
    ],
)
def test_a_missing_name_is_told_with_what_is_near_it(
    place: str, name: str, near: str
) -> None:
    module = torch
    for part in place.split(".")[1:]:
        module = getattr(module, part)

    with pytest.raises(AttributeError) as told:
        getattr(module, name)
    assert str(told.value) == (
        f"minitorch has no {place}.{name}; the nearest name there is: {near}"
    )
