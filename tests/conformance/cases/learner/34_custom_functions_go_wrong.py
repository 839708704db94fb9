class Half(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, keep=None, answer=None):
        if keep is not None:
            ctx.save_for_backward(keep)
        ctx.answer = answer
        return x / 2
    @staticmethod
    def backward(ctx, grad):
        return (grad / 2 if ctx.answer is None else ctx.answer), None, None
x = torch.ones(2, requires_grad=True)
y = Half.apply(x)
print(y.grad_fn, type(y.grad_fn), type(x.exp().grad_fn), y.grad_fn.next_functions)
print(Half.apply(x, keep=x * 3).grad_fn.saved_tensors)
for f in [lambda: Half.apply(x, [1]), lambda: Half.apply(x, 3), lambda: Half.apply(x, None, 3).sum().backward(),
          lambda: Half.apply(x, None, "no").sum().backward()]:
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
