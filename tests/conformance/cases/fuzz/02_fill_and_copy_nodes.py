x = torch.ones(2, requires_grad=True)
y = x * 1
y.fill_(2.)
print(y.grad_fn)
y[...] = x.sum()
print(y.grad_fn)
z = x * 1
z[:] = x[:1]
print(z.grad_fn, z.grad_fn.next_functions)
i = torch.zeros(2, dtype=torch.int64)
i.copy_(x)
