"""`torch.nn.modules`: the layers, in the files where PyTorch keeps them."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from ..missing import refusing
from ..shown import layers_by_file
from . import everywhere

#: A package: `import torch.nn.modules.linear` looks for a file below it.
__path__: list[str] = []
__getattr__ = refusing("torch.nn.modules", globals())


def fill(layers: dict[str, Any]) -> None:
    """Put each layer into the module that is called as its file in PyTorch.

    >>> from minitorch_viz.minitorch.nn.modules.linear import Linear
    >>> Linear(1, 2)
    Linear(in_features=1, out_features=2, bias=True)
    """
    for file, names in layers_by_file().items():
        module = ModuleType(f"{__name__}.{file}", f"The layers of `{file}.py`.")
        vars(module)["__getattr__"] = refusing(f"torch.nn.modules.{file}", vars(module))
        found = {name: layers[name] for name in names if name in layers}
        if file == "module":
            found |= {n: v for n, v in vars(everywhere).items() if n[:9] == "register_"}
        vars(module).update(found)
        globals().update({**found, file: module})
        sys.modules[module.__name__] = module
