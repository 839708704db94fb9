"""Places where PyTorch offers no mode or hook: watched for the length of a run."""

from __future__ import annotations

import functools
import inspect
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, Literal

import torch
from torch import Tensor
from torch.utils.data.dataloader import _BaseDataLoaderIter

from ...minitorch.events import (
    Created,
    Hooked,
    ModeChanged,
    ModuleCalled,
    ModuleReturned,
    Operated,
)
from ..walk import operation_name
from .backward import Walk
from .calls import Calls
from .library import (
    is_step,
    rebuilds,
    stepping,
    switched_by_library,
    turning,
)
from .listener import Listener
from .nodes import nodes
from .older import uncompiled
from .operations import anew
from .quiet import quiet

Action = Literal["enter", "exit", "call"]
_Wrap = Callable[[Any], Any]
#: Makers of tensors that no mode of PyTorch's hears of.
_UNHEARD = ("from_numpy", "frombuffer", "range")
#: Modules whose parameters are made of what the program gives them.
_HOLDERS = {torch.nn.ParameterDict, torch.nn.ParameterList}
_SWITCHES: tuple[tuple[type, str, Action], ...] = (
    *((kind, "__enter__", "enter") for kind in (torch.no_grad, torch.enable_grad)),
    *((kind, "__exit__", "exit") for kind in (torch.no_grad, torch.enable_grad)),
    (torch.set_grad_enabled, "__init__", "call"),
    (torch.set_grad_enabled, "__call__", "call"),
    (torch.set_grad_enabled, "__enter__", "enter"),
    (torch.set_grad_enabled, "__exit__", "exit"),
    (torch.inference_mode, "__enter__", "enter"),
    (torch.inference_mode, "__exit__", "exit"),
)


@contextmanager
def patched(listener: Listener) -> Iterator[None]:
    """Let the listener hear of modes, walks back, parameters and custom functions.

    >>> seen = []
    >>> with patched(Listener(seen.append, 0)):
    ...     with torch.no_grad():
    ...         pass
    >>> seen
    []
    """
    before: list[tuple[Any, str, Any]] = []

    def put(owner: Any, name: str, wrap: Callable[[Any], Any]) -> None:
        found = vars(owner).get(name)
        before.append((owner, name, found))
        setattr(owner, name, wrap(found))

    try:
        for kind, name, action in _SWITCHES:
            put(kind, name, functools.partial(_switch, listener, kind, action))
        put(torch.autograd, "_engine_run_backward", functools.partial(_walk, listener))
        put(torch.nn.Parameter, "__new__", functools.partial(_parameter, listener))
        for module in set(_own_modules(torch.nn.Module)) - _HOLDERS:
            if "__init__" in vars(module):
                put(module, "__init__", functools.partial(_module, listener))
        put(type(torch.autograd.Variable), "__call__", lambda _: _variable(listener))
        put(torch.nn.Parameter, "__deepcopy__", functools.partial(_copy, listener))
        put(torch.nn.Module, "__call__", functools.partial(_called, listener))
        loaders: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()
        begun, fetched = _fetching(listener, loaders)
        put(_BaseDataLoaderIter, "__init__", begun)
        put(_BaseDataLoaderIter, "__next__", fetched)
        put(torch, "compile", _eager)
        for name in _UNHEARD:
            put(torch, name, functools.partial(_factory, listener, name))
        hooks = torch.autograd.graph.saved_tensors_hooks
        put(hooks, "__init__", functools.partial(_packing, listener))
        saved = torch._C._autograd.SavedTensor
        put(saved, "register_hooks", functools.partial(_hooking, listener))
        put(torch.autograd.Function, "apply", functools.partial(_apply, listener))
        with uncompiled():
            yield
    finally:
        for owner, name, found in reversed(before):
            if found is None:
                delattr(owner, name)
            else:
                setattr(owner, name, found)


