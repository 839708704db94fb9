a, b = (torch.ones(1, requires_grad=True) for _ in range(2))
h = torch.autograd.graph.register_multi_grad_hook([a, b], lambda g: print("all", g))
(a * 2 + b * 3).sum().backward()
(a * 2).sum().backward()
h.remove()
h = torch.autograd.graph.register_multi_grad_hook([a, b], lambda g: print("any", g), mode="any")
(a * 2 + b * 3).sum().backward()
n = (a * a).grad_fn
print(n(torch.ones(1)))
try:
    n()
except TypeError as e:
    print(e)
with torch.autograd.graph.save_on_cpu():
    y = a.exp()
y.backward()
print(a.grad)
