"""The statements of a random program that combine several features."""

from __future__ import annotations

from .statements import Statement, flat
from .world import World


def index(w: World) -> None:
    """Look at a tensor by indices of all sorts."""
    x = w.pick(dims=1)
    at, other = w.random.randrange(-2, 2), w.random.randrange(-3, 3)
    text = w.random.choice(
        (
            f"[None, {at}]",
            "[..., None]",
            f"[..., {at}:]",
            f"[:, None, {at}:]",
            f"[[{at}, {other}]]",
            f"[:, [{at}, {other}]]",
            f"[torch.tensor([[0, {at}]])]",
            f"[torch.tensor({at})]",
            f"[{x.name} != 0]",
            f"[{x.name}.sum() > 0]",
            "[True]",
            "[()]",
            f"[{at}, {other}]",
            f"[{at}, ..., {other}]",
            f"[{other}:{at}]",
            f"[torch.tensor([0, {at}]), torch.tensor([{at}, 0])]",
            f"[0, [{at}, 0]]",
            f"[{x.name}[0] > 0]",
            f"[:, {x.name}[0] > 0]",
        )
    )
    if w.random.random() < 0.6:
        w.bind(f"{x.name}{text}", x.shape, x.dtype, grad=x.grad, leaf=not x.grad)
        return
    value = w.random.choice((str(w.number()), w.pick().name, "torch.ones(2)"))
    w.attempt(f"{x.name}{text} {w.random.choice(('=', '=', '+=', '*='))} {value}")


def in_place(w: World) -> None:
    """Write over a view, a view of a view, or by index and mask."""
    x, y = w.pick(floating=True, dims=1), w.pick(floating=True)
    how = w.random.choice(
        ("mul_(2)", "add_(1)", "zero_()", "exp_()", f"copy_({y.name})", "sigmoid_()")
        + (f"add_({y.name})", "fill_(0.5)", "clamp_(-1, 1)", "neg_()")
    )
    text = w.random.choice(
        (
            f"{x.name}.view(-1)[:2].{how}",
            f"{x.name}[0:1].{how}",
            f"{x.name}.t().{how}",
            f"{x.name}[..., 0].{how}",
            f"{x.name}.unsqueeze(0)[0].{how}",
            f"{x.name}.detach()[:1].{how}",
            f"{x.name}.data.view(-1).{how}",
            f"{x.name}.diagonal().{how}",
            f"{x.name}.transpose(0, -1)[0].{how}",
            f"{x.name}.unbind()[0].{how}",
            f"{x.name}.expand(2, *{x.name}.shape).{how}",
            f"{x.name}.index_add_(0, torch.tensor([0]), {x.name}[:1])",
            f"{x.name}.index_fill_(0, torch.tensor([0]), {w.number()})",
            f"{x.name}.masked_fill_({x.name} > 0, {y.name}.sum())",
            f"{x.name}.scatter_(-1, torch.zeros_like({x.name}).long(), 1.0)",
            f"{x.name}.index_copy_(0, torch.tensor([0]), {x.name}[-1:])",
            f"torch.add({x.name}, {y.name}, out=torch.empty(0))",
            f"torch.exp({x.name}, out={y.name})",
            f"{x.name}.requires_grad_(False).{how}",
        )
    )
    w.attempt(text)


def twice(w: World) -> None:
    """Differentiate a gradient."""
    x = w.pick(floating=True, grad=True)
    function = w.random.choice(
        ("{0} ** 3", "{0}.exp() * {0}", "torch.sin({0})", "{0}.tanh()", "{0} * {0}")
        + (
            "1 / {0}",
            "{0}.softmax(-1)",
            "{0}.sigmoid()",
            "{0}.relu() * 2",
            "{0}.mean()",
        )
        + ("{0}.norm()", "{0} @ {0}", "{0}.prod()", "{0}.std()", "{0}.max() * {0}")
        + ("torch.nn.functional.leaky_relu({0})", "{0}.log1p()", "{0}.view(-1)[0] ** 2")
        + ("torch.nn.functional.mse_loss({0}, {0} * 2)", "{0}.clamp(-1, 1) * {0}")
    ).format(x.name)
    g = w.name("g")
    w.attempt(
        f"{g} = torch.autograd.grad(({function}).sum(), {x.name}, create_graph=True)[0]"
    )
    then = w.random.choice(
        (
            f"print({g}, {g}.requires_grad)",
            f"print(torch.autograd.grad({g}.sum(), {x.name}))",
            f"print(torch.autograd.grad(({g} * {g}).sum(), {x.name}))",
            f"{g}.sum().backward()",
            f"({g} ** 2).sum().backward()",
            f"print(torch.autograd.grad({g}, {x.name}, torch.ones_like({g})))",
        )
    )
    w.attempt(then)


