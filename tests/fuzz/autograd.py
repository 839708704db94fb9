"""The statements of a random program about the graph, modes, hooks and nets."""

from __future__ import annotations

from .drawn import DRAWN
from .further import FURTHER
from .names import NAMES
from .networks import NETWORKS
from .statements import OPERATIONS, Statement, values
from .training import TRAINING
from .world import World

MODES = (
    "torch.no_grad()",
    "torch.no_grad()",
    "torch.enable_grad()",
    "torch.set_grad_enabled(False)",
    "torch.set_grad_enabled(True)",
    "torch.inference_mode()",
    "torch.inference_mode(False)",
)


def backward(w: World) -> None:
    """Run backward, mostly from a scalar."""
    x = w.pick(floating=True, grad=True)
    keep = w.random.choice(("", "", "", "retain_graph=True", "create_graph=True"))
    if not x.shape or w.random.random() < 0.1:
        w.attempt(f"{x.name}.backward({keep})")
    elif w.random.random() < 0.6:
        w.attempt(f"{x.name}.sum().backward({keep})")
    elif w.random.random() < 0.7:
        comma = ", " if keep else ""
        w.attempt(f"{x.name}.backward(torch.ones_like({x.name}){comma}{keep})")
    else:
        y = w.pick(floating=True, grad=True)
        w.attempt(f"{x.name}.sum().backward(inputs=[{y.name}])")


def gradient(w: World) -> None:
    """Ask for gradients without accumulating them."""
    x, y = w.pick(floating=True, grad=True), w.pick(floating=True, grad=True)
    flags = w.random.choice(
        ("", ", retain_graph=True", ", create_graph=True", ", allow_unused=True")
        + (", allow_unused=True, create_graph=True", ", materialize_grads=True")
    )
    if w.random.random() < 0.7:
        w.bind(
            f"torch.autograd.grad({x.name}.sum(), {y.name}{flags})[0]",
            y.shape,
            y.dtype,
            grad="create" in flags,
            leaf="create" not in flags,
        )
    else:
        w.attempt(f"print(torch.autograd.grad({x.name}.sum(), [{y.name}]{flags}))")


def flags(w: World) -> None:
    """Change a flag, a gradient or the data of a tensor."""
    x, y = w.pick(floating=True), w.pick(floating=True)
    text = w.random.choice(
        (
            f"{x.name}.requires_grad_()",
            f"{x.name}.requires_grad_(False)",
            f"{x.name}.requires_grad = {w.random.choice((True, False))}",
            f"{x.name}.retain_grad()",
            f"{x.name}.retain_grad()",
            f"{x.name}.grad = None",
            f"{x.name}.grad.zero_()",
            f"{x.name}.grad = torch.ones_like({x.name})",
            f"{x.name}.grad.mul_(2)",
            f"{x.name}.data = {y.name}.detach().clone()",
            f"{x.name}.data = {y.name}",
            f"{x.name}.detach_()",
        )
    )
    w.attempt(text)
    if text.endswith(("requires_grad_()", "= True")):
        w.tell(x.name, grad=True)


def hook(w: World) -> None:
    """Register a hook on a tensor, its node, or its accumulation; or remove one."""
    x, handle = w.pick(floating=True, grad=True), w.name("h")
    text = w.random.choice(
        (
            f"{x.name}.register_hook(lambda g: print('hook', g))",
            f"{x.name}.register_hook(lambda g: g * 2)",
            f"{x.name}.register_hook(lambda g: print('{x.name}', g.shape, g._version))",
            f"{x.name}.grad_fn.register_hook(lambda gi, go: print('node', gi, go))",
            f"{x.name}.grad_fn.register_prehook(lambda go: print('before', go))",
            f"{x.name}.register_post_accumulate_grad_hook(lambda p: print(p.grad))",
        )
    )
    w.attempt(f"{handle} = {text}")
    w.things.setdefault("handle", []).append(handle)
    if w.random.random() < 0.2:
        w.attempt(f"{w.random.choice(w.things['handle'])}.remove()")


def show(w: World) -> None:
    """Print or echo something about a tensor."""
    x, y = w.pick(), w.pick()
    text = w.random.choice(
        (
            f"print({x.name})",
            f"{x.name}",
            f"print({x.name}, {y.name}.requires_grad)",
            f"print({x.name}.grad_fn, {x.name}.is_leaf, {x.name}._version)",
            f"print({x.name}.grad_fn.next_functions)",
            f"print({x.name}.grad)",
            f"print({x.name}.stride(), {x.name}.is_contiguous(), {x.name}._is_view())",
            f"print({x.name}._base is {y.name}, {x.name}.shape, {x.name}.dtype)",
            f"print({x.name}.tolist(), {x.name}.numel())",
            f"print({x.name}.item())",
            f"print(float({x.name}), bool({y.name}))",
            f"print({x.name}.numpy())",
            f"print(len({x.name}), {x.name}.size(0), {x.name}.storage_offset())",
            f"print(torch.equal({x.name}, {y.name}), {x.name}.is_inference())",
            f"print(f'{{{x.name}}}', str({x.name}.sum()))",
            f"print([s for s in {x.name}])",
        )
    )
    w.attempt(text)


def copies(w: World) -> None:
    """Copy a tensor in one of the ways there are."""
    x = w.pick()
    text = w.random.choice(
        (
            f"{x.name}.detach().clone()",
            f"{x.name}.clone().detach().requires_grad_()",
            f"torch.tensor({x.name})",
            f"torch.tensor({x.name}.tolist())",
            f"{x.name}.to(torch.float64)",
            f"{x.name}.to({x.name}.dtype)",
            f"torch.as_tensor({x.name})",
            f"torch.nn.Parameter({x.name})",
            f"torch.from_numpy({x.name}.detach().numpy())",
            f"torch.empty_like({x.name}).copy_({x.name})",
            f"torch.rand_like({x.name})",
            f"+{x.name}",
            f"__import__('copy').deepcopy({x.name})",
        )
    )
    w.bind(text, x.shape, x.dtype, grad=x.grad, leaf=x.leaf)


