class Half(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, zeros):
        a, b = x.clone(), x.clone()
        ctx.mark_non_differentiable(b)
        ctx._materialize_non_diff_grads = zeros
        return a, b, x.shape, x.long()
    @staticmethod
    def backward(ctx, *grads):
        print(grads)
        return grads[0], None
x = torch.tensor([1., 2.], requires_grad=True)
for zeros in (True, False):
    a = Half.apply(x, zeros)[0]
    print([(list(m.shape), m.dtype) for m in a.grad_fn._input_metadata])
    a.sum().backward()
class Twice(torch.autograd.function.InplaceFunction):
    @staticmethod
    def forward(ctx, x, kind):
        ctx.set_materialize_grads(kind)
        ctx.mark_dirty(x)
        return x.mul_(2), x
    @staticmethod
    def backward(ctx, a, b):
        print(a, b)
        return a + b, None
a, b = Twice.apply(x.clone(), True)
print(a is b, a.output_nr, a.grad_fn)
(a + b).sum().backward()
try:
    Twice.apply(x.clone(), 1)
except TypeError as e:
    print(e)
class Within(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        found = x.clone().view_as(x)
        ctx.mark_dirty(found)
        return found
try:
    Within.apply(x.clone())
except RuntimeError as e:
    print(e)
