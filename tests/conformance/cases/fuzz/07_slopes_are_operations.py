x = torch.tensor([0.5, -1.], requires_grad=True)
for f in (torch.relu, torch.tanh, torch.sigmoid, lambda t: t.softmax(0), lambda t: t.log_softmax(0), lambda t: t.prod(), lambda t: t.view(2, 1)):
    y = f(x)
    g, = torch.autograd.grad(y.sum(), x, create_graph=True)
    print(g)
g, = torch.autograd.grad(x.relu().sum(), x, create_graph=True)
g.sum().backward()
print(x.grad)
