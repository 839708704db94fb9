class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2
    @staticmethod
    def backward(ctx, g):
        return g * 2
x = torch.ones(2, requires_grad=True)
f = Twice()
for g in (lambda: f(x), lambda: Twice.forward(None, x), lambda: Twice.apply(), lambda: f.apply(x), lambda: Twice.apply(x, x), lambda: Twice.apply(3.0)):
    try:
        print(g())
    except (RuntimeError, TypeError) as e:
        print(type(e).__name__, e)