def _switch(listener: Listener, kind: type, action: Action, method: Any) -> Any:
    name = kind.__name__

    @functools.wraps(method)
    def switch(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not listener.is_here:
            return method(self, *args, **kwargs)
        frame = sys._getframe(1)
        if is_step(frame):
            return _around_step(listener, method, self, *args)
        if switched_by_library(frame):
            return method(self, *args, **kwargs)
        listener.settle()
        found = method(self, *args, **kwargs)
        enabled = torch.is_inference_mode_enabled()
        if kind is not torch.inference_mode:
            enabled = torch.is_grad_enabled()
        listener.tell(ModeChanged(name, action, enabled))
        optimizer = turning(frame) if kind is torch.enable_grad else None
        if optimizer is not None:
            tells = ModuleReturned if action == "enter" else ModuleCalled
            listener.tell(tells(optimizer))
        return found

    return switch


def _around_step(listener: Listener, method: Any, switch: Any, *args: Any) -> Any:
    """An optimizer's step, in which nothing is recorded."""
    frame = sys._getframe(2)
    ends = listener.steps_on(frame)
    found = method(switch, *args)
    optimizer = stepping(frame)
    if ends:
        listener.tell(ModuleReturned(optimizer))
    action: Action = "exit" if ends else "enter"
    listener.tell(ModeChanged("no_grad", action, torch.is_grad_enabled()))
    if not ends:
        listener.tell(ModuleCalled(optimizer))
    return found


def _walk(listener: Listener, run: Any) -> Any:
    @functools.wraps(run)
    def walk(roots: Any, gradients: Any, keep: bool, *args: Any, **more: Any) -> Any:
        if not listener.is_here:
            return run(roots, gradients, keep, *args, **more)
        accumulates = more.get("accumulate_grad", False) and len(args) > 1
        back = Walk(listener, keep=keep, inputs=args[1] if accumulates else ())
        error: BaseException | None = None
        try:
            back.begin(roots, gradients)
            # What hooks do is the program's own again.
            with Calls(listener):
                return run(roots, gradients, keep, *args, **more)
        except BaseException as raised:
            error = raised
            raise
        finally:
            back.end(error)
            del error

    return walk


def _parameter(listener: Listener, found: Any) -> Any:
    make = found.__func__ if isinstance(found, staticmethod) else found

    @functools.wraps(make)
    def new(cls: type, *args: Any, **kwargs: Any) -> Any:
        made = make(cls, *args, **kwargs)
        silent = listener.is_constructing or rebuilds(sys._getframe(1))
        if listener.is_here and not silent:
            listener.settle()
            listener.tell(Created("Parameter", (made,)))
        return made

    return staticmethod(new)


def _variable(listener: Listener) -> Any:
    """What `torch.autograd.Variable(x)` makes is what `x.detach()` is."""

    def call(cls: type, *args: Any, **kwargs: Any) -> Any:
        made = type.__call__(cls, *args, **kwargs)
        if listener.is_here and args:
            listener.settle()
            event = ("self",), args[:1], (made,), None, "detach", False, True
            listener.tell(Operated("detach", *event))
        return made

    return call


def _factory(listener: Listener, name: str, make: Any) -> Any:
    @functools.wraps(make)
    def factory(*args: Any, **kwargs: Any) -> Any:
        if not listener.is_here or listener.is_constructing:
            return make(*args, **kwargs)
        listener.settle()
        with listener.working():
            made = make(*args, **kwargs)
        listener.tell(Created(name, (made,)))
        return made

    return factory


def _packing(listener: Listener, init: Any) -> Any:
    """PyTorch calls what packs a tensor in the midst of an operation."""

    @functools.wraps(init)
    def start(self: Any, pack_hook: Any, unpack_hook: Any) -> None:
        @functools.wraps(pack_hook)
        def pack(tensor: Any) -> Any:
            if not listener.is_here:
                return pack_hook(tensor)
            with anew(), Calls(listener):
                return pack_hook(tensor)

        library = (getattr(pack_hook, "__module__", "") or "").startswith("torch.")
        alone = library or not callable(pack_hook)
        init(self, pack_hook if alone else pack, unpack_hook)

    return start


def _hooking(listener: Listener, register: Any) -> Any:
    """PyTorch doesn't say whose saved tensor it is that gets hooks."""

    @functools.wraps(register)
    def hook(*args: Any, **kwargs: Any) -> None:
        register(*args, **kwargs)
        if listener.is_here:
            listener.settle()
            with quiet():
                found = [h for h, node in nodes().live() if h.find_packed(node)]
            for handle in found:
                listener.tell(Hooked(handle))

    return hook


def _eager(compile: Any) -> Any:
    """Compiled code hides its operations, so during a run all is run as written."""

    @functools.wraps(compile)
    def same(model: Any = None, **_: Any) -> Any:
        return (lambda given: given) if model is None else model

    return same


def _copy(listener: Listener, copy: Any) -> Any:
    @functools.wraps(copy)
    def deepcopy(self: Any, memo: Any) -> Any:
        if not listener.is_here or id(self) in memo:
            return copy(self, memo)
        with listener.working():
            made = copy(self, memo)
        listener.tell(Created("Parameter", (made,)))
        return made

    return deepcopy


def _called(listener: Listener, call: Any) -> Any:
    @functools.wraps(call)
    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not listener.is_here or listener.is_constructing:
            return call(self, *args, **kwargs)
        listener.settle()
        listener.tell(ModuleCalled(self))
        try:
            return call(self, *args, **kwargs)
        finally:
            listener.tell(ModuleReturned(self))

    return called


def _fetching(listener: Listener, loaders: Any) -> tuple[_Wrap, _Wrap]:
    """Watch whose batches an iterator fetches, and each time it does."""

    def begun(init: Any) -> Any:
        @functools.wraps(init)
        def start(self: Any, loader: Any, *args: Any, **kwargs: Any) -> None:
            loaders[self] = loader
            init(self, loader, *args, **kwargs)

        return start

    def fetched(step: Any) -> Any:
        call = _called(listener, lambda _, each: step(each))

        @functools.wraps(step)
        def following(self: Any) -> Any:
            loader = loaders.get(self)
            return step(self) if loader is None else call(loader, self)

        return following

    return begun, fetched


def _module(listener: Listener, init: Any) -> Any:
    @functools.wraps(init)
    def construct(self: Any, *args: Any, **kwargs: Any) -> None:
        if not listener.is_here:
            init(self, *args, **kwargs)
            return
        with listener.constructing(self, (*args, *kwargs.values())):
            init(self, *args, **kwargs)

    return construct


def _own_modules(base: type[Any]) -> Iterator[type[Any]]:
    """The modules that PyTorch comes with."""
    for kind in base.__subclasses__():
        if kind.__module__.startswith("torch.nn."):
            yield kind
            yield from _own_modules(kind)


def _apply(listener: Listener, found: Any) -> Any:
    @functools.wraps(found.__func__)
    def apply(cls: Any, *args: Any, **kwargs: Any) -> Any:
        if not listener.is_here:
            return found.__get__(None, cls)(*args, **kwargs)
        listener.settle()
        run = found.__get__(None, cls)
        if cls.__module__.startswith("torch."):
            with listener.working():
                result = run(*args, **kwargs)
            with quiet():
                event = _applied(operation_name(cls.__name__), args, result)
            listener.tell(event)
            return result
        runs = _fits(cls, args, kwargs)
        with listener.off() if runs and torch.is_grad_enabled() else nullcontext():
            result = run(*args, **kwargs)
        with quiet():
            event = _applied(cls.__name__, args, result)
        listener.tell(event)
        return result

    return classmethod(apply)


def _fits(cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """False if names don't fit `forward`, which PyTorch then doesn't run."""
    sets_up = cls.setup_context is not torch.autograd.Function.setup_context
    if not kwargs and not sets_up:
        return True
    signature = inspect.signature(cls.forward)
    known = signature.parameters.values()
    named = {each.name for each in known if each.kind is each.POSITIONAL_OR_KEYWORD}
    try:
        signature.bind(*args if sets_up else (None, *args), **kwargs)
    except TypeError:
        return False
    return named.issuperset(kwargs)


def _applied(name: str, args: tuple[Any, ...], result: Any) -> Operated:
    results = result if isinstance(result, tuple) else (result,)
    outputs = tuple(each for each in results if isinstance(each, Tensor))
    # What writes to a view leaves its node with the view's base.
    wholes = (each for output in outputs for each in (output._base, output))
    made = [each.grad_fn for each in wholes if each is not None]
    unknown = (n for n in made if n is not None and nodes().known(n) is None)
    node = next(map(nodes().handle, unknown), None)
    reason = None if node is not None else _why_not(args)
    names = tuple(f"args[{i}]" for i in range(len(args)))
    return Operated(name, names, args, outputs, node, reason, False, False)


def _why_not(args: tuple[Any, ...]) -> str:
    if torch.is_inference_mode_enabled():
        return "inference mode"
    if any(isinstance(each, Tensor) and each.requires_grad for each in args):
        return "non-differentiable" if torch.is_grad_enabled() else "grad mode off"
    return "no input requires grad"
