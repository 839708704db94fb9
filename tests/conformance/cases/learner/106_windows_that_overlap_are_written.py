for make in (lambda: torch.arange(6.0).unfold(0, 3, 1), lambda: torch.arange(6.0).as_strided((2, 3), (2, 1)), lambda: torch.arange(6, dtype=torch.int32).unfold(0, 3, 2)):
    for write in (lambda o: o.add_(1), lambda o: o.mul_(2), lambda o: o.add_(o), lambda o: o.fill_(3), lambda o: o.clamp_(max=2), lambda o: o.pow_(2), lambda o: o.copy_(torch.arange(o.numel()).view(o.shape))):
        print(write(make()))
x = torch.arange(6.0, requires_grad=True)
y = x * 1
u = y.unfold(0, 3, 1)
u.mul_(2)
print(y, u, y.grad_fn, u.grad_fn)
y.sum().backward()
print(x.grad)
