graph = torch.autograd.graph
x, u = (torch.tensor([v], requires_grad=True) for v in (1., 2.))
y = x * u
y.retain_grad()
y.register_hook(lambda g: print("y hook", g))
y.grad_fn.register_hook(lambda gi, go: print("node hook"))
print(torch.autograd.grad(y, torch.ones(1, requires_grad=True), allow_unused=True, retain_graph=True))
print(torch.autograd.grad([y, x], x, [torch.ones(1), torch.ones(1)], retain_graph=True))
x.register_hook(lambda g: print("x hook", g))
x.backward(inputs=u)
print(x.grad, u.grad, y.grad)
z = y * x
h = graph.register_multi_grad_hook([z, y, x], lambda grads: print("three", grads))
print(h)
z.backward(retain_graph=True)
torch.autograd.backward([z, y], retain_graph=True)
torch.autograd.grad(z, y, retain_graph=True)
h.remove()
leaves = graph.register_multi_grad_hook([x, u], print)
for f in (lambda: torch.autograd.grad(z, [x, u]), lambda: graph.register_multi_grad_hook([x, torch.ones(1)], print), lambda: graph.get_gradient_edge(3), lambda: torch.autograd.grad(u * 2, graph.get_gradient_edge(x), materialize_grads=True)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
