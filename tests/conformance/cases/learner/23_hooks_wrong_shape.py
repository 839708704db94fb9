x = torch.ones(2, requires_grad=True)
y = x * 2
y.register_hook(lambda g: g.sum())
try:
    y.sum().backward()
except RuntimeError as e:
    print(e)
z = x * 2
z.register_hook(lambda g: "no")
try:
    z.sum().backward()
except (RuntimeError, TypeError) as e:
    print(type(e).__name__, e)
x.grad
