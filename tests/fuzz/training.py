"""The statements of a random program about training, derivatives and data."""

from __future__ import annotations

from .statements import Statement
from .world import World

#: Optimizers with what they are given; `{}` stands for their parameters.
OPTIMIZERS = (
    "SGD({}, lr=0.1)",
    "SGD({}, lr=0.1, momentum=0.9, dampening=0.1)",
    "SGD({}, lr=0.1, momentum=0.5, nesterov=True, weight_decay=0.1)",
    "SGD({}, lr=0.1, maximize=True)",
    "Adam({}, lr=0.05)",
    "Adam({}, lr=0.05, betas=(0.5, 0.9), amsgrad=True, weight_decay=0.1)",
    "AdamW({}, lr=0.05, weight_decay=0.5)",
    "NAdam({}, lr=0.05)",
    "RAdam({}, lr=0.05)",
    "Adamax({}, lr=0.05)",
    "RMSprop({}, lr=0.05, momentum=0.5, centered=True)",
    "Adagrad({}, lr=0.1, lr_decay=0.1)",
    "Adadelta({}, lr=0.5)",
    "ASGD({}, lr=0.1)",
    "Rprop({}, lr=0.1)",
    "LBFGS({}, lr=0.5, max_iter=3)",
    "SGD({}, lr=-1)",
)
SCHEDULERS = (
    "StepLR({}, 2, gamma=0.5)",
    "MultiStepLR({}, [1, 3])",
    "ExponentialLR({}, 0.9)",
    "CosineAnnealingLR({}, 4)",
    "LambdaLR({}, lambda n: 1 / (n + 1))",
    "LinearLR({}, total_iters=3)",
    "ConstantLR({}, factor=0.5, total_iters=2)",
    "OneCycleLR({}, max_lr=0.5, total_steps=5)",
    "CosineAnnealingWarmRestarts({}, 2)",
    "PolynomialLR({}, total_iters=4, power=2.0)",
)


def trained(w: World) -> None:
    """Train by an optimizer with groups, closures and a schedule of its rate."""
    m, o, s = w.name("m"), w.name("o"), w.name("s")
    given = w.random.choice(
        (
            f"{m}.parameters()",
            f"{m}.parameters()",
            f"[{{'params': {m}[0].parameters(), 'lr': 0.2}}, "
            f"{{'params': [{m}[2].weight]}}]",
            f"{m}.named_parameters()",
        )
    )
    w.line(f"torch.manual_seed({w.random.randrange(9)})")
    w.line(f"{m} = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Tanh(), ")
    w.line("    torch.nn.Linear(2, 1))")
    scheduled = w.random.random() < 0.5
    made = w.random.choice(OPTIMIZERS).format(given)
    w.line("try:")
    w.line(f"    {o} = torch.optim.{made}")
    if scheduled:
        schedule = w.random.choice(SCHEDULERS).format(o)
        w.line(f"    {s} = torch.optim.lr_scheduler.{schedule}")
    w.line(f"    for i in range({w.random.randint(1, 3)}):")
    for text in _turn(w, m, o):
        w.line(f"        {text}")
    if scheduled:
        w.line(f"        {s}.step()")
        w.line(f"        print({s}.get_last_lr())")
    w.line(f"    print([p for p in {m}.parameters()])")
    w.line("except Exception as e:")
    w.line("    print(type(e).__name__, e)")
    if w.random.random() < 0.4:
        text = w.random.choice(
            (
                f"print({o})",
                f"print({o}.state_dict())",
                f"{o}.load_state_dict({o}.state_dict())",
                f"{o}.add_param_group({{'params': [torch.ones(1)]}}); print({o})",
                f"{o}.add_param_group({{'params': {m}.parameters()}})",
                f"print([g['lr'] for g in {o}.param_groups], len({o}.state))",
                f"print({s}.state_dict())",
            )
        )
        w.attempt(text)


def _turn(w: World, m: str, o: str) -> tuple[str, ...]:
    """Return the lines of one turn of a training loop."""
    loss = f"({m}(torch.ones(3, 2)) ** 2).mean()"
    if w.random.random() < 0.35:
        return (
            "def closure():",
            f"    {o}.zero_grad()",
            f"    loss = {loss}",
            "    loss.backward()",
            "    return loss",
            f"print({o}.step(closure))",
        )
    clip = w.random.choice(
        (
            "",
            "",
            f"print(torch.nn.utils.clip_grad_norm_({m}.parameters(), 0.5))",
            f"torch.nn.utils.clip_grad_norm_({m}.parameters(), 1.0, norm_type=1)",
        )
    )
    lines = (
        f"{o}.zero_grad({w.random.choice(('', '', 'set_to_none=False'))})",
        f"{loss}.backward()",
        clip,
        f"{o}.step()",
    )
    return tuple(text for text in lines if text)


