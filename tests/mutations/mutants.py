"""Random changes to the bytes of a trace file, and what must hold of what is left."""

from __future__ import annotations

import re
from functools import cache
from random import Random
from time import process_time
from xml.etree import ElementTree

import minitorch_viz as mv
from minitorch_viz.picture.export import draw
from minitorch_viz.picture.svg import svg
from minitorch_viz.picture.views import LENSES
from minitorch_viz.player.page import page
from minitorch_viz.trace.model import Trace

PROGRAMS = (
    """\
x = torch.tensor([1., 2.], requires_grad=True)
y = 2*x
with torch.no_grad():
    z = 3 + x.detach()
y.retain_grad()
r = (y*z).sum()
r.backward()
print(x.grad)
""",
    """\
a = torch.ones(2, requires_grad=True)
b = (a*a).sum()
with torch.no_grad():
    a += 1
b.backward()
""",
    """\
w = torch.ones(3, requires_grad=True)
for i in range(2):
    v = w.view(3, 1)[0]
    loss = (v ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad = None
""",
)
#: What stands in the place of something else: as valid JSON, a wrong thing to say.
WORDS = (
    b"null", b"true", b"false", b"-1", b"0", b"1", b"99999999999999999999", b"1e400",
    b"[]", b"{}", b'""', b'"t0"', b'"n0"', b'"o0"', b'"s0"', b"[[[[[[[[",
    b'"</script><script>window.ran=1</script>"', b'"\\ud800"', b'"\\u0000"',
    b'"<img src=x onerror=window.ran=1>"', b"NaN",
)  # fmt: skip
#: Seconds that one file may take, from its bytes to its page and pictures.
LONGEST = 1.0


@cache
def originals() -> tuple[bytes, ...]:
    """Return the files that are changed."""
    return tuple(mv.step(p, ask="x.grad").to_json().encode() for p in PROGRAMS)


def mutant(seed: int) -> bytes:
    """Return a trace file with one to three changes; the same one for a seed."""
    random = Random(seed)
    original = random.choice(originals())
    data = bytearray(original)
    while data == original:
        for _ in range(random.randint(1, 3)):
            random.choice(CHANGES)(data, random)
    return bytes(data)


def _flip(data: bytearray, random: Random) -> None:
    data[random.randrange(len(data))] = random.randrange(256)


def _digit(data: bytearray, random: Random) -> None:
    """Change a digit: numbers, ids and places become others, the JSON stays valid."""
    start = random.randrange(len(data))
    for at in range(start, min(start + 2000, len(data))):
        if chr(data[at]).isdigit():
            data[at] = random.choice(b"0123456789")
            return


def _word(data: bytearray, random: Random) -> None:
    """Put a word where a value stands."""
    start = data.find(b":", random.randrange(len(data)))
    ends = [e for e in (data.find(b",", start), data.find(b"}", start)) if e > 0]
    if start > 0 and ends:
        data[start + 1 : min(ends)] = random.choice(WORDS)


def _cut(data: bytearray, random: Random) -> None:
    del data[random.randrange(len(data)) :]


def _drop(data: bytearray, random: Random) -> None:
    start = random.randrange(len(data))
    del data[start : start + random.choice((1, 2, 10, 100, 1000))]


def _repeat(data: bytearray, random: Random) -> None:
    start = random.randrange(len(data))
    piece = data[start : start + random.choice((1, 5, 50, 500))]
    data[random.randrange(len(data)) : 0] = piece


def _swap(data: bytearray, random: Random) -> None:
    """Put one value in the place of another: a tensor's id where a node's was."""
    a, b = sorted(data.find(b":", random.randrange(len(data))) + 1 for _ in range(2))
    ends = [data.find(b",", at) for at in (a, b)]
    if 0 < a < ends[0] <= b < ends[1]:
        first, second = data[a : ends[0]], data[b : ends[1]]
        data[b : ends[1]] = first
        data[a : ends[0]] = second


def _borrow(data: bytearray, random: Random) -> None:
    """Give a field what the same field has elsewhere."""
    name = random.choice(re.findall(rb'"\w+":', data) or [b""])
    places = [found.end() for found in re.finditer(re.escape(name), data)]
    if not name or len(places) < 2:
        return
    here, there = random.sample(places, 2)
    ends = [min([e for e in (data.find(b",", p), data.find(b"}", p)) if e > 0] or [p])
            for p in (here, there)]  # fmt: skip
    data[here : ends[0]] = data[there : ends[1]]


CHANGES = (
    _flip, _digit, _digit, _digit, _word, _word, _borrow, _borrow, _borrow, _borrow,
    _swap, _cut, _drop, _repeat,
)  # fmt: skip


def read(data: bytes) -> Trace | None:
    """Return the trace in a file; None where it is refused, which must be in words."""
    try:
        return Trace.from_json(data.decode())
    except ValueError as error:
        if str(error):
            return None
        raise


def show(trace: Trace) -> str:
    """Make all that is made of a trace; return its page."""
    shown = page(trace)
    for lens in LENSES:
        for step in (0, len(trace.steps) // 2, -1):
            drawn = ElementTree.fromstring(svg(draw(trace, step=step, lens=lens)))
            assert not [e for e in drawn.iter() if e.tag.endswith("script")]
    trace.at(-1)
    assert shown.count("<script") == shown.count("</script>") == 2
    assert "<img" not in shown
    return shown


def problem(seed: int) -> tuple[str, Trace | None]:
    """Say what is wrong with how a mutant is taken ("" if nothing is)."""
    started, data, trace = process_time(), mutant(seed), None
    try:
        trace = read(data)
        if trace is not None:
            show(trace)
    except Exception as error:  # noqa: BLE001  that none gets here is what is tested
        return f"{type(error).__name__}: {error}", trace
    took = process_time() - started
    return (f"took {took:.1f} s" if took > LONGEST else ""), trace
