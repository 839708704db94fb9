"""Names of PyTorch's that the engine doesn't have."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

import pytest

from minitorch_viz import minitorch as torch
from minitorch_viz.trace.modules import torch_is_minitorch


@pytest.mark.parametrize(
    ("place", "name", "near"),
    [
        ("torch", "zeross", "torch.zeros"),
        ("torch.nn", "Linaer", "torch.nn.Linear"),
        ("torch.nn.functional", "reluu", "torch.nn.functional.relu"),
        ("torch.optim", "RMSProp", "torch.optim.RMSprop"),
        ("torch.optim.lr_scheduler", "StepL", "torch.optim.lr_scheduler.StepLR"),
        ("torch.nn.init", "xavier_unifrom_", "torch.nn.init.xavier_uniform_"),
        ("torch.nn.utils", "clip_grad_norm", "torch.nn.utils.clip_grad_norm_"),
        ("torch.autograd", "Functions", "torch.autograd.Function"),
        ("torch.autograd.functional", "jacobi", "torch.autograd.functional.jacobian"),
        ("torch.distributions", "Gaussian", None),
        ("torch.utils", "daat", "torch.utils.data"),
        ("torch.random", "manual_sed", "torch.random.manual_seed"),
        ("torch.linalg", "eigvals", "torch.linalg.eigvalsh"),
    ],
)
def test_a_missing_name_is_told_with_what_is_near_it(
    place: str, name: str, near: str | None
) -> None:
    module = torch
    for part in place.split(".")[1:]:
        module = getattr(module, part)

    with pytest.raises(AttributeError) as told:
        getattr(module, name)
    hint = f"; the nearest name there is: {near}" if near else ""
    assert str(told.value) == f"minitorch has no {place}.{name}{hint}"


def test_an_import_of_a_missing_name_is_told_with_what_is_near_it() -> None:
    with torch_is_minitorch(), pytest.raises(ImportError) as told:
        exec("from torch.nn import Linaer")

    assert str(told.value) == (
        "cannot import name 'Linaer' from 'torch.nn': minitorch has no torch.nn.Linaer;"
        " the nearest name there is: torch.nn.Linear"
    )


def test_a_missing_module_cannot_be_imported() -> None:
    with torch_is_minitorch():
        for name in ("torch.fx", "torch.nn.quantized", "torch.utils.tensorboard.x"):
            with pytest.raises(ModuleNotFoundError, match="No module named 'torch"):
                import_module(name)
        assert not hasattr(import_module("torch.nn"), "quantized")


def test_every_module_names_what_it_lacks() -> None:
    engine = torch.__name__
    modules = [
        each
        for name, each in sys.modules.items()
        if name.startswith(engine) and isinstance(each, ModuleType)
    ]

    assert len(modules) > 100
    for module in modules:
        with pytest.raises(AttributeError, match="^minitorch has no torch"):
            module.no_such_name
