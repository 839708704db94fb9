"""Steps by what the last gradients tell of the curvature."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import creation
from ..events import ModuleCalled, ModuleReturned, called, tell
from ..functions.joining import cat
from ..grad_mode import enable_grad, no_grad
from .checks import check_not_negative
from .optimizer import Group, Optimizer
from .searching import Point, Search

#: What is kept from step to step, in PyTorch's order.
_KEPT = (
    *("d", "t", "old_dirs", "old_stps", "ro", "H_diag", "prev_flat_grad"),
    "prev_loss",
)


class LBFGS(Optimizer):
    """Steps by what the last gradients tell of the curvature; asks for the loss anew.

    >>> from minitorch_viz import minitorch as torch
    >>> w = torch.tensor([3.0], requires_grad=True)
    >>> opt = LBFGS([w])
    >>> def closure():
    ...     opt.zero_grad()
    ...     loss = ((w - 1) ** 2).sum()
    ...     loss.backward()
    ...     return loss
    >>> opt.step(closure)
    tensor(4., grad_fn=<SumBackward0>)
    >>> w
    tensor([1.], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: float = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        check_not_negative(learning_rate=lr)
        defaults = {
            "lr": lr,
            "max_iter": max_iter,
            "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
            "tolerance_grad": tolerance_grad,
            "tolerance_change": tolerance_change,
            "history_size": history_size,
            "line_search_fn": line_search_fn,
        }
        super().__init__(params, defaults)
        if len(self.param_groups) != 1:
            raise ValueError(
                "LBFGS doesn't support per-parameter options (parameter groups)"
            )
        self._params = self.param_groups[0]["params"]

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Step up to `max_iter` times; `closure` computes loss and gradients."""
        with no_grad(), called(self):
            if closure is None:
                raise TypeError(
                    "LBFGS.step() missing 1 required positional argument: 'closure'"
                )
            return self._steps_towards(self._aside(closure))

    def _aside(self, closure: Callable[[], Any]) -> Callable[[], Any]:
        """Let the closure, the program's own, run outside of the step."""

        def asked() -> Any:
            tell(ModuleReturned(self))
            return closure()

        recorded: Any = enable_grad()(asked)

        def aside() -> Any:
            try:
                return recorded()
            finally:
                tell(ModuleCalled(self))

        return aside

    def _steps_towards(self, closure: Callable[[], Any]) -> Any:
        group, state = self.param_groups[0], self.state[self._params[0]]
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)
        first = closure()
        loss, evaluations = float(first), 1
        state["func_evals"] += 1
        grad = self._gradient()
        done = grad.abs().max() <= group["tolerance_grad"]
        if done:
            return first
        now = dict(state)  # what the state is to be in the end
        for iteration in range(1, group["max_iter"] + 1):
            state["n_iter"] += 1
            before = loss
            now["n_iter"] = state["n_iter"]
            direction = self._direction(grad, now, group["history_size"])
            rate = group["lr"]
            if state["n_iter"] == 1:
                rate = min(1.0, 1.0 / grad.abs().sum()) * rate
            slope = grad.dot(direction)
            now.update(d=direction, t=rate, prev_loss=before)
            if slope > -group["tolerance_change"]:
                break
            if group["line_search_fn"] is not None:
                start = Point(0, loss, grad, slope)
                found, count = self._searched(
                    closure, start, direction, rate, group["max_eval"] - evaluations
                )
                rate, loss, grad = found.at, found.loss, found.grad
                now.update(t=rate)
                self._move(rate, direction)
                done = grad.abs().max() <= group["tolerance_grad"]
            else:
                self._move(rate, direction)
                count = int(iteration != group["max_iter"])
                if count:
                    loss, grad = self._again(closure)
                    done = grad.abs().max() <= group["tolerance_grad"]
            evaluations += count
            state["func_evals"] += count
            if (
                iteration == group["max_iter"]
                or evaluations >= group["max_eval"]
                or done
                or direction.mul(rate).abs().max() <= group["tolerance_change"]
                or abs(loss - before) < group["tolerance_change"]
            ):
                break
        state.update((name, now[name]) for name in _KEPT)
        return first

    def _again(self, closure: Callable[[], Any]) -> tuple[float, Any]:
        with enable_grad():  # which the closure does once more
            tell(ModuleReturned(self))
            loss = closure()
        tell(ModuleCalled(self))
        return float(loss), self._gradient()

    def _searched(
        self,
        closure: Callable[[], Any],
        start: Point,
        direction: Any,
        rate: Any,
        most: int,
    ) -> tuple[Point, int]:
        """Return the best point along a direction, and how often the loss was asked."""
        group = self.param_groups[0]
        if group["line_search_fn"] != "strong_wolfe":
            raise RuntimeError("only 'strong_wolfe' is supported")
        kept = [p.clone() for p in self._params]

        def evaluate(step: Any) -> tuple[float, Any]:
            self._move(step, direction)
            loss = float(closure())
            grad = self._gradient()
            for p, value in zip(self._params, kept, strict=True):
                p.copy_(value)
            return loss, grad

        tolerance = group["tolerance_change"]
        search = Search(evaluate, direction, start, tolerance, most)
        return search.run(rate), search.evaluations

    def _gradient(self) -> Any:
        """Return all gradients, one after the other."""
        parts = [
            creation.zeros_like(p) if p.grad is None else p.grad for p in self._params
        ]
        return cat([each.reshape(-1) for each in parts], 0)

    def _move(self, rate: Any, direction: Any) -> None:
        place = 0
        for p in self._params:
            size = p.numel()
            p.add_(direction[place : place + size].view_as(p), alpha=float(rate))
            place += size

    def _direction(self, grad: Any, state: Group, most: int) -> Any:
        """Return where to go: downhill, bent by what the last steps met."""
        if state["n_iter"] == 1:
            state.update(old_dirs=[], old_stps=[], ro=[], H_diag=1)
            downhill = grad.neg()
            state["prev_flat_grad"] = grad.clone()
            return downhill
        change = grad.sub(state["prev_flat_grad"])
        step = state["d"].mul(state["t"])
        along = change.dot(step)
        changes, steps, inverses = state["old_dirs"], state["old_stps"], state["ro"]
        if along > 1e-10:
            if len(changes) == most:
                for each in (changes, steps, inverses):
                    each.pop(0)
            changes.append(change)
            steps.append(step)
            inverses.append(1.0 / along)
            state["H_diag"] = along / change.dot(change)
        shares = self.state[self._params[0]].setdefault("al", [None] * most)
        found = grad.neg()
        past = list(enumerate(zip(changes, steps, inverses, strict=True)))
        for i, (change, step, inverse) in reversed(past):
            shares[i] = step.dot(found) * inverse
            found.add_(change, alpha=(-shares[i]).item())
        found = found.mul(state["H_diag"])
        for i, (change, step, inverse) in past:
            along = change.dot(found) * inverse
            found.add_(step, alpha=(shares[i] - along).item())
        state["prev_flat_grad"].copy_(grad)
        return found
