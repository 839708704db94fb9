"""What tells that large memory was written to behind the engine's back: a checksum."""

from __future__ import annotations

from math import isqrt
from typing import Any

import numpy as np

#: Of more bytes a look would take too long: 16 MB take 2 ms at each statement.
MOST_BYTES = 1 << 24
#: The checksum of what has more; no hash is -1.
TOO_LARGE = -1
#: What a trace says that had to do with such memory.
OVERLOOKED = "What NumPy writes into a tensor of more than 16 MB is not looked for."


def checksum(array: np.ndarray[Any, Any]) -> int:
    """Return a number that differs once something is written.

    The bytes are laid out as a square: a write changes the sum of its row, and numbers
    that change places within a row change those of their columns.

    >>> memory = np.arange(5000)
    >>> before, memory[[1, 2]] = checksum(memory), memory[[2, 1]]
    >>> before == checksum(memory)
    False
    """
    if array.nbytes > MOST_BYTES:
        return TOO_LARGE
    raw = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    side = isqrt(raw.size // 8)
    size = 8 * side * side
    words = raw[:size].view(np.uint64).reshape(side, side)
    return hash((words.sum(0).tobytes(), words.sum(1).tobytes(), raw[size:].tobytes()))
