"""The statements a random program is made of: tensors, operations, views, writes."""

from __future__ import annotations

from collections.abc import Callable

from .world import FLOATS, RARE, SHAPES, Shape, Var, World, broadcast, promoted

Statement = Callable[[World], None]

_UNARY = (
    "exp sin cos tanh sigmoid relu neg abs sqrt log square reciprocal sign round floor "
    "ceil trunc frac rsqrt exp2 expm1 log1p log2 log10 tan sinh cosh asin acos atan "
    "asinh acosh atanh erf clone detach contiguous logical_not isnan isfinite isinf "
    "float double nan_to_num"
)
UNARY = _UNARY.split()
OPERATORS = ("+", "-", "*", "/", "**", "%", "//")
COMPARE = ("<", "<=", ">", ">=", "==", "!=")
_BINARY = (
    "add sub mul div pow maximum minimum atan2 remainder fmod true_divide where "
    "floor_divide fmax fmin logaddexp"
)
BINARY = _BINARY.split()
_REDUCE = (
    "sum mean prod var std amax amin max min norm logsumexp cumsum cumprod argmax "
    "argmin any all softmax log_softmax sort median cummax cummin logcumsumexp "
    "count_nonzero nansum"
)
REDUCE = _REDUCE.split()
_WRITES = (
    "exp_ sin_ cos_ tanh_ sigmoid_ relu_ neg_ abs_ sqrt_ zero_ round_ floor_ ceil_ "
    "reciprocal_ square_ log_ rsqrt_ trunc_ frac_ sign_ detach_ logical_not_"
)
WRITES = _WRITES.split()
WITH_TENSOR = ("add_", "sub_", "mul_", "div_", "copy_")
WITH_NUMBER = ("add_", "mul_", "fill_", "pow_", "div_")


def flat(shape: Shape) -> int:
    """Return how many elements a shape has."""
    count = 1
    for size in shape:
        count *= size
    return count


def values(w: World, shape: Shape) -> str:
    """Return nested lists of small numbers."""
    if not shape:
        return str(w.number())
    return "[" + ", ".join(values(w, shape[1:]) for _ in range(shape[0])) + "]"


def create(w: World) -> None:
    """Make a tensor."""
    rare = w.random.random() < 0.12
    shape = w.random.choice(RARE if rare else SHAPES)
    dtype = w.random.choice(("float32",) * 8 + ("float64", "float64", "int64", "bool"))
    grad = w.random.random() < (0.65 if dtype in FLOATS else 0.02)
    form = w.random.choice(("tensor",) * 5 + ("ones", "zeros", "full", "arange"))
    tail = "" if dtype == "float32" else f", dtype=torch.{dtype}"
    tail += ", requires_grad=True" if grad else ""
    size = f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
    text = {
        "tensor": f"torch.tensor({values(w, shape)}{tail})",
        "ones": f"torch.ones({size}{tail})",
        "zeros": f"torch.zeros({size}{tail})",
        "full": f"torch.full({size}, {w.number()}{tail})",
        "arange": f"torch.arange({flat(shape)}.{tail})"
        + ("" if len(shape) == 1 else f".reshape({size})"),
    }[form]
    w.bind(text, shape, dtype, grad=grad, leaf=form != "arange" or len(shape) == 1)


def _result(w: World, text: str, shape: Shape, dtype: str, *sources: Var) -> None:
    grad = any(v.grad for v in sources) and dtype in FLOATS
    w.bind(text, shape, dtype, grad=grad, leaf=not grad)


def unary(w: World) -> None:
    """Apply a function of one tensor."""
    x, name = w.pick(floating=True), w.random.choice(UNARY)
    method = (
        name in ("float", "double", "contiguous", "detach") or w.random.random() < 0.6
    )
    dtype = {"double": "float64", "float": "float32"}.get(name, x.dtype)
    dtype = "bool" if name.startswith(("is", "logical")) else dtype
    if dtype not in FLOATS and dtype != "bool":
        dtype = "float32"
    _result(
        w,
        f"{x.name}.{name}()" if method else f"torch.{name}({x.name})",
        x.shape,
        dtype,
        *(() if name == "detach" else (x,)),
    )