def mode(w: World) -> None:
    """Run a few statements in a grad mode, or call one that lasts."""
    kind, chosen = w.random.random(), w.random.choice(MODES)
    if kind < 0.08:
        w.attempt(f"torch.set_grad_enabled({w.random.choice((True, True, False))})")
    elif kind < 0.2:
        x, name = w.pick(floating=True), w.name("f")
        w.line(f"@{chosen}")
        w.line(f"def {name}(a):")
        w.line(f"    return a * {w.number()}, a.view(-1)")
        w.attempt(f"print({name}({x.name}))")
    elif w.depth < 3:
        w.line(f"with {chosen}:")
        w.depth += 1
        for _ in range(w.random.randint(1, 3)):
            statement(w)
        w.depth -= 1
    else:
        w.attempt("print(torch.is_grad_enabled(), torch.is_inference_mode_enabled())")


def net(w: World) -> None:
    """Make a layer or a loss and call it."""
    x = w.pick(floating=True, dims=1)
    width = x.shape[-1] if x.shape else 1
    name = w.name("m")
    layer = w.random.choice(
        (
            f"torch.nn.Linear({width}, {w.random.choice((1, 2))})",
            f"torch.nn.Sequential(torch.nn.Linear({width}, 2), torch.nn.Tanh())",
            "torch.nn.ReLU()",
            "torch.nn.Softmax(-1)",
            f"torch.nn.LayerNorm({width})",
            "torch.nn.Flatten(0)",
        )
    )
    w.attempt(f"{name} = {layer}")
    w.bind(f"{name}({x.name})", (*x.shape[:-1], 2), x.dtype, grad=True, leaf=False)
    if "Linear" in layer and w.random.random() < 0.5:
        parameter = w.name("p")
        w.attempt(f"{parameter} = next({name}.parameters())")


def loss(w: World) -> None:
    """Compare two tensors by a loss."""
    x, y = w.pick(floating=True), w.pick(floating=True)
    name = w.random.choice(("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"))
    how = w.random.choice(("mean", "sum", "none"))
    text = f"torch.nn.functional.{name}({x.name}, {y.name}, reduction='{how}')"
    shape = x.shape if how == "none" else ()
    w.bind(text, shape, x.dtype, grad=x.grad or y.grad, leaf=False)


def optimize(w: World) -> None:
    """Take an optimizer's step on a leaf."""
    x, name = w.pick(floating=True, grad=True), w.name("o")
    made = w.random.choice(
        (
            f"torch.optim.SGD([{x.name}], lr=0.5)",
            f"torch.optim.SGD([{x.name}], lr=0.1, momentum=0.9, weight_decay=0.1)",
            f"torch.optim.Adam([{x.name}], lr=0.1)",
            f"torch.optim.AdamW([{x.name}], lr=0.1)",
        )
    )
    w.attempt(
        f"{name} = {made}",
        f"({x.name} * {x.name}).sum().backward()",
        f"{name}.step()",
        f"{name}.zero_grad({w.random.choice(('', '', 'set_to_none=False'))})",
    )


def define(w: World) -> None:
    """Define a Function of one's own and apply it."""
    x, name = w.pick(floating=True), w.name("F")
    kept = w.random.choice(("x", "y"))
    w.line(f"class {name}(torch.autograd.Function):")
    w.line("    @staticmethod")
    w.line("    def forward(ctx, x):")
    w.line(f"        y = x.{w.random.choice(('exp()', 'sin()', 'mul(2)', 'clone()'))}")
    w.line(f"        ctx.save_for_backward({kept})")
    w.line("        return y")
    w.line("    @staticmethod")
    w.line("    def backward(ctx, g):")
    w.line("        s, = ctx.saved_tensors")
    w.line("        return g * s")
    w.bind(f"{name}.apply({x.name})", x.shape, x.dtype, grad=x.grad, leaf=not x.grad)


def new_tensor(w: World) -> None:
    """Draw random numbers, from the seed that the program was given."""
    shape = w.random.choice(((3,), (2, 3), (4, 5), ()))
    text = w.random.choice(
        (
            f"torch.randn({shape})",
            f"torch.rand({shape}, requires_grad=True)",
            f"torch.randint(0, 5, {shape}).float()",
            f"torch.empty({shape}).uniform_(-1, 1)",
            f"torch.tensor({values(w, (3,))}).normal_()",
        )
    )
    w.bind(text, shape, "float32", grad="True" in text, leaf=True)


GRAPH: dict[Statement, int] = {
    backward: 13,
    gradient: 6,
    flags: 7,
    hook: 4,
    show: 10,
    copies: 5,
    mode: 8,
    net: 2,
    loss: 2,
    optimize: 2,
    define: 1,
    new_tensor: 2,
}
STATEMENTS = {
    **OPERATIONS,
    **GRAPH,
    **FURTHER,
    **NETWORKS,
    **TRAINING,
    **NAMES,
    **DRAWN,
}


def statement(w: World) -> None:
    """Add one random statement to a program."""
    found: Statement = w.random.choices(
        list(STATEMENTS), weights=list(STATEMENTS.values())
    )[0]
    found(w)


def program(w: World, length: int) -> str:
    """Write a program of about `length` statements."""
    for _ in range(2):
        next(iter(OPERATIONS))(w)
    for _ in range(length):
        statement(w)
    return "\n".join(w.lines) + "\n"
