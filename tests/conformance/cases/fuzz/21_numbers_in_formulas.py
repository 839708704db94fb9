x = torch.tensor([0.5, 0.25], requires_grad=True)
for f in (lambda: x.mean(), lambda: x.exp2().sum(), lambda: x.max(), lambda: torch.maximum(x, x * 2).sum(), lambda: x.median(), lambda: x.sort()[0].sum()):
    y = f()
    g, = torch.autograd.grad(y * y, x, create_graph=True)
    print(g)
