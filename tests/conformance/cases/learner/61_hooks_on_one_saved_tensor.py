x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * x
raw = y.grad_fn._raw_saved_self
print(raw, type(raw).__name__)
raw.register_hooks(lambda t: ("packed", t.clone(), t.requires_grad), lambda p: p[1] * 10)
print(y.grad_fn._saved_self, y.grad_fn._saved_other)
y.sum().backward()
print(x.grad)
class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * 2
    @staticmethod
    def backward(ctx, grad):
        x, = ctx.saved_tensors
        return grad * x
z = Double.apply(x)
z.grad_fn._raw_saved_tensors[0].register_hooks(lambda t: t + 1, lambda t: t)
z.sum().backward()
print(x.grad)
s = x.sin()
kept = s.grad_fn._raw_saved_self
kept.register_hooks(lambda t: t, lambda t: t)
freed = y.grad_fn._raw_saved_other
e = x.exp()  # which keeps its node: PyTorch's handle doesn't
for f in (lambda: kept.register_hooks(lambda t: t, lambda t: t), lambda: freed.register_hooks(lambda t: t, lambda t: t), lambda: e.grad_fn._raw_saved_result.register_hooks(lambda t: t.mul_(2), lambda t: t), lambda: y.grad_fn._raw_saved_none, lambda: z.grad_fn._raw_saved_tensors):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
torch.autograd.graph.increment_version([x, y])
print(x._version, y._version)
