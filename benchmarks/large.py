"""Pages of large programs: hundreds of operations, a thousand steps."""

from __future__ import annotations

from pathlib import Path

import minitorch_viz as mv

LOOP = """\
w = torch.tensor([1., -1.], requires_grad=True)
for i in range(160):
    loss = (w*w).sum()
    loss.backward()
    with torch.no_grad():
        w -= 0.01 * w.grad
    w.grad = None
"""
#: The milliseconds that a step may take.
AIMS = {"300 operations": 16.0, "1000 operations": 50.0, "1000 steps": 16.0}


def chain(operations: int) -> str:
    """Return a program of so many operations, five to a line.

    >>> len(chain(300).splitlines())
    64
    """
    turns = operations // 5
    lines = "".join(
        f"h{i} = (h{i - 1} * x + w).sin() * 0.5 + h{i - 1}.detach()\n"
        for i in range(1, turns + 1)
    )
    made = "x = torch.ones(2, requires_grad=True)\nw = torch.ones(2)\nh0 = x * w\n"
    return f"{made}{lines}h{turns}.sum().backward()\n"


def pages(folder: Path) -> dict[str, Path]:
    """Save the page of each large program."""
    texts = (chain(300), chain(1000), LOOP)
    done = {}
    for name, text in zip(AIMS, texts, strict=True):
        trace = mv.step(text, level="backward", max_steps=5000, seconds=600)
        done[name] = trace.save(folder / f"{name}.html")
    return done