def function_of_own(w: World) -> None:
    """Define a Function with more than one argument, and apply it."""
    x, y, name = w.pick(floating=True), w.pick(floating=True), w.name("F")
    body, back = w.random.choice(
        (
            (
                "return x * y",
                "return g * ctx.saved_tensors[1], g * ctx.saved_tensors[0]",
            ),
            ("return x + y, x - y", "return g + h, g - h"),
            ("ctx.k = 3\n        return x * 3", "return g * ctx.k, None"),
            (
                "ctx.mark_non_differentiable(y)\n        return x * 2",
                "return g * 2, None",
            ),
            ("return x", "return g, None"),
            ("return x.clone()", "return g"),
            ("ctx.mark_dirty(x)\n        return x.add_(1)", "return g, None"),
            ("return x.view(-1)", "return g.sum() + ctx.saved_tensors[0] * 0, None"),
            ("return x * 2", "print(ctx.needs_input_grad); return g * 2, g"),
        )
    )
    parameters = "g, h" if "h" in back.replace("ctx", "") and "x - y" in body else "g"
    w.line(f"class {name}(torch.autograd.Function):")
    w.line("    @staticmethod")
    w.line("    def forward(ctx, x, y):")
    w.line("        ctx.save_for_backward(x, y)")
    for part in body.split("\n"):
        w.line("        " + part.strip())
    w.line("    @staticmethod")
    w.line(f"    def backward(ctx, {parameters}):")
    w.line(f"        {back}")
    out = w.name()
    w.attempt(
        f"{out} = {name}.apply({x.name}, {y.name})",
        f"print({out})",
        f"({out}[0] if isinstance({out}, tuple) else {out}).sum().backward()",
    )


def module(w: World) -> None:
    """Define a module, call it with hooks, and look at what it holds."""
    x, name = w.pick(floating=True, dims=1), w.name("M")
    width = x.shape[-1] if x.shape else 1
    m, h = w.name("m"), w.name("h")
    w.line(f"class {name}(torch.nn.Module):")
    w.line("    def __init__(self):")
    w.line("        super().__init__()")
    w.line(f"        self.a = torch.nn.Linear({width}, 2)")
    w.line("        self.w = torch.nn.Parameter(torch.ones(2))")
    w.line("        self.register_buffer('b', torch.zeros(2))")
    w.line("    def forward(self, x):")
    inner = w.random.choice(("self.a(x) * self.w", "self.a(x).relu() + self.b"))
    w.line(f"        return {inner}")
    hook = w.random.choice(
        (
            f"{m}.register_forward_hook(lambda m, i, o: print('out', o))",
            f"{m}.register_forward_pre_hook(lambda m, i: print('in', i))",
            f"{m}.register_full_backward_hook(lambda m, gi, go: print(gi, go))",
            f"{m}.a.register_forward_hook(lambda m, i, o: o * 2)",
            f"{m}.w.register_hook(lambda g: print('w', g))",
        )
    )
    then = w.random.choice(
        (
            f"print({m})",
            f"print([n for n, p in {m}.named_parameters() if p.grad is not None])",
            f"print({m}.state_dict())",
            f"{m}.zero_grad()",
            f"{m}.requires_grad_(False)",
            f"print(__import__('copy').deepcopy({m}).w)",
            f"{m}.double()",
        )
    )
    w.attempt(
        f"{m} = {name}()", f"{h} = {hook}", f"{m}({x.name}).sum().backward()", then
    )


