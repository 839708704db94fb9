"""A piece of a program's code on one line, as sentences and labels show it."""

from __future__ import annotations

import io
import tokenize

_BREAKS = frozenset(
    {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    }
)


def one_line(code: str) -> str:
    r"""Write code on one line: without comments, and as if it had been written so.

    >>> one_line("(\n    x  # first\n    + 1\n) * 3"), one_line("x * 8 + \\\n  x")
    ('(x + 1) * 3', 'x * 8 + x')
    """
    if "\n" not in code:
        return " ".join(code.split())
    try:
        return " ".join(_joined(code).split())
    except (tokenize.TokenError, SyntaxError):  # only a part of something
        return " ".join(code.split())


def _joined(code: str) -> str:
    """Join tokens: by their own spaces within a line, as usual where one ended."""
    text, last, column = "", 1, 0
    # In brackets a line may end anywhere.
    for token in tokenize.generate_tokens(io.StringIO(f"({code}\n)").readline):
        if token.type in _BREAKS:
            continue
        row, start = token.start
        if row == last:
            text += " " * (start - column)
        elif not text.endswith(("(", "[", "{")) and token.string not in (*")]}.",):
            text += " "
        text += token.string
        last, column = token.end
    return text[1:-1]
