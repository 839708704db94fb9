"""Modules: trees of layers that list their parameters by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from .. import dtypes
from ..events import called
from ..graph import RemovableHandle
from ..tensor import Tensor
from ..thread import thread
from . import converting
from .hooks import Hooks, call_hooked, everywhere
from .legacy_hooks import check_kind
from .parameter import Buffer, Parameter
from .saving import Saved
from .tree import Tree


class Module(Saved, Tree):
    """A layer, or a tree of layers; subclasses define `forward`.

    >>> from minitorch_viz import minitorch as torch
    >>> class Scale(Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.factor = Parameter(torch.tensor([2.0]))
    ...     def forward(self, x):
    ...         return x * self.factor
    >>> Scale()(torch.ones(1)), [name for name, _ in Scale().named_parameters()]
    (tensor([2.], grad_fn=<MulBackward0>), ['factor'])
    """

    training: bool
    #: What PyTorch's modules have for those who look; nothing here reads it.
    dump_patches: bool = False
    #: Whether what else a class inherits from is made as well, of the same arguments.
    call_super_init = False
    _module_hooks: Hooks

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if (args or kwargs) and self.call_super_init is False:
            name = f"{type(self).__name__}.__init__()"
            for key in kwargs:
                raise TypeError(f"{name} got an unexpected keyword argument '{key}'")
            count = len(args) + 1
            raise TypeError(
                f"{name} takes 1 positional argument but {count} were given"
            )
        # Straight into __dict__: __setattr__ needs these to exist.
        self.__dict__.update(
            training=True,
            _parameters={},
            _buffers={},
            _non_persistent_buffers_set=set(),
            _modules={},
            _module_hooks=Hooks(),
        )
        if self.call_super_init:
            super().__init__(*args, **kwargs)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output; every subclass defines its own."""
        raise NotImplementedError(
            f'Module [{type(self).__name__}] is missing the required "forward" function'
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if thread.now.observer is not None:
            with called(self):
                return call_hooked(self, args, kwargs)
        if not (self._module_hooks or everywhere):
            return self.forward(*args, **kwargs)
        return call_hooked(self, args, kwargs)

    # Attributes: parameters, buffers and modules live in dicts of their own

    def __getattr__(self, name: str) -> Any:
        for kind in ("_parameters", "_buffers", "_modules"):
            found = self.__dict__.get(kind)
            if found is not None and name in found:
                return found[name]
        kind_of_hook = name.removeprefix("_").removesuffix("_hooks")
        if "_module_hooks" in self.__dict__ and kind_of_hook in Hooks.KINDS:
            return self._module_hooks.kinds[kind_of_hook]
        if "_module_hooks" in self.__dict__ and name in Hooks.SORTS:
            return self._module_hooks.sorted_out(*Hooks.SORTS[name])
        if name == "_module_hooks":
            name = "_backward_hooks"
        raise AttributeError(
            f"'{type(self).__name__}' object has no attribute '{name}'"
        )

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Buffer) and name not in self.__dict__.get("_buffers", ()):
            self.register_buffer(name, value, value.persistent)
            return
        for kind, wanted, word in _KINDS:
            if isinstance(value, wanted):
                if kind not in self.__dict__:
                    raise AttributeError(
                        f"cannot assign {word} before Module.__init__() call"
                    )
                self._forget(name, but=kind)
                self.__dict__[kind][name] = value
                return
        for kind, allowed, message in _REPLACING:
            held = self.__dict__.get(kind)
            if held is not None and name in held:
                if value is not None and not isinstance(value, allowed):
                    raise TypeError(message.format(_type_name(value), name))
                held[name] = value
                return
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        if any(name in self.__dict__[kind] for kind, *_ in _REPLACING):
            self._forget(name)
        else:
            object.__delattr__(self, name)

    def _forget(self, name: str, but: str = "") -> None:
        self.__dict__.pop(name, None)
        for kind, *_ in _REPLACING:
            if kind != but:  # where a name stays, its place among the others does
                self.__dict__.get(kind, {}).pop(name, None)
        self._non_persistent_buffers_set.discard(name)

    def __dir__(self) -> list[str]:
        names = {*super().__dir__()}
        return sorted(names.union(*(self.__dict__.get(k, ()) for k, *_ in _REPLACING)))

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Add a parameter by name; None keeps the name free for one."""
        _check_name(self, "parameter", "_parameters", name)
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(
                f"cannot assign '{_type_name(param)}' object to parameter '{name}' "
                "(torch.nn.Parameter or None required)"
            )
        self._parameters[name] = param

    def register_buffer(
        self, name: str, tensor: Tensor | None, persistent: bool = True
    ) -> None:
        """Add a tensor that belongs to the state and isn't trained."""
        _check_name(self, "buffer", "_buffers", name)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                f"cannot assign '{_type_name(tensor)}' object to buffer '{name}' "
                "(torch Tensor or None required)"
            )
        self._buffers[name] = tensor
        if not persistent:
            self._non_persistent_buffers_set.add(name)

    def add_module(self, name: str, module: Module | None) -> None:
        """Add a child by name."""
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{_type_name(module)} is not a Module subclass")
        _check_name(self, "module", "_modules", name)
        self._modules[name] = module

    register_module = add_module

    # Changing the whole tree

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call `fn` with every module, children first."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def train(self, mode: bool = True) -> Self:
        """Put this module and all below it in training mode, or out of it."""
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")  # noqa: TRY004
        self.training = mode
        for child in self.children():
            child.train(mode)
        return self

    def eval(self) -> Self:
        """Put this module and all below it in evaluation mode."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Ask for gradients of every parameter, or no more."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget every gradient, or fill it with zeros."""
        for parameter in self.parameters():
            forget_grad(parameter, set_to_none)

    def to(self, *args: Any, **kwargs: Any) -> Self:
        """Bring every floating-point parameter and buffer to a type or device."""
        converting.to(self, args, kwargs)
        return self

    def to_empty(self, *, device: Any, recurse: bool = True) -> Self:
        """Give every parameter and buffer new memory on a device."""
        converting.to_empty(self, device)
        return self

    def _convert(self, wanted: dtypes.dtype, all_types: bool = False) -> Self:
        def change(tensor: Tensor) -> Tensor:
            fits = all_types or tensor.is_floating_point()
            return tensor.to(wanted) if fits else tensor

        converting.apply(self, change)
        return self

    def float(self) -> Self:
        """Make every floating-point parameter and buffer float32."""
        return self._convert(dtypes.float32)

    def double(self) -> Self:
        """Make every floating-point parameter and buffer float64."""
        return self._convert(dtypes.float64)

    def half(self) -> Self:
        """Make every floating-point parameter and buffer float16."""
        return self._convert(dtypes.float16)

    def type(self, dst_type: dtypes.dtype) -> Self:
        """Make every parameter and buffer this type."""
        return self._convert(dst_type, all_types=True)

    def cpu(self) -> Self:
        """Bring every parameter and buffer to the CPU."""
        return self.to("cpu")

    def cuda(self, device: Any = None) -> Self:
        """Bring every parameter and buffer to the simulated CUDA device."""
        return self.to("cuda" if device is None else device)

    # Hooks, text

    def register_forward_pre_hook(
        self,
        hook: Callable[..., Any],
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
    ) -> RemovableHandle:
        """Call `hook(module, args)` before `forward`; it may return other arguments."""
        return self._module_hooks.register(
            "forward_pre", hook, prepend=prepend, with_kwargs=with_kwargs
        )

    def register_forward_hook(
        self,
        hook: Callable[..., Any],
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Call `hook(module, args, output)` after; it may return another output."""
        return self._module_hooks.register(
            "forward",
            hook,
            prepend=prepend,
            with_kwargs=with_kwargs,
            always_call=always_call,
        )

    def register_full_backward_pre_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, grad_output)` when the outputs' gradients are known."""
        return self._module_hooks.register("backward_pre", hook, prepend=prepend)

    def register_full_backward_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when the inputs' are known."""
        check_kind(self, full=True)
        return self._module_hooks.register("backward", hook, prepend=prepend)

    def register_backward_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook` after the node that made the output, and no other, ran."""
        check_kind(self, full=False)
        return self._module_hooks.register("legacy_backward", hook)

    def extra_repr(self) -> str:
        """Return what the text of this module says between its brackets."""
        return ""

    def _get_name(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        below = [
            f"({name}): " + repr(child).replace("\n", "\n  ")
            for name, child in self._modules.items()
        ]
        return framed(self._get_name(), lines, below)


def framed(name: str, extra: list[str], below: list[str]) -> str:
    """Return the text of a module: on one line if nothing lies below it."""
    if len(extra) == 1 and not below:
        return f"{name}({extra[0]})"
    lines = extra + below
    return f"{name}(\n  " + "\n  ".join(lines) + "\n)" if lines else f"{name}()"


def forget_grad(tensor: Tensor, set_to_none: bool) -> None:
    """Drop a gradient, or take it out of its graph and fill it with zeros."""
    gradient = tensor.grad
    if gradient is None:
        return
    if set_to_none:
        tensor.grad = None
        return
    if gradient.grad_fn is not None:
        gradient.detach_()
    else:
        gradient.requires_grad_(False)
    gradient.zero_()


def _check_name(module: Module, word: str, kind: str, name: str) -> None:
    if kind not in module.__dict__:
        raise AttributeError(f"cannot assign {word} before Module.__init__() call")
    if not isinstance(name, str):
        raise TypeError(f"{word} name should be a string. Got {type(name).__name__}")
    if "." in name:
        got = f", got: {name}" if word == "module" else ""
        raise KeyError(f'{word} name can\'t contain "."{got}')
    if not name:
        raise KeyError(f'{word} name can\'t be empty string ""')
    if hasattr(module, name) and name not in module.__dict__[kind]:
        raise KeyError(f"attribute '{name}' already exists")


def _type_name(value: Any) -> str:
    return value.type() if type(value) is Tensor else type(value).__name__


_KINDS = (
    ("_parameters", Parameter, "parameters"),
    ("_modules", Module, "module"),
)
_REPLACING = (
    (
        "_parameters",
        Parameter,
        "cannot assign '{}' as parameter '{}' (torch.nn.Parameter or None expected)",
    ),
    (
        "_modules",
        Module,
        "cannot assign '{}' as child module '{}' (torch.nn.Module or None expected)",
    ),
    (
        "_buffers",
        Tensor,
        "cannot assign '{}' as buffer '{}' (torch.nn.Buffer, torch.Tensor or None "
        "expected)",
    ),
)
