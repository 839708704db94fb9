"""Grad mode and inference mode: what decides whether operations are recorded."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any, Literal, Self

from .events import ModeChanged
from .shown import Named
from .thread import thread


def is_grad_enabled() -> bool:
    """Return True if grad mode is on in this thread.

    >>> is_grad_enabled()
    True
    """
    return thread.now.grad


def is_inference_mode_enabled() -> bool:
    """Return True if inference mode is on in this thread.

    >>> is_inference_mode_enabled()
    False
    """
    return thread.now.inference


class _Mode(metaclass=Named):
    """A context manager that is a decorator too; each call enters a fresh clone."""

    def __enter__(self) -> None:
        raise NotImplementedError

    def __exit__(self, *exc_info: object) -> None:
        raise NotImplementedError

    def clone(self) -> Self:
        return type(self)()

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if inspect.isclass(function):
            warnings.warn(_CLASS_DECORATED, FutureWarning, stacklevel=2)
            # Through a function that doesn't know the class's name.
            return context_decorator(
                self.clone,
                lambda *a, **k: function(*a, **k),  # noqa: PLW0108
            )
        if inspect.isgeneratorfunction(function):
            return _wrap_generator(self.clone, function)
        return context_decorator(self.clone, function)

    def __repr__(self) -> str:
        return object.__repr__(self).replace(__name__, "torch.autograd.grad_mode")

    def _announce(self, action: Literal["enter", "exit", "call"]) -> None:
        observer = thread.now.observer
        if observer is not None:
            observer(ModeChanged(type(self).__name__, action, self._enabled()))

    def _enabled(self) -> bool:
        return thread.now.grad


@contextmanager
def unrecorded() -> Iterator[None]:
    """Switch grad mode off for the engine's own work, unseen by the observer.

    >>> with unrecorded():
    ...     is_grad_enabled()
    False
    """
    with recording(False):
        yield


@contextmanager
def recording(enabled: bool) -> Iterator[None]:
    """Switch grad mode for the engine's own work, unseen by the observer.

    >>> with recording(False):
    ...     is_grad_enabled()
    False
    """
    before, thread.now.grad = thread.now.grad, enabled
    try:
        yield
    finally:
        thread.now.grad = before


class no_grad(_Mode):
    """Record nothing: results have `requires_grad=False`.

    >>> with no_grad():
    ...     is_grad_enabled()
    False
    """

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        return super().__new__(cls) if function is None else cls()(function)

    def __init__(self) -> None:
        # One `prev` per object, as in PyTorch: re-entering the same object inside
        # itself forgets what was there before.
        self.prev = False

    def __enter__(self) -> None:
        self.prev, thread.now.grad = thread.now.grad, False
        self._announce("enter")

    def __exit__(self, *exc_info: object) -> None:
        thread.now.grad = self.prev
        self._announce("exit")


class enable_grad(_Mode):
    """Record again inside an outer `no_grad`.

    >>> with no_grad(), enable_grad():
    ...     is_grad_enabled()
    True
    """

    prev: bool

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        return super().__new__(cls) if function is None else cls()(function)

    def __enter__(self) -> None:
        self.prev, thread.now.grad = thread.now.grad, True
        self._announce("enter")

    def __exit__(self, *exc_info: object) -> None:
        thread.now.grad = self.prev
        self._announce("exit")


class set_grad_enabled(_Mode):
    """Set grad mode, at once: as a call, a block or a decorator.

    >>> with set_grad_enabled(False):
    ...     is_grad_enabled()
    False
    """

    def __init__(self, mode: bool) -> None:
        if not isinstance(mode, bool):
            raise TypeError(
                "set_grad_enabled(): argument 'enabled' (position 1) must be bool, "
                f"not {type(mode).__name__}"
            )
        self.prev, self.mode = thread.now.grad, mode
        thread.now.grad = mode
        self._announce("call")

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        # As a decorator it must not act where the function is defined.
        thread.now.grad = self.prev
        self._announce("call")
        return super().__call__(function)

    def __enter__(self) -> None:
        thread.now.grad = self.mode
        self._announce("enter")

    def __exit__(self, *exc_info: object) -> None:
        thread.now.grad = self.prev
        self._announce("exit")

    def clone(self) -> Self:
        return type(self)(self.mode)

    def __repr__(self) -> str:
        return f"torch.autograd.grad_mode.set_grad_enabled(mode={self.mode})"


class inference_mode(_Mode):
    """Record nothing and make inference tensors, which can never be recorded.

    >>> with inference_mode():
    ...     is_inference_mode_enabled(), is_grad_enabled()
    (True, False)
    """

    def __new__(cls, mode: bool | Callable[..., Any] = True) -> Any:
        return super().__new__(cls) if isinstance(mode, bool) else cls()(mode)

    def __init__(self, mode: bool = True) -> None:
        self.mode = mode
        self._before: tuple[bool, bool] | None = None

    def __enter__(self) -> None:
        # `inference_mode(False)` switches grad mode on, even inside `no_grad`.
        self._before = thread.now.inference, thread.now.grad
        thread.now.inference, thread.now.grad = self.mode, not self.mode
        self._announce("enter")

    def __exit__(self, *exc_info: object) -> None:
        # A second exit of one re-entered object restores nothing, as in PyTorch.
        if self._before is not None:
            thread.now.inference, thread.now.grad = self._before
            self._before = None
        self._announce("exit")

    def clone(self) -> Self:
        return type(self)(self.mode)

    def _enabled(self) -> bool:
        return thread.now.inference


class set_multithreading_enabled(_Mode):
    """Let backward use threads or not: here it always runs in the one that called it.

    >>> with set_multithreading_enabled(False):
    ...     is_multithreading_enabled()
    False
    """

    def __init__(self, mode: bool) -> None:
        if not isinstance(mode, bool):
            raise TypeError(
                "set_multithreading_enabled(): argument 'enabled' (position 1) must be "
                f"bool, not {type(mode).__name__}"
            )
        self.prev, self.mode = thread.now.threads, mode
        thread.now.threads = mode

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exc_info: object) -> None:
        thread.now.threads = self.prev

    def clone(self) -> Self:
        return type(self)(self.mode)


def is_multithreading_enabled() -> bool:
    """Return what `set_multithreading_enabled` was told.

    >>> is_multithreading_enabled()
    True
    """
    return thread.now.threads


def context_decorator(
    make: Callable[[], _Mode], function: Callable[..., Any]
) -> Callable[..., Any]:
    """Run a function in the mode; the names are those PyTorch shows."""

    @functools.wraps(function)
    def decorate_context(*args: Any, **kwargs: Any) -> Any:
        with make():
            return function(*args, **kwargs)

    return decorate_context


def _wrap_generator(
    make: Callable[[], _Mode], function: Callable[..., Generator[Any, Any, Any]]
) -> Callable[..., Generator[Any, Any, Any]]:
    """Run a generator in the mode, restoring the caller's at every yield."""

    @functools.wraps(function)
    def generator_context(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        generator = function(*args, **kwargs)
        resume: Callable[[], Any] = functools.partial(next, generator)
        while True:
            try:
                with make():
                    value = resume()
            except StopIteration as stop:
                return stop.value
            try:
                sent = yield value
            except GeneratorExit:
                with make():
                    generator.close()
                raise
            except BaseException as error:  # noqa: BLE001 - passed on, whatever it is
                resume = functools.partial(generator.throw, error)
            else:
                resume = functools.partial(generator.send, sent)

    return generator_context


_CLASS_DECORATED = (
    "Decorating classes is deprecated and will be disabled in future versions. "
    "You should only decorate functions or methods. To preserve the current behavior "
    "of class decoration, you can directly decorate the `__init__` method and nothing "
    "else."
)
