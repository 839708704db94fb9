"""python -m tests.minitorch.signatures: write what PyTorch's argument parser knows.

The signatures come from PyTorch's own generator of its bindings (`torchgen`), for the
names that the engine has; `minitorch_viz/minitorch/signatures.txt` holds them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import minitorch_viz.minitorch as engine
from minitorch_viz.minitorch.nn import functional

#: What PyTorch's C++ parses by hand: `tensor_new.cpp`, `python_torch_functions_manual`.
BY_HAND = {
    "torch": """\
as_tensor(PyObject data, *, ScalarType? dtype=None, Device? device=None)
numel(Tensor input)
new(*, Device? device=None)
new(Storage storage)
new(Tensor other)
new(SymIntArrayRef size, *, Device? device=None)
new(PyObject data, *, Device? device=None)
range(Scalar start, Scalar end, Scalar step=1, *, Tensor out=None, \
ScalarType? dtype=None, Layout? layout=None, Device? device=None, \
bool? pin_memory=False, bool? requires_grad=False)
tensor(PyObject data, *, ScalarType? dtype=None, Device? device=None, \
bool pin_memory=False, bool requires_grad=False, DimnameList? names=None)
""",
    "Tensor": """\
bool(*, MemoryFormat? memory_format=None)
byte(*, MemoryFormat? memory_format=None)
char(*, MemoryFormat? memory_format=None)
contiguous(*, MemoryFormat memory_format=contiguous_format)
copy_(Tensor other, bool non_blocking=False)
cpu(*, MemoryFormat? memory_format=None)
cuda(Device? device=None, bool non_blocking=False, *, \
MemoryFormat? memory_format=None)
data_ptr()
dim()
double(*, MemoryFormat? memory_format=None)
element_size()
float(*, MemoryFormat? memory_format=None)
get_device()
half(*, MemoryFormat? memory_format=None)
int(*, MemoryFormat? memory_format=None)
is_contiguous(*, MemoryFormat memory_format=contiguous_format)
item()
long(*, MemoryFormat? memory_format=None)
ndimension()
nelement()
numel()
numpy(*, bool force=False)
requires_grad_(bool requires_grad=True)
set_()
set_(Storage source)
set_(Storage source, SymInt storage_offset, SymIntArrayRef size, \
SymIntArrayRef stride=None)
set_(Tensor source)
set_(Tensor source, SymInt storage_offset, SymIntArrayRef size, \
SymIntArrayRef stride=None)
short(*, MemoryFormat? memory_format=None)
size(int64_t? dim=None)
storage_offset()
stride(int64_t? dim=None)
to(Device? device=None, ScalarType? dtype=None, bool non_blocking=False, \
bool copy=False, *, MemoryFormat? memory_format=None)
to(ScalarType dtype, bool non_blocking=False, bool copy=False, *, \
MemoryFormat? memory_format=None)
to(Tensor tensor, bool non_blocking=False, bool copy=False, *, \
MemoryFormat? memory_format=None)
tolist()
new_tensor(PyObject data, *, ScalarType? dtype=None, Device? device=None, \
bool requires_grad=False)
""",
}

#: What functions that PyTorch has in Python end in.
INNER = {"cdist", "_unique2", "unique_dim", "unique_consecutive", "tensordot"}

FILE = Path(engine.__file__).parent / "signatures.txt"


def text() -> str:
    """Return the file's text: a heading for each part, a line for each form."""
    import torch
    import torchgen
    from torchgen.gen import parse_native_yaml
    from torchgen.packaged.autograd import gen_python_functions as bindings

    data = Path(torchgen.__file__).parent / "packaged"
    functions = parse_native_yaml(
        str(data / "ATen/native/native_functions.yaml"),
        str(data / "ATen/native/tags.yaml"),
    ).native_functions
    bound = [f for f in functions if bindings.should_generate_py_binding(f)]
    parts: list[tuple[str, Any, Callable[..., bool]]] = [
        ("torch", (engine, torch), bindings.is_py_torch_function),
        ("Tensor", (engine.Tensor, torch.Tensor), bindings.is_py_variable_method),
        ("nn", (torch._C._nn,) * 2, bindings.is_py_nn_function),
        ("linalg", (engine.linalg, torch.linalg), bindings.is_py_linalg_function),
        ("special", (engine.special, torch.special), bindings.is_py_special_function),
    ]
    lines: list[str] = []
    for part, homes, belongs in parts:
        pairs = bindings.load_signatures(
            bound, str(data / "autograd/deprecated.yaml"), method=part == "Tensor"
        )
        mine = [pair for pair in pairs if belongs(pair.function)]
        lines += [f"[{part}]", *_forms(part, mine, homes, bindings)]
        lines += BY_HAND.get(part, "").splitlines()
    lines += [
        "[inner]",
        *_inner(bound, str(data / "autograd/deprecated.yaml"), bindings),
    ]
    return "\n".join(lines) + "\n"


def _inner(bound: list[Any], deprecated: str, bindings: Any) -> Iterator[str]:
    """Yield the forms of what functions in Python end in."""
    pairs = bindings.load_signatures(bound, deprecated, method=False)
    for name in sorted(INNER):
        mine = [pair for pair in pairs if pair.signature.name == name]
        for form in bindings.group_overloads(mine, symint=True):
            yield form.signature.signature_str(symint=True)


def _forms(
    part: str, pairs: list[Any], homes: tuple[Any, Any], bindings: Any
) -> Iterator[str]:
    """Yield the forms of each name that both have, in the parser's order.

    A function that PyTorch has written in Python doesn't know the parser.
    """
    groups: dict[str, list[Any]] = {}
    for pair in pairs:
        groups.setdefault(pair.signature.name, []).append(pair)
    for name in sorted(groups):
        ours, theirs = (
            getattr(home, name.removeprefix(f"{part}_"), None) for home in homes
        )
        # What `nn.functional` ends in is listed too.
        known = ours is not None or name in functional.__all__
        if known and not inspect.isfunction(theirs):
            for form in bindings.group_overloads(groups[name], symint=True):
                yield form.signature.signature_str(symint=True)


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
