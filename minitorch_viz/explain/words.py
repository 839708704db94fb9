"""Sentences as segments, such as `["text", "is"]`; never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from string import Formatter

Segments = list[list[str]]
Fill = str | Segments

_MARKS = ("text", "code")
_SUMMARY = re.compile(r"\(([\d, ]+?),?\) (?:all (\S+)|(\S+ … [^\s,]+)(, nan)?)")
_NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
)


def say(template: str, *fills: Fill) -> Segments:
    """Fill a template: `{}` becomes code, `{:t}` plain text, `{:e}` an error word.

    Backticks in the template mark code too. A fill that is a list of segments already
    is put in as it is.

    >>> say("{} is {:t}, so {}", "a", "2.", [["text", "there"]])
    [['code', 'a'], ['text', ' is 2., so there']]
    >>> say("call `sum()`")
    [['text', 'call '], ['code', 'sum()']]
    """
    found: Segments = []
    rest = iter(fills)
    for text, field, form, _ in Formatter().parse(template):
        found += [[_MARKS[i % 2], part] for i, part in enumerate(text.split("`"))]
        if field is not None:
            fill = next(rest)
            kind = {"t": "text", "e": "error"}.get(form or "", "code")
            found.extend([[kind, fill]] if isinstance(fill, str) else fill)
    return tidy(found)


def tidy(segments: Iterable[Sequence[str]]) -> Segments:
    """Join neighbouring texts and drop empty ones; `1.` ends a sentence by itself.

    >>> tidy([["text", "a "], ["text", "b"], ["code", ""]])
    [['text', 'a b']]
    """
    joined: Segments = []
    for kind, text in segments:
        if text and joined and kind == "text" == joined[-1][0]:
            doubled = joined[-1][1].endswith(".") and text.startswith(".")
            joined[-1][1] += text[1:] if doubled else text
        elif text:
            joined.append([kind, text])
    return joined


def plain(segments: Segments) -> str:
    """Return the sentence without its marks.

    >>> plain(say("{} is a leaf.", "a"))
    'a is a leaf.'
    """
    return "".join(text for _, text in segments)


def count_words(segments: Segments) -> int:
    """Count what a reader reads: a piece of code counts as one word.

    >>> count_words(say("{} requires grad.", "a * b + c"))
    3
    """
    return len("".join("x" if k == "code" else t for k, t in segments).split())


def fit(*sentences: Segments, limit: int = 40) -> Segments:
    """Join sentences: the first always, others while they fit in `limit` words.

    >>> plain(fit(say("One two."), say("Three four."), limit=3))
    'One two.'
    """
    joined: Segments = []
    for sentence in sentences:
        if not sentence:
            continue
        space = ["text", " " if joined else ""]
        longer = tidy([*joined, space, *capital(sentence)])
        if not joined or count_words(longer) <= limit:
            joined = longer
    return joined


def listing(items: Sequence[Segments], last: str = "and") -> Segments:
    """Join as a reader expects: `a`, `a and b`, `a, b and c`.

    >>> plain(listing([say("{}", name) for name in "abc"]))
    'a, b and c'
    """
    joined: Segments = []
    for position, item in enumerate(items):
        between = ", " if position < len(items) - 1 else f" {last} "
        joined += [["text", between if position else ""], *item]
    return tidy(joined)


def number(count: int) -> str:
    """Write a small count as a word.

    >>> number(2), number(12)
    ('two', '12')
    """
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


def capital(segments: Segments) -> Segments:
    """Start with a capital letter, unless code comes first.

    >>> capital(say("nothing changed."))
    [['text', 'Nothing changed.']]
    """
    if segments and segments[0][0] == "text":
        head = segments[0][1]
        return [["text", head[:1].upper() + head[1:]], *segments[1:]]
    return segments


def readable(text: str) -> str:
    """Write a summary of many numbers (`(3, 4) 0. … 2.`) as what it means.

    >>> readable("(3, 4) all 2."), readable("(3,) 0. … 2."), readable("[0., 2.]")
    ('all 2. (3x4)', '3 numbers (0. … 2.)', '[0., 2.]')
    """
    found = _SUMMARY.fullmatch(text)
    if found is None:
        return text
    size, value, ends, rest = found.groups()
    shape = size.replace(", ", "x")
    if value:
        return f"all {value} ({shape})"
    return f"{shape} numbers ({ends}" + (", some nan)" if rest else ")")
