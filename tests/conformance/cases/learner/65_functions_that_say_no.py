class Sorted(torch.autograd.Function):
    @staticmethod
    def forward(x, scale=2):
        values, order = x.sort()
        return values * scale, values.exp(), order
    @staticmethod
    def setup_context(ctx, inputs, output):
        x, scale = inputs
        _, e, order = output
        ctx.scale = scale
        ctx.mark_non_differentiable(e, order)
        ctx.save_for_backward(e, order)
    @staticmethod
    def backward(ctx, grad, *rest):
        e, order = ctx.saved_tensors
        print(e.requires_grad, e.grad_fn, e.is_leaf, rest)
        return torch.zeros_like(grad).scatter(0, order, grad * ctx.scale), None
class Loose(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k=1, *, only=0):
        ctx.save_for_backward(x)
        return x * k
    @staticmethod
    def vjp(ctx, grad):
        return grad * 3, None
class Both(Loose):
    @staticmethod
    def backward(ctx, grad):
        return grad, None
x = torch.tensor([3.0, 1.0], requires_grad=True)
Sorted.apply(x)[0].sum().backward()
Loose.apply(x, 4).sum().backward()
print(x.grad)
y = Loose.apply(x, k=5)
print(y, y.grad_fn.saved_variables)
for f in (lambda: Both.apply(x).sum().backward(), lambda: Loose.apply(x, only=1), lambda: Loose.apply(t=x), lambda: Loose.apply(k=2), lambda: Loose.apply(x, x=x), lambda: Sorted.apply(), lambda: Sorted.apply(x, foo=1), lambda: y.grad_fn.materialize_grads):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(x.exp().grad_fn(None), x.exp().grad_fn(torch.ones(2)))
