"""A module's state as a dict of tensors, and back."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..grad_mode import unrecorded
from ..tensor import Tensor

if TYPE_CHECKING:
    from .module import Module


class _Keys(NamedTuple):
    missing_keys: list[str]
    unexpected_keys: list[str]


class Incompatible(_Keys):
    """The paths that didn't match when a state was loaded."""

    __slots__ = ()

    def __repr__(self) -> str:
        if not (self.missing_keys or self.unexpected_keys):
            return "<All keys matched successfully>"
        return (
            f"_IncompatibleKeys(missing_keys={self.missing_keys}, "
            f"unexpected_keys={self.unexpected_keys})"
        )

    __str__ = __repr__


def _held(module: Module, prefix: str) -> Iterator[tuple[str, Tensor]]:
    """Yield what belongs to the state, with paths, parameters before buffers."""
    for name, parameter in module._parameters.items():
        if parameter is not None:
            yield prefix + name, parameter
    for name, buffer in module._buffers.items():
        if buffer is not None and name not in module._non_persistent_buffers_set:
            yield prefix + name, buffer
    for name, child in module._modules.items():
        if child is not None:
            yield from _held(child, f"{prefix}{name}.")


def state_dict(module: Module, prefix: str, keep_vars: bool) -> OrderedDict[str, Any]:
    """Return the state of a module and of all below it.

    >>> from minitorch_viz.minitorch import nn
    >>> list(state_dict(nn.Linear(2, 1), "", False))
    ['weight', 'bias']
    """
    found = OrderedDict(
        (path, tensor if keep_vars else tensor.detach())
        for path, tensor in _held(module, prefix)
    )
    versions = {
        path: {"version": each._version}
        for path, each in module.named_modules(None, prefix[:-1], False)
    }
    found._metadata = OrderedDict(versions)  # type: ignore[attr-defined]
    return found


def load(module: Module, state: Mapping[str, Any], strict: bool) -> Incompatible:
    """Copy a state into a module, and say what didn't match.

    >>> from minitorch_viz.minitorch import nn
    >>> load(nn.Linear(2, 1), nn.Linear(2, 1).state_dict(), True)
    <All keys matched successfully>
    """
    if not isinstance(state, Mapping):
        raise TypeError(f"Expected state_dict to be dict-like, got {type(state)}.")
    versions = getattr(state, "_metadata", {})
    own = dict(_held(module, ""))
    state = {**_of_old(module, own, versions), **state}
    missing = [path for path in own if path not in state]
    unexpected = [path for path in state if path not in own]
    problems = []
    if strict and unexpected:
        problems.append(f"Unexpected key(s) in state_dict: {_quoted(unexpected)}. ")
    if strict and missing:
        problems.insert(0, f"Missing key(s) in state_dict: {_quoted(missing)}. ")
    for path, tensor in own.items():
        if path in state:
            problems.extend(_copy(path, tensor, state[path]))
    if problems:
        raise RuntimeError(
            f"Error(s) in loading state_dict for {type(module).__name__}:\n\t"
            + "\n\t".join(problems)
        )
    return Incompatible(missing, unexpected)


def _of_old(
    module: Module, own: Mapping[str, Tensor], versions: Mapping[str, Any]
) -> dict[str, Tensor]:
    """Return what states of an older version, or of none, needn't have."""
    found = {}
    for path, each in module.named_modules(None, "", False):
        version = versions.get(path, {}).get("version")
        if version is None or version < each._version:
            for name in each._added:
                at = f"{path}.{name}" if path else name
                if at in own:
                    found[at] = own[at]
    return found


def _copy(path: str, tensor: Tensor, value: Any) -> Iterator[str]:
    if not isinstance(value, Tensor):
        yield (
            f'While copying the parameter named "{path}", expected torch.Tensor or '
            f"Tensor-like object from checkpoint but received {type(value)}"
        )
    elif value.shape != tensor.shape:
        yield (
            f"size mismatch for {path}: copying a param with shape {value.shape} from "
            f"checkpoint, the shape in current model is {tensor.shape}."
        )
    else:
        with unrecorded():
            tensor.copy_(value)


def _quoted(paths: list[str]) -> str:
    return ", ".join(f'"{path}"' for path in paths)
