class Once(torch.autograd.Function):
    clear_saved_tensors_on_access = True
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clone()
    @staticmethod
    def backward(ctx, g):
        print(ctx.saved_tensors)
        return g
def tell(ask):
    try:
        print(ask())
    except RuntimeError as e:
        print(e)
x = torch.ones(2, requires_grad=True)
y = Once.apply(x)
y.sum().backward()
tell(lambda: y.grad_fn.saved_tensors)
tell(lambda: y.grad_fn._raw_saved_tensors)
y = Once.apply(x)
tell(lambda: y.grad_fn.saved_tensors)
tell(lambda: y.grad_fn._raw_saved_tensors)
tell(lambda: y.sum().backward())
k = torch.tensor(3.)
double = lambda t: t * 2
with torch.autograd.graph.saved_tensors_hooks(lambda t: t, lambda t: t):
    b = x * k
print(b.grad_fn._raw_saved_other.data is k, b.grad_fn._saved_other is k)
c = x.exp()
print(c.grad_fn._raw_saved_result.data, c.grad_fn._raw_saved_result.unpack_hook)
d = c * c
print(d.grad_fn._raw_saved_self.data is c)
d.grad_fn._raw_saved_self.register_hooks(lambda t: (t,), double)
print(d.grad_fn._raw_saved_self.data, d.grad_fn._raw_saved_self.unpack_hook is double)
