x = torch.ones(3, requires_grad=True)
g, = torch.autograd.grad(x.sum(), x)
for run in (lambda: torch.mul(g, 2, out=g), lambda: g.add_(1)):
    try:
        print(run())
    except RuntimeError as e:
        print(e)
t = torch.ones(1)
try:
    t[[0, 0]] = t
except RuntimeError as e:
    print(e)
i = torch.tensor([1, 2])
for run in (lambda: torch.mul(torch.ones(1, 2), torch.ones(2, 2), out=i), lambda: torch.mul(torch.ones(2), torch.ones(3), out=torch.ones(2))):
    try:
        print(run())
    except RuntimeError as e:
        print(e)
