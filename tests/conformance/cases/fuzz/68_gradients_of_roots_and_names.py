import torch


def tried(run):
    try:
        print(run())
    except Exception as e:
        print(type(e).__name__, e)


x = torch.ones(6, requires_grad=True)
kept = x * 2
x.data = torch.ones(3)
tried(lambda: x.backward(torch.ones(3), create_graph=True))
y = torch.ones(2, requires_grad=True)
tried(lambda: y.backward(torch.ones(2, dtype=torch.float64)))
print(y.grad)
tried(lambda: torch.autograd.grad(y.sum(), y, torch.ones((), dtype=torch.float64)))
mask = torch.tensor([True, False])
z = y.masked_fill(mask, 0.0)
mask.zero_()
tried(lambda: z.sum().backward())
h = y.register_hook(lambda g: g > 0)
tried(lambda: (y * 2).sum().backward())
h.remove()
w = torch.zeros(2)
w[:1] += y[:1]
tried(lambda: w.grad_fn._saved_self)
soft = torch.autograd.grad(y.softmax(0)[0], y, create_graph=True)[0]
tried(lambda: soft.grad_fn(torch.ones(2)))
for choose in (torch.maximum, torch.minimum, torch.fmin, torch.fmax, torch.atan2, torch.logaddexp):
    tried(lambda: choose(y, 2.0))
    tried(lambda: choose(2.0, y))
