"""`torch.save` and `torch.load`: objects in files, for this engine to read again."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any


def save(obj: Any, f: Any) -> None:
    """Write an object into a file; only this engine can read it again.

    >>> import io
    >>> from minitorch_viz import minitorch as torch
    >>> file = io.BytesIO()
    >>> save({"weight": torch.ones(1)}, file)
    >>> _ = file.seek(0)
    >>> load(file)
    {'weight': tensor([1.])}
    """
    if hasattr(f, "write"):
        pickle.dump(obj, f)
        return
    with Path(f).open("wb") as file:
        pickle.dump(obj, file)


def load(f: Any, map_location: Any = None, *, weights_only: bool | None = None) -> Any:
    """Return what `save` wrote; never load what you don't trust.

    >>> import io
    >>> file = io.BytesIO()
    >>> save([1, 2], file)
    >>> _ = file.seek(0)
    >>> load(file)
    [1, 2]
    """
    if hasattr(f, "read"):
        return pickle.load(f)
    with Path(f).open("rb") as file:
        return pickle.load(file)
