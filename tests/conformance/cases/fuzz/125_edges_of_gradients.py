x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 3
edge = torch.autograd.graph.get_gradient_edge(y)
leaf = torch.autograd.graph.get_gradient_edge(x)
print(edge.node, edge.output_nr, leaf.node)
y.mul_(2)
z = y.sum()
print(torch.autograd.grad(z, (edge, leaf), retain_graph=True))
print(torch.autograd.grad(torch.autograd.graph.get_gradient_edge(z), x, retain_graph=True))
torch.autograd.backward(edge, torch.ones(2), retain_graph=True)
print(x.grad)
for f in (lambda: torch.autograd.grad(edge, x), lambda: torch.autograd.grad(edge, x, torch.ones(3)), lambda: torch.autograd.graph.get_gradient_edge(torch.ones(1)), lambda: torch.autograd.grad(z, [3])):
    try:
        f()
    except (RuntimeError, TypeError) as e:
        print(type(e).__name__, e)
