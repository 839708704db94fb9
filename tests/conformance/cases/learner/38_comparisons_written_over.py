x = torch.tensor([1., 2., 3.], requires_grad=True)
y = x * 2
y.gt_(3)
print(y, y.grad_fn)
y.sum().backward()
print(x.grad)
z = x * 1
z.eq_(x)
print(z, z.grad_fn, z.grad_fn.next_functions)
print(x.std(correction=3), x.detach().var(correction=5), torch.tensor([1.]).var())
for f in [lambda: x.sum(keepdim=True), lambda: x.max(keepdim=True), lambda: x.var(unbiased=True, correction=1), lambda: x.norm("foo"),
          lambda: x.norm("nuc"), lambda: x.norm((0, 1)), lambda: torch.broadcast_shapes((2, 1), (3, 4), (5, 4))]:
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
