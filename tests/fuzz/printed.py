"""What programs print, held against each other where rounding alone tells it apart.

Sums that are zero in exact arithmetic come out as 0. on one side and as -8.2e-16 on the
other, and such tensors print in different layouts. So a tensor that a program prints
is recorded with its numbers, and its text agrees with the other side's if

- the numbers are as close as tensors' values must be (`compare.py`),
- what follows the numbers (`dtype=`, `grad_fn=`) is the same, and
- the engine lays PyTorch's own numbers out as PyTorch did.

A layout that differs for another reason is thus still found. Numbers that NumPy and
Python print must be as close; only the blanks with which NumPy pads them may differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from compare import NUMBER, first_difference
from record import numbers

#: Stands in a recording for the text of the tensor that was shown as the n-th.
_MARK = re.compile("\ue000(\\d+)\ue001")
#: PyTorch goes on with the stack of its C++ code, which is another in each build.
_STACK = re.compile(
    r"\nException raised from [^\n]*\n(?:(?:frame #|<omitting)[^\n]*\n)*"
)
_BLANKS = re.compile(r"\s+")
_MOST = 2000

Shown = dict[str, Any]


def watch(torch: Any) -> list[Shown]:
    """Let tensors show marks, and return the list of what the marks stand for."""
    shown: list[Shown] = []
    plain = torch.Tensor.__repr__

    def marked(self: Any, **options: Any) -> str:
        text = plain(self, **options)
        values = numbers(self) if self.numel() <= _MOST else None
        shown.append({"text": text, "values": values, "dtype": str(self.dtype)})
        return f"\ue000{len(shown) - 1}\ue001"

    torch.Tensor.__repr__ = marked
    return shown


@dataclass(frozen=True, slots=True)
class Both:
    """What the marks in PyTorch's recording and in the engine's stand for."""

    theirs: list[Shown]
    ours: list[Shown]
    engine: Any

    def settled(self, want: Any, got: Any) -> tuple[Any, Any]:
        """Return both with texts for marks; PyTorch's text for ours if they agree."""
        if isinstance(want, str) and isinstance(got, str):
            return self._texts(_STACK.sub("", want), _STACK.sub("", got))
        if isinstance(want, dict) and isinstance(got, dict):
            keys = {**want, **got}
            found = {k: self.settled(want.get(k), got.get(k)) for k in keys}
            return {k: found[k][0] for k in want}, {k: found[k][1] for k in got}
        if isinstance(want, list) and isinstance(got, list):
            both = [self.settled(*each) for each in zip_longest(want, got)]
            return [a for a, _ in both[: len(want)]], [b for _, b in both[: len(got)]]
        return _spelled(want, self.theirs), _spelled(got, self.ours)

    def _texts(self, want: str, got: str) -> tuple[str, str]:
        first, second = _MARK.split(want), _MARK.split(got)
        if len(first) != len(second):
            return _spelled(want, self.theirs), _spelled(got, self.ours)
        for place, (a, b) in enumerate(zip(first, second, strict=True)):
            if place % 2:
                wanted, shown = self.theirs[int(a)], self.ours[int(b)]
                agree = self._tensors_agree(wanted, shown)
                first[place] = wanted["text"]
                second[place] = (wanted if agree else shown)["text"]
            elif _numbers_agree(a, b):
                second[place] = a
        return "".join(first), "".join(second)

    def _tensors_agree(self, want: Shown, got: Shown) -> bool:
        if want["text"] == got["text"] or want["values"] is None:
            return want["text"] == got["text"]
        if want["dtype"] != got["dtype"] or first_difference(
            want["values"], got["values"], True
        ):
            return False
        kind = getattr(self.engine, want["dtype"].removeprefix("torch."))
        again = repr(self.engine.tensor(want["values"], dtype=kind))
        (numbers, rest), (_, other) = _parts(want["text"]), _parts(got["text"])
        return rest == other and _parts(again)[0] == numbers


def _spelled(value: Any, shown: list[Shown]) -> Any:
    if isinstance(value, str):
        return _MARK.sub(lambda mark: str(shown[int(mark[1])]["text"]), value)
    return value


def _parts(text: str) -> tuple[str, str]:
    """Return a tensor's numbers, and what follows them without its line breaks."""
    start = max(text.find("tensor("), 0)
    end = text.rfind("]") + 1 or start + len(text[start:].partition(",")[0])
    return text[start:end], text[:start] + " ".join(text[end:].split())


def _numbers_agree(want: str, got: str) -> bool:
    """Return True if two texts differ in nothing but what rounding does."""
    numbers = [[float(n) for n in NUMBER.findall(text)] for text in (want, got)]
    frames = [_BLANKS.sub("", NUMBER.sub("#", text)) for text in (want, got)]
    return (
        numbers[0] != numbers[1]
        and frames[0] == frames[1]
        and not first_difference(*numbers, True)
    )
