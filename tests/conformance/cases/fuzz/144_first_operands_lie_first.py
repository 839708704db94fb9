a, b = torch.ones(3, 2).t(), torch.ones(2, 3)
print((a + b).stride(), (b + a).stride(), (a * b).stride(), torch.where(a > 0, a, b).stride())
print(torch.addcmul(a, b, b).stride(), (a + 1 + b).is_contiguous(), (a - torch.ones(3)).stride())
for shape, size in (((1, 3), (2, 1, 3)), ((2, 1, 3), (2, 2, 3)), ((3,), (2, 3))):
    x = torch.ones(shape).expand(size)
    print((x**1.25).stride(), x.bool().float().stride(), (x.int() + 0.5).stride())
    print(torch.autograd.grad(b.requires_grad_().sum(), x.requires_grad_(), materialize_grads=True)[0].stride())
print((1 // (b + 1)).stride(), (1 // (a + 1)).stride(), (2 == a).stride(), (torch.nn.Parameter(a) + b).stride())
thin = torch.ones(1, 3).t()
F = torch.nn.functional
print(F.hardtanh(thin).stride(), torch.nan_to_num(thin).stride(), thin.fmod(2).stride())
for f in (F.elu, F.leaky_relu, F.softplus, F.softshrink, torch.relu):
    print(f(torch.ones(2, 1, 3).transpose(0, 2)[:1]).stride())
repeated = torch.ones(1, 3, dtype=torch.bool).expand(2, 1, 3) ** 1.25
try:
    repeated.index_add_(0, torch.tensor([0]), repeated[:1])
except RuntimeError as e:
    print(e)