def functional(w: World) -> None:
    """Ask for Jacobians, Hessians and their products; check gradients."""
    f, shape = w.name("f"), w.random.choice(("2", "3", "1, 2", ""))
    body = w.random.choice(
        ("(x * x).sum()", "x.exp()", "x ** 3", "x.sin().sum() * x", "x.detach()")
        + ("(x.tanh() * x).sum()", "x * 2", "torch.ones(2)", "x.prod()", "x.view(-1)")
    )
    x = w.name("x")
    flag = w.random.choice(("", "", ", create_graph=True", ", strict=True"))
    w.line(f"{f} = lambda x: {body}")
    w.attempt(f"{x} = torch.rand({shape or '()'}, dtype=torch.float64)")
    ask = "torch.autograd.functional"
    text = w.random.choice(
        (
            f"{ask}.jacobian({f}, {x}{flag})",
            f"{ask}.jacobian({f}, ({x},){flag})",
            f"{ask}.jacobian({f}, {x}, vectorize=True)",
            f"{ask}.hessian({f}, {x}{flag})",
            f"{ask}.vjp({f}, {x}, {f}({x}){flag})",
            f"{ask}.jvp({f}, {x}, torch.ones_like({x}){flag})",
            f"{ask}.hvp({f}, {x}, torch.ones_like({x}){flag})",
            f"{ask}.vhp({f}, {x}, torch.ones_like({x}){flag})",
            f"torch.autograd.gradcheck({f}, {x}.requires_grad_())",
            f"torch.autograd.gradcheck({f}, {x}.float().requires_grad_(), eps=0.01, "
            "atol=0.2)",
            f"torch.autograd.gradcheck({f}, {x})",
            f"torch.autograd.gradgradcheck({f}, {x}.requires_grad_())",
        )
    )
    w.attempt(f"print({text})")


def transformed(w: World) -> None:
    """Make a function of a function, or call a module with other parameters."""
    x, y = w.pick(floating=True), w.pick(floating=True)
    f = w.random.choice(
        ("lambda a: (a * a).sum()", "lambda a: a.exp().sum()", "lambda a: a")
        + (f"lambda a: (a * {y.name}).sum()", f"lambda a: {y.name}.sum()")
        + ("lambda a: a.sin().mean()", "lambda a: (a.sum(), a)", "lambda a: 2.0")
    )
    point = f"{x.name}.detach()"
    text = w.random.choice(
        (
            f"torch.func.grad({f})({point})",
            f"torch.func.grad({f})({point})",
            f"torch.func.grad_and_value({f})({point})",
            f"torch.func.grad({f}, has_aux=True)({point})",
            f"torch.func.grad(lambda b: torch.func.grad({f})(b).sum())({point})",
            f"torch.func.vjp({f}, {point})[0]",
            f"torch.func.vjp({f}, {point})[1](torch.ones(()))",
            f"torch.func.functional_call(torch.nn.Linear(2, 1), {{'weight': "
            f"torch.ones(1, 2), 'bias': {y.name}.flatten()[:1]}}, torch.ones(2))",
            "torch.func.functional_call(torch.nn.Linear(2, 1), {'b': torch.ones(1)}, "
            "torch.ones(2), strict=True)",
        )
    )
    w.attempt(f"torch.manual_seed({w.random.randrange(9)})", f"print({text})")


def copied(w: World) -> None:
    """Copy or pickle a tensor of the program's."""
    x, c = w.pick(), w.name("c")
    text = w.random.choice(
        (
            f"{c} = __import__('copy').copy({x.name})",
            f"{c} = __import__('copy').deepcopy([{x.name}, {x.name}])[0]",
            f"{c} = __import__('pickle').loads(__import__('pickle').dumps({x.name}))",
            f"{c} = torch.nn.Parameter({x.name}.detach(), requires_grad=False)",
            f"{c} = torch.nn.Buffer({x.name}.detach())",
        )
    )
    w.attempt(text, f"print({c}, {c}.is_leaf, {c}.requires_grad, {c}.grad)")


def loaded(w: World) -> None:
    """Walk through a data set in batches."""
    d, count = w.name("d"), w.random.randint(1, 5)
    rows = f"torch.arange({count}.), torch.ones({count}, 2)"
    data = f"torch.utils.data.TensorDataset({rows})"
    options = w.random.choice(
        ("batch_size=2", "batch_size=2, shuffle=True", "batch_size=2, drop_last=True")
        + ("", "batch_size=None", "shuffle=True", "batch_size=0")
        + ("batch_size=2, collate_fn=lambda rows: len(rows)", "sampler=[0, 0]")
        + ("batch_size=3, generator=torch.Generator().manual_seed(3), shuffle=True",)
    )
    w.attempt(
        f"torch.manual_seed({w.random.randrange(9)})",
        f"{d} = {data}",
        f"for batch in torch.utils.data.DataLoader({d}, {options}): print(batch)",
    )
    if w.random.random() < 0.4:
        text = w.random.choice(
            (
                f"print(len({d}), {d}[0], {d}[-1])",
                f"print(len(torch.utils.data.DataLoader({d}, {options})))",
                f"print([list(s) for s in torch.utils.data.random_split({d}, "
                "[0.5, 0.5])])",
                f"print(list(torch.utils.data.Subset({d}, [0])))",
                f"print(len(torch.utils.data.ConcatDataset([{d}, {d}])))",
                f"print(list(torch.utils.data.RandomSampler({d})))",
                f"print(list(torch.utils.data.BatchSampler(range({count}), 2, False)))",
                "print(torch.utils.data.TensorDataset(torch.ones(1), torch.ones(2)))",
            )
        )
        w.attempt(text)


TRAINING: dict[Statement, int] = {
    trained: 4,
    functional: 4,
    transformed: 3,
    copied: 2,
    loaded: 2,
}
