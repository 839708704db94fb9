f = torch.nn.functional
for name in "leaky_relu elu gelu softplus hardtanh hardswish logsigmoid softshrink hardshrink relu6".split():
    x = torch.tensor([0.5, -0.25, 0.75], requires_grad=True)
    g, = torch.autograd.grad(getattr(f, name)(x).sum(), x, create_graph=True)
    print(name, g)
    h, = torch.autograd.grad(g.sum(), x, allow_unused=True)
    print(h)
x = torch.tensor([0.5], requires_grad=True)
g, = torch.autograd.grad(f.hardsigmoid(x), x, create_graph=True)
try:
    g.backward()
except RuntimeError as e:
    print(e)
