"""What an exception's frames hold, let go of where it isn't the program's."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from traceback import walk_tb


def clear(error: BaseException, home: str, keep: Collection[str] = ()) -> None:
    """Empty the frames of code below the folder `home`, but for functions in `keep`.

    >>> def fail(held):
    ...     raise ValueError
    >>> try:
    ...     fail(2)
    ... except ValueError as error:
    ...     clear(error, "<doctest")
    ...     error.__traceback__.tb_next.tb_frame.f_locals
    {}
    """
    chain: list[BaseException] = []
    link: BaseException | None = error
    # A program may have made its errors causes of one another.
    while link is not None and not any(link is each for each in chain):
        chain.append(link)
        for frame, _ in walk_tb(link.__traceback__):
            code = frame.f_code
            if code.co_filename.startswith(home) and code.co_name not in keep:
                with suppress(RuntimeError):  # it still runs
                    frame.clear()
        link = link.__cause__ or link.__context__
