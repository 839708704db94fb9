import torch


# What exec defines is no step of its own.
exec("""
def tried(run):
    try:
        print(run())
    except Exception as e:
        print(type(e).__name__, str(e)[:60])
""")

x = torch.ones(3, requires_grad=True)
for pick in (lambda t: t[[0, 1]], lambda t: t[t > 0], lambda t: t[torch.tensor([0])], lambda t: t[1:], lambda t: t.unbind()[0]):
    y = pick(x * 1)
    tried(lambda: y.sum().backward(retain_graph=True))
    tried(lambda: y.sum().backward())
    tried(lambda: y.sum().backward())
    tried(lambda: torch.autograd.grad(y.sum(), x, create_graph=True))


class Half(torch.autograd.Function):
    forward = staticmethod(lambda ctx, x, y: x + y)
    backward = staticmethod(lambda ctx, grad: (grad, None))


for run in (lambda t: t * t, lambda t: t * 2, lambda t: t + 1, lambda t: t.exp(), lambda t: torch.logaddexp(t, t), lambda t: t.sum().expand(3)):
    y = run(x)
    tried(lambda: torch.autograd.grad(Half.apply(x, y).sum(), x))
    tried(lambda: torch.autograd.grad(Half.apply(x, y).sum(), x))
    tried(lambda: torch.autograd.grad(y.sum(), x))
view = torch.zeros(2, 3)[0]
view += x * x
tried(lambda: view.sum().backward())
tried(lambda: view.sum().backward())
