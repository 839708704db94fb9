"""What a random program has made so far, so that what follows makes sense."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

Shape = tuple[int, ...]
#: These broadcast with one another; a few others now and then don't.
SHAPES: tuple[Shape, ...] = ((3,), (2, 3), (2, 3), (), (1,), (2, 1), (1, 3), (3,))
RARE: tuple[Shape, ...] = ((0,), (2,), (4,), (3, 3), (2, 2, 3), (0, 3), (6,), (2, 2))
NUMBERS = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.25, 1.5, 2.0, 3.0)
FLOATS = ("float32", "float64")


@dataclass(frozen=True, slots=True)
class Var:
    """A name, and what is likely to stand behind it."""

    name: str
    shape: Shape
    dtype: str = "float32"
    grad: bool = False
    leaf: bool = True

    @property
    def floating(self) -> bool:
        """Return True if it may require grad."""
        return self.dtype in FLOATS


@dataclass(slots=True)
class World:
    """The lines of a program, and the names it has bound."""

    random: Random
    lines: list[str] = field(default_factory=list)
    tensors: list[Var] = field(default_factory=list)
    #: other things that later statements use: kind -> names
    things: dict[str, list[str]] = field(default_factory=dict)
    depth: int = 0
    made: int = 0

    def name(self, stem: str = "t") -> str:
        """Return a name that isn't taken yet."""
        self.made += 1
        return f"{stem}{self.made}"

    def line(self, text: str) -> None:
        """Add one line where the program stands."""
        self.lines.append("    " * self.depth + text)

    def attempt(self, *lines: str) -> None:
        """Add lines that may raise, and print what they raise."""
        self.line("try:")
        for text in lines:
            self.line(f"    {text}")
        self.line("except Exception as e:")
        self.line("    print(type(e).__name__, e)")

    def bind(
        self, expression: str, shape: Shape, dtype: str, *, grad: bool, leaf: bool
    ) -> Var:
        """Bind a new name to an expression's tensor; now and then an old name."""
        old = self.tensors and self.random.random() < 0.1
        name = self.random.choice(self.tensors).name if old else self.name()
        made = Var(name, shape, dtype, grad, leaf)
        self.attempt(f"{name} = {expression}")
        self.tensors = [v for v in self.tensors if v.name != name] + [made]
        return made

    def tell(self, name: str, **changes: object) -> None:
        """Note that what stands behind a name has changed."""
        self.tensors = [
            replace(v, **changes) if v.name == name else v  # type: ignore[arg-type]
            for v in self.tensors
        ]

    def pick(self, *, floating: bool = False, grad: bool = False, dims: int = 0) -> Var:
        """Return a tensor, if possible one that is as asked for."""
        fits = [
            v
            for v in self.tensors
            if (v.floating or not floating)
            and (v.grad or not grad)
            and len(v.shape) >= dims
        ]
        # The younger ones, mostly: graphs get deeper.
        pool = fits if fits and self.random.random() < 0.97 else self.tensors
        return pool[
            max(self.random.randrange(len(pool)), self.random.randrange(len(pool)))
        ]

    def number(self) -> float:
        """Return a small number."""
        return self.random.choice(NUMBERS)

    def dim(self, shape: Shape) -> int:
        """Return a dimension of a shape; rarely one that it hasn't."""
        count = len(shape)
        if not count or self.random.random() < 0.03:
            return self.random.choice((0, -1, count))
        return self.random.randrange(-count, count)


def broadcast(a: Shape, b: Shape) -> Shape:
    """Return the shape of an elementwise result, or `a` where there is none."""
    long, short = (a, b) if len(a) >= len(b) else (b, a)
    padded = (1,) * (len(long) - len(short)) + short
    return tuple(y if x == 1 else x for x, y in zip(long, padded, strict=True))


def promoted(a: str, b: str) -> str:
    """Return the dtype of an elementwise result of two tensors with dimensions."""
    order = ("bool", "uint8", "int32", "int64", "float32", "float64")
    return max(a, b, key=order.index)
