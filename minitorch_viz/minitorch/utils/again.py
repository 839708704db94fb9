"""What a checkpointed function would save: stand-ins, and running it again for them."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from ..autograd.graph import saved_tensors_hooks
from ..events import silence
from ..grad_mode import enable_grad
from ..saved import saving
from ..tensor import Tensor


class CheckpointError(RuntimeError):
    """The function didn't do the same when it ran again."""


class _Holder:
    """Stands for a tensor that was not saved; has it once it is computed again."""

    __slots__ = ("__weakref__", "found")

    def __init__(self) -> None:
        #: By the number of the backward pass: None once it was handed out.
        self.found: dict[object, Tensor | None] = {}


class _StopRecomputationError(Exception):
    """All that was to be saved is computed again."""


class Again:
    """One call of a checkpointed function, to be made again."""

    def __init__(
        self,
        function: Callable[[], Any],
        early_stop: bool,
        describe: Callable[[Tensor], Any],
    ) -> None:
        self.function, self.early_stop, self.describe = function, early_stop, describe
        self.holders: list[weakref.ref[_Holder]] = []
        self.descriptions: list[Any] = []
        self.forward_ended = False
        self._ran: set[object] = set()

    def pack(self, tensor: Tensor) -> _Holder:
        """Keep a stand-in for what the first run would save."""
        holder = _Holder()
        self.holders.append(weakref.ref(holder))
        self.descriptions.append(self.describe(tensor))
        return holder

    def unpack(self, holder: _Holder) -> Tensor:
        """Return what a stand-in stands for: the first asked for runs the function."""
        run = object() if saving.run is None else saving.run.number
        if run not in self._ran:
            self._run_again(run)
        found = holder.found[run]
        if found is None:
            raise CheckpointError(_UNPACKED_TWICE)
        holder.found[run] = None
        return found

    def _run_again(self, run: object) -> None:
        count, more = 0, False

        def pack(tensor: Tensor) -> Tensor:
            nonlocal count, more
            if tensor.requires_grad:
                with silence():
                    tensor = tensor.detach()
            count += 1
            if count > len(self.holders):
                if self.forward_ended:
                    raise CheckpointError(_MORE + _TIP)
                more = True
                return tensor
            holder = self.holders[count - 1]()
            if holder is not None:
                holder.found[run] = tensor
            if self.early_stop and count == len(self.holders):
                raise _StopRecomputationError
            return tensor

        try:
            with saved_tensors_hooks(pack, lambda tensor: tensor), enable_grad():
                self.function()
        except _StopRecomputationError:
            pass
        self._ran.add(run)
        if not more:
            self._compare(run, count)

    def _compare(self, run: object, count: int) -> None:
        if count != len(self.holders):
            raise CheckpointError(_COUNTS.format(len(self.holders), count) + _TIP)
        told = ""
        for i, (ref, before) in enumerate(
            zip(self.holders, self.descriptions, strict=True)
        ):
            holder = ref()
            if holder is None:
                continue
            tensor = holder.found[run]
            assert tensor is not None
            now = self.describe(tensor)
            if now != before:
                told += (
                    f"tensor at position {i}:\nsaved metadata: {before}\n"
                    f"recomputed metadata: {now}\n"
                )
        if told:
            raise CheckpointError(_DIFFERENT.format(told) + _TIP)


def described(check: str) -> Callable[[Tensor], Any]:
    """Return what is compared of a tensor and of the same one computed again.

    >>> described("none")(Tensor()) is None
    True
    """
    if check not in _CHECKS:
        raise ValueError(
            f"determinism_check should be one of {list(_CHECKS)}, but got {check}"
        )
    return _CHECKS[check]


_CHECKS: dict[str, Callable[[Tensor], Any]] = {
    "default": lambda t: {"shape": t.shape, "dtype": t.dtype, "device": t.device},
    "none": lambda t: None,
}
_UNPACKED_TWICE = (
    "torch.utils.checkpoint: Unpack is being triggered for a tensor that was already "
    "unpacked once. If you are calling ctx.saved_tensors in backward, make sure to do "
    "so only once. Otherwise please open an issue with details on your use case."
)
_MORE = (
    "torch.utils.checkpoint: trying to save more tensors during recomputation than "
    "during the original forward pass.\n"
)
_COUNTS = (
    "torch.utils.checkpoint: A different number of tensors was saved during the "
    "original forward and recomputation.\n"
    "Number of tensors saved during forward: {}\n"
    "Number of tensors saved during recomputation: {}.\n"
)
_DIFFERENT = (
    "torch.utils.checkpoint: Recomputed values for the following tensors have "
    "different metadata than during the forward pass.\n{}.\n"
)
#: PyTorch's words, and its hyphen.
_TIP = """
Tip: To see a more detailed error message, either pass `debug=True` to
`torch.utils.checkpoint.checkpoint(...)` or wrap the code block
with `with torch.utils.checkpoint.set_checkpoint_debug_enabled(True):` to
enable checkpoint\N{NON-BREAKING HYPHEN}debug mode globally.

If this error occurs under torch.compile with automatic_dynamic_shapes enabled,
it may be because the recomputation selected a different compiled graph than the
forward pass (e.g., a dynamic graph instead of the original static graph).
To fix this, either:
  - Use torch._dynamo.mark_dynamic() to explicitly mark varying dimensions as
    dynamic upfront, avoiding the static-to-dynamic transition.
  - Call torch._C._dynamo.eval_frame._set_lru_cache(False) to disable LRU cache
    reordering, which can change which graph is checked first between forward
    and recompute.
See https://github.com/pytorch/pytorch/issues/166926 for more details and
workaround examples.
"""
