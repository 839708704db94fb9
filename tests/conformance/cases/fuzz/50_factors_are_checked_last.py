i, b, f = torch.ones(2).long(), torch.ones(2).bool(), torch.ones(2)
for run in (
    lambda: b.add_(i, alpha=1.5),
    lambda: i.add_(torch.ones(2, 2).long(), alpha=1.5),
    lambda: i.add(i, alpha=True),
    lambda: f.sub(i, alpha=True),
    lambda: b.add(b, alpha=True),
    lambda: torch.rsub(i, 2, alpha=1.5),
    lambda: torch.rsub(f, True),
    lambda: torch.rsub(b, 2),
    lambda: torch.add(i, i, alpha=1.5, out=b),
    lambda: torch.floor_divide(i, i * 0, out=b),
    lambda: torch.addr(b, b, b, alpha=2),
    lambda: torch.addbmm(b, b.view(1, 2, 1), b.view(1, 1, 2)),
    lambda: torch.addbmm(b.byte(), b.byte().view(1, 2, 1), b.byte().view(1, 1, 2)),
    lambda: torch.baddbmm(f, f.view(1, 2, 1), i.view(1, 1, 2)),
    lambda: torch.addcdiv(f, i, i),
    lambda: torch.tensordot(f, i, 1),
    lambda: torch.logaddexp2(i, i),
    lambda: torch.dist(i, i),
    lambda: torch.dist(f, b),
    lambda: i.ldexp_(f),
    lambda: torch.ldexp(f, 2),
    lambda: torch.logical_and(f, 2),
    lambda: torch.hardshrink(torch.tensor([float('nan'), 0.25, 2.0])),
    lambda: torch.nn.functional.softshrink(f, -1),
    lambda: torch.heaviside(torch.tensor([float('nan'), 0.0, 2.0]), torch.tensor(3.0)),
    lambda: f.requires_grad_().heaviside_(f.double()),
    lambda: f.clamp_(min=None),
    lambda: torch.result_type(f, None),
):
    try:
        print(run())
    except Exception as error:
        print(type(error).__name__, error)
