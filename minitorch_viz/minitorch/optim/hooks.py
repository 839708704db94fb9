"""What programs may hang around an optimizer's step and around its state."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from itertools import chain
from typing import Any

from ..graph import RemovableHandle
from ..shown import name_parts

Hook = Callable[..., Any]
Hooks = OrderedDict[int, Hook]

_BEFORE_ANY: Hooks = OrderedDict()
_AFTER_ANY: Hooks = OrderedDict()


def register_optimizer_step_pre_hook(hook: Hook) -> RemovableHandle:
    """Call `hook(optimizer, args, kwargs)` before every step of any optimizer.

    >>> register_optimizer_step_pre_hook(lambda optimizer, args, kwargs: None).remove()
    """
    return RemovableHandle(_BEFORE_ANY, hook)


def register_optimizer_step_post_hook(hook: Hook) -> RemovableHandle:
    """Call `hook(optimizer, args, kwargs)` after every step of any optimizer.

    >>> register_optimizer_step_post_hook(lambda optimizer, args, kwargs: None).remove()
    """
    return RemovableHandle(_AFTER_ANY, hook)


class Hooked:
    """An optimizer's hooks, in PyTorch's attributes; a class's `step` calls them."""

    _optimizer_step_pre_hooks: Hooks
    _optimizer_step_post_hooks: Hooks
    step: Callable[..., Any]

    def _prepare_hooks(self) -> None:
        for kind in _KINDS:
            vars(self).setdefault(f"_optimizer_{kind}_hooks", OrderedDict())
        cls = type(self)
        if not getattr(cls.step, "hooked", False):
            cls.step = _around(cls.step)

    def _register(self, kind: str, hook: Hook, prepend: bool) -> RemovableHandle:
        hooks: Hooks = getattr(self, f"_optimizer_{kind}_hooks")
        handle = RemovableHandle(hooks, hook)
        if prepend:
            hooks.move_to_end(handle.id, last=False)
        return handle

    def _run_hooks(self, kind: str, state: Any = None) -> Any:
        """Call the hooks of a kind; what one returns takes the state's place."""
        told = () if state is None else (state,)
        for hook in getattr(self, f"_optimizer_{kind}_hooks").values():
            found = hook(self, *told)
            told = told if found is None or not told else (found,)
        return told[0] if told else None

    def register_step_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` before every step."""
        return self._register("step_pre", hook, prepend=False)

    def register_step_post_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` after every step."""
        return self._register("step_post", hook, prepend=False)

    def register_state_dict_pre_hook(
        self, hook: Hook, prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(optimizer)` before `state_dict` looks."""
        return self._register("state_dict_pre", hook, prepend)

    def register_state_dict_post_hook(
        self, hook: Hook, prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)`; what it returns is handed out instead."""
        return self._register("state_dict_post", hook, prepend)

    def register_load_state_dict_pre_hook(
        self, hook: Hook, prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)`; what it returns is loaded instead."""
        return self._register("load_state_dict_pre", hook, prepend)

    def register_load_state_dict_post_hook(
        self, hook: Hook, prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(optimizer)` once it has loaded."""
        return self._register("load_state_dict_post", hook, prepend)


name_parts(Hooked, "Optimizer")


def _around(step: Callable[..., Any]) -> Callable[..., Any]:
    """Return a class's step with the hooks before and after it."""

    @wraps(step)
    def hooked(*args: Any, **kwargs: Any) -> Any:
        self: Hooked = args[0]
        before = self._optimizer_step_pre_hooks
        for hook in chain(_BEFORE_ANY.values(), before.values()):
            found = hook(self, args, kwargs)
            if found is None:
                continue
            if not isinstance(found, tuple) or len(found) != 2:
                raise RuntimeError(
                    f"{step} must return None or a tuple of (new_args, new_kwargs), "
                    f"but got {found}."
                )
            args, kwargs = found
        result = step(*args, **kwargs)
        after = self._optimizer_step_post_hooks
        for hook in chain(after.values(), _AFTER_ANY.values()):
            hook(self, args, kwargs)
        return result

    hooked.hooked = True  # type: ignore[attr-defined]
    return hooked


_KINDS = (
    "step_pre",
    "step_post",
    "state_dict_pre",
    "state_dict_post",
    "load_state_dict_pre",
    "load_state_dict_post",
)
