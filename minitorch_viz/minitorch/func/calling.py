"""Modules called with other parameters than their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ..functions.joining import stack
from ..grad_mode import no_grad
from ..nn.module import Module
from ..tensor import Tensor


def functional_call(
    module: Module,
    parameter_and_buffer_dicts: Any,
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """Call a module with these tensors in place of its parameters and buffers.

    >>> from minitorch_viz import minitorch as torch
    >>> held = {"weight": torch.ones(1, 2), "bias": torch.zeros(1)}
    >>> functional_call(torch.nn.Linear(2, 1), held, torch.tensor([3.0, 4.0]))
    tensor([7.])
    """
    dicts = parameter_and_buffer_dicts
    if isinstance(dicts, (list, tuple)):
        held = {key: value for each in dicts for key, value in each.items()}
    elif isinstance(dicts, dict):
        held = dicts
    else:
        raise ValueError(  # noqa: TRY004 - as PyTorch
            "Expected parameter_and_buffer_dicts to be a dict, or a list/tuple of "
            f"dicts, but got {type(dicts)}"
        )
    given = () if args is None else args if isinstance(args, tuple) else (args,)
    with _exchanged(module, held, tie_weights, strict):
        return module(*given, **(kwargs or {}))


@contextmanager
def _exchanged(
    module: Module, held: dict[str, Any], tie: bool, strict: bool
) -> Iterator[None]:
    own: dict[str, Tensor] = {}
    own.update(module.named_parameters(remove_duplicate=False))
    own.update(module.named_buffers(remove_duplicate=False))
    wanted = {path: held[path] for path in own if path in held}
    if tie:
        # Where one tensor has several names, it is exchanged under all of them.
        by_tensor = {id(own[path]): value for path, value in wanted.items()}
        wanted |= {
            path: by_tensor[id(each)]
            for path, each in own.items()
            if id(each) in by_tensor and path not in held
        }
    if strict:
        _check_keys(module, held, own, wanted)
    before: list[tuple[dict[str, Any], str, Any]] = []
    for path, value in wanted.items():
        above, _, name = path.rpartition(".")
        owner = module.get_submodule(above)
        place = next(d for d in (owner._parameters, owner._buffers) if name in d)
        before.append((place, name, place[name]))
        place[name] = value
    try:
        yield
    finally:
        for place, name, value in before:
            place[name] = value


def _check_keys(module: Module, held: Any, own: Any, wanted: Any) -> None:
    problems = []
    for said, keys in (
        ("Unexpected", [path for path in held if path not in own]),
        ("Missing", [path for path in own if path not in wanted]),
    ):
        if keys:
            problems.append(f"{said} key(s): {', '.join(map(repr, sorted(keys)))}.")
    if problems:
        raise RuntimeError(
            f"Error(s) in reparametrizing for {type(module).__name__}:\n\t"
            + "\n\t".join(problems)
        )


def stack_module_state(models: Sequence[Module]) -> tuple[dict[str, Any], ...]:
    """Return the parameters of several modules of a kind, stacked, and the buffers.

    >>> from minitorch_viz import minitorch as torch
    >>> held, _ = stack_module_state([torch.nn.Linear(1, 1) for _ in range(3)])
    >>> held["weight"].shape
    torch.Size([3, 1, 1])
    """
    if not models:
        raise RuntimeError("stack_module_state: Expected at least one model, got 0.")
    if any(each.training is not models[0].training for each in models):
        raise RuntimeError(
            "stack_module_state: Expected all models to have the same training/eval "
            "mode."
        )
    kind = type(models[0])
    if any(type(each) is not kind for each in models):
        raise RuntimeError(
            "stack_module_state: Expected all models to be of the same class."
        )
    parameters = [dict(each.named_parameters()) for each in models]
    buffers = [dict(each.named_buffers()) for each in models]
    return (
        {key: _stacked([each[key] for each in parameters]) for key in parameters[0]},
        {key: _stacked([each[key] for each in buffers]) for key in buffers[0]},
    )


def _stacked(tensors: list[Tensor]) -> Tensor:
    if all(each.requires_grad and each.is_leaf for each in tensors):
        with no_grad():
            found: Tensor = stack(tensors).detach()
        return found.requires_grad_()  # type: ignore[no-any-return]
    return stack(tensors)
