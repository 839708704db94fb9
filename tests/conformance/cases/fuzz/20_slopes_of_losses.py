f = torch.nn.functional
for name in ("mse_loss", "smooth_l1_loss", "huber_loss", "binary_cross_entropy"):
    x = torch.tensor([0.5, 0.25], requires_grad=True)
    y = torch.tensor([0.1, 0.9], requires_grad=True)
    for wanted in (x, y)[:1 if name.startswith("binary") else 2]:
        g, = torch.autograd.grad(getattr(f, name)(x, y), wanted, create_graph=True)
        print(name, g)
s = torch.tensor([[-1., -2.]], requires_grad=True)
g, = torch.autograd.grad(f.nll_loss(s, torch.tensor([1])), s, create_graph=True)
print(g, torch.autograd.grad(g.sum(), s))
