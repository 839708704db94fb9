"""`torch.nn.utils.parametrize`: parameters that are computed of others when read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from typing import Any, ClassVar

from ...events import silence
from ...grad_mode import unrecorded
from ...missing import refusing
from ...tensor import Tensor
from ..containers import ModuleDict, ModuleList
from ..module import Module
from ..parameter import Parameter, announce


class _Cache:
    """What was computed while `cached()` is in force."""

    depth = 0
    found: ClassVar[dict[tuple[int, str], Tensor]] = {}


@contextmanager
def cached() -> Iterator[None]:
    """Compute each parametrized tensor only once inside the block.

    >>> with cached():
    ...     _Cache.depth
    1
    """
    _Cache.depth += 1
    try:
        yield
    finally:
        _Cache.depth -= 1
        if not _Cache.depth:
            _Cache.found = {}


def _register(module: Module, name: str, value: Any) -> None:
    """Hold a tensor as what it is: a parameter, or a buffer."""
    keep = (
        module.register_parameter
        if isinstance(value, Parameter)
        else module.register_buffer
    )
    keep(name, value)


class ParametrizationList(ModuleList):
    """The modules that compute a tensor, and what they compute it of.

    >>> from minitorch_viz import minitorch as torch
    >>> m = register_parametrization(torch.nn.Linear(1, 1), "bias", torch.nn.ReLU())
    >>> m.parametrizations.bias
    ParametrizationList(
      (0): ReLU()
    )
    """

    def __init__(
        self, modules: Sequence[Module], original: Tensor, unsafe: bool = False
    ) -> None:
        if not len(modules):
            raise ValueError("ParametrizationList requires one or more modules.")
        super().__init__(modules)
        self.unsafe = unsafe
        with silence():
            self._begin(original)
        kept = self.parameters(recurse=False)
        announce("Parameter", *(each for each in kept if each is not original))

    def _begin(self, original: Tensor) -> None:
        shape, dtype = original.shape, original.dtype
        new = self._undone(original)
        self.is_tensor = isinstance(new, Tensor)
        if self.is_tensor:
            self.ntensors = 1
            self._keep_one(original, new)
        elif isinstance(new, Sequence):
            self.ntensors = len(new)
            self._keep_several(original, new)
        else:
            raise ValueError(
                "'right_inverse' must return a Tensor or a Sequence of tensors (list, "
                f"tuple...). Got {type(new).__name__}"
            )
        if not self.unsafe:
            found = self()
            _check_tensor(found)
            for what, had, has in (
                ("dtype", dtype, found.dtype),
                ("shape", shape, found.shape),
            ):
                if had != has:
                    raise ValueError(
                        f"Registering a parametrization may not change the {what} of "
                        "the tensor, unless `unsafe` flag is enabled.\n"
                        f"unparametrized {what}: {had}\nparametrized {what}: {has}"
                    )

    def _undone(self, original: Tensor) -> Any:
        """Return what the modules would compute `original` of, as far as they know."""
        new: Any = original
        with unrecorded():
            for module in reversed(list(self)):
                if hasattr(module, "right_inverse"):
                    try:
                        new = module.right_inverse(new)
                    except NotImplementedError:
                        continue
        return new

    def _keep_one(self, original: Tensor, new: Tensor) -> None:
        for what in ("dtype", "device"):
            had, has = getattr(original, what), getattr(new, what)
            if had != has:
                raise ValueError(
                    "When `right_inverse` outputs one tensor, it may not change the "
                    f"{what}.\noriginal.{what}: {had}\n"
                    f"right_inverse(original).{what}: {has}"
                )
        with unrecorded():
            original.set_(new)
        _register(self, "original", original)

    def _keep_several(self, original: Tensor, new: Sequence[Any]) -> None:
        for place, each in enumerate(new):
            if not isinstance(each, Tensor):
                raise ValueError(  # noqa: TRY004 - as PyTorch
                    "'right_inverse' must return a Tensor or a Sequence of tensors "
                    f"(list, tuple...). Got element {place} of the sequence with type "
                    f"{type(each).__name__}."
                )
            if isinstance(original, Parameter):
                each = Parameter(each, original.requires_grad)
            each.requires_grad_(original.requires_grad)
            _register(self, f"original{place}", each)

    def right_inverse(self, value: Tensor) -> None:
        """Let the modules compute `value` from now on."""
        new: Any = value
        with unrecorded():
            for module in reversed(list(self)):
                if not hasattr(module, "right_inverse"):
                    raise RuntimeError(
                        f"parametrization {type(module).__name__} does not implement "
                        "right_inverse."
                    )
                new = module.right_inverse(new)
            if self.is_tensor:
                self._write_one(new)
            else:
                self._write_several(new)

    def _write_one(self, value: Any) -> None:
        if not isinstance(value, Tensor):
            raise ValueError(  # noqa: TRY004 - as PyTorch
                f"`right_inverse` should return a tensor. Got {type(value).__name__}"
            )
        if value.dtype != self.original.dtype:
            raise ValueError(
                f"The tensor returned by `right_inverse` has dtype {value.dtype} while "
                f"`original` has dtype {self.original.dtype}"
            )
        self.original.set_(value)

    def _write_several(self, values: Any) -> None:
        if not isinstance(values, Sequence):
            raise ValueError(  # noqa: TRY004 - as PyTorch
                "'right_inverse' must return a sequence of tensors. Got "
                f"{type(values).__name__}."
            )
        if len(values) != self.ntensors:
            raise ValueError(
                "'right_inverse' must return a sequence of tensors of length "
                f"{self.ntensors}. Got a sequence of length {len(values)}."
            )
        for place, tensor in enumerate(values):
            held = getattr(self, f"original{place}")
            if held.dtype != tensor.dtype:
                raise ValueError(
                    f"Tensor {place} returned by `right_inverse` has dtype "
                    f"{tensor.dtype} while `original{place}` has dtype {held.dtype}"
                )
            held.set_(tensor)

    def forward(self) -> Any:
        """Compute the tensor."""
        first, *others = self
        originals = (
            (self.original,)
            if self.is_tensor
            else (getattr(self, f"original{n}") for n in range(self.ntensors))
        )
        found = first(*originals)
        for module in others:
            found = module(found)
        return found


def _check_tensor(value: Any) -> None:
    if not isinstance(value, Tensor):
        raise ValueError(  # noqa: TRY004 - as PyTorch
            f"A parametrization must return a tensor. Got {type(value).__name__}."
        )


def _copied(self: Module, memo: dict[int, Any]) -> Module:
    if id(self) not in memo:
        made = memo[id(self)] = type(self).__new__(type(self))
        made.__dict__ = deepcopy(self.__dict__, memo)
    found: Module = memo[id(self)]
    return found


def _not_pickled(self: Module) -> Any:
    raise RuntimeError(
        "Serialization of parametrized modules is only supported through state_dict(). "
        "See:\nhttps://pytorch.org/tutorials/beginner/saving_loading_models.html"
        "#saving-loading-a-general-checkpoint-for-inference-and-or-resuming-training"
    )


def _give_own_class(module: Module) -> None:
    """Let a module be of a class of its own, which properties can be set on."""
    kind = type(module)
    own: dict[str, Any] = {"__getstate__": _not_pickled}
    if not hasattr(kind, "__deepcopy__"):
        own["__deepcopy__"] = _copied
    own["__module__"] = __name__
    module.__class__ = type(f"Parametrized{kind.__name__}", (kind,), own)


def _give_property(module: Module, name: str) -> None:
    """Let a module compute a tensor when it is read, and undo that when it is set."""

    def read(self: Module) -> Any:
        compute = self.parametrizations[name]
        if not _Cache.depth:
            return compute()
        key = id(module), name
        if key not in _Cache.found:
            _Cache.found[key] = compute()
        return _Cache.found[key]

    def write(self: Module, value: Tensor) -> None:
        self.parametrizations[name].right_inverse(value)

    setattr(type(module), name, property(read, write))


def register_parametrization(
    module: Module, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> Module:
    """Let a tensor of a module be what `parametrization` computes of it.

    >>> from minitorch_viz import minitorch as torch
    >>> m = register_parametrization(torch.nn.Linear(2, 1), "weight", torch.nn.ReLU())
    >>> bool((m.weight >= 0).all()), [name for name, _ in m.named_parameters()]
    (True, ['bias', 'parametrizations.weight.original'])
    """
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        if not unsafe:
            _check_next(module, tensor_name, parametrization)
        found = module.parametrizations[tensor_name]
        found.append(parametrization)
        found.unsafe |= unsafe
    elif tensor_name in module._buffers or tensor_name in module._parameters:
        original = getattr(module, tensor_name)
        found = ParametrizationList([parametrization], original, unsafe=unsafe)
        delattr(module, tensor_name)
        if not is_parametrized(module):
            _give_own_class(module)
            module.parametrizations = ModuleDict()
        _give_property(module, tensor_name)
        module.parametrizations[tensor_name] = found
    else:
        raise ValueError(
            f"Module '{module}' does not have a parameter, a buffer, or a parametrized "
            f"element with name '{tensor_name}'"
        )
    return module


def _check_next(module: Module, name: str, parametrization: Any) -> None:
    """Refuse one more parametrization that changes the type or shape."""
    have = getattr(module, name)
    found = parametrization(have)
    _check_tensor(found)
    for what in ("dtype", "shape"):
        had, has = getattr(have, what), getattr(found, what)
        if had != has:
            raise ValueError(
                f"Registering a parametrization may not change the {what} of the "
                "tensor, unless the `unsafe` flag is enabled.\n"
                f"module.{name}.{what}: {had}\n"
                f"parametrization(module.{name}).{what}: {has}"
            )
    if not hasattr(parametrization, "right_inverse"):
        return
    try:
        back = parametrization.right_inverse(found)
    except NotImplementedError:
        return
    if not isinstance(back, Tensor):
        raise ValueError(  # noqa: TRY004 - as PyTorch
            "parametrization.right_inverse must return a tensor. Got: "
            f"{type(back).__name__}"
        )
    for what in ("dtype", "shape"):
        had, has = getattr(have, what), getattr(back, what)
        if had != has:
            raise ValueError(
                "The tensor returned by parametrization.right_inverse must have the "
                f"same {what} as module.{name}, unless the `unsafe` flag is enabled.\n"
                f"module.{name}.{what}: {had}\nreturned {what}: {has}"
            )


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Return True if a module has parametrizations, or one of this name.

    >>> is_parametrized(Module())
    False
    """
    held = getattr(module, "parametrizations", None)
    if not isinstance(held, ModuleDict):
        return False
    return len(held) > 0 if tensor_name is None else tensor_name in held


