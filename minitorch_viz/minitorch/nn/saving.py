"""A module's state as a dict of tensors, and back."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from ..grad_mode import unrecorded
from ..graph import RemovableHandle
from ..shown import name_parts
from ..tensor import Tensor
from .hooks import Hooks
from .parameter import Parameter


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


class Saved:
    """What of a module is written to a state and read from one."""

    #: Of which version a state is, and which names older ones lack.
    _version: int = 1
    _added: tuple[str, ...] = ()
    _module_hooks: Hooks
    _parameters: dict[str, Any]
    _buffers: dict[str, Any]
    _modules: dict[str, Any]
    _non_persistent_buffers_set: set[str]
    #: Classes that tell more of themselves override these.
    _EXTRA: ClassVar = "_extra_state"

    def state_dict(
        self,
        *args: Any,
        destination: Any = None,
        prefix: str = "",
        keep_vars: Any = False,
    ) -> Any:
        """Return every parameter and buffer by path, in the same memory."""
        if args:
            warnings.warn(_POSITIONAL, FutureWarning, stacklevel=2)
            names = "destination", "prefix", "keep_vars"
            given = dict(zip(names, args, strict=False))
            destination = given.get("destination", destination)
            prefix = given.get("prefix", prefix)
            keep_vars = given.get("keep_vars", keep_vars)
        if destination is None:
            destination = OrderedDict()
            destination._metadata = OrderedDict()
        own = {"version": self._version}
        if hasattr(destination, "_metadata"):
            destination._metadata[prefix[:-1]] = own
        kinds = self._module_hooks.kinds
        for hook in tuple(kinds["state_dict_pre"].values()):
            hook(self, prefix, keep_vars)
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, child in self._modules.items():
            if child is not None:
                below = f"{prefix}{name}."
                child.state_dict(
                    destination=destination, prefix=below, keep_vars=keep_vars
                )
        for hook in tuple(kinds["state_dict"].values()):
            found = hook(self, destination, prefix, own)
            if found is None:
                continue
            if getattr(hook, "_from_public_api", False):
                raise RuntimeError("state_dict post-hook must return None")
            destination = found
        return destination

    def _save_to_state_dict(
        self, destination: Any, prefix: str, keep_vars: Any
    ) -> None:
        """Write what this module holds itself into `destination`."""
        for name, tensor in self._own_state():
            destination[prefix + name] = tensor if keep_vars else tensor.detach()
        if type(self).get_extra_state is not Saved.get_extra_state:
            destination[prefix + self._EXTRA] = self.get_extra_state()

    def _own_state(self) -> Iterator[tuple[str, Tensor]]:
        """Yield what belongs to the state, parameters before buffers."""
        for name, parameter in self._parameters.items():
            if parameter is not None:
                yield name, parameter
        for name, buffer in self._buffers.items():
            if buffer is not None and name not in self._non_persistent_buffers_set:
                yield name, buffer

    def get_extra_state(self) -> Any:
        """Return what else belongs to the state; a class of one's own may have it."""
        raise RuntimeError(_NEVER.format("get"))

    def set_extra_state(self, state: Any) -> None:
        """Take what `get_extra_state` returned."""
        raise RuntimeError(_NEVER.format("set"))

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> Incompatible:
        """Copy values into the parameters and buffers of the same paths."""
        if not isinstance(state_dict, Mapping):
            raise TypeError(
                f"Expected state_dict to be dict-like, got {type(state_dict)}."
            )
        metadata = getattr(state_dict, "_metadata", None)
        state: Any = OrderedDict(state_dict)
        if metadata is not None:
            state._metadata = metadata
        keys, problems = Incompatible([], []), list[str]()
        self._load_below(state, "", metadata or {}, assign, keys, problems)
        if strict and keys.unexpected_keys:
            shown = _quoted(keys.unexpected_keys)
            problems.insert(0, f"Unexpected key(s) in state_dict: {shown}. ")
        if strict and keys.missing_keys:
            shown = _quoted(keys.missing_keys)
            problems.insert(0, f"Missing key(s) in state_dict: {shown}. ")
        if problems:
            raise RuntimeError(
                f"Error(s) in loading state_dict for {type(self).__name__}:\n\t"
                + "\n\t".join(problems)
            )
        return keys

    def _load_below(
        self,
        state: dict[str, Any],
        prefix: str,
        metadata: Mapping[str, Any],
        assign: bool,
        keys: Incompatible,
        problems: list[str],
    ) -> None:
        """Read what this module holds, and what those below it do."""
        local = metadata.get(prefix[:-1], {})
        if assign:
            local["assign_to_params_buffers"] = assign
        self._load_from_state_dict(state, prefix, local, True, *keys, problems)
        for name, child in self._modules.items():
            if child is not None:
                below = f"{prefix}{name}."
                part = {k: v for k, v in state.items() if k.startswith(below)}
                child._load_below(part, below, metadata, assign, keys, problems)
        for hook in tuple(self._module_hooks.kinds["load_state_dict_post"].values()):
            if hook(self, keys) is not None:
                raise AssertionError(_NO_VALUES)

    def _load_from_state_dict(
        self,
        state_dict: dict[str, Any],
        prefix: str,
        local_metadata: dict[str, Any],
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        """Read what this module holds itself."""
        given = prefix, local_metadata, strict, missing_keys, unexpected_keys
        for number, hook in tuple(
            self._module_hooks.kinds["load_state_dict_pre"].items()
        ):
            module = (self,) if number in self._module_hooks.with_module else ()
            hook(*module, state_dict, *given, error_msgs)
        own, extra = dict(self._own_state()), prefix + self._EXTRA
        version = local_metadata.get("version")
        if version is None or version < self._version:
            for name in self._added:
                # What states of an older version, or of none, needn't have.
                if name in own:
                    state_dict.setdefault(prefix + name, own[name])
        assign = local_metadata.get("assign_to_params_buffers", False)
        for name, tensor in own.items():
            if prefix + name in state_dict:
                value = state_dict[prefix + name]
                error_msgs.extend(_read(self, prefix, name, tensor, value, assign))
            elif strict:
                missing_keys.append(prefix + name)
        if type(self).set_extra_state is not Saved.set_extra_state:
            if extra in state_dict:
                self.set_extra_state(state_dict[extra])
            elif strict:
                missing_keys.append(extra)
        elif strict and extra in state_dict:
            unexpected_keys.append(extra)
        for key in state_dict if strict else ():
            if key.startswith(prefix) and key != extra:
                first, dot, _ = key[len(prefix) :].partition(".")
                if first not in (self._modules if dot else own):
                    unexpected_keys.append(key)

    # Hooks around all that

    def register_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, prefix, keep_vars)` before the state is written."""
        return self._module_hooks.register("state_dict_pre", hook)

    def register_state_dict_post_hook(
        self, hook: Callable[..., Any]
    ) -> RemovableHandle:
        """Call `hook(module, state, prefix, metadata)` when the state is written."""
        hook._from_public_api = True  # type: ignore[attr-defined]
        return self._module_hooks.register("state_dict", hook)

    def _register_state_dict_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call such a hook, and take what it returns for the state."""
        if getattr(hook, "_from_public_api", False):
            raise RuntimeError(
                "Cannot register the same function as the state dict post hook that was"
                " previously registered via register_state_dict_post_hook"
            )
        return self._module_hooks.register("state_dict", hook)

    def register_load_state_dict_pre_hook(
        self, hook: Callable[..., Any]
    ) -> RemovableHandle:
        """Call `hook(module, state, prefix, ...)` before a state is read."""
        handle = self._module_hooks.register("load_state_dict_pre", hook)
        self._module_hooks.with_module.add(handle.id)
        return handle

    def _register_load_state_dict_pre_hook(
        self, hook: Callable[..., Any], with_module: bool = False
    ) -> RemovableHandle:
        if with_module:
            return self.register_load_state_dict_pre_hook(hook)
        return self._module_hooks.register("load_state_dict_pre", hook)

    def register_load_state_dict_post_hook(
        self, hook: Callable[..., Any]
    ) -> RemovableHandle:
        """Call `hook(module, incompatible_keys)` when a state was read."""
        return self._module_hooks.register("load_state_dict_post", hook)


name_parts(Saved, "Module")


def _read(
    module: Saved, prefix: str, name: str, tensor: Tensor, value: Any, assign: bool
) -> Iterator[str]:
    """Take one value of a state; yield what is wrong with it."""
    path = prefix + name
    if not isinstance(value, Tensor):
        yield (
            f'While copying the parameter named "{path}", expected torch.Tensor or '
            f"Tensor-like object from checkpoint but received {type(value)}"
        )
        return
    if not tensor.shape and tuple(value.shape) == (1,):
        value = value[0]
    if value.shape != tensor.shape:
        yield (
            f"size mismatch for {path}: copying a param with shape {value.shape} from "
            f"checkpoint, the shape in current model is {tensor.shape}."
        )
    elif assign:
        if isinstance(tensor, Parameter) and not isinstance(value, Parameter):
            value = Parameter(value, requires_grad=tensor.requires_grad)
        elif isinstance(tensor, Parameter):
            value.requires_grad_(tensor.requires_grad)
        setattr(module, name, value)
    else:
        try:
            with unrecorded():
                tensor.copy_(value)
        except Exception as error:  # noqa: BLE001 - told with what else is wrong
            yield (
                f'While copying the parameter named "{path}", whose dimensions in the '
                f"model are {tensor.shape} and whose dimensions in the checkpoint are "
                f"{value.shape}, an exception occurred : {error.args}."
            )


def _quoted(paths: list[str]) -> str:
    return ", ".join(f'"{path}"' for path in paths)


_POSITIONAL = (
    "Positional args are being deprecated, use kwargs instead. Refer to "
    "https://pytorch.org/docs/main/generated/torch.nn.Module.html"
    "#torch.nn.Module.state_dict for details."
)
_NEVER = (
    "Reached a code path in Module.{}_extra_state() that should never be called. "
    "Please file an issue at "
    "https://github.com/pytorch/pytorch/issues/new?template=bug-report.yml to report "
    "this bug."
)
_NO_VALUES = (
    "Hooks registered with ``register_load_state_dict_post_hook`` are not expected to "
    "return new values, if incompatible_keys need to be modified, it should be done "
    "inplace."
)