def train(w: World) -> None:
    """Train a small net for a few steps."""
    m, o, n = w.name("m"), w.name("o"), w.random.randint(1, 3)
    optimizer = w.random.choice(
        ("SGD({}, lr=0.1)", "SGD({}, lr=0.1, momentum=0.9, nesterov=True)")
        + ("Adam({}, lr=0.05)", "AdamW({})", "RMSprop({}, lr=0.01)", "Adagrad({})")
    ).format(f"{m}.parameters()")
    loss = w.random.choice(("mse_loss", "smooth_l1_loss", "l1_loss"))
    w.line(f"{m} = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh())")
    w.line(f"{o} = torch.optim.{optimizer}")
    w.line(f"for i in range({n}):")
    w.line(f"    {o}.zero_grad()")
    w.line(
        f"    loss = torch.nn.functional.{loss}("
        f"{m}(torch.ones(4, 2)), torch.zeros(4, 3))"
    )
    w.line("    loss.backward()")
    w.line(f"    {o}.step()")
    w.line(f"    print(i, loss.item(), {m}[0].bias)")
    if w.random.random() < 0.3:
        w.attempt(f"print({o}, {o}.state_dict()['param_groups'])")


def typed(w: World) -> None:
    """Print, convert or combine tensors of many types."""
    kind = w.random.choice(
        ("float16", "float64", "int8", "int16", "int32", "int64", "uint8", "bool")
    )
    x, y, number = w.pick(), w.pick(), w.number()
    text = w.random.choice(
        (
            f"print({x.name}.to(torch.{kind}))",
            f"print({x.name}.to(torch.{kind}) + {y.name})",
            f"print({x.name}.to(torch.{kind}) * {number})",
            f"print({x.name}.to(torch.{kind}) / 2, {x.name}.to(torch.{kind}) // 2)",
            f"print({x.name}.to(torch.{kind}).sum(), {x.name}.to(torch.{kind}).max())",
            f"print(torch.result_type({x.name}.to(torch.{kind}), {y.name}))",
            f"print(torch.zeros(3, dtype=torch.{kind}), torch.eye(2).to(torch.{kind}))",
            f"print(torch.tensor([{number}, 2], dtype=torch.{kind}))",
            f"print({x.name}.to(torch.{kind}).mean())",
            f"print(torch.cat([{x.name}.to(torch.{kind}), {x.name}]))",
            f"print(torch.where({x.name} > 0, {x.name}.to(torch.{kind}), {number}))",
            f"print({x.name}.to(torch.{kind}) ** 2, -{x.name}.to(torch.{kind}))",
            f"print({x.name}.to(torch.{kind}) == {y.name}, {x.name}.dtype)",
            f"print({x.name}.to(torch.{kind}).tolist())",
            f"print({x.name}.to(torch.{kind}).requires_grad_())",
            f"print(1 / {x.name}.to(torch.{kind}), 2 - {x.name}.to(torch.{kind}))",
            f"print({x.name} * 1e5, {x.name} * 1e-6, {x.name}.double() / 3)",
        )
    )
    w.attempt(text)


def order(w: World) -> None:
    """Sort, rank, or contract."""
    x, y = w.pick(floating=True, dims=1), w.pick(floating=True, dims=1)
    dim = w.dim(x.shape)
    text = w.random.choice(
        (
            f"{x.name}.sort({dim}, descending=True)[0]",
            f"{x.name}.argsort({dim})",
            f"{x.name}.topk(2, {dim})[1]",
            f"{x.name}.topk(1, {dim}, largest=False)[0]",
            f"{x.name}.kthvalue(1, {dim})[0]",
            f"{x.name}.max({dim}, keepdim=True)[1]",
            f"torch.einsum('i...->...i', {x.name})",
            f"torch.einsum('ij,ij->i', {x.name}, {x.name})",
            f"torch.einsum('i,j->ij', {x.name}.flatten(), {y.name}.flatten())",
            f"torch.einsum('ij->', {x.name})",
            f"{x.name}.diff()",
            f"{x.name}.unique()",
            f"torch.bmm({x.name}.view(1, 1, -1), {x.name}.view(1, -1, 1))",
            f"torch.matmul({x.name}, {y.name})",
            f"torch.stack([{x.name}, {x.name} * 2], {dim})",
            f"torch.nn.functional.normalize({x.name}, dim={dim})",
            f"torch.nn.functional.cosine_similarity({x.name}, {x.name}, dim={dim})",
            f"torch.nn.functional.dropout({x.name}, 0.5)",
            f"torch.nn.functional.nll_loss({x.name}.view(1, -1), torch.tensor([0]))",
            f"torch.nn.functional.linear({x.name}, {x.name})",
            f"{x.name}.clamp(min={y.name})",
            f"torch.addmm({x.name}, {x.name}.view(-1, 1), {y.name}.view(1, -1))",
            f"{x.name}.var({dim}, unbiased=False)",
            f"torch.meshgrid({x.name}.flatten(), {y.name}.flatten(), indexing='ij')[0]",
            f"{x.name}.repeat_interleave(2, {dim})",
            f"{x.name}.cumsum({dim}).flip({dim})",
        )
    )
    w.bind(text, (flat(x.shape),), x.dtype, grad=x.grad, leaf=not x.grad)


