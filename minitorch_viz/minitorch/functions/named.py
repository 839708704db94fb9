"""Several results with names, as `torch.return_types` has them."""

from __future__ import annotations

from typing import Any

from ..op import OPS, call
from ..tensor import Tensor


class Named(tuple[Any, ...]):
    """Several results with names: `x.max(0).values`."""

    __slots__ = ()
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, names: tuple[str, ...]) -> type[Named]:
        """Return the type of what `torch.name` returns."""
        home = {"names": names, "__slots__": (), "__module__": "torch.return_types"}
        return type(name, (Named,), home)

    def into(self, outs: Any) -> Named:
        """Return what `out=` returns, a type of its own."""
        return Named.of(f"{type(self).__name__}_out", self.names)(outs)

    def __getattr__(self, name: str) -> Any:
        if name in self.names:
            return self[self.names.index(name)]
        raise AttributeError(
            f"'torch.return_types.{type(self).__name__}' object has no attribute "
            f"'{name}'"
        )

    def __repr__(self) -> str:
        lines = (f"{n}={v!r}" for n, v in zip(self.names, self, strict=True))
        return f"torch.return_types.{type(self).__name__}(\n" + ",\n".join(lines) + ")"


def returned(name: str, op: str, self: Tensor, *args: Any) -> Named:
    """Return the outputs of an operation, which have names."""
    kind = _KINDS.get(name)
    if kind is None:
        kind = _KINDS[name] = Named.of(name, OPS[op].outputs)
    found = kind(call(OPS[op], (self,), args))
    if self._array.ndim == 1 and name not in ("median", "nanmedian"):
        for each in found:
            each._beyond = 1  # PyTorch drops the dimension when it is done
    return found


_KINDS: dict[str, type[Named]] = {}
