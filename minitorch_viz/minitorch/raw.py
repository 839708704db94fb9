"""What a node saved, before it is unpacked: where hooks can be put on one tensor."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from .events import Hooked, tell
from .saved import SavedTensor

if TYPE_CHECKING:
    from .graph import Node


class RawSaved:
    """A saved tensor as it lies in its node, `node._raw_saved_...`.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(2, requires_grad=True)
    >>> y = x.exp()
    >>> y.grad_fn._raw_saved_result.register_hooks(lambda t: 2 * t, lambda t: t)
    >>> y.sum().backward()
    >>> x.grad
    tensor([5.4366, 5.4366])
    """

    def __init__(self, node: Node, field: str, place: int | None = None) -> None:
        self._node, self._field, self._place = node, field, place

    def _found(self) -> SavedTensor | None:
        """Return what lies there now."""
        found: Any = self._node.saved.get(self._field)
        return found if self._place is None else found[self._place]  # type: ignore[no-any-return]

    @property
    def data(self) -> Any:
        """What lies there: an input itself, a result's values, or what a hook made."""
        saved = self._found()
        return None if saved is None else saved.content()

    @property
    def unpack_hook(self) -> Callable[[Any], Any] | None:
        """What makes a tensor of it again, if a hook packed it."""
        saved = self._found()
        return None if saved is None or saved._packed is None else saved._packed[0]

    def register_hooks(self, *hooks: Callable[[Any], Any]) -> None:
        """Keep what `pack_hook` returns, and let `unpack_hook` make a tensor of it."""
        if len(hooks) != 2 or not all(map(callable, hooks)):
            given = ", ".join(map(repr, (self, *hooks)))
            raise TypeError(_FORMS.format(given))
        node, saved = self._node, self._found()
        if saved is None:
            raise RuntimeError(
                "Calling register_hooks on a saved tensor with value None is forbidden"
            )
        if saved.freed:
            raise RuntimeError(_FREED)
        if saved.is_packed:
            raise RuntimeError(
                "Calling register_hooks on a saved tensor whose hooks have already "
                "been set. Hint: only one pair of hooks is allowed at a time."
            )
        try:
            saved.pack_with((hooks[0], hooks[1], nullcontext), node)
        finally:
            if saved.is_packed:  # though it was refused, it stays
                node.replace_saved(self._field, saved)
                tell(Hooked(node))

    def __repr__(self) -> str:
        return f"<torch._C._autograd.SavedTensor object at {hex(id(self))}>"


RawSaved.__module__ = "torch._C._autograd"
RawSaved.__name__ = RawSaved.__qualname__ = "SavedTensor"


def raw_field(field: str) -> property:
    """Return what shows a saved tensor, or each of several, as it lies in its node.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.ones(1, requires_grad=True).exp().grad_fn._raw_saved_result
    <torch._C._autograd.SavedTensor object at ...>
    """

    def look(self: Node) -> Any:
        found = self.saved.get(field)
        if isinstance(found, (list, tuple)):
            return tuple(RawSaved(self, field, place) for place in range(len(found)))
        return RawSaved(self, field)

    return property(look)


_FREED = (
    "Calling register_hooks on a saved tensor after it has been freed. Saved "
    "intermediate values of the graph are freed when you call .backward() or "
    "autograd.grad(). Specify retain_graph=True if you need to backward through the "
    "graph a second time or if you need to access saved variables after calling "
    "backward."
)
_FORMS = (
    "register_hooks(): incompatible function arguments. The following argument types "
    "are supported:\n    1. (self: torch._C._autograd.SavedTensor, arg0: "
    "collections.abc.Callable, arg1: collections.abc.Callable) -> None\n\n"
    "Invoked with: {}"
)
