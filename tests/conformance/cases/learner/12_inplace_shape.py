torch.manual_seed(0)
x = torch.arange(6.0).requires_grad_()
y = x * 1
y.resize_as_ if False else None
z = y.view(2, 3)
z.t_()
z.mul_(2)
print(z, y.grad_fn, z.grad_fn)
z.sum().backward(); print(x.grad)