def binary(w: World) -> None:
    """Combine two tensors, or a tensor and a number."""
    x, y, form = w.pick(), w.pick(), w.random.random()
    sign = w.random.choice(OPERATORS[:5] * 3 + OPERATORS + COMPARE)
    number = w.random.choice((w.number(), int(w.number()), 2, True))
    dtype = promoted(x.dtype, y.dtype)
    dtype = "bool" if sign in COMPARE else dtype
    alone = "bool" if sign in COMPARE else promoted(x.dtype, "float32")
    if form < 0.45:
        shape = broadcast(x.shape, y.shape)
        _result(w, f"{x.name} {sign} {y.name}", shape, dtype, x, y)
    elif form < 0.65:
        _result(w, f"{x.name} {sign} {number}", x.shape, alone, x)
    elif form < 0.8:
        _result(w, f"{number} {sign} {x.name}", x.shape, alone, x)
    else:
        name, shape = w.random.choice(BINARY), broadcast(x.shape, y.shape)
        first = f"{x.name} > {w.number()}, " if name == "where" else ""
        other = y.name if w.random.random() < 0.8 else str(number)
        _result(w, f"torch.{name}({first}{x.name}, {other})", shape, dtype, x, y)


def clamp(w: World) -> None:
    """Clamp, fill where masked, mix, or raise to a power."""
    x, y = w.pick(floating=True), w.pick(floating=True)
    low, high = sorted((w.number(), w.number()))
    text = w.random.choice(
        (
            f"{x.name}.clamp({low}, {high})",
            f"{x.name}.clamp(min={low})",
            f"torch.clamp({x.name}, max={high})",
            f"{x.name}.masked_fill({x.name} > {low}, {high})",
            f"torch.lerp({x.name}, {y.name}, {w.random.choice((0.5, 0.25))})",
            f"{x.name}.pow({w.random.choice((0, 1, 2, 3, 0.5, -1, -2))})",
            f"torch.addcmul({x.name}, {y.name}, {y.name}, value={low})",
            f"torch.add({x.name}, {y.name}, alpha={high})",
            f"torch.nn.functional.leaky_relu({x.name}, 0.1)",
            f"torch.nn.functional.softplus({x.name})",
            f"torch.nn.functional.gelu({x.name})",
            f"torch.nn.functional.elu({x.name})",
            f"torch.nn.functional.silu({x.name})",
        )
    )
    _result(w, text, x.shape, x.dtype, x, y)


def reduce(w: World) -> None:
    """Reduce, scan, sort, or normalise."""
    x, name = w.pick(floating=True), w.random.choice(REDUCE)
    scans = name in ("cumsum", "cumprod", "softmax", "log_softmax", "logcumsumexp")
    needs = scans or name in ("logsumexp", "cummax", "cummin")
    pair = name in ("sort", "cummax", "cummin")
    if needs or name == "sort" or w.random.random() < 0.5:
        dim = w.dim(x.shape)
        keep = w.random.random() < 0.3 and not needs and not pair
        args = f"{dim}, keepdim=True" if keep and name != "count_nonzero" else str(dim)
        shape = list(x.shape)
        if not (scans or pair) and -len(shape) <= dim < len(shape):
            shape[dim : dim + 1 or None] = [1] if keep else []
        pair = pair or name in ("max", "min", "median")
    else:
        args, shape = "", []
    # Of elements that share a place PyTorch's kernel reads what lies behind them.
    own = f"{x.name}.clone()" if name == "median" and args else x.name
    text = f"{own}.{name}({args})" + ("[0]" if pair else "")
    dtype = "int64" if name.startswith(("arg", "count")) else x.dtype
    dtype = "bool" if name in ("any", "all") else dtype
    _result(w, text, tuple(shape), dtype, x)