def generator(w: World) -> None:
    """Let a generator, a nested function or an exception cross a grad mode."""
    x, name = w.pick(floating=True), w.name("f")
    form = w.random.randrange(4)
    if form == 0:
        w.line(f"@torch.{w.random.choice(('no_grad', 'enable_grad'))}()")
        w.line(f"def {name}(a):")
        w.line("    for k in range(2):")
        w.line("        yield (a * k).requires_grad")
        w.attempt(f"print(list({name}({x.name})), torch.is_grad_enabled())")
    elif form == 1:
        w.line("try:")
        w.line("    with torch.no_grad():")
        w.line(f"        {x.name}.view(100)")
        w.line("except Exception as e:")
        w.line("    print(type(e).__name__, e, torch.is_grad_enabled())")
    elif form == 2:
        mode = w.name("c")
        w.line(f"{mode} = torch.no_grad()")
        w.attempt(
            f"with {mode}, torch.enable_grad(): print(({x.name} * 2).requires_grad)"
        )
        w.attempt(f"with {mode}: print(({x.name} * 2).requires_grad)")
    else:
        w.line(f"def {name}(a, on):")
        w.line("    with torch.set_grad_enabled(on):")
        w.line("        return a.sum() * 2")
        w.attempt(f"print({name}({x.name}, True), {name}({x.name}, False))")


def watched(w: World) -> None:
    """Register hooks that answer, fail, or ask for gradients; saved tensors' hooks."""
    x = w.pick(floating=True, grad=True)
    text = w.random.choice(
        (
            f"{x.name}.register_hook(lambda g: g.sum())",
            f"{x.name}.register_hook(lambda g: 1 / 0)",
            f"{x.name}.register_hook(lambda g: g.double())",
            f"{x.name}.register_hook(lambda g: g.mul_(3))",
            f"{x.name}.register_hook(lambda g: None)",
            f"{x.name}.grad_fn.register_hook(lambda gi, go: (gi[0],) * len(gi))",
            f"{x.name}.grad_fn.register_prehook(lambda go: (go[0] * 2,))",
            f"{x.name}.retain_grad()",
            f"print({x.name}.grad_fn(torch.ones_like({x.name})))",
            f"print({x.name}.grad_fn.next_functions[0][0].name())",
            f"print([k for k in dir({x.name}.grad_fn) if k.startswith('_saved')])",
            f"print({x.name}.grad_fn._saved_self)",
            f"print({x.name}.grad_fn.metadata, {x.name}.output_nr)",
            f"{x.name}.register_post_accumulate_grad_hook(lambda p: p.grad.zero_())",
        )
    )
    w.attempt(text)
    if w.random.random() < 0.2:
        w.attempt(
            "with torch.autograd.graph.saved_tensors_hooks("
            "lambda t: t * 1, lambda t: t): "
            f"print(torch.autograd.grad(({x.name} ** 2).sum(), {x.name}))"
        )


FURTHER: dict[Statement, int] = {
    index: 6,
    in_place: 6,
    twice: 5,
    function_of_own: 2,
    module: 2,
    train: 1,
    typed: 5,
    order: 5,
    generator: 2,
    watched: 3,
}
