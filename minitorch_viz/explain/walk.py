"""Backward passes of a trace: which nodes ran together, and what came to each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ..trace.model import GradientState, Step, broke_off


@dataclass(slots=True)
class Walk:
    """One backward pass, from its first step on; `failed` means it didn't end.

    >>> Walk(3).arrived("n0", 9)
    []
    """

    start: int
    gradients: list[tuple[int, GradientState]] = field(default_factory=list)
    nodes: list[str] = field(default_factory=list)
    failed: bool = False
    _arrivals: dict[str, list[tuple[int, GradientState]]] = field(default_factory=dict)

    def add(self, step: Step) -> None:
        """Take the gradients of one step."""
        if step.node is not None and step.operation is None:
            self.nodes.append(step.node)
        for gradient in step.gradients:
            self.gradients.append((step.index, gradient))
            if gradient.node is not None and gradient.value is not None:
                came = self._arrivals.setdefault(gradient.node, [])
                came.append((step.index, gradient))

    def arrived(self, node: str, index: int) -> list[GradientState]:
        """Return the gradients that have come to `node` by step `index`, in order."""
        return [g for at, g in self._arrivals.get(node, ()) if at <= index]

    def waits(self, node: str, index: int) -> bool:
        """Say whether `node`, which something has come to, can't run yet."""
        return any(at > index for at, _ in self._arrivals.get(node, ()))

    def handed(self, node: str | None) -> bool:
        """Say whether what comes to `node` goes to the program: it doesn't run."""
        return not self.failed and node not in self.nodes


def walks(steps: tuple[Step, ...]) -> list[Walk]:
    """Return, for each step, the newest backward pass that has begun by then.

    >>> [walk.start for walk in walks((Step(0, "statement", "start"),))]
    [0]
    """
    found: list[Walk] = []
    walk = Walk(0)
    for step in steps:
        if any(gradient.source is None for gradient in step.gradients):
            walk = Walk(step.index, failed=broke_off(steps, step))
        walk.add(step)
        found.append(walk)
    return found


def repeated(names: list[str]) -> frozenset[str]:
    """Return the names that occur more than once.

    >>> sorted(repeated(["a", "b", "a"]))
    ['a']
    """
    return frozenset(name for name, times in Counter(names).items() if times > 1)