def product(w: World) -> None:
    """Multiply matrices and vectors."""
    x, y = w.pick(floating=True, dims=1), w.pick(floating=True, dims=1)
    left = x.name if len(x.shape) == 2 else f"{x.name}.reshape(1, -1)"
    right = f"{y.name}.t()" if len(y.shape) == 2 else f"{y.name}.reshape(-1, 1)"
    rows = x.shape[0] if len(x.shape) == 2 else 1
    columns = y.shape[0] if len(y.shape) == 2 else 1
    text, shape = w.random.choice(
        (
            (f"{left} @ {right}", (rows, columns)),
            (f"torch.mm({left}, {right})", (rows, columns)),
            (f"{x.name} @ {y.name}", x.shape[:-1]),
            (f"torch.dot({x.name}.flatten(), {y.name}.flatten())", ()),
            (f"torch.outer({x.name}.flatten(), {y.name}.flatten())", (3, 3)),
            (f"torch.einsum('...i,...i->...', {x.name}, {y.name})", x.shape[:-1]),
        )
    )
    _result(w, text, shape, promoted(x.dtype, y.dtype), x, y)


def join(w: World) -> None:
    """Put tensors side by side."""
    x, y = w.pick(dims=1), w.pick(dims=1)
    name = w.random.choice(("cat", "stack", "hstack", "vstack"))
    dim = "" if name[1:] == "stack" else f", dim={w.dim(x.shape)}"
    if w.random.random() < 0.7:
        y = x
    shape = {"cat": (6,), "stack": (2, *x.shape)}.get(name, (2, *x.shape))
    text = f"torch.{name}(({x.name}, {y.name}){dim})"
    _result(w, text, shape, promoted(x.dtype, y.dtype), x, y)


