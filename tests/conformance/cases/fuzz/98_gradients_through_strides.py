import torch

x = torch.arange(6.0).reshape(2, 3).requires_grad_()
told = lambda g: print(g, g._version, g._is_view(), g.stride())
for look in (lambda: x.as_strided((2,), (1,)), lambda: x.as_strided((3, 2), (1, 3)), lambda: x.as_strided((2, 2), (1, 1), 1)):
    told(torch.autograd.grad(look().exp().sum(), x)[0])
for write in (lambda z, v: v.detach().add_(1), lambda z, v: z.detach().mul_(2)):
    z = x * 1
    v = z.t()
    write(z, v)
    told(torch.autograd.grad(v.sum(), z)[0])
x = torch.ones(3)
print([x.resize_(*size)._version for size in ((3,), (1, 3), (1, 3), (2,))], x.resize_as_(x)._version)
print(torch.tensor([float("inf"), float("-inf"), -1.0, 0.0, float("nan")]).lgamma())