def remove_parametrizations(
    module: Module, tensor_name: str, leave_parametrized: bool = True
) -> Module:
    """Let a tensor be a parameter or buffer again: as computed, or as it was.

    >>> from minitorch_viz import minitorch as torch
    >>> m = register_parametrization(torch.nn.Linear(2, 1), "weight", torch.nn.ReLU())
    >>> [name for name, _ in remove_parametrizations(m, "weight").named_parameters()]
    ['bias', 'weight']
    """
    if not is_parametrized(module, tensor_name):
        raise ValueError(
            f"Module {module} does not have a parametrization on {tensor_name}"
        )
    held = module.parametrizations[tensor_name]
    if held.is_tensor:
        original = held.original
        if leave_parametrized:
            with unrecorded():
                original.set_(getattr(module, tensor_name))
    elif leave_parametrized:
        value = getattr(module, tensor_name)
        original = Parameter(value) if value.requires_grad else value
    else:
        raise ValueError(
            "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is "
            "parametrized in terms of a sequence of tensors."
        )
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    _register(module, tensor_name, original)
    if not is_parametrized(module):
        delattr(module, "parametrizations")
        module.__class__ = type(module).__bases__[0]
    return module


def type_before_parametrizations(module: Module) -> type[Module]:
    """Return the class that a module had before it was parametrized.

    >>> type_before_parametrizations(Module())
    <class 'torch.nn.modules.module.Module'>
    """
    kind = type(module)
    return kind.__bases__[0] if is_parametrized(module) else kind


__getattr__ = refusing("torch.nn.utils.parametrize", globals())
