def made(kind, *shape):
    return torch.ones(shape, dtype=getattr(torch, kind))


f, b, i = (lambda *n, k=k: made(k, *n) for k in ("float32", "bool", "int64"))
linear = torch.nn.functional.linear
for run in (lambda: linear(f(2, 2, 3), f(2, 2, 3)), lambda: linear(f(3), f()), lambda: linear(f(3), f(3)), lambda: linear(f(3), f(2)), lambda: linear(i(2, 2), f(2, 2), f(2)), lambda: linear(i(2, 2).diagonal(), f(3, 2), f(3)), lambda: linear(f(2, 1, 3), f(2, 3), f(1, 2)), lambda: linear(f(3), f(2, 3), f()), lambda: torch.mv(f(), f()), lambda: torch.mv(f(2), f(2)), lambda: torch.mv(b(2, 2), b(2)), lambda: torch.mv(b(2, 0), b(0)), lambda: torch.bmm(b(1, 2, 2), b(1, 2, 2)), lambda: torch.bmm(b(1, 2, 2), f(1, 2, 2)), lambda: torch.bmm(f(1, 2, 2), b(1, 2, 2)), lambda: torch.bmm(b(1, 2, 0), f(1, 0, 2)), lambda: torch.mm(b(2, 0), b(0, 2)), lambda: torch.addmm(i(2), f(2), f(2, 2)), lambda: torch.addmm(f(2), f(2), f(2, 2)), lambda: torch.addmm(f(1, 2, 2), f(2, 2), f(2, 2)), lambda: torch.addmm(b(2), b(2, 2), b(2, 2)), lambda: f(0, 3) @ f(2, 2, 3), lambda: torch.inner(f(2), i(2)), lambda: torch.einsum("...i,...i->...", f(2, 3), f(3, 3)), lambda: torch.einsum("ii", f(2, 3)), lambda: torch.einsum("ij,ij->i", b(2, 2), b(2, 2)), lambda: torch.einsum("...i,...i->...", f(0, 3), f(3)), lambda: f(2) & f(2), lambda: torch.logaddexp(i(2), i(3)), lambda: b(2) % b(3), lambda: f(2) & f(3)):
    try:
        print(run())
    except Exception as error:
        print(type(error).__name__, error)
u = torch.tensor([2.0, 1.0, 2.0], requires_grad=True).unique()
try:
    u.sum().backward()
except Exception as error:
    print(type(error).__name__, error)