def view(w: World) -> None:
    """Look into a tensor's memory."""
    x = w.pick(dims=1)
    shape, dim = x.shape, w.dim(x.shape)
    size = flat(shape)
    at = w.random.randrange(-2, 2)
    several = w.random.choice(
        ("chunk(2)[0]", "split(1)[0]", "unbind()[0]", "split(2)[-1]")
    )
    text, made = w.random.choice(
        (
            (f"{x.name}[{at}]", shape[1:]),
            (f"{x.name}[{at}]", shape[1:]),
            (f"{x.name}[1:]", (max((shape or (1,))[0] - 1, 0), *shape[1:])),
            (f"{x.name}[:2]", (min((shape or (2,))[0], 2), *shape[1:])),
            (f"{x.name}[..., {at}]", shape[:-1]),
            (f"{x.name}[::2]", ((1 + (shape or (1,))[0]) // 2, *shape[1:])),
            (f"{x.name}.view(-1)", (size,)),
            (f"{x.name}.view({size}, 1)", (size, 1)),
            (f"{x.name}.reshape(-1)", (size,)),
            (f"{x.name}.flatten()", (size,)),
            (f"{x.name}.t()", shape[::-1]),
            (f"{x.name}.transpose(0, -1)", shape[::-1]),
            (
                f"{x.name}.permute({', '.join(map(str, reversed(range(len(shape)))))})",
                shape[::-1],
            ),
            (f"{x.name}.unsqueeze({dim})", (1, *shape)),
            (f"{x.name}.squeeze()", tuple(n for n in shape if n != 1)),
            (f"{x.name}.squeeze({dim})", shape),
            (f"{x.name}.expand(2, *{x.name}.shape)", (2, *shape)),
            (f"{x.name}.narrow({dim}, 0, 1)", shape),
            (f"{x.name}.select({dim}, 0)", shape[1:]),
            (f"{x.name}.diagonal()", shape[:1]),
            (f"{x.name}.{several}", shape[1:] if "unbind" in several else shape),
            (f"{x.name}.detach()", shape),
            (f"{x.name}.data", shape),
            (f"{x.name}.view_as({x.name})", shape),
            (f"{x.name}.T", shape[::-1]),
            (f"{x.name}.unflatten(0, (1, -1))", (1, *shape)),
            (f"{x.name}.movedim(0, -1)", shape[::-1]),
        )
    )
    source = () if "detach" in text or "data" in text else (x,)
    _result(w, text, made, x.dtype, *source)


def pick_out(w: World) -> None:
    """Take elements by index, mask or function: always a copy."""
    x = w.pick(dims=1)
    shape, dim = x.shape, w.dim(x.shape)
    text, made = w.random.choice(
        (
            (f"{x.name}[[0, -1]]", (2, *shape[1:])),
            (f"{x.name}[torch.tensor([0, 0])]", (2, *shape[1:])),
            (f"{x.name}[{x.name} > {w.number()}]", (2,)),
            (f"{x.name}[:, [0]]", shape),
            (f"{x.name}.index_select({dim}, torch.tensor([0, 0]))", shape),
            (f"{x.name}.masked_select({x.name} > {w.number()})", (2,)),
            (
                f"{x.name}.gather({dim}, torch.zeros_like({x.name}).long())",
                shape,
            ),
            (f"{x.name}.flip(0)", shape),
            (f"{x.name}.roll(1, {dim})", shape),
            (f"{x.name}.repeat(2, *[1] * {x.name}.dim())", (2, *shape)),
            (f"{x.name}.tril()", shape),
            (f"{x.name}.topk(1)[0]", (*shape[:-1], 1)),
            (f"torch.diag({x.name})", shape),
            (f"torch.zeros_like({x.name})", shape),
            (f"torch.ones_like({x.name}, requires_grad=True)", shape),
            (f"{x.name}.new_zeros(3)", (3,)),
        )
    )
    _result(w, text, made, x.dtype, x)


def write(w: World) -> None:
    """Change a tensor in place."""
    x, y = w.pick(), w.pick()
    number = w.random.choice((w.number(), int(w.number())))
    sign = w.random.choice(("+", "-", "*", "/", "**"))
    low, high = sorted((w.number(), w.number()))
    text = w.random.choice(
        (
            f"{x.name} {sign}= {number}",
            f"{x.name} {sign}= {y.name}",
            f"{x.name}.{w.random.choice(WITH_TENSOR)}({y.name})",
            f"{x.name}.{w.random.choice(WITH_NUMBER)}({number})",
            f"{x.name}.{w.random.choice(WRITES)}()",
            f"{x.name}.{w.random.choice(WRITES)}()",
            f"{x.name}.clamp_({low}, {high})",
            f"{x.name}.masked_fill_({x.name} > {low}, {high})",
            f"{x.name}.add_({y.name}, alpha={number})",
            f"{x.name}.data.{w.random.choice(('mul_', 'add_', 'fill_'))}({number})",
            f"{x.name}.detach().{w.random.choice(('mul_', 'add_', 'fill_'))}({number})",
            f"{x.name}.addcmul_({y.name}, {y.name})",
            f"torch.mul({x.name}, {y.name}, out={x.name})",
            f"{x.name}.lerp_({y.name}, 0.5)",
        )
    )
    w.attempt(text)
    if y.grad and y.name in text.split("(", 1)[-1]:
        w.tell(x.name, grad=True, leaf=False)


def assign(w: World) -> None:
    """Write by an index."""
    x, y = w.pick(dims=1), w.pick()
    place = w.random.choice(
        ("[0]", "[0]", "[-1]", "[1:]", "[:2]", "[...]", "[:, 0]", "[..., -1]", "[0, 0]")
        + (f"[{x.name} > {w.number()}]", "[[0, 0]]", "[torch.tensor([0])]", "[:]")
    )
    value = w.random.choice((str(w.number()), y.name, y.name, f"{y.name}.sum()"))
    sign = w.random.choice(("=", "=", "=", "+=", "*="))
    w.attempt(f"{x.name}{place} {sign} {value}")
    if y.grad and y.name in value:
        w.tell(x.name, grad=True, leaf=False)


OPERATIONS: dict[Statement, int] = {
    create: 6,
    unary: 8,
    binary: 14,
    clamp: 4,
    reduce: 8,
    product: 3,
    join: 2,
    view: 12,
    pick_out: 5,
    write: 11,
    assign: 7,
}
